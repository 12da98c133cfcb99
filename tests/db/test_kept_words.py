"""A merge of words reaches the versions of offers that are kept beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.opportunities import review, service
from engagement.opportunities.models import OpportunityEdit
from engagement.opportunities.versions import last_approved
from engagement.opportunities.vocabulary import merge_words
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import load_vocabulary
from engagement.tenancy.settings import ModerationPolicy
from engagement.tenancy.words import WordKind
from tests.factories.mails import make_postbox
from tests.factories.moderation import set_policy
from tests.factories.offers import info, make_opportunity, shown
from tests.factories.people import make_organisation

LISTS = [(WordKind.CATEGORY, "category_ids"), (WordKind.TARGET_GROUP, "target_group_ids")]


@pytest.fixture
def club(session: Session) -> Organisation:
    set_policy(session, ModerationPolicy.REVIEW_ALL)
    return make_organisation(session)


def ids(session: Session, kind: WordKind) -> list[int]:
    known = load_vocabulary(session)
    terms = {
        WordKind.CATEGORY: known.categories,
        WordKind.TARGET_GROUP: known.target_groups,
        WordKind.DISTRICT: known.districts,
        WordKind.ORGANISATION_KIND: known.organisation_kinds,
    }
    return [term.id for term in terms[kind]]


def public(session: Session, club: Organisation, **values: Any) -> int:
    number = make_opportunity(session, club.id, **values)
    review.approve(session, make_postbox(session), number)
    return number


def edit(session: Session, number: int, **changes: Any) -> None:
    service.update_opportunity(session, number, replace(info(session, number).latest().values(), **changes))


def waiting(session: Session, number: int) -> dict[str, Any]:
    statement = select(OpportunityEdit.content).where(OpportunityEdit.opportunity_id == number)
    return session.scalars(statement).one()


@pytest.mark.parametrize(("kind", "name"), LISTS)
def test_a_waiting_edit_is_released_with_the_word_that_stayed(
    session: Session, club: Organisation, kind: WordKind, name: str
) -> None:
    first, second, third, *_ = ids(session, kind)
    number = public(session, club, **{name: (third,)})
    edit(session, number, **{name: (third, first)})
    merge_words(session, kind, first, second)
    assert set(getattr(info(session, number).latest(), name)) == {second, third}
    review.approve(session, make_postbox(session), number)
    assert set(getattr(info(session, number), name)) == {second, third}
    assert set(getattr(shown(session, number), name)) == {second, third}


def test_a_waiting_edit_moves_to_the_district_that_stayed(session: Session, club: Organisation) -> None:
    first, second, third = ids(session, WordKind.DISTRICT)
    number = public(session, club, district_id=third)
    edit(session, number, district_id=first)
    merge_words(session, WordKind.DISTRICT, first, second)
    review.approve(session, make_postbox(session), number)
    assert (info(session, number).district_id, shown(session, number).district_id) == (second, second)


def test_one_that_has_both_names_it_once_and_keeps_its_order(session: Session, club: Organisation) -> None:
    first, second, third, *_ = ids(session, WordKind.CATEGORY)
    number = public(session, club, category_ids=(third,))
    edit(session, number, category_ids=(first, third, second))
    before = waiting(session, number)
    merge_words(session, WordKind.CATEGORY, first, second)
    assert waiting(session, number) == {**before, "category_ids": [second, third]}


def test_an_edit_that_only_exchanged_the_two_changes_nothing_more(session: Session, club: Organisation) -> None:
    first, second, *_ = ids(session, WordKind.CATEGORY)
    number = public(session, club, category_ids=(first,))
    edit(session, number, category_ids=(second,))
    merge_words(session, WordKind.CATEGORY, first, second)
    review.approve(session, make_postbox(session), number)
    assert info(session, number).category_ids == (second,)


@pytest.mark.parametrize(("kind", "name"), LISTS)
def test_the_approved_version_has_it_too_so_that_nothing_seems_changed(
    session: Session, club: Organisation, kind: WordKind, name: str
) -> None:
    first, second, *_ = ids(session, kind)
    number = public(session, club, **{name: (first,)})
    merge_words(session, kind, first, second)
    approved = last_approved(session, number)
    assert approved
    assert getattr(approved.values, name) == getattr(info(session, number), name) == (second,)


@pytest.mark.parametrize("kind", WordKind)
def test_the_other_lists_stay(session: Session, club: Organisation, kind: WordKind) -> None:
    """Ids of different lists are often the same number."""
    number = public(session, club, title="Vorlesen")
    everything = {name: tuple(ids(session, listed)[2:]) for listed, name in LISTS}
    edit(session, number, **everything, district_id=ids(session, WordKind.DISTRICT)[2], title="Anders")
    before = waiting(session, number)
    merge_words(session, kind, *ids(session, kind)[:2])
    assert waiting(session, number) == before
