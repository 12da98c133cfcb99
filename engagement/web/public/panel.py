"""The filters as the page shows them: each choice with its name, how many offers it leaves, whether it is active."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engagement.catalogue.facets import AGES, RADII_KM
from engagement.catalogue.queries import Facets, Wish
from engagement.catalogue.slots import DAYS, PARTS, expand
from engagement.kernel.i18n import current_language, gettext, language_name, ngettext
from engagement.tenancy.queries import Term, Vocabulary
from engagement.web.shared.choices import (
    ACCESS,
    COMPANY,
    EFFORTS,
    TIME_KINDS,
    access_names,
    company_choices,
    effort_names,
    kind_names,
)
from engagement.web.shared.filters import Filters
from engagement.web.shared.presentation import short_day
from engagement.web.shared.times import slot_word


@dataclass(frozen=True)
class Choice:
    """One choice; ``count`` is how many offers it leaves."""

    value: str
    label: str
    count: int
    active: bool


@dataclass(frozen=True)
class Group:
    """The choices of one argument of the address."""

    name: str
    legend: str
    choices: tuple[Choice, ...]

    @property
    def active(self) -> int:
        """Return how many of them are active."""
        return sum(choice.active for choice in self.choices)

    def used(self) -> Group:
        """Return the group without what no offer has, unless it is active."""
        return Group(self.name, self.legend, tuple(one for one in self.choices if one.count or one.active))


@dataclass(frozen=True)
class Panel:
    """Everything that the form offers; ``week`` holds the parts of each day, under its short name."""

    categories: Group
    target_groups: Group
    districts: Group
    week: tuple[Group, ...]
    kinds: Group
    efforts: Group
    languages: Group
    access: Group
    company: Group
    taster: Group
    ages: Group
    radii: Group


Option = tuple[str, str, Wish, object]
"""The value in the address, its name, the wish that it makes, and how the catalogue counts it."""


def panel_of(filters: Filters, words: Vocabulary, counts: Facets, *, several_towns: bool) -> Panel:
    """Return the filters with their counts; with ``several_towns``, words are counted by their short names."""

    def group(name: str, legend: str, options: Iterable[Option], active: Collection[str]) -> Group:
        made = (Choice(value, label, counts.of(wish, key), value in active) for value, label, wish, key in options)
        return Group(name, legend, tuple(made))

    def terms(name: str, legend: str, wish: Wish, known: Iterable[Term], active: Iterable[Term]) -> Group:
        by_slug = several_towns and wish is not Wish.DISTRICT
        options = ((term.slug, term.name, wish, term.slug if by_slug else term.id) for term in known)
        return group(name, legend, options, [term.slug for term in active]).used()

    slots = expand(filters.slots)
    return Panel(
        categories=terms("kategorie", gettext("Field"), Wish.CATEGORY, words.categories, filters.categories),
        target_groups=terms(
            "zielgruppe", gettext("For whom"), Wish.TARGET_GROUP, words.target_groups, filters.target_groups
        ),
        districts=terms("ortsteil", gettext("Part of town"), Wish.DISTRICT, words.districts, filters.districts),
        week=tuple(group(short_day(number), slot_word(day), _slots_of(day), slots) for number, day in enumerate(DAYS)),
        kinds=group("art", gettext("Kind"), _kinds(), filters.kinds),
        efforts=group("dauer", gettext("How much time?"), _efforts(), {filters.effort}),
        languages=group("sprache", gettext("Your languages"), _languages(filters, counts), filters.languages),
        access=group("zugang", gettext("Access"), _access(), filters.access),
        company=group("mit", gettext("Not alone?"), _company(), filters.company),
        taster=group(
            "schnuppern", "", [("1", gettext("With a first look"), Wish.TASTER, 1)], {"1"} if filters.taster else ()
        ),
        ages=group("alter", gettext("Your age"), _ages(filters.age), {str(filters.age)}),
        radii=group("umkreis", gettext("Distance"), _radii(filters.radius), {str(filters.radius)}),
    )


def _slots_of(day: str) -> list[Option]:
    return [(slot, slot_word(slot), Wish.SLOT, slot) for slot in (f"{day}-{part}" for part in PARTS)]


def _kinds() -> list[Option]:
    return [
        (word, name, Wish.TIME_KIND, TIME_KINDS[word]) if word in TIME_KINDS else (word, name, Wish.REMOTE, 1)
        for word, name in kind_names().items()
    ]


def _efforts() -> list[Option]:
    return [(word, name, Wish.EFFORT, EFFORTS[word]) for word, name in effort_names().items()]


def _access() -> list[Option]:
    return [(word, name, Wish.ACCESS, ACCESS[word]) for word, name in access_names().items()]


def _company() -> list[Option]:
    return [(word, name, Wish.COMPANY, COMPANY[word]) for word, name in company_choices().items()]


def _languages(filters: Filters, counts: Facets) -> list[Option]:
    """Return the languages that are needed somewhere, the most needed first, and those that are active."""
    needed = counts.counts.get(Wish.LANGUAGE, {})
    spoken = current_language()
    names = {code: language_name(code, in_language=spoken) for code in {*needed, *filters.languages}}
    order = sorted(names, key=lambda code: (-needed.get(code, 0), names[code]))
    return [(code, names[code][:1].upper() + names[code][1:], Wish.LANGUAGE, code) for code in order]


def _ages(asked: int | None) -> list[Option]:
    ages = sorted({*AGES, *([asked] if asked else [])})
    return [(str(age), ngettext("%(num)s year", "%(num)s years", age), Wish.AGE, age) for age in ages]


def _radii(asked: int | None) -> list[Option]:
    radii = sorted({*RADII_KM, *([asked] if asked else [])})
    return [(str(km), gettext("up to %(km)s km", km=km), Wish.PLACE, km) for km in radii]
