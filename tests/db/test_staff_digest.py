"""Staff hear by mail of what has come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.moderation.digest import tell_staff_what_is_new
from engagement.moderation.kinds import ReportReason
from engagement.opportunities import review
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.service import update_opportunity
from engagement.organisations.kinds import Verification
from engagement.tenancy.settings import ModerationPolicy
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.moderation import make_report, set_policy
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_organisation


class TestTellingStaff:
    @pytest.fixture(autouse=True)
    def staff(self, session: Session) -> None:
        make_account(session, email="amt@example.org", staff=Role.MODERATOR)

    def hand_in(self, session: Session, title: str) -> int:
        organisation = make_organisation(session, verification=Verification.PENDING)
        return make_opportunity(session, organisation.id, title=title)

    def told(self, session: Session) -> list[OutgoingMail]:
        return mails(session, "new-for-staff")

    def test_what_came_in_is_told_once_in_one_mail(self, session: Session, offer: int) -> None:
        self.hand_in(session, "Gießen")
        make_report(session, offer)
        post, start = make_postbox(session), now()
        with stopped(start + timedelta(minutes=5)):
            assert tell_staff_what_is_new(session, post)
        (mail,) = self.told(session)
        assert ("Gießen" in mail.text, "1 neue Meldung" in mail.subject) == (True, True)
        with stopped(start + timedelta(hours=3)):
            assert not tell_staff_what_is_new(session, post)

    def test_not_more_often_than_once_an_hour_and_nothing_is_lost(self, session: Session) -> None:
        post, start = make_postbox(session), now()
        self.hand_in(session, "Erstes")
        for minutes, title in ((5, ""), (20, "Zweites"), (35, "Drittes"), (50, ""), (80, ""), (95, "")):
            with stopped(start + timedelta(minutes=minutes)):
                if title:
                    self.hand_in(session, title)
                tell_staff_what_is_new(session, post)
        first, second = self.told(session)
        assert "Erstes" in first.text
        assert "Zweites" in second.text
        assert "Drittes" in second.text
        assert "Erstes" not in second.text

    def test_what_is_being_written_this_moment_belongs_to_the_next_mail(self, session: Session) -> None:
        post, start = make_postbox(session), now()
        with stopped(start + timedelta(minutes=10)):
            self.hand_in(session, "Eben erst")
            assert not tell_staff_what_is_new(session, post)
        with stopped(start + timedelta(minutes=25)):
            assert tell_staff_what_is_new(session, post)

    def test_a_change_that_waits_is_told_too(self, session: Session) -> None:
        set_policy(session, ModerationPolicy.REVIEW_ALL)
        number = self.hand_in(session, "Vorlesen")
        review.approve(session, make_postbox(session), number)
        found = find_opportunity(session, number)
        assert found
        update_opportunity(session, number, replace(found.values(), title="Anders vorlesen"))
        with stopped(now() + timedelta(minutes=5)):
            assert tell_staff_what_is_new(session, make_postbox(session))
        assert "Anders vorlesen" in self.told(session)[0].text

    def test_what_was_told_at_once_is_not_told_again(self, session: Session, offer: int) -> None:
        make_report(session, offer, reason=ReportReason.UNLAWFUL)
        with stopped(now() + timedelta(minutes=5)):
            assert not tell_staff_what_is_new(session, make_postbox(session))

    def test_long_lists_are_cut(self, session: Session) -> None:
        for number in range(12):
            self.hand_in(session, f"Angebot {number}")
        with stopped(now() + timedelta(minutes=5)):
            tell_staff_what_is_new(session, make_postbox(session))
        (mail,) = self.told(session)
        assert "12 Angebote" in mail.subject
        assert "2 weitere" in mail.text
