"""What a visitor asks for in an address, read kindly: what is unknown is passed over or explained beside its field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from engagement.catalogue.facets import RADII_KM
from engagement.catalogue.queries import Order, SearchQuery
from engagement.catalogue.slots import expand
from engagement.catalogue.words import LONGEST_QUERY
from engagement.kernel.geo import Point
from engagement.kernel.i18n import gettext
from engagement.tenancy.queries import DistrictTerm, TenantInfo, Term, Vocabulary
from engagement.tenancy.settings import Module
from engagement.web.shared.choices import ACCESS, BEST, COMPANY, EFFORTS, KINDS, LIST, MAP, ORDERS, TIME_KINDS, VIEWS
from engagement.web.shared.reading import (
    cleaned,
    known_words,
    language_codes,
    number_within,
    point_text,
    rough_point,
    slot_words,
    terms_of,
)

RADII = RADII_KM
USUAL_RADIUS = 5
MOST_KM = 500
LONGEST_PLACE = 80
HIGHEST_PAGE = 9_999
OLDEST = 120


class Arguments(Protocol):
    """The part of a request's arguments that is read here."""

    def get(self, key: str, default: str, /) -> str: ...
    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Everything that is active; ``problems`` names by argument what could not be used and why.

    Args:
        place: what was typed, a postcode or a part of town.
        here: where the visitor is, roughly; a typed place goes before it.
        centre: the point of either.
        languages: codes that the visitor speaks.
        age: of the visitor.
        access: the address's words, as are ``company``, ``effort``, ``kinds`` and ``order``.
        neighbours: asks for offers of neighbouring towns as well; a part of town is always one of this town's, so that
            with one of those it comes to nothing.
        view: how the results are shown, as a list or also as a map; it changes nothing of what is found.
    """

    text: str = ""
    categories: tuple[Term, ...] = ()
    target_groups: tuple[Term, ...] = ()
    districts: tuple[DistrictTerm, ...] = ()
    radius: int | None = None
    place: str = ""
    here: Point | None = None
    centre: Point | None = None
    kinds: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    effort: str = ""
    languages: tuple[str, ...] = ()
    age: int | None = None
    access: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    taster: bool = False
    placeless: bool = False
    order: str = BEST
    page: int = 1
    neighbours: bool = False
    view: str = LIST
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def reaches_out(self) -> bool:
        """Tell whether other towns are searched too."""
        return self.neighbours and not self.districts

    @property
    def on_map(self) -> bool:
        """Tell whether a map is asked for."""
        return self.view == MAP

    def as_list(self) -> Filters:
        """Return the same without a map: for addresses that are about what is found alone."""
        return replace(self, view=LIST)

    def query(self, neighbour_ids: Iterable[int] = ()) -> SearchQuery:
        """Return what the catalogue is asked; towns call the same field by the same short name, but by other ids.

        Args:
            neighbour_ids: the towns that have agreed, searched if they are asked for.
        """
        others = tuple(neighbour_ids) if self.reaches_out else ()
        return SearchQuery(
            text=self.text,
            also_tenants=others,
            category_ids=() if others else _ids(self.categories),
            target_group_ids=() if others else _ids(self.target_groups),
            category_slugs=_slugs(self.categories) if others else (),
            target_group_slugs=_slugs(self.target_groups) if others else (),
            district_ids=_ids(self.districts),
            centre=self.centre,
            radius_km=float(self.radius) if self.radius and self.centre else None,
            time_kinds=tuple(TIME_KINDS[kind] for kind in self.kinds if kind in TIME_KINDS),
            remote="remote" in self.kinds,
            slots=expand(self.slots),
            effort=EFFORTS.get(self.effort),
            languages=self.languages,
            age=self.age,
            access=tuple(ACCESS[word] for word in self.access),
            suited_for=tuple(COMPANY[word] for word in self.company),
            taster=self.taster,
            no_place=self.placeless,
            order=ORDERS[self.order],
            page=self.page,
        )

    def arguments(self) -> dict[str, str | list[str]]:
        """Return the address's arguments without the page; empty ones are left out."""
        every: dict[str, str | list[str]] = {
            "q": self.text,
            "kategorie": list(_slugs(self.categories)),
            "zielgruppe": list(_slugs(self.target_groups)),
            "ortsteil": list(_slugs(self.districts)),
            "plz": self.place,
            "ort": point_text(self.here) if self.here else "",
            "umkreis": str(self.radius or ""),
            "art": list(self.kinds),
            "wann": list(self.slots),
            "dauer": self.effort,
            "sprache": list(self.languages),
            "alter": str(self.age or ""),
            "zugang": list(self.access),
            "mit": list(self.company),
            "schnuppern": "1" if self.taster else "",
            "ortlos": "1" if self.placeless else "",
            "nachbarn": "1" if self.neighbours else "",
            "sortierung": "" if self.order == BEST else self.order,
            "ansicht": MAP if self.on_map else "",
        }
        return {name: value for name, value in every.items() if value}


