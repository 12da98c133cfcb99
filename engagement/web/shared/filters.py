"""What a visitor asks for in an address, read kindly: what is unknown is passed over or explained beside its field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from engagement.catalogue.queries import SearchQuery
from engagement.catalogue.slots import DAYS, PARTS, expand, is_slot_word
from engagement.catalogue.words import LONGEST_QUERY
from engagement.kernel.geo import Point
from engagement.kernel.i18n import gettext
from engagement.tenancy.queries import DistrictTerm, TenantInfo, Term, Vocabulary
from engagement.web.shared.times import slot_word

KINDS = ("einmalig", "regelmaessig", "remote")
TIME_KINDS = {"einmalig": "dated", "regelmaessig": "ongoing"}
RADII = (2, 5, 10, 20, 50)
USUAL_RADIUS = 5
MOST_KM = 500
LONGEST_PLACE = 80
HIGHEST_PAGE = 9_999


AnyTerm = TypeVar("AnyTerm", bound=Term)


class Arguments(Protocol):
    """The part of a request's arguments that is read here."""

    def get(self, key: str, default: str, /) -> str: ...
    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class Chip:
    """An active filter, as the visitor sees it and takes it away.

    Args:
        name: of the argument in the address.
        value: the one value, empty if the argument has only one.
    """

    name: str
    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Everything that is active; ``problems`` names by argument what could not be used and why.

    ``neighbours`` asks for offers of neighbouring towns as well; a part of town is always one of this town's, so that
    with one of those it comes to nothing.
    """

    text: str = ""
    categories: tuple[Term, ...] = ()
    target_groups: tuple[Term, ...] = ()
    districts: tuple[DistrictTerm, ...] = ()
    radius: int | None = None
    place: str = ""
    centre: Point | None = None
    kinds: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    page: int = 1
    neighbours: bool = False
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def reaches_out(self) -> bool:
        """Tell whether other towns are searched too."""
        return self.neighbours and not self.districts

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
            page=self.page,
        )

    def arguments(self) -> dict[str, str | list[str]]:
        """Return the address's arguments without the page; empty ones are left out."""
        every: dict[str, str | list[str]] = {
            "q": self.text,
            "kategorie": [term.slug for term in self.categories],
            "zielgruppe": [term.slug for term in self.target_groups],
            "ortsteil": [term.slug for term in self.districts],
            "plz": self.place,
            "umkreis": str(self.radius or ""),
            "art": list(self.kinds),
            "wann": list(self.slots),
            "nachbarn": "1" if self.neighbours else "",
        }
        return {name: value for name, value in every.items() if value}

    def without(self, chip: Chip) -> dict[str, str | list[str]]:
        """Return the arguments with one filter taken away; the place and its distance go together."""
        arguments = self.arguments()
        held = arguments.get(chip.name, "")
        if isinstance(held, list):
            arguments[chip.name] = [value for value in held if value != chip.value]
        else:
            arguments.pop(chip.name, None)
        if chip.name == "plz":
            arguments.pop("umkreis", None)
        return arguments

    def chips(self) -> list[Chip]:
        """Return what is active, in the order of the form."""
        chips = [Chip("q", "", gettext("“%(words)s”", words=self.text))] if self.text else []
        if self.centre and self.radius:
            label = gettext("%(km)s km around %(place)s", km=self.radius, place=self.place)
            chips.append(Chip("plz", "", label))
        for name, terms in (
            ("kategorie", self.categories),
            ("zielgruppe", self.target_groups),
            ("ortsteil", self.districts),
        ):
            chips += [Chip(name, term.slug, term.name) for term in terms]
        chips += [Chip("art", kind, kind_names()[kind]) for kind in self.kinds]
        chips += [Chip("wann", word, slot_word(word)) for word in self.slots]
        return chips + ([Chip("nachbarn", "", gettext("With neighbouring towns"))] if self.neighbours else [])

    def loosened(self) -> list[tuple[str, Filters]]:
        """Return what can be left out when several kinds of filters are active: its name and the filters without it.

        First every kind on its own, last all but the words.
        """
        groups = {
            "q": (gettext("your words"), replace(self, text="")),
            "plz": (gettext("the distance"), replace(self, place="", radius=None, centre=None)),
            "kategorie": (gettext("the field"), replace(self, categories=())),
            "zielgruppe": (gettext("the people it is for"), replace(self, target_groups=())),
            "ortsteil": (gettext("the part of town"), replace(self, districts=())),
            "art": (gettext("the kind"), replace(self, kinds=())),
            "wann": (gettext("the time"), replace(self, slots=())),
        }
        active = {chip.name for chip in self.chips()} & set(groups)
        if len(active) < 2:  # noqa: PLR2004 - with one kind alone nothing is left to leave out
            return []
        singly = [groups[name] for name in groups if name in active]
        return (
            [*singly, (gettext("all filters"), Filters(text=self.text, neighbours=self.neighbours))]
            if self.text
            else singly
        )


