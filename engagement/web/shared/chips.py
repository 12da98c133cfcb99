"""What is active, as chips that can be taken away, and what an empty result might do without."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engagement.catalogue.queries import Wish
from engagement.catalogue.times import slot_word
from engagement.kernel.i18n import current_language, gettext, language_name, ngettext
from engagement.web.shared.choices import (
    BEST,
    NEAREST,
    access_names,
    company_choices,
    effort_names,
    kind_names,
    order_names,
)
from engagement.web.shared.filters import Filters

PLACES = ("plz", "ort")
Arguments = dict[str, str | list[str]]


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


@dataclass(frozen=True)
class Looser:
    """The filters without one kind of wish, what that is called, and which wishes of the catalogue it is about."""

    label: str
    filters: Filters
    wishes: frozenset[Wish]


def chips_of(filters: Filters) -> list[Chip]:
    """Return what is active, in the order of the form."""
    chips = [Chip("q", "", gettext("“%(words)s”", words=filters.text))] if filters.text else []
    chips += _place_chips(filters)
    for name, terms in (
        ("kategorie", filters.categories),
        ("zielgruppe", filters.target_groups),
        ("ortsteil", filters.districts),
    ):
        chips += [Chip(name, term.slug, term.name) for term in terms]
    chips += [Chip("art", kind, kind_names()[kind]) for kind in filters.kinds]
    chips += [Chip("wann", word, slot_word(word)) for word in filters.slots]
    chips += [Chip("dauer", "", effort_names()[filters.effort])] if filters.effort else []
    return [*chips, *_personal_chips(filters)]


def in_a_line(filters: Filters) -> str:
    """Return in words everything that is asked for, what comes first included."""
    parts = [chip.label for chip in chips_of(filters)] or [gettext("All offers")]
    if filters.order != BEST:
        parts.append(gettext("comes first: %(order)s", order=order_names(has_words=bool(filters.text))[filters.order]))
    return " · ".join(parts)


def _place_chips(filters: Filters) -> list[Chip]:
    if not (filters.centre and filters.radius):
        return []
    if filters.here:
        return [Chip("ort", "", gettext("%(km)s km around you", km=filters.radius))]
    return [Chip("plz", "", gettext("%(km)s km around %(place)s", km=filters.radius, place=filters.place))]


def _personal_chips(filters: Filters) -> list[Chip]:
    spoken = current_language()
    chips = [
        Chip("sprache", code, gettext("I speak %(language)s", language=language_name(code, in_language=spoken)))
        for code in filters.languages
    ]
    if filters.age:
        chips.append(Chip("alter", "", ngettext("I am %(num)s year old", "I am %(num)s years old", filters.age)))
    chips += [Chip("zugang", word, access_names()[word]) for word in filters.access]
    chips += [Chip("mit", word, company_choices()[word]) for word in filters.company]
    if filters.taster:
        chips.append(Chip("schnuppern", "", gettext("With a first look")))
    if filters.placeless:
        chips.append(Chip("ortlos", "", gettext("Without a place of its own")))
    return chips + ([Chip("nachbarn", "", gettext("With neighbouring towns"))] if filters.neighbours else [])


def taken_away(arguments: Arguments, chip: Chip) -> Arguments:
    """Return the arguments of an address without what a chip stands for."""
    held = arguments.get(chip.name, "")
    left: str | list[str] = [value for value in held if value != chip.value] if isinstance(held, list) else ""
    return {name: value for name, value in (arguments | {chip.name: left}).items() if value}


def without(filters: Filters, chip: Chip) -> Arguments:
    """Return the arguments with one filter taken away; a place goes with its distance and its order."""
    arguments = taken_away(filters.arguments(), chip)
    if chip.name in PLACES:
        arguments.pop("umkreis", None)
        if arguments.get("sortierung") == NEAREST:
            arguments.pop("sortierung")
    return arguments


def loosened(filters: Filters) -> list[Looser]:
    """Return what can be left out when several kinds of filters are active.

    First every kind on its own, last all but the words. Neighbouring towns, which a part of town keeps out, stay out.
    """
    active = {"plz" if chip.name in PLACES else chip.name for chip in chips_of(filters)}
    groups = _groups(filters.order)
    kinds = [name for name in groups if name in active]
    if len(kinds) <= 1:  # alone it is all that is asked
        return []
    here = replace(filters, neighbours=filters.reaches_out, page=1)
    singly = [
        Looser(label, replace(here, **empty), wishes) for label, empty, wishes in (groups[name] for name in kinds)
    ]
    if not filters.text:
        return singly
    alone = Filters(text=filters.text, neighbours=here.neighbours, view=here.view)
    return [*singly, Looser(gettext("all filters"), alone, frozenset(Wish) - {Wish.WORDS})]


def _groups(order: str) -> dict[str, tuple[str, dict[str, Any], frozenset[Wish]]]:
    """Return for each argument what it is called, what it is when empty, and the wishes that it makes."""
    no_place: dict[str, Any] = {"place": "", "here": None, "radius": None, "centre": None}
    no_place["order"] = BEST if order == NEAREST else order
    return {
        "q": (gettext("your words"), {"text": ""}, frozenset({Wish.WORDS})),
        "plz": (gettext("the distance"), no_place, frozenset({Wish.PLACE})),
        "kategorie": (gettext("the field"), {"categories": ()}, frozenset({Wish.CATEGORY})),
        "zielgruppe": (gettext("the people it is for"), {"target_groups": ()}, frozenset({Wish.TARGET_GROUP})),
        "ortsteil": (gettext("the part of town"), {"districts": ()}, frozenset({Wish.DISTRICT})),
        "art": (gettext("the kind"), {"kinds": ()}, frozenset({Wish.TIME_KIND, Wish.REMOTE})),
        "wann": (gettext("the time"), {"slots": ()}, frozenset({Wish.SLOT})),
        "dauer": (gettext("the hours"), {"effort": ""}, frozenset({Wish.EFFORT})),
        "sprache": (gettext("the language"), {"languages": ()}, frozenset({Wish.LANGUAGE})),
        "alter": (gettext("the age"), {"age": None}, frozenset({Wish.AGE})),
        "zugang": (gettext("the access"), {"access": ()}, frozenset({Wish.ACCESS})),
        "mit": (gettext("the company"), {"company": ()}, frozenset({Wish.COMPANY})),
        "schnuppern": (gettext("the first look"), {"taster": False}, frozenset({Wish.TASTER})),
        "ortlos": (gettext("that it has no place"), {"placeless": False}, frozenset({Wish.NO_PLACE})),
    }