def read_filters(arguments: Arguments, words: Vocabulary, tenant: TenantInfo) -> Filters:
    """Read the arguments of a search address."""
    place = cleaned(arguments.get("plz", ""), LONGEST_PLACE)
    here = None if place else rough_point(arguments.get("ort", ""))
    centre = _centre(place, words) if place else here
    radius = number_within(arguments.get("umkreis", ""), 1, MOST_KM)
    order = next(iter(known_words(ORDERS, arguments.getlist("sortierung"))), BEST)
    return Filters(
        text=cleaned(arguments.get("q", ""), LONGEST_QUERY),
        categories=terms_of(words.categories, arguments.getlist("kategorie")),
        target_groups=terms_of(words.target_groups, arguments.getlist("zielgruppe")),
        districts=terms_of(words.districts, arguments.getlist("ortsteil")),
        place=place,
        here=here,
        centre=centre,
        radius=(radius or USUAL_RADIUS) if centre else radius,
        kinds=known_words(KINDS, arguments.getlist("art")),
        slots=slot_words(arguments.getlist("wann")),
        effort=next(iter(known_words(EFFORTS, arguments.getlist("dauer"))), ""),
        languages=language_codes(arguments.getlist("sprache")),
        age=number_within(arguments.get("alter", ""), 1, OLDEST),
        access=known_words(ACCESS, arguments.getlist("zugang")),
        company=known_words(COMPANY, arguments.getlist("mit")),
        taster=arguments.get("schnuppern", "") == "1",
        placeless=arguments.get("ortlos", "") == "1",
        order=order,
        neighbours=arguments.get("nachbarn", "") == "1",
        view=_view(arguments.get("ansicht", ""), tenant),
        page=number_within(arguments.get("seite", ""), 1, HIGHEST_PAGE) or 1,
        problems=_problems(place, centre, radius, order, tenant.name),
    )


def _view(word: str, tenant: TenantInfo) -> str:
    """Return how to show what is found; there is no map where the town has switched it off."""
    return word if word in VIEWS and tenant.settings.has(Module.MAP) else LIST


def _problems(place: str, centre: Point | None, radius: int | None, order: str, town: str) -> dict[str, str]:
    if centre:
        return {}
    if place:
        text = gettext("We do not know this place. Please give a postcode or a part of %(town)s.", town=town)
    elif radius:
        text = gettext("For a distance we need a postcode or a part of %(town)s.", town=town)
    elif ORDERS[order] is Order.NEAREST:
        text = gettext("To show the nearest first we need a postcode or a part of %(town)s.", town=town)
    else:
        return {}
    return {"plz": text}


def _centre(place: str, words: Vocabulary) -> Point | None:
    """Return the point of a postcode, or of a part of the municipality given by name."""
    if point := words.postcode_point(place):
        return point
    named = (term.point for term in words.districts if place.casefold() in {term.name.casefold(), term.slug})
    return next(named, None)


def _ids(terms: Iterable[Term]) -> tuple[int, ...]:
    return tuple(term.id for term in terms)


def _slugs(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(term.slug for term in terms)
