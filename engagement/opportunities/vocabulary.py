"""Changing words together with everything that uses them: offers, organisations, and what the public finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Table,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.opportunities.kept_words import replace_kept_word
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity, opportunity_category, opportunity_target_group
from engagement.opportunities.publication import BATCH, write_catalogue_of
from engagement.organisations.models import Organisation, organisation_category
from engagement.organisations.profiles import move_category
from engagement.organisations.service import move_to_district, move_to_kind
from engagement.tenancy import words
from engagement.tenancy.words import WordInfo, WordKind, WordValues, find_word

_LINKS = {
    WordKind.CATEGORY: (opportunity_category, "category_id"),
    WordKind.TARGET_GROUP: (opportunity_target_group, "target_group_id"),
}


@dataclass(frozen=True)
class Uses:
    """How many offers and organisations have a word, whatever their state."""

    offers: int = 0
    organisations: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything has it."""
        return bool(self.offers or self.organisations)


def uses(session: Session, kind: WordKind) -> dict[int, Uses]:
    """Return how often each word of a list is used, by its id; one query. Unused ones are not in it."""
    counted: dict[int, dict[str, int]] = {}
    for row in session.execute(_counts(kind)):
        counted.setdefault(row.word_id, {})[row.what] = row.number
    return {word_id: Uses(**numbers) for word_id, numbers in counted.items()}


def merged_uses(session: Session, kind: WordKind, source_id: int, target_id: int) -> Uses:
    """Return how often the word that stays would be used; an offer that has both counts once."""
    both = (source_id, target_id)
    if kind in _LINKS:
        table, column = _LINKS[kind]
        offers = select(func.count(table.c.opportunity_id.distinct())).where(table.c[column].in_(both))
        chosen = organisation_category.c
        organisations = select(func.count(chosen.organisation_id.distinct())).where(chosen.category_id.in_(both))
        of_clubs = session.scalar(organisations) if kind is WordKind.CATEGORY else 0
        return Uses(session.scalar(offers) or 0, of_clubs or 0)
    known = uses(session, kind)
    found = [known.get(word_id, Uses()) for word_id in both]
    return Uses(sum(one.offers for one in found), sum(one.organisations for one in found))


def change_word(session: Session, kind: WordKind, word_id: int, values: WordValues) -> None:
    """Describe a word anew, and let the catalogue follow.

    Raises:
        NotFoundError: there is no such word.
        InvalidInputError: there is already another one with this name.
    """
    before = _found(session, kind, word_id)
    if words.change_word(session, kind, word_id, values):
        _follow(session, _published_with(session, kind, word_id, {*before.postcodes, *values.postcodes}))


def merge_words(session: Session, kind: WordKind, source_id: int, target_id: int) -> Uses:
    """Let everything that has one word have another instead, and forget the first; return how much was touched.

    Raises:
        NotFoundError: there is no such word.
        InvalidInputError: both are the same.
    """
    if source_id == target_id:
        raise InvalidInputError({"target": gettext("Please choose another one.")})
    source, target = _found(session, kind, source_id), _found(session, kind, target_id)
    touched = uses(session, kind).get(source_id, Uses())
    follow = _published_with(session, kind, source_id, {*source.postcodes, *target.postcodes})
    _move(session, kind, source_id, target_id)
    replace_kept_word(session, kind, source_id, target_id)
    noted = {"offers": touched.offers, "organisations": touched.organisations}
    words.absorb_word(session, kind, source_id, target_id, noted)
    _follow(session, follow)
    return touched


def delete_word(session: Session, kind: WordKind, word_id: int) -> None:
    """Forget a word that nothing has.

    Raises:
        NotFoundError: there is no such word.
        ConflictError: something has it.
    """
    _found(session, kind, word_id)
    if uses(session, kind).get(word_id):
        raise ConflictError(gettext("It is still used. Merge it into another one, or no longer offer it."))
    words.delete_word(session, kind, word_id)


def _found(session: Session, kind: WordKind, word_id: int) -> WordInfo:
    found = find_word(session, kind, word_id)
    if found is None:
        raise NotFoundError
    return found


def _counts(kind: WordKind) -> Executable:
    if kind in _LINKS:
        table, column = _LINKS[kind]
        offers = _count("offers", table.c[column])
        return union_all(offers, _count_chosen()) if kind is WordKind.CATEGORY else offers
    of_organisations = Organisation.kind_id if kind is WordKind.ORGANISATION_KIND else Organisation.district_id
    organisations = _count("organisations", of_organisations)
    if kind is WordKind.ORGANISATION_KIND:
        return organisations
    return union_all(_count("offers", Opportunity.district_id), organisations)


def _count(what: str, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(literal(what).label("what"), column.label("word_id"), func.count().label("number"))
        .where(column.is_not(None))
        .group_by(column)
    )


def _count_chosen() -> Select[*tuple[Any, ...]]:
    return _count("organisations", organisation_category.c.category_id)


def _move(session: Session, kind: WordKind, source_id: int, target_id: int) -> None:
    if kind in _LINKS:
        table, column = _LINKS[kind]
        _move_links(session, table, column, (source_id, target_id))
        if kind is WordKind.CATEGORY:
            move_category(session, source_id, target_id)
    elif kind is WordKind.ORGANISATION_KIND:
        move_to_kind(session, source_id, target_id)
    else:
        session.execute(
            update(Opportunity).where(Opportunity.district_id == source_id).values(district_id=target_id),
            execution_options={"synchronize_session": False},
        )
        move_to_district(session, source_id, target_id)


def _move_links(session: Session, table: Table, column: str, pair: tuple[int, int]) -> None:
    source_id, target_id = pair
    of_source = select(table.c.tenant_id, table.c.opportunity_id, literal_column(str(target_id))).where(
        table.c[column] == source_id
    )
    names = ["tenant_id", "opportunity_id", column]
    session.execute(insert(table).from_select(names, of_source).on_conflict_do_nothing())
    session.execute(delete(table).where(table.c[column] == source_id))


def _published_with(session: Session, kind: WordKind, word_id: int, postcodes: set[str]) -> list[int]:
    """Return the published offers whose entry shows the word, or gets its point from one of the postcodes."""
    condition: ColumnElement[bool]
    if kind is WordKind.ORGANISATION_KIND:
        return []
    if kind in _LINKS:
        table, column = _LINKS[kind]
        condition = Opportunity.id.in_(select(table.c.opportunity_id).where(table.c[column] == word_id))
    else:
        condition = or_(Opportunity.district_id == word_id, Opportunity.postcode.in_(postcodes))
    statement = select(Opportunity.id).where(Opportunity.state == State.PUBLISHED, condition).order_by(Opportunity.id)
    return list(session.scalars(statement))


def _follow(session: Session, opportunity_ids: list[int]) -> None:
    for batch in _batches(opportunity_ids):
        write_catalogue_of(session, batch)
        session.flush()


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
