"""Offers that are over keep their address for a while, and appear nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue import queries
from engagement.catalogue.entries import ADDRESS_KEPT
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.queries import SearchQuery, find_closed, find_entry, search
from engagement.catalogue.service import forget_closed_entries
from engagement.kernel.clock import now, stopped
from engagement.mail.service import Postbox
from engagement.matching.service import similar
from engagement.opportunities import review, service
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import rebuild, refresh_organisation
from engagement.opportunities.queries import fields_of_former
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from tests.factories.mails import make_postbox
from tests.factories.offers import dated, make_opportunity
from tests.factories.people import make_organisation


@pytest.fixture
def post(session: Session) -> Postbox:
    return make_postbox(session)


@pytest.fixture
def organisation(session: Session) -> Organisation:
    return make_organisation(session)


def rows(session: Session) -> list[tuple[int, object, object]]:
    entry = CatalogueEntry
    found = session.execute(select(entry.opportunity_id, entry.closed_at, entry.facts).order_by(entry.opportunity_id))
    return [tuple(row) for row in found]


@pytest.mark.parametrize("end", [service.close, service.pause])
def test_an_offer_that_left_the_public_pages_keeps_its_address(
    session: Session, organisation: Organisation, end: Callable[[Session, int], None]
) -> None:
    number = make_opportunity(session, organisation.id, title="Kaffee kochen", contact_email="anna@example.org")
    end(session, number)
    assert find_entry(session, number) is None
    closed = find_closed(session, number)
    assert closed
    assert (closed.title, closed.paused) == ("Kaffee kochen", end is service.pause)
    assert closed.ended_at <= now()


def test_nothing_personal_stays_at_the_address(session: Session, organisation: Organisation) -> None:
    number = make_opportunity(
        session, organisation.id, contact_name="Anna Becker", contact_email="anna@example.org", street="Marktplatz 1"
    )
    service.close(session, number)
    ((_, closed_at, facts),) = rows(session)
    assert closed_at
    assert facts == {"closed_as": ""}


def test_reopening_takes_the_note_away(session: Session, organisation: Organisation) -> None:
    number = make_opportunity(session, organisation.id)
    service.pause(session, number)
    service.reopen(session, number)
    entry = find_entry(session, number)
    assert entry
    assert entry.facts["description"]
    assert find_closed(session, number) is None
    assert session.scalars(select(Opportunity.closed_at)).one() is None


def test_one_that_ran_out_is_over_before_and_after_the_chore(session: Session, organisation: Organisation) -> None:
    number = make_opportunity(session, organisation.id, **dated(days=1))
    with stopped(now() + timedelta(days=4)):
        assert find_entry(session, number) is None
        assert find_closed(session, number)
        service.close_expired(session)
        closed = find_closed(session, number)
        assert closed
        assert not closed.paused


def test_closed_ones_are_in_no_list_and_no_count(session: Session, organisation: Organisation) -> None:
    lives, gone = (make_opportunity(session, organisation.id, title=f"Vorlesen {name}") for name in ("eins", "zwei"))
    service.close(session, gone)
    alive = find_entry(session, lives)
    assert alive
    (field,) = alive.category_ids
    lists = (
        search(session, SearchQuery()).cards,
        search(session, SearchQuery(text="Vorlesen")).cards,
        queries.newest(session, 9),
        queries.entries_of_organisation(session, organisation.id),
        queries.candidates(session, (field,), 9),
    )
    assert [[card.opportunity_id for card in cards] for cards in lists] == [[lives]] * len(lists)
    assert similar(session, alive, 3) == []
    assert queries.offer_counts(session) == {organisation.id: 1}
    assert queries.category_counts(session)[field] == 1


def test_a_rebuild_keeps_the_addresses_as_they_are(session: Session, organisation: Organisation, post: Postbox) -> None:
    numbers = [make_opportunity(session, organisation.id, title=f"Nummer {one}") for one in range(5)]
    service.close(session, numbers[1])
    service.pause(session, numbers[2])
    review.unpublish(session, post, numbers[3], "Anstößig")
    with stopped(now() - ADDRESS_KEPT - timedelta(days=1)):
        service.close(session, numbers[4])
    before = [row for row in rows(session) if row[0] != numbers[4]]
    assert rebuild(session) == 1
    assert rows(session) == before
    assert [row[0] for row in before] == numbers[:3]


def test_the_address_is_forgotten_after_180_days(session: Session, organisation: Organisation) -> None:
    number = make_opportunity(session, organisation.id)
    service.close(session, number)
    with stopped(now() + ADDRESS_KEPT - timedelta(hours=1)):
        assert forget_closed_entries(session) == 0
        assert find_closed(session, number)
    with stopped(now() + ADDRESS_KEPT + timedelta(hours=1)):
        assert find_closed(session, number) is None
        assert forget_closed_entries(session) == 1
    assert rows(session) == []
    assert fields_of_former(session, number)


def test_what_the_municipality_took_off_is_gone_at_once(
    session: Session, organisation: Organisation, post: Postbox
) -> None:
    number = make_opportunity(session, organisation.id)
    review.unpublish(session, post, number, "Das geht nicht.")
    assert rows(session) == []
    assert find_closed(session, number) is None
    assert fields_of_former(session, number)
    service.submit_for_review(session, number)
    assert rows(session) == []
    review.approve(session, post, number)
    assert find_entry(session, number)


@pytest.mark.parametrize("change", [{"suspended_at": now()}, {"verification": Verification.REJECTED}])
def test_a_silenced_organisation_takes_its_closed_offers_along(
    session: Session, organisation: Organisation, change: dict[str, Any]
) -> None:
    numbers = [make_opportunity(session, organisation.id) for _ in range(2)]
    service.close(session, numbers[0])
    was = {name: getattr(organisation, name) for name in change}
    for name, value in change.items():
        setattr(organisation, name, value)
    refresh_organisation(session, organisation.id)
    assert rows(session) == []
    assert fields_of_former(session, numbers[0])
    for name, value in was.items():
        setattr(organisation, name, value)
    refresh_organisation(session, organisation.id)
    assert find_closed(session, numbers[0])
    assert find_entry(session, numbers[1])


def test_what_was_never_public_has_no_address(session: Session, organisation: Organisation) -> None:
    draft = make_opportunity(session, organisation.id, state=State.DRAFT)
    service.archive(session, draft)
    assert rows(session) == []
    assert fields_of_former(session, draft) is None
    assert fields_of_former(session, draft + 1000) is None
