"""How much there is for each choice beside the list, and without each wish: counted by the database in one statement.

Every live entry gets a number whose bits tell which wishes it misses. A choice of a facet then counts the entries that
miss nothing but, at most, the wish of that facet itself: so whoever has chosen one field still sees how much the
others have. Of ``access`` everything has to hold, so that there a choice counts what is left if it is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from engagement.catalogue.asking import FEW_HOURS, SOME_HOURS, Effort, Wish, distance_from, weekly_hours, wishes_of
from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.scoring import scores_of
from engagement.catalogue.search import Question
from engagement.kernel.clock import now
from engagement.kernel.missing import missed, misses_none_of

RADII_KM = (2, 5, 10, 20, 50)
AGES = (12, 14, 16, 18)
"""From which age on there are more offers, in years."""

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Facets:
    """How many entries each choice would leave, by the wish and the choice; what is not there leaves none.

    Choices are ids as text, or short names if several towns are searched; the values of ``SearchQuery`` for the rest.
    """

    counts: Mapping[Wish, Counts] = field(default_factory=dict)

    def of(self, wish: Wish, choice: object) -> int:
        """Return how many entries a choice leaves."""
        return self.counts.get(wish, {}).get(str(choice), 0)


def facets(session: Session, question: Question) -> Facets:
    """Count what each choice of each facet would leave."""
    if question.is_hopeless:
        return Facets()
    assessed = _assessed(question, with_rest=False)
    found: dict[Wish, dict[str, int]] = {}
    for row in session.execute(union_all(*_countings(question, assessed))):
        if row.choice is not None:
            found.setdefault(Wish(row.wish), {})[row.choice] = row.number
    return Facets(found | _climbing(found))


def without_each(session: Session, question: Question, variants: Iterable[frozenset[Wish]]) -> list[int]:
    """Count what is left if wishes are left out: one number for each of ``variants``, which name them."""
    asked = list(variants)
    if not asked:
        return []
    assessed = _assessed(question, with_rest=True)
    counts = [func.count().filter(true(), *_fulfils(assessed, question, left_out)) for left_out in asked]
    return [int(number) for number in session.execute(select(*counts).select_from(assessed)).one()]


def _assessed(question: Question, *, with_rest: bool) -> CTE:
    """Return every live entry with the wishes that it misses and its values; ``with_rest``: if words miss it, too."""
    entry = CatalogueEntry
    statement = select(
        _misses(question, with_rest=with_rest).label("misses"),
        *(value.label(wish.value) for wish, value in _values(question).items()),
    ).where(entry.tenant_id.in_(question.tenants), is_live(now()))
    if question.asked and not question.is_hopeless:
        scores = scores_of(question.tenants, question.asked)
        same = (entry.tenant_id == scores.c.tenant_id) & (entry.opportunity_id == scores.c.opportunity_id)
        statement = statement.join(scores, same, isouter=with_rest)
    return statement.cte("assessed")


def _misses(question: Question, *, with_rest: bool) -> ColumnElement[int]:
    wishes = dict(wishes_of(question.query))
    if question.asked and with_rest:
        wishes[Wish.WORDS] = false() if question.is_hopeless else literal_column("scores.score").is_not(None)
    return missed(wishes)


def _values(question: Question) -> dict[Wish, Any]:
    """Return by which value, or list of values, an entry is counted in each facet."""
    entry, query = CatalogueEntry, question.query
    several = bool(query.also_tenants)
    values: dict[Wish, Any] = {
        Wish.CATEGORY: entry.category_slugs if several else entry.category_ids,
        Wish.TARGET_GROUP: entry.target_group_slugs if several else entry.target_group_ids,
        Wish.DISTRICT: case((entry.tenant_id == question.tenants[0], entry.district_id)),
        Wish.TIME_KIND: entry.time_kind,
        Wish.REMOTE: case((entry.place_kind == "remote", 1)),
        Wish.SLOT: entry.slots,
        Wish.EFFORT: _step(weekly_hours(), (FEW_HOURS, SOME_HOURS), more=True),
        Wish.LANGUAGE: entry.languages,
        Wish.AGE: _step(func.coalesce(entry.minimum_age, 0), AGES),
        Wish.ACCESS: entry.access,
        Wish.COMPANY: entry.suited_for,
        Wish.TASTER: case((entry.taster, 1)),
    }
    if query.centre and not query.remote:
        values[Wish.PLACE] = _step(distance_from(query.centre), RADII_KM)
    return values


_LISTS = {Wish.CATEGORY, Wish.TARGET_GROUP, Wish.SLOT, Wish.LANGUAGE, Wish.ACCESS, Wish.COMPANY}


def _step(value: ColumnElement[Any], bounds: tuple[int, ...], *, more: bool = False) -> ColumnElement[Any]:
    """Return the number of the first bound that ``value`` keeps to; if there is ``more``, one more for beyond."""
    steps = [(value <= bound, number) for number, bound in enumerate(bounds)]
    if more:
        steps.append((value > bounds[-1], len(bounds)))
    return case(*steps)


def _countings(question: Question, assessed: CTE) -> list[Select[str, str, int]]:
    return [_counting(question, assessed, wish) for wish in _values(question)]


def _counting(question: Question, assessed: CTE, wish: Wish) -> Select[str, str, int]:
    held = assessed.c[wish.value]
    value = func.unnest(held) if wish in _LISTS else held
    rows = select(value.label("choice")).where(*_fulfils(assessed, question, _own(wish))).subquery()
    choice = rows.c.choice
    named = (literal(wish.value).label("wish"), cast(choice, Text).label("choice"), func.count().label("number"))
    return select(*named).select_from(rows).group_by(choice)


def _own(wish: Wish) -> frozenset[Wish]:
    """Return what a facet's choice takes the place of; what is done from anywhere need not be near either."""
    special = {Wish.ACCESS: frozenset[Wish](), Wish.REMOTE: frozenset({Wish.REMOTE, Wish.PLACE})}
    return special.get(wish, frozenset({wish}))


def _fulfils(assessed: CTE, question: Question, left_out: frozenset[Wish]) -> list[ColumnElement[bool]]:
    """Return that an entry misses nothing but what is left out; what is done from anywhere need not be near."""
    ignored = set(left_out)
    if question.query.remote and Wish.REMOTE not in left_out:
        ignored.add(Wish.PLACE)
    asked = {*wishes_of(question.query), *([Wish.WORDS] if question.asked is not None else [])}
    return misses_none_of(assessed.c.misses, asked - ignored)


def _climbing(found: Mapping[Wish, Counts]) -> dict[Wish, dict[str, int]]:
    """Return the counts of facets in which the next choice holds all of the one before."""
    bounds = {Wish.AGE: AGES, Wish.PLACE: RADII_KM, Wish.EFFORT: (Effort.FEW, Effort.SOME)}
    climbed: dict[Wish, dict[str, int]] = {}
    for wish, choices in bounds.items():
        steps = found.get(wish, {})
        sums = accumulate(steps.get(str(number), 0) for number in range(len(choices)))
        climbed[wish] = {str(choice): total for choice, total in zip(choices, sums, strict=True)}
    climbed[Wish.EFFORT][Effort.MANY] = found.get(Wish.EFFORT, {}).get(str(len(bounds[Wish.EFFORT])), 0)
    return climbed
