"""What waits for the municipality: counted with one question, listed without people, reminded of with a pause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications.models import Application
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import db
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.mail.models import MailState
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.deciding import change_some_settings
from engagement.tenancy.settings import AnswerTimes
from engagement.today.queries import Waiting, count_owing_organisations, expiring, unanswered, what_waits
from engagement.today.service import remind_of_end, remind_of_requests
from tests.factories.applications import mails, make_application, make_offer
from tests.factories.mails import make_mail, make_postbox
from tests.factories.offers import dated, make_opportunity
from tests.factories.people import make_member, make_organisation
from tests.support.statements import watched


def waiting_for(session: Session, organisation: Organisation, days: float) -> Application:
    moment = now() - timedelta(days=days)
    return make_application(session, make_offer(session, organisation), created_at=moment, waiting_since=moment)


def ending_in(session: Session, organisation: Organisation, days: float, **values: object) -> int:
    opportunity_id = make_opportunity(session, organisation.id, **values)
    row = session.scalars(select(Opportunity).where(Opportunity.id == opportunity_id)).one()
    row.expires_at = now() + timedelta(days=days)
    session.flush()
    return opportunity_id


class TestNumbers:
    def test_an_empty_town_waits_for_nothing(self, session: Session) -> None:
        assert what_waits(session, AnswerTimes()) == Waiting()

    def test_each_kind_is_counted_apart(self, session: Session) -> None:
        club = make_organisation(session)
        for days in (2.9, 3.1, 7.1, 14.1):
            waiting_for(session, club, days)
        make_organisation(session, verification=Verification.PENDING)
        ending_in(session, club, 13.9)
        ending_in(session, club, 14.1)
        make_mail(session).state = MailState.FAILED
        make_offer(session, club).state = State.IN_REVIEW
        session.flush()
        found = what_waits(session, AnswerTimes())
        assert found == Waiting(
            organisations_to_verify=1,
            opportunities_to_review=1,
            not_looked_at=found.not_looked_at,
            unanswered=3,
            unanswered_long=2,
            unanswered_too_long=1,
            expiring=1,
            failed_mails=1,
            verified=1,
        )

    def test_what_is_late_is_the_towns_to_say(self, session: Session) -> None:
        club = make_organisation(session)
        for days in (0.9, 1.1, 2.1, 20):
            waiting_for(session, club, days)
        found = what_waits(session, AnswerTimes(days_to_look=1, days_to_call=2, days_to_worry=21))
        assert (found.unanswered, found.unanswered_long, found.unanswered_too_long) == (3, 2, 0)

    def test_one_question_however_much_there_is(self, session: Session) -> None:
        club = make_organisation(session)
        for _ in range(20):
            waiting_for(session, club, 5)
        with watched(db.engine) as seen:
            what_waits(session, AnswerTimes())
        assert len(seen) == 1


class TestUnanswered:
    def test_who_owes_longest_comes_first_with_all_that_it_owes(self, session: Session) -> None:
        late, later = make_organisation(session, "Spät"), make_organisation(session, "Später")
        waiting_for(session, late, 4)
        for days in (5, 20, 1):
            waiting_for(session, later, days)
        found = unanswered(session, 3)
        assert [(one.name, one.requests) for one in found] == [("Später", 2), ("Spät", 1)]
        assert (now() - found[0].since).days == 20

    def test_pages_follow_each_other(self, session: Session) -> None:
        for number in range(5):
            waiting_for(session, make_organisation(session, f"Verein {number}"), 30 - number)
        assert [one.name for one in unanswered(session, 3, page=2, per_page=2)] == ["Verein 2", "Verein 3"]

    def test_a_reminder_goes_to_the_members_and_is_seen_in_the_list(self, session: Session) -> None:
        club = make_organisation(session, "Lesekreis")
        make_member(session, club)
        make_member(session, club)
        waiting_for(session, club, 9)
        remind_of_requests(session, make_postbox(session), club.id)
        sent = mails(session, "requests-wait")
        assert len(sent) == 2
        assert "Lesekreis" in sent[0].text
        assert "seit 9 Tagen" in sent[0].text
        assert unanswered(session, 3)[0].reminded_at is not None

    def test_an_organisation_without_members_is_reminded_at_its_address(self, session: Session) -> None:
        club = make_organisation(session, email="kontakt@verein.example")
        waiting_for(session, club, 9)
        remind_of_requests(session, make_postbox(session), club.id)
        assert [mail.to_address for mail in mails(session, "requests-wait")] == ["kontakt@verein.example"]

    def test_without_any_address_it_is_said_and_not_noted_as_done(self, session: Session) -> None:
        club = make_organisation(session)
        waiting_for(session, club, 9)
        with pytest.raises(ConflictError):
            remind_of_requests(session, make_postbox(session), club.id)
        assert unanswered(session, 3)[0].reminded_at is None

    def test_not_twice_within_three_days_but_then_again(self, session: Session) -> None:
        club = make_organisation(session, email="kontakt@verein.example")
        waiting_for(session, club, 9)
        remind_of_requests(session, make_postbox(session), club.id)
        with stopped(now() + timedelta(days=2.9)), pytest.raises(ConflictError):
            remind_of_requests(session, make_postbox(session), club.id)
        with stopped(now() + timedelta(days=3.1)):
            remind_of_requests(session, make_postbox(session), club.id)

    def test_the_list_and_the_reminder_begin_when_the_town_says(self, session: Session) -> None:
        club = make_organisation(session, email="kontakt@verein.example")
        waiting_for(session, club, 4)
        assert [len(unanswered(session, days)) for days in (3, 4, 5)] == [1, 1, 0]
        assert [count_owing_organisations(session, days) for days in (3, 5)] == [1, 0]
        change_some_settings(session, answers={"days_to_look": 5})
        with pytest.raises(ConflictError):
            remind_of_requests(session, make_postbox(session), club.id)
        change_some_settings(session, answers={"days_to_look": 1, "days_to_call": 2, "days_to_worry": 3})
        remind_of_requests(session, make_postbox(session), club.id)

    def test_who_owes_nothing_is_not_reminded(self, session: Session) -> None:
        club = make_organisation(session, email="kontakt@verein.example")
        waiting_for(session, club, 2)
        with pytest.raises(ConflictError):
            remind_of_requests(session, make_postbox(session), club.id)
        with pytest.raises(NotFoundError):
            remind_of_requests(session, make_postbox(session), club.id + 1)


class TestExpiring:
    def test_what_has_a_date_or_an_end_of_its_own_is_not_nagged_about(self, session: Session) -> None:
        club = make_organisation(session)
        ongoing = ending_in(session, club, 5)
        ending_in(session, club, 5, **dated())
        ending_in(session, club, 5, ends_at=now() + timedelta(days=5))
        assert [one.opportunity_id for one in expiring(session)] == [ongoing]

    def test_a_reminder_names_the_offer(self, session: Session) -> None:
        club = make_organisation(session)
        member = make_member(session, club)
        opportunity_id = ending_in(session, club, 5, title="Bäume pflanzen")
        remind_of_end(session, make_postbox(session), opportunity_id)
        (mail,) = mails(session, "offer-ends")
        assert mail.to_address == member.email
        assert "Bäume pflanzen" in mail.subject
        assert expiring(session)[0].reminded_at is not None
        with pytest.raises(ConflictError):
            remind_of_end(session, make_postbox(session), opportunity_id)

    def test_what_does_not_end_soon_is_not_found(self, session: Session) -> None:
        opportunity_id = ending_in(session, make_organisation(session), 30)
        with pytest.raises(ConflictError):
            remind_of_end(session, make_postbox(session), opportunity_id)
        with pytest.raises(NotFoundError):
            remind_of_end(session, make_postbox(session), opportunity_id + 1)
