"""The club's inbox: who waits longest comes first, and other clubs see nothing of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from engagement.applications.inbox import PAGE_SIZE, InboxFilter, inbox, inbox_counts
from engagement.applications.kinds import ApplicationState, Group
from engagement.kernel.clock import now
from engagement.organisations.models import Organisation
from tests.factories.applications import make_application, make_offer
from tests.factories.people import make_organisation

NEW, IN_CONTACT, ACCEPTED, DECLINED, WITHDRAWN, *_ = ApplicationState
ALL = InboxFilter()


def club_with_everything(session: Session) -> Organisation:
    organisation = make_organisation(session)
    first = make_offer(session, organisation, title="Vorlesen")
    second = make_offer(session, organisation, title="Begleiten")
    moment = now()
    for name, offer, state, days in (
        ("zugesagt", first, ACCEPTED, None),
        ("neu seit gestern", first, NEW, 1),
        ("zurückgezogen", second, WITHDRAWN, None),
        ("im Kontakt", first, IN_CONTACT, None),
        ("hat geantwortet", second, IN_CONTACT, 2),
        ("abgesagt", second, DECLINED, None),
        ("neu seit neun Tagen", second, NEW, 9),
    ):
        since = None if days is None else moment - timedelta(days=days)
        make_application(session, offer, name=name, state=state, waiting_since=since)
    return organisation


def names(session: Session, organisation: Organisation, shown: InboxFilter = ALL) -> list[str]:
    return [row.name for row in inbox(session, organisation.id, shown).rows]


def test_the_longest_wait_comes_first_then_contacts_accepted_and_closed(session: Session) -> None:
    organisation = club_with_everything(session)
    page = inbox(session, organisation.id, ALL)
    assert [row.name for row in page.rows][:5] == [
        "neu seit neun Tagen",
        "hat geantwortet",
        "neu seit gestern",
        "im Kontakt",
        "zugesagt",
    ]
    assert [row.group for row in page.rows] == [*[Group.WAITING] * 3, Group.IN_CONTACT, Group.ACCEPTED] + [
        Group.CLOSED
    ] * 2
    assert (page.total, page.number, page.pages) == (7, 1, 1)


def test_it_can_be_narrowed_to_a_state_an_offer_or_what_waits(session: Session) -> None:
    organisation = club_with_everything(session)
    counts = inbox_counts(session, organisation.id)
    assert (counts.total, counts.waiting) == (7, 3)
    (second, title), _ = counts.opportunities
    assert title == "Begleiten"
    assert names(session, organisation, InboxFilter(state=DECLINED)) == ["abgesagt"]
    assert names(session, organisation, InboxFilter(waiting=True, opportunity_id=second)) == [
        "neu seit neun Tagen",
        "hat geantwortet",
    ]


def test_another_club_sees_nothing_of_it_even_if_it_names_the_offer(session: Session) -> None:
    organisation, other = club_with_everything(session), make_organisation(session)
    offer_id = inbox_counts(session, organisation.id).opportunities[0][0]
    assert names(session, other, InboxFilter(opportunity_id=offer_id)) == []
    assert inbox_counts(session, other.id).total == 0


def test_it_has_pages_and_a_number_out_of_range_gives_the_nearest(session: Session) -> None:
    organisation = make_organisation(session)
    offer = make_offer(session, organisation)
    for number in range(PAGE_SIZE + 3):
        make_application(session, offer, waiting_since=now() - timedelta(hours=number))
    second = inbox(session, organisation.id, ALL, 2)
    assert (second.total, second.pages, len(second.rows)) == (PAGE_SIZE + 3, 2, 3)
    assert inbox(session, organisation.id, ALL, 99).number == 2
    assert inbox(session, organisation.id, ALL, -5).number == 1


def test_long_messages_are_cut_to_their_beginning(session: Session) -> None:
    organisation = make_organisation(session)
    offer = make_offer(session, organisation)
    make_application(session, offer, message="lang  " * 200)
    (row,) = inbox(session, organisation.id, ALL).rows
    assert len(row.message) < 165
    assert row.message.endswith("…")