def read_filters(arguments: Arguments, words: Vocabulary, tenant: TenantInfo) -> Filters:
    """Read the arguments of a search address."""
    place = _clean(arguments.get("plz", ""), LONGEST_PLACE)
    radius = _whole_number(arguments.get("umkreis", ""), 1, MOST_KM)
    centre = _centre(place, words)
    problems = {}
    if place and centre is None:
        problems["plz"] = gettext(
            "We do not know this place. Please give a postcode or a part of %(town)s.", town=tenant.name
        )
    elif radius and not place:
        problems["plz"] = gettext("For a distance we need a postcode or a part of %(town)s.", town=tenant.name)
    return Filters(
        text=_clean(arguments.get("q", ""), LONGEST_QUERY),
        categories=_terms(words.categories, arguments.getlist("kategorie")),
        target_groups=_terms(words.target_groups, arguments.getlist("zielgruppe")),
        districts=_terms(words.districts, arguments.getlist("ortsteil")),
        place=place,
        centre=centre,
        radius=(radius or USUAL_RADIUS) if centre else radius,
        kinds=tuple(kind for kind in KINDS if kind in arguments.getlist("art")),
        slots=_slot_words(arguments.getlist("wann")),
        neighbours=arguments.get("nachbarn", "") == "1",
        page=_whole_number(arguments.get("seite", ""), 1, HIGHEST_PAGE) or 1,
        problems=problems,
    )


@dataclass(frozen=True)
class Directory:
    """What a visitor of the directory asks for."""

    text: str
    kind: Term | None
    district: DistrictTerm | None
    page: int

    def arguments(self) -> dict[str, str]:
        """Return the address's arguments without the page; empty ones are left out."""
        every = {
            "q": self.text,
            "art": self.kind.slug if self.kind else "",
            "ortsteil": self.district.slug if self.district else "",
        }
        return {name: value for name, value in every.items() if value}


def read_directory(arguments: Arguments, words: Vocabulary) -> Directory:
    """Read the arguments of the directory's address."""
    return Directory(
        text=_clean(arguments.get("q", ""), LONGEST_QUERY),
        kind=next(iter(_terms(words.organisation_kinds, [arguments.get("art", "")])), None),
        district=next(iter(_terms(words.districts, [arguments.get("ortsteil", "")])), None),
        page=_whole_number(arguments.get("seite", ""), 1, HIGHEST_PAGE) or 1,
    )


def kind_names() -> dict[str, str]:
    """Return what the kinds are called."""
    return {
        "einmalig": gettext("On one date"),
        "regelmaessig": gettext("Regularly"),
        "remote": gettext("From home"),
    }


def _centre(place: str, words: Vocabulary) -> Point | None:
    """Return the point of a postcode, or of a part of the municipality given by name."""
    if point := words.postcode_point(place):
        return point
    named = (term.point for term in words.districts if place.casefold() in {term.name.casefold(), term.slug})
    return next(named, None)


def _terms(terms: tuple[AnyTerm, ...], slugs: Iterable[str]) -> tuple[AnyTerm, ...]:
    wanted = set(slugs)
    return tuple(term for term in terms if term.answers_to(wanted))


def _ids(terms: Iterable[Term]) -> tuple[int, ...]:
    return tuple(term.id for term in terms)


def _slugs(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(term.slug for term in terms)


def _slot_words(given: list[str]) -> tuple[str, ...]:
    """Return the slots, days and parts that are ones, each once, in the order of the week."""
    known = {word for word in given if is_slot_word(word)}
    order = [*DAYS, *PARTS, *(f"{day}-{part}" for day in DAYS for part in PARTS)]
    return tuple(word for word in order if word in known)


def _clean(text: str, longest: int) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:longest]


def _whole_number(text: str, least: int, most: int) -> int | None:
    """Return a number within bounds; anything else was not asked for."""
    cleaned = text.strip()
    if not (cleaned.isascii() and cleaned.isdigit()) or len(cleaned) > len(str(most)):
        return None
    number = int(cleaned)
    return number if least <= number <= most else None
