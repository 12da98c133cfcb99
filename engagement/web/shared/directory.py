"""What a visitor of the directory asks for in an address, and the chips that take it away again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engagement.catalogue.words import LONGEST_QUERY
from engagement.directory.queries import PER_PAGE, DirectoryQuery, Order, Wish
from engagement.kernel.i18n import gettext
from engagement.tenancy.queries import DistrictTerm, Term, Vocabulary
from engagement.web.shared.chips import Chip
from engagement.web.shared.filters import HIGHEST_PAGE, Arguments
from engagement.web.shared.reading import cleaned, known_words, number_within, terms_of

BY_NAME, ACTIVE = "name", "aktiv"
ORDERS = {BY_NAME: Order.NAME, ACTIVE: Order.ACTIVE}


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Everything that is active; ``order`` is the address's word."""

    text: str = ""
    kinds: tuple[Term, ...] = ()
    districts: tuple[DistrictTerm, ...] = ()
    categories: tuple[Term, ...] = ()
    offers: bool = False
    taster: bool = False
    order: str = BY_NAME
    page: int = 1

    def query(self, *, page: int | None = None, per_page: int = PER_PAGE) -> DirectoryQuery:
        """Return what the directory is asked."""
        return DirectoryQuery(
            text=self.text,
            kind_ids=tuple(term.id for term in self.kinds),
            district_ids=tuple(term.id for term in self.districts),
            category_ids=tuple(term.id for term in self.categories),
            offers=self.offers,
            taster=self.taster,
            order=ORDERS[self.order],
            page=page or self.page,
            per_page=per_page,
        )

    def arguments(self) -> dict[str, str | list[str]]:
        """Return the address's arguments without the page; empty ones are left out."""
        every: dict[str, str | list[str]] = {
            "q": self.text,
            "art": [term.slug for term in self.kinds],
            "ortsteil": [term.slug for term in self.districts],
            "kategorie": [term.slug for term in self.categories],
            "angebote": "1" if self.offers else "",
            "schnuppern": "1" if self.taster else "",
            "sortierung": "" if self.order == BY_NAME else self.order,
        }
        return {name: value for name, value in every.items() if value}


@dataclass(frozen=True)
class Looser:
    """The directory without one kind of wish, what that is called, and which wish it is."""

    label: str
    directory: Directory
    wishes: frozenset[Wish]


def read_directory(arguments: Arguments, words: Vocabulary) -> Directory:
    """Read the arguments of the directory's address."""
    return Directory(
        text=cleaned(arguments.get("q", ""), LONGEST_QUERY),
        kinds=terms_of(words.organisation_kinds, arguments.getlist("art")),
        districts=terms_of(words.districts, arguments.getlist("ortsteil")),
        categories=terms_of(words.categories, arguments.getlist("kategorie")),
        offers=arguments.get("angebote", "") == "1",
        taster=arguments.get("schnuppern", "") == "1",
        order=next(iter(known_words(ORDERS, arguments.getlist("sortierung"))), BY_NAME),
        page=number_within(arguments.get("seite", ""), 1, HIGHEST_PAGE) or 1,
    )


def order_names(*, has_words: bool) -> dict[str, str]:
    """Return what may come first."""
    return {
        BY_NAME: gettext("Best match") if has_words else gettext("By name"),
        ACTIVE: gettext("Most recently active"),
    }


def chips_of(asked: Directory) -> list[Chip]:
    """Return what is active, in the order of the form."""
    chips = [Chip("q", "", gettext("“%(words)s”", words=asked.text))] if asked.text else []
    for name, terms in (("kategorie", asked.categories), ("art", asked.kinds), ("ortsteil", asked.districts)):
        chips += [Chip(name, term.slug, term.name) for term in terms]
    if asked.offers:
        chips.append(Chip("angebote", "", gettext("With offers now")))
    if asked.taster:
        chips.append(Chip("schnuppern", "", gettext("With a first look")))
    return chips


def loosened(asked: Directory) -> list[Looser]:
    """Return what can be left out when several kinds of wishes are active."""
    active = {chip.name for chip in chips_of(asked)}
    if len(active) == 1:  # alone it is all that is asked
        return []
    return [
        Looser(label, replace(asked, **empty, page=1), frozenset({wish}))
        for name, (label, empty, wish) in _groups().items()
        if name in active
    ]


def _groups() -> dict[str, tuple[str, dict[str, Any], Wish]]:
    """Return for each argument what it is called, what it is when empty, and the wish that it makes."""
    return {
        "q": (gettext("your words"), {"text": ""}, Wish.WORDS),
        "kategorie": (gettext("the field"), {"categories": ()}, Wish.CATEGORY),
        "art": (gettext("the kind"), {"kinds": ()}, Wish.KIND),
        "ortsteil": (gettext("the part of town"), {"districts": ()}, Wish.DISTRICT),
        "angebote": (gettext("“with offers now”"), {"offers": False}, Wish.OFFERS),
        "schnuppern": (gettext("the first look"), {"taster": False}, Wish.TASTER),
    }
