"""What a visitor may mean who is still typing: offers, organisations, fields and parts of town.

The words are widened as for the search, so that compounds, other spellings and slips of the finger are met alike. All
of them have to be met, in the title for an offer and in the name for an organisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, Select, any_, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.widening import Match, widen
from engagement.catalogue.wishes import read_wish
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.tenancy.models import Category, District

SHORTEST = 2
LONGEST = 80
MOST_STEMS = 40
"""Of a word, the strongest that are asked for."""
CANDIDATES = 100
"""So many of the newest that match are compared with what was typed: a common word has thousands."""
MOST_OFFERS, MOST_ORGANISATIONS, MOST_WORDS = 4, 2, 3
ALIKE = 0.6
"""Similarity of trigrams from which on a name may be meant."""


class Kind(StrEnum):
    """What is suggested."""

    OFFER = "offer"
    ORGANISATION = "organisation"
    CATEGORY = "category"
    DISTRICT = "district"


@dataclass(frozen=True)
class Suggestion:
    """One of them, with the id and the tail of its address."""

    kind: Kind
    number: int
    slug: str
    name: str


def suggest(session: Session, typed: str) -> list[Suggestion]:
    """Return what fits what was typed so far, nine at most; nothing for less than two letters."""
    cleaned = " ".join(typed.replace("\x00", " ").split())[:LONGEST]
    wish = read_wish(cleaned)
    if len(cleaned) < SHORTEST or wish.is_empty:
        return []
    tenant_id = tenant_of(session)
    by_word = _by_word(widen(session, wish, (tenant_id,)).matches)
    parts = [_named(Kind.CATEGORY, tenant_id, cleaned), _named(Kind.DISTRICT, tenant_id, cleaned)]
    if by_word:
        parts += [_offers(tenant_id, cleaned, by_word), _organisations(tenant_id, cleaned, by_word)]
    rows = session.execute(union_all(*(select(part.subquery()) for part in parts)))
    return [Suggestion(Kind(kind), int(number), slug, name) for kind, number, slug, name in rows]


Part = Select[str, int, str, str]


def _offers(tenant_id: int, typed: str, by_word: Sequence[Sequence[str]]) -> Part:
    entry = CatalogueEntry
    newest = (
        select(entry.opportunity_id, entry.slug, entry.title)
        .where(*_live(tenant_id), entry.document.op("@@")(_all_of(by_word, "A")))
        .order_by(entry.published_at.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    return (
        select(literal(Kind.OFFER.value).label("kind"), newest.c.opportunity_id, newest.c.slug, newest.c.title)
        .order_by(func.word_similarity(typed, newest.c.title).desc(), newest.c.opportunity_id.desc())
        .limit(MOST_OFFERS)
    )


def _organisations(tenant_id: int, typed: str, by_word: Sequence[Sequence[str]]) -> Part:
    entry = CatalogueEntry
    newest = (
        select(entry.organisation_id, entry.organisation_slug, entry.organisation_name)
        .where(*_live(tenant_id), entry.document.op("@@")(_all_of(by_word, "B")))
        .order_by(entry.published_at.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    return (
        select(literal(Kind.ORGANISATION.value).label("kind"), *newest.c)
        .group_by(*newest.c)
        .order_by(func.word_similarity(typed, newest.c.organisation_name).desc(), newest.c.organisation_id)
        .limit(MOST_ORGANISATIONS)
    )


def _named(kind: Kind, tenant_id: int, typed: str) -> Part:
    """Return the fields, or the parts of town, that are called like that and have an offer."""
    word: type[Category | District] = Category if kind is Kind.CATEGORY else District
    entry = CatalogueEntry
    of_entry = word.id == (any_(entry.category_ids) if kind is Kind.CATEGORY else entry.district_id)
    similarity = func.word_similarity(typed, word.name)
    return (
        select(literal(kind.value).label("kind"), word.id, word.slug, word.name)
        .where(word.tenant_id == tenant_id, or_(word.name.icontains(typed, autoescape=True), similarity >= ALIKE))
        .where(exists().where(*_live(tenant_id), of_entry))
        .order_by(similarity.desc(), word.name)
        .limit(MOST_WORDS)
    )


def _live(tenant_id: int) -> tuple[ColumnElement[bool], ...]:
    return CatalogueEntry.tenant_id == tenant_id, is_live(now())


def _by_word(matches: Sequence[Match]) -> list[list[str]]:
    """Return the strongest stems of each word or phrase that anything stands for, without hints at time or company."""
    ordered = sorted((match for match in matches if match.unit >= 0), key=lambda match: (match.typed, -match.strength))
    return [[one.stem for one in group][:MOST_STEMS] for _, group in groupby(ordered, lambda one: one.typed)]


def _all_of(by_word: Sequence[Sequence[str]], weight: str) -> ColumnElement[object]:
    """Return a full-text query for one stem of every word in the field with this weight."""
    words = ["(" + " | ".join(f"{_quoted(stem)}:{weight}" for stem in stems) + ")" for stems in by_word]
    return cast(" & ".join(words), TSQUERY)


def _quoted(stem: str) -> str:
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"
