"""Similar offers from the catalogue."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.catalogue.queries import find_entry
from engagement.catalogue.service import set_places_taken
from engagement.matching.service import similar
from tests.factories.catalogue import make_entry


def titles(session: Session, number: int, limit: int = 3) -> list[str]:
    entry = find_entry(session, number)
    assert entry is not None
    return [card.title for card in similar(session, entry, limit)]


def test_the_likest_come_first_and_never_the_offer_itself(session: Session) -> None:
    mine = make_entry(session, title="mine", category_ids=(1, 2), target_group_ids=(1,))
    make_entry(session, title="half", category_ids=(1,))
    make_entry(session, title="same", category_ids=(1, 2), target_group_ids=(1,))
    make_entry(session, title="another field", category_ids=(3,), target_group_ids=(1,))
    assert titles(session, mine) == ["same", "half"]
    assert titles(session, mine, limit=1) == ["same"]


def test_what_is_full_is_not_suggested(session: Session) -> None:
    mine = make_entry(session, title="mine", category_ids=(1,))
    full = make_entry(session, title="full", category_ids=(1,), places=2)
    set_places_taken(session, {full: 2})
    assert titles(session, mine) == []


def test_an_offer_without_a_category_still_gets_company(session: Session) -> None:
    mine = make_entry(session, title="mine", target_group_ids=(4,))
    make_entry(session, title="for the same people", target_group_ids=(4,))
    assert titles(session, mine) == ["for the same people"]
