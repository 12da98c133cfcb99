"""Asking organisations once a year whether what stands in the register is still right."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.permissions import Role
from engagement.organisations import confirmation
from engagement.organisations.kinds import Verification
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.people import make_member, make_organisation
from tests.factories.register import make_old_organisation

TOKEN = re.compile(r"/angaben-bestaetigen/(\S+)")


class TestConfirmation:
    def token(self, session: Session) -> str:
        found = TOKEN.search(mails(session, "organisation-still-right")[-1].text)
        assert found
        return found.group(1)

    def test_owners_are_asked_once_a_year_and_reminded_once(self, session: Session) -> None:
        made = make_old_organisation(session, "Lesebrücke", days=366, email="info@example.org", street="Gartenweg 12")
        make_organisation(session, "Neu", email="neu@example.org")
        owner = make_member(session, made)
        make_member(session, made, role=Role.EDITOR)
        post = make_postbox(session)
        assert confirmation.ask_due(session, post) == 1
        (mail,) = mails(session, "organisation-still-right")
        assert mail.to_address == owner.email
        assert "Gartenweg 12" in mail.text
        assert (confirmation.ask_due(session, post), confirmation.remind_due(session, post)) == (0, 0)
        with stopped(now() + confirmation.REMIND_AFTER + timedelta(minutes=1)):
            assert confirmation.remind_due(session, post) == 1
            assert confirmation.remind_due(session, post) == 0
        assert "Erinnerung" in mails(session, "organisation-still-right")[-1].subject

    def test_without_owner_the_contact_is_asked_and_without_any_nobody(self, session: Session) -> None:
        make_old_organisation(session, "Alpha", email="info@alpha.example")
        make_old_organisation(session, "Omega")
        assert confirmation.ask_due(session, make_postbox(session)) == 1
        (mail,) = mails(session, "organisation-still-right")
        assert mail.to_address == "info@alpha.example"

    @pytest.mark.parametrize("state", ["pending", "suspended"])
    def test_who_is_not_public_is_not_asked(self, session: Session, state: str) -> None:
        made = make_old_organisation(session, email="info@alpha.example")
        if state == "pending":
            made.verification = Verification.PENDING
        else:
            made.suspended_at = now()
        session.flush()
        assert confirmation.ask_due(session, make_postbox(session)) == 0
        with pytest.raises(ConflictError):
            confirmation.ask_now(session, make_postbox(session), made.id)

    def test_one_click_confirms_and_the_second_changes_nothing(self, session: Session) -> None:
        made = make_old_organisation(session, email="info@alpha.example")
        post = make_postbox(session)
        confirmation.ask_due(session, post)
        token = self.token(session)
        question = confirmation.question_of(session, post.signer, token)
        assert question
        assert question.is_open
        confirmation.confirm_by_link(session, post.signer, token)
        first = made.confirmed_at
        assert first
        confirmation.confirm_by_link(session, post.signer, token)
        assert made.confirmed_at == first
        assert confirmation.ask_due(session, post) == 0
        with stopped(now() + confirmation.EVERY + timedelta(minutes=1)):
            assert confirmation.ask_due(session, post) == 1

    def test_a_newer_question_replaces_the_link_and_a_forged_one_is_nobodys(self, session: Session) -> None:
        made = make_old_organisation(session, email="info@alpha.example")
        post = make_postbox(session)
        confirmation.ask_due(session, post)
        old = self.token(session)
        with stopped(now() + timedelta(days=1)):
            confirmation.ask_now(session, post, made.id)
        question = confirmation.question_of(session, post.signer, old)
        assert question
        assert not question.is_open
        assert confirmation.question_of(session, post.signer, "x") is None
        with pytest.raises(NotFoundError):
            confirmation.confirm_by_link(session, post.signer, "x")
