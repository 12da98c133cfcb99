"""The figures of a small world that was reckoned by hand, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.applications import service as applications
from engagement.applications.kinds import ApplicationState, Author
from engagement.applications.models import Application, ApplicationMessage, ForgottenApplication
from engagement.catalogue.service import set_places_taken
from engagement.figures.periods import Period
from engagement.figures.queries import Figures, load_figures
from engagement.kernel.clock import stopped
from engagement.kernel.db import db
from engagement.opportunities import service as opportunities
from engagement.opportunities.kinds import PlaceKind
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import refresh_organisation
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import Vocabulary, load_vocabulary, own_tenant
from tests.factories.applications import make_application
from tests.factories.mails import make_postbox
from tests.factories.offers import dated, make_opportunity
from tests.factories.people import make_member, make_organisation
from tests.support.statements import watched

TODAY = datetime(2026, 6, 20, 12, tzinfo=UTC)
PERIOD = Period(date(2026, 4, 1), date(2026, 6, 1))
HOUR = timedelta(hours=1)
_numbers = count(1)


@dataclass
class World:
    """A town with one club and what the test lets happen in it."""

    session: Session
    club: Organisation
    member: Account
    words: Vocabulary
    offers: list[int] = field(default_factory=list)

    def offer(self, at: datetime, **values: object) -> int:
        with stopped(at):
            made = make_opportunity(self.session, self.club.id, **values)
        self.offers.append(made)
        return made

    def application(
        self,
        offer_id: int,
        at: datetime,
        state: ApplicationState = ApplicationState.NEW,
        *,
        answered_after: int | None = None,
    ) -> Application:
        """An application as it is kept; ``answered_after`` is in hours."""
        answered_at = at + answered_after * HOUR if answered_after is not None else None
        offer = self.session.scalars(select(Opportunity).where(Opportunity.id == offer_id)).one()
        made = make_application(
            self.session, offer, state=state, created_at=at, updated_at=answered_at or at, first_answered_at=answered_at
        )
        if answered_at:
            self.session.add(
                ApplicationMessage(
                    application_id=made.id,
                    author=Author.CLUB,
                    account_id=self.member.id,
                    body="Gern!",
                    created_at=answered_at,
                )
            )
        if state is ApplicationState.ACCEPTED:
            offer.places_taken += 1
            set_places_taken(self.session, {offer.id: offer.places_taken})
        self.session.flush()
        return made

    def figures(self, period: Period = PERIOD, **scope: int) -> Figures:
        with stopped(TODAY):
            return load_figures(self.session, own_tenant(self.session), self.words, period, **scope)


@pytest.fixture
def world(session: Session) -> World:
    with stopped(datetime(2026, 3, 10, tzinfo=UTC)):
        club = make_organisation(session)
        member = make_member(session, club)
    return World(session, club, member, load_vocabulary(session))


def april(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=UTC)


class TestRequests:
    @pytest.fixture
    def filled(self, world: World) -> World:
        """Six in April, answered after 2, 5, 30 and 400 hours, one not, one withdrawn unanswered; one in May."""
        offer = world.offer(april(1), places=2)
        world.application(offer, april(2), ApplicationState.ACCEPTED, answered_after=2)
        world.application(offer, april(3), ApplicationState.ACCEPTED, answered_after=5)
        world.application(offer, april(4), ApplicationState.DECLINED, answered_after=30)
        world.application(offer, april(5), ApplicationState.IN_CONTACT, answered_after=400)
        world.application(offer, april(6))
        world.application(offer, april(7), ApplicationState.WITHDRAWN)
        world.application(offer, datetime(2026, 5, 2, tzinfo=UTC), ApplicationState.ACCEPTED, answered_after=1)
        return world

    def test_they_are_counted_by_month_and_state(self, filled: World) -> None:
        first, may, june = filled.figures().months
        assert (first.total, first.accepted, first.declined, first.open, first.withdrawn) == (6, 2, 1, 2, 1)
        assert (may.total, june.total) == (1, 0)
        assert filled.figures().in_all.total == 7

    def test_who_is_without_an_answer_counts_with_the_time_waited(self, filled: World) -> None:
        """Withdrawn at once: 1 h in vain. Then of 5: 2 h leaves 4/5, 5 h 3/5, 30 h 2/5, which is the median."""
        first = filled.figures().months[0]
        assert (first.unanswered, first.median_hours) == (2, 30)
        assert first.most_hours is None

    def test_after_two_weeks_waits_are_counted_by_the_day(self, world: World) -> None:
        offer = world.offer(april(1))
        for _ in range(5):
            world.application(offer, april(2), ApplicationState.DECLINED, answered_after=400)
        assert world.figures().in_all.median_hours == 17 * 24

    def test_rates_and_times_of_fewer_than_five_are_not_said(self, filled: World) -> None:
        may = filled.figures().months[1]
        assert (may.accepted, may.acceptance, may.median_hours) == (None, None, None)
        assert filled.figures().months[0].acceptance is None
        for number in range(2):
            filled.application(filled.offers[0], april(10 + number), ApplicationState.DECLINED, answered_after=1)
        assert filled.figures().months[0].acceptance == 2 / 5

    def test_a_month_begins_at_midnight_in_the_town(self, world: World) -> None:
        offer = world.offer(april(1))
        world.application(offer, datetime(2026, 4, 30, 21, 59, tzinfo=UTC))
        world.application(offer, datetime(2026, 4, 30, 22, 0, tzinfo=UTC))
        assert [month.total for month in world.figures().months] == [1, 1, 0]

    def test_what_was_deleted_since_counts_as_before_and_names_nobody(self, filled: World) -> None:
        for _ in range(3):
            filled.application(filled.offers[0], april(8), ApplicationState.DECLINED, answered_after=3)
        before = filled.figures()
        with stopped(TODAY + timedelta(days=150)):
            assert applications.forget_closed(filled.session) == 5
        after = filled.figures()
        assert (after.months, after.active) == (before.months, before.active)
        columns = set(ForgottenApplication.__table__.columns.keys())
        assert columns == {
            "tenant_id", "id", "opportunity_id", "month", "state", "waited_hours", "answered_month",
        }  # fmt: skip


class TestOffers:
    def test_places_are_filled_by_accepted_people_but_no_more_than_there_are(self, world: World) -> None:
        over, half = world.offer(april(1), places=2), world.offer(april(2), places=4)
        world.offer(april(3))
        for offer, people in ((over, 3), (half, 2)):
            for _ in range(people):
                world.application(offer, april(4), ApplicationState.ACCEPTED, answered_after=1)
        first = world.figures().filled[0]
        assert (first.offers, first.places, first.taken) == (2, 6, 4)
        assert world.figures().filled_in_all.rate == 4 / 6

    def test_nobody_asks_for_what_has_been_public_for_two_weeks(self, world: World) -> None:
        asked, forgotten = world.offer(april(1)), world.offer(april(1))
        world.application(asked, april(2))
        world.application(forgotten, april(2), ApplicationState.DECLINED, answered_after=1)
        with stopped(TODAY + timedelta(days=200)):
            applications.forget_closed(world.session)
        world.offer(TODAY - timedelta(days=13, hours=23), title="Noch frisch")
        world.offer(TODAY - timedelta(days=14), title="Zwei Wochen")
        world.offer(april(5), title="Lange")
        ended = world.offer(april(5), title="Beendet")
        opportunities.close(world.session, ended)
        found = world.figures().waiting
        assert [one.title for one in found.listed] == ["Lange", "Zwei Wochen"]
        assert (found.total, found.public) == (2, 5)

    def test_an_offer_of_somebody_unverified_is_not_public(self, world: World) -> None:
        world.offer(april(1))
        world.club.verification = Verification.REJECTED
        world.session.flush()
        refresh_organisation(world.session, world.club.id)
        assert world.figures().waiting.public == 0

    def test_the_top_tenth(self, world: World) -> None:
        """Eleven offers, so that the top tenth is two of them: 4 and 2 of 7 placements."""
        offers = [world.offer(april(1)) for _ in range(11)]
        for offer, people in ((offers[0], 4), (offers[1], 2), (offers[2], 1)):
            for _ in range(people):
                world.application(offer, april(4), ApplicationState.ACCEPTED, answered_after=1)
        spread = world.figures().spread
        assert (spread.offers, spread.placements, spread.top_offers) == (11, 7, 2)
        assert spread.share == 6 / 7
        assert spread.steps == ((4, 1), (2, 1), (1, 1), (0, 8))

    def test_only_offers_that_could_be_asked_for_are_in_the_reckoning(self, world: World) -> None:
        world.offer(april(1))
        with stopped(datetime(2026, 1, 1, tzinfo=UTC)):
            over = dated(days=10)
        world.offer(datetime(2026, 1, 1, tzinfo=UTC), **over)
        world.offer(datetime(2026, 7, 1, tzinfo=UTC))
        assert world.figures().spread.offers == 1

    def test_fewer_than_five_placements_are_not_spread_out(self, world: World) -> None:
        offer = world.offer(april(1))
        world.application(offer, april(4), ApplicationState.ACCEPTED, answered_after=1)
        spread = world.figures().spread
        assert (spread.placements, spread.share, spread.curve, spread.steps) == (None, None, (), ())


class TestCoverage:
    def test_every_field_and_part_of_town_is_there_and_gaps_are_named(self, world: World) -> None:
        one, other, *_ = world.words.categories
        here, there, _ = world.words.districts
        both = world.offer(april(1), category_ids=(one.id, other.id), district_id=here.id)
        world.offer(april(1), category_ids=(one.id,), district_id=there.id)
        for _ in range(6):
            world.application(both, april(5))
        figures = world.figures()
        assert [(row.offers, row.organisations, row.applications) for row in figures.categories] == [
            (2, 1, 6), (1, 1, 6), (0, 0, 0), (0, 0, 0),
        ]  # fmt: skip
        assert [row.is_gap for row in figures.districts] == [False, False, True]
        assert [(row.offers, row.applications) for row in figures.districts] == [(1, 6), (1, 0), (0, 0)]

    def test_what_has_no_part_of_town_comes_last(self, world: World) -> None:
        world.offer(april(1), place_kind=PlaceKind.REMOTE, district_id=None)
        last = world.figures().districts[-1]
        assert (last.term, last.offers) == (None, 1)

    def test_a_filter_leaves_its_own_table_whole(self, world: World) -> None:
        one, other, *_ = world.words.categories
        here, there, _ = world.words.districts
        world.offer(april(1), category_ids=(one.id,), district_id=here.id)
        world.offer(april(1), category_ids=(other.id,), district_id=there.id)
        figures = world.figures(category_id=one.id)
        assert [row.offers for row in figures.categories] == [1, 1, 0, 0]
        assert [row.offers for row in figures.districts] == [1, 0, 0]
        assert [one.active for one in figures.active] == [1, 0, 0]
        assert figures.waiting.total == 1
        assert figures.spread.offers == 1


class TestSmallNumbers:
    @pytest.fixture
    def districts(self, world: World) -> World:
        here, there, beyond = world.words.districts
        for district, people in ((here, 7), (there, 6), (beyond, 2)):
            offer = world.offer(april(1), district_id=district.id, places=20)
            for _ in range(people):
                world.application(offer, april(5), ApplicationState.ACCEPTED, answered_after=1)
        return world

    def test_a_part_of_town_shows_no_few_people_nor_lets_them_be_subtracted(self, districts: World) -> None:
        assert [row.applications for row in districts.figures().districts] == [7, None, None]

    def test_a_filter_that_leaves_few_people_shows_none_of_them(self, districts: World) -> None:
        figures = districts.figures(district_id=districts.words.districts[2].id)
        assert figures.is_part
        assert (figures.months[0].total, figures.months[0].accepted, figures.in_all.total) == (None, None, None)
        assert (figures.filled[0].taken, figures.filled_in_all.rate) == (None, None)
        assert figures.spread.placements is None

    def test_the_whole_town_is_counted_as_it_is(self, districts: World) -> None:
        assert districts.figures().months[0].total == 15
        assert districts.figures().filled[0].taken == 15


class TestActivity:
    def test_answering_publishing_and_standing_by_an_offer_each_count_once(self, world: World) -> None:
        offer = world.offer(april(1))
        world.application(offer, april(2), ApplicationState.IN_CONTACT, answered_after=1)
        with stopped(datetime(2026, 5, 5, tzinfo=UTC)):
            opportunities.confirm(world.session, offer)
        assert [(one.active, one.verified) for one in world.figures().active] == [(1, 1), (1, 1), (0, 1)]

    def test_an_answer_counts_in_its_own_month(self, world: World) -> None:
        offer = world.offer(datetime(2026, 3, 11, tzinfo=UTC))
        world.application(offer, april(30), ApplicationState.DECLINED, answered_after=48)
        assert [one.active for one in world.figures().active] == [0, 1, 0]

    def test_an_applicants_message_is_nothing_that_the_club_does(self, world: World) -> None:
        offer = world.offer(datetime(2026, 3, 11, tzinfo=UTC))
        application = world.application(offer, april(3))
        with stopped(april(4)):
            applications.reply_as_applicant(world.session, make_postbox(world.session), application.id, "Hallo?")
        assert [one.active for one in world.figures().active] == [0, 0, 0]


def test_an_empty_town_has_no_figures(world: World) -> None:
    figures = world.figures()
    assert figures.are_empty
    assert figures.in_all.acceptance is figures.spread.share is figures.filled_in_all.rate is None


def test_a_thousand_organisations_take_no_more_statements(world: World) -> None:
    world.offer(april(1), places=3)
    with watched(db.engine) as few:
        world.figures()
    for number in range(1000):
        club = world.club if number % 2 else make_organisation(world.session)
        row = Opportunity(organisation_id=club.id, title="x", slug="x", published_at=april(1), places=1)
        world.session.add(row)
    world.session.flush()
    with watched(db.engine) as many:
        assert world.figures().spread.offers == 1001
    assert len(few) == len(many) <= 14
