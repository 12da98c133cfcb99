"""Reading the directory: a page of organisations, and how many each choice would leave.

As in the catalogue's facets every organisation gets a number whose bits tell which wishes it misses. A choice counts
those that miss nothing but, at most, the wish of its own facet. Two statements, whatever is asked and however many
organisations there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
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
from engagement.organisations.confirmation import last_confirmed
from engagement.organisations.models import Organisation, organisation_category
from engagement.organisations.queries import OrganisationInfo, is_public, organisation_info, with_words
from engagement.tenancy.queries import Vocabulary

__all__ = ["PER_PAGE", "DirectoryQuery", "Found", "Order", "Tally", "Wish", "listed", "tally", "without_each"]

BITS = {wish: 1 << number for number, wish in enumerate(Wish)}
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
    for row in session.execute(union_all(*_countings(given, assessed))):
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
    counts = [func.count().filter(_fulfils(assessed, left_out)) for left_out in asked]
    return [int(number) for number in session.execute(select(*counts).select_from(assessed)).one()]


def _assessed(query: DirectoryQuery, given: Offering, words: Vocabulary) -> CTE:
    missed: ColumnElement[int] = literal_column("0", Integer)
    for wish, condition in wishes_of(query, given, words).items():
        missed = missed + case((condition, 0), else_=BITS[wish])
    return (
        select(
            Organisation.id,
            Organisation.kind_id,
            Organisation.district_id,
            missed.label("misses"),
            case((given.offers.c.number.is_not(None), 1)).label("offers"),
            case((given.offers.c.taster, 1)).label("taster"),
            _letter().label("letter"),
        )
        .outerjoin(given.offers, given.offers.c.organisation_id == Organisation.id)
        .where(is_public())
        .cte("assessed")
    )


def _countings(given: Offering, assessed: CTE) -> list[Select[str, str, int]]:
    each = assessed.c
    nothing: frozenset[Wish] = frozenset()
    parts: list[tuple[str, ColumnElement[Any], frozenset[Wish]]] = [
        (Wish.KIND, each.kind_id, frozenset({Wish.KIND})),
        (Wish.DISTRICT, each.district_id, frozenset({Wish.DISTRICT})),
        (Wish.OFFERS, each.offers, frozenset({Wish.OFFERS})),
        (Wish.TASTER, each.taster, frozenset({Wish.TASTER})),
        (TOTAL, literal("all"), nothing),
        (LETTER, each.letter, nothing),
    ]
    counted = [_counting(part, value, assessed, own) for part, value, own in parts]
    of_field = _counting(Wish.CATEGORY, given.fields.c.category_id, assessed, frozenset({Wish.CATEGORY}))
    return [*counted, of_field.join(given.fields, given.fields.c.organisation_id == each.id)]


def _counting(part: str, value: ColumnElement[Any], assessed: CTE, own: frozenset[Wish]) -> Select[str, str, int]:
    choice = cast(value, Text)
    named = (literal(str(part)).label("part"), choice.label("choice"), func.count().label("number"))
    return select(*named).select_from(assessed).where(_fulfils(assessed, own)).group_by(choice)


def _fulfils(assessed: CTE, left_out: frozenset[Wish]) -> ColumnElement[bool]:
    """Return that an organisation misses nothing but what is left out."""
    needed = sum(BITS[wish] for wish in Wish if wish not in left_out)
    return and_(true(), assessed.c.misses.op("&")(literal_column(str(needed))) == 0)


def _letter() -> ColumnElement[str]:
    first = func.upper(func.left(sorting(Organisation.name), 1))
    return case((first.between("0", "9"), OTHER_SIGNS), else_=first)


def _order(query: DirectoryQuery, given: Offering) -> list[ColumnElement[Any]]:
    if query.order is Order.ACTIVE:
        return [func.greatest(last_confirmed(), given.offers.c.latest).desc()]
    return [nearness(folded(query.text), Organisation.name).desc()] if query.text else []


def _first_sign(letter: str) -> tuple[bool, str]:
    return letter != OTHER_SIGNS, letter.lower()
