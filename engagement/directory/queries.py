"""Reading the directory: a page of organisations, and how many each choice would leave.

As in the catalogue's facets every organisation gets a number whose bits tell which wishes it misses. A choice counts
those that miss nothing but, at most, the wish of its own facet. Two statements, whatever is asked and however many
organisations there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from engagement.directory.asking import (
    PER_PAGE,
    DirectoryQuery,
    Offering,
    Order,
    Wish,
    offering,
    wishes_of,
)
from engagement.directory.spelling import folded, nearness, sorting
from engagement.kernel.missing import missed, misses_none_of
from engagement.organisations.confirmation import last_confirmed
from engagement.organisations.models import Organisation, organisation_category
from engagement.organisations.queries import OrganisationInfo, is_public, organisation_info, with_words
from engagement.tenancy.queries import Vocabulary

__all__ = ["PER_PAGE", "DirectoryQuery", "Found", "Order", "Tally", "Wish", "listed", "tally", "without_each"]

TOTAL, LETTER = "total", "letter"
OTHER_SIGNS = "#"
"""Stands for the names that begin with a digit."""


@dataclass(frozen=True)
class Tally:
    """How many organisations fit, how many each choice would leave, and how many begin with each letter."""

    total: int = 0
    counts: Mapping[Wish, Mapping[str, int]] = field(default_factory=dict)
    letters: Mapping[str, int] = field(default_factory=dict)

    def of(self, wish: Wish, choice: object) -> int:
        """Return how many organisations a choice leaves."""
        return self.counts.get(wish, {}).get(str(choice), 0)


@dataclass(frozen=True)
class Found:
    """An organisation in the list, with its letter and how many offers it has now.

    Args:
        category_ids: the fields that it has chosen; those of its offers if it has chosen none.
    """

    organisation: OrganisationInfo
    letter: str
    offers: int
    category_ids: tuple[int, ...]


def tally(session: Session, query: DirectoryQuery, words: Vocabulary) -> Tally:
    """Count what fits, and what each choice of each facet would leave."""
    given = offering(session)
    assessed = _assessed(query, given, words)
    found: dict[str, dict[str, int]] = {}
    active = wishes_of(query, given, words).keys()
    for row in session.execute(union_all(*_countings(given, assessed, active))):
        if row.choice is not None:
            found.setdefault(row.part, {})[row.choice] = row.number
    total, letters = found.pop(TOTAL, {}), found.pop(LETTER, {})
    counts = {Wish(part): numbers for part, numbers in found.items()}
    return Tally(sum(total.values()), counts, dict(sorted(letters.items(), key=lambda one: _first_sign(one[0]))))


def listed(session: Session, query: DirectoryQuery, words: Vocabulary) -> list[Found]:
    """Return a page of what fits."""
    given = offering(session)
    fields, chosen = given.fields.c, organisation_category.c
    of_both = select(func.array_agg(fields.category_id)).where(fields.organisation_id == Organisation.id)
    own = select(func.array_agg(chosen.category_id)).where(chosen.organisation_id == Organisation.id)
    number = func.coalesce(given.offers.c.number, 0)
    in_fields = func.coalesce(own.scalar_subquery(), of_both.scalar_subquery())
    statement = with_words(select(Organisation, _letter(), number, in_fields))
    rows = session.execute(
        statement.outerjoin(given.offers, given.offers.c.organisation_id == Organisation.id)
        .where(is_public(), *wishes_of(query, given, words).values())
        .order_by(*_order(query, given), sorting(Organisation.name), Organisation.id)
        .limit(query.per_page)
        .offset((query.page - 1) * query.per_page)
    )
    return [
        Found(organisation_info(row), letter, offers, tuple(sorted(ids or ()))) for row, letter, offers, ids in rows
    ]


def without_each(
    session: Session, query: DirectoryQuery, words: Vocabulary, variants: Iterable[frozenset[Wish]]
) -> list[int]:
    """Count what is left if wishes are left out: one number for each of ``variants``, which name them."""
    asked = list(variants)
    if not asked:
        return []
    given = offering(session)
    assessed = _assessed(query, given, words)
    active = wishes_of(query, given, words).keys()
    counts = [func.count().filter(true(), *misses_none_of(assessed.c.misses, active - out)) for out in asked]
    return [int(number) for number in session.execute(select(*counts).select_from(assessed)).one()]


def _assessed(query: DirectoryQuery, given: Offering, words: Vocabulary) -> CTE:
    return (
        select(
            Organisation.id,
            Organisation.kind_id,
            Organisation.district_id,
            missed(wishes_of(query, given, words)).label("misses"),
            case((given.offers.c.number.is_not(None), 1)).label("offers"),
            case((given.offers.c.taster, 1)).label("taster"),
            _letter().label("letter"),
        )
        .outerjoin(given.offers, given.offers.c.organisation_id == Organisation.id)
        .where(is_public())
        .cte("assessed")
    )


def _countings(given: Offering, assessed: CTE, active: AbstractSet[Wish]) -> list[Select[str, str, int]]:
    each = assessed.c
    parts: dict[str, ColumnElement[Any]] = {
        Wish.KIND: each.kind_id,
        Wish.DISTRICT: each.district_id,
        Wish.OFFERS: each.offers,
        Wish.TASTER: each.taster,
        TOTAL: literal("all"),
        LETTER: each.letter,
    }
    counted = [_counting(part, value, assessed, active) for part, value in parts.items()]
    of_field = _counting(Wish.CATEGORY, given.fields.c.category_id, assessed, active)
    return [*counted, of_field.join(given.fields, given.fields.c.organisation_id == each.id)]


def _counting(part: str, value: ColumnElement[Any], assessed: CTE, active: AbstractSet[Wish]) -> Select[str, str, int]:
    """Count by a value what misses nothing but, at most, the wish that the value is of."""
    needed = active - {part}
    choice = cast(value, Text)
    named = (literal(str(part)).label("part"), choice.label("choice"), func.count().label("number"))
    return select(*named).select_from(assessed).where(*misses_none_of(assessed.c.misses, needed)).group_by(choice)


def _letter() -> ColumnElement[str]:
    first = func.upper(func.left(sorting(Organisation.name), 1))
    return case((first.between("0", "9"), OTHER_SIGNS), else_=first)


def _order(query: DirectoryQuery, given: Offering) -> list[ColumnElement[Any]]:
    if query.order is Order.ACTIVE:
        return [func.greatest(last_confirmed(), given.offers.c.latest).desc()]
    return [nearness(folded(query.text), Organisation.name).desc()] if query.text else []


def _first_sign(letter: str) -> tuple[bool, str]:
    return letter != OTHER_SIGNS, letter.lower()
