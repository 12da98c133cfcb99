"""What is asked of the directory, and the conditions that it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CTE, ColumnElement, and_, false, func, literal, or_, select, true, union
from sqlalchemy.orm import Session

from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.words import words_of
from engagement.directory.spelling import folded, folded_column, likely_meant, said_in
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.organisations.models import Organisation, organisation_category
from engagement.tenancy.queries import Term, Vocabulary

PER_PAGE = 24
MOST_WORDS = 8


class Order(StrEnum):
    """What comes first: by name (the best match if there are words), or whoever did something last."""

    NAME = "name"
    ACTIVE = "active"


class Wish(StrEnum):
    """One kind of thing that is asked for; each can be left out without the others."""

    WORDS = "words"
    KIND = "kind"
    DISTRICT = "district"
    CATEGORY = "category"
    OFFERS = "offers"
    TASTER = "taster"


@dataclass(frozen=True, kw_only=True)
class DirectoryQuery:
    """What a visitor looks for. Values within one filter are alternatives; the filters all hold.

    Args:
        text: what was typed; every word has to be met by the name, what is said of it, its words or its offers.
        category_ids: fields that it has chosen or has offers in now.
        offers: only with offers now.
        taster: only with an offer at which one can look in first.
        page: from 1; one beyond the last shows the last.
    """

    text: str = ""
    kind_ids: tuple[int, ...] = ()
    district_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    offers: bool = False
    taster: bool = False
    order: Order = Order.NAME
    page: int = 1
    per_page: int = PER_PAGE


@dataclass(frozen=True)
class Offering:
    """What organisations offer now.

    Args:
        offers: ``number``, ``taster`` (whether there is one) and ``latest`` (publication) by ``organisation_id``.
        fields: ``category_id`` by ``organisation_id``, chosen by it or of its offers.
        live: the conditions that an entry is one of these offers.
    """

    offers: CTE
    fields: CTE
    live: tuple[ColumnElement[bool], ...]


def offering(session: Session) -> Offering:
    """Return what the organisations of the session's tenant offer now, and in which fields they work."""
    entry = CatalogueEntry
    live = (entry.tenant_id == tenant_of(session), is_live(now()))
    offers = select(
        entry.organisation_id,
        func.count().label("number"),
        func.bool_or(entry.taster).label("taster"),
        func.max(entry.published_at).label("latest"),
    )
    chosen = organisation_category.c
    fields = union(
        select(chosen.organisation_id, chosen.category_id),
        select(entry.organisation_id, func.unnest(entry.category_ids)).where(*live),
    )
    return Offering(offers.where(*live).group_by(entry.organisation_id).cte("offering"), fields.cte("fields"), live)


def wishes_of(query: DirectoryQuery, given: Offering, words: Vocabulary) -> dict[Wish, ColumnElement[bool]]:
    """Return what is asked for, each by its kind; with ``given`` joined by its organisation."""
    row, offers, fields = Organisation, given.offers.c, given.fields.c
    in_field = select(fields.organisation_id).where(fields.category_id.in_(query.category_ids))
    wanted: dict[Wish, tuple[object, ColumnElement[bool]]] = {
        Wish.WORDS: (query.text, _answers(query.text, given, words)),
        Wish.KIND: (query.kind_ids, row.kind_id.in_(query.kind_ids)),
        Wish.DISTRICT: (query.district_ids, row.district_id.in_(query.district_ids)),
        Wish.CATEGORY: (query.category_ids, row.id.in_(in_field)),
        Wish.OFFERS: (query.offers, offers.number.is_not(None)),
        Wish.TASTER: (query.taster, func.coalesce(offers.taster, literal(value=False))),
    }
    return {wish: condition for wish, (asked, condition) in wanted.items() if asked}


def _answers(text: str, given: Offering, words: Vocabulary) -> ColumnElement[bool]:
    """Return that every word of ``text`` is met."""
    typed = words_of(text)
    wanted = [word for word in typed if len(word) > 1][:MOST_WORDS] or typed[:1]
    return and_(true(), *(_answers_word(word, given, words) for word in wanted)) if wanted else false()


def _answers_word(word: str, given: Offering, words: Vocabulary) -> ColumnElement[bool]:
    row, entry, fields, plain = Organisation, CatalogueEntry, given.fields.c, folded(word)
    of_offer = select(entry.organisation_id).where(
        *given.live, folded_column(entry.title).contains(plain, autoescape=True)
    )
    in_field = select(fields.organisation_id).where(fields.category_id.in_(_named(words.categories, plain)))
    return or_(
        folded_column(row.name + literal(" ") + row.summary).contains(plain, autoescape=True),
        said_in(word, row.description),
        likely_meant(plain, row.name),
        row.kind_id.in_(_named(words.organisation_kinds, plain)),
        row.district_id.in_(_named(words.districts, plain)),
        row.id.in_(in_field),
        row.id.in_(of_offer),
    )


def _named(terms: tuple[Term, ...], word: str) -> list[int]:
    """Return the words of a list that hold what was typed."""
    return [term.id for term in terms if word in folded(term.name)]
