"""Suspending an organisation hides all of it at once; lifting brings all of it back."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.applications import service as applications
from engagement.kernel.errors import ConflictError
from engagement.opportunities import review
from engagement.opportunities import service as opportunities
from engagement.opportunities.kinds import State
from engagement.organisations import suspension
from engagement.organisations.queries import public_organisation
from tests.factories.applications import mails, make_application, make_offer
from tests.factories.catalogue import in_catalogue
from tests.factories.mails import make_postbox
from tests.factories.offers import make_opportunity
from tests.factories.people import make_member, make_organisation


class TestSuspension:
    def test_it_hides_all_at_once_and_lifting_restores(self, session: Session) -> None:
        made = make_organisation(session)
        anna = make_member(session, made)
        offer_id = make_opportunity(session, made.id)
        suspension.suspend(session, make_postbox(session), made.id, "Wir prüfen eine Meldung.")
        assert public_organisation(session, made.id) is None
        assert in_catalogue(session) == {}
        assert "Wir prüfen eine Meldung." in mails(session, "organisation-suspended")[0].text
        suspension.lift(session, make_postbox(session), made.id)
        assert public_organisation(session, made.id)
        assert set(in_catalogue(session)) == {offer_id}
        assert [mail.to_address for mail in mails(session, "organisation-back")] == [anna.email]

    def test_nothing_is_published_meanwhile(self, session: Session) -> None:
        made = make_organisation(session)
        draft = make_opportunity(session, made.id, state=State.DRAFT)
        suspension.suspend(session, make_postbox(session), made.id, "x")
        for attempt in (opportunities.publish, opportunities.submit_for_review):
            with pytest.raises(ConflictError, match="gesperrt"):
                attempt(session, draft)
        with pytest.raises(ConflictError):
            review.approve(session, make_postbox(session), draft)

    def test_requests_that_came_in_are_still_answered(self, session: Session) -> None:
        made = make_organisation(session)
        member = make_member(session, made)
        application = make_application(session, make_offer(session, made))
        suspension.suspend(session, make_postbox(session), made.id, "x")
        applications.accept(session, make_postbox(session), application.id, member.id, "Kommen Sie gern!")
        assert mails(session, "application-accepted")

    def test_twice_is_refused(self, session: Session) -> None:
        made = make_organisation(session)
        with pytest.raises(ConflictError):
            suspension.lift(session, make_postbox(session), made.id)
        suspension.suspend(session, make_postbox(session), made.id, "x")
        with pytest.raises(ConflictError):
            suspension.suspend(session, make_postbox(session), made.id, "x")
