"""What the municipality has checked about an organisation: who ticked what, and the note that stays inside."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import AuditRecord
from engagement.organisations import verification
from engagement.organisations.kinds import Check, Verification
from engagement.organisations.queries import find_organisation
from tests.factories.people import make_account, make_organisation


class TestReview:
    def test_who_ticked_what_and_when_is_kept(self, session: Session) -> None:
        made = make_organisation(session, verification=Verification.PENDING)
        anna, otto = make_account(session, name="Anna"), make_account(session, name="Otto")
        verification.keep_review(session, made.id, {Check.ADDRESS}, "", account_id=anna.id)
        verification.keep_review(session, made.id, {Check.ADDRESS, Check.PURPOSE}, "Ruft zurück", account_id=otto.id)
        review = verification.review_of(session, made.id)
        assert {check: done.by for check, done in review.checks.items()} == {
            Check.ADDRESS: "Anna",
            Check.PURPOSE: "Otto",
        }
        assert review.note == "Ruft zurück"
        verification.keep_review(session, made.id, {Check.PURPOSE}, "", account_id=anna.id)
        assert set(verification.review_of(session, made.id).checks) == {Check.PURPOSE}

    def test_the_note_is_in_no_plain_value_and_not_in_the_trail(self, session: Session) -> None:
        made = make_organisation(session)
        verification.keep_review(session, made.id, set(), "Streit im Vorstand", account_id=1)
        assert "Streit" not in repr(find_organisation(session, made.id))
        trail = session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation.check")).one()
        assert "Streit" not in repr((trail.before, trail.after))
