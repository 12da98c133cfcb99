"""The six questions of "What suits me?": what was answered, from the address, and what it means for the matching."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engagement.catalogue.slots import DAYS, PARTS
from engagement.kernel.i18n import gettext
from engagement.matching.fitting import Wish
from engagement.matching.scoring import Traits
from engagement.tenancy.queries import TenantInfo, Term, Vocabulary
from engagement.web.shared.choices import COMPANY, company_choices
from engagement.web.shared.filters import Arguments, Filters, read_filters
from engagement.web.shared.reading import number_within

STEPS = ("kategorie", "zielgruppe", "tun", "zeit", "dauer", "wo")
"""The questions in their order, by what they ask for."""
WORKDAYS, WEEKEND = DAYS[:5], DAYS[5:]
TIMES: dict[str, frozenset[str]] = {
    "tagsueber": frozenset(f"{day}-{part}" for day in WORKDAYS for part in ("morning", "afternoon")),
    "abends": frozenset(f"{day}-evening" for day in WORKDAYS),
    "wochenende": frozenset(f"{day}-{part}" for day in WEEKEND for part in PARTS),
}
HOURS = {"bis-2": 2.0, "bis-5": 5.0, "mehr": None}
ONCE, LOOK = "einmalig", "schnuppern"
STEP_FREE = "stufenlos"
OLDEST = 120
DOINGS: dict[str, str] = {
    "reden": "zuhören begleiten besuchen Gespräche Gesellschaft",
    "erklaeren": "lernen vorlesen erklären Nachhilfe Sprache üben",
    "haende": "reparieren bauen Handwerk nähen Werkstatt",
    "draussen": "Natur Garten Wald Tiere draußen pflegen",
    "kochen": "kochen backen Essen Küche Café",
    "kreativ": "Musik singen malen basteln Theater Kultur",
    "bewegen": "Sport Training Bewegung wandern tanzen",
    "planen": "organisieren planen Vorstand Kasse Verwaltung",
    "digital": "Computer Internet Website Fotos Technik",
    "anpacken": "aufbauen Fest Transport fahren anpacken",
}
"""What somebody likes to do → German words for it, since the offers are in German whatever the visitor speaks."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What was answered; everything may be left open.

    Args:
        filters: fields, people, place and what else a search knows as well.
        doings: keys of ``DOINGS``.
        times: keys of ``TIMES``, or ``einmalig``.
        effort: a key of ``HOURS``, ``schnuppern`` or "".
        company: ``tandem``, ``gruppe``, ``familie`` or "".
        at_home: from home suits too.
        step_free: needs a way without steps.
        age: in years.
        problems: what could not be used, by argument.
    """

    filters: Filters = field(default_factory=Filters)
    doings: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    effort: str = ""
    company: str = ""
    at_home: bool = False
    step_free: bool = False
    age: int | None = None
    problems: dict[str, str] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """Return them as the address holds them; what was left open is left out."""
        every: dict[str, str | list[str]] = {
            "kategorie": [term.slug for term in self.filters.categories],
            "zielgruppe": [term.slug for term in self.filters.target_groups],
            "tun": list(self.doings),
            "zeit": list(self.times),
            "dauer": self.effort,
            "plz": self.filters.place,
            "mit": self.company,
            "zuhause": "1" if self.at_home else "",
            "zugang": STEP_FREE if self.step_free else "",
            "alter": str(self.age or ""),
        }
        return {name: value for name, value in every.items() if value}

    def others(self, step: str) -> list[tuple[str, str]]:
        """Return the answers to all questions but ``step``, one by one, as hidden fields carry them."""
        asked_here = FIELDS[step]
        pairs = ((name, value) for name, value in self.arguments().items() if name not in asked_here)
        return [(name, one) for name, value in pairs for one in ([value] if isinstance(value, str) else value)]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was answered at all."""
        return not self.arguments()

    @property
    def words(self) -> str:
        """Return words for what the person likes to do."""
        return " ".join(DOINGS[doing] for doing in self.doings)

    def wish(self) -> Wish:
        """Return what the matching is asked for."""
        return Wish(
            traits=self._traits(),
            rhythm=True if self.times == (ONCE,) else None,
            hours_a_week=HOURS.get(self.effort),
            company=COMPANY.get(self.company, ""),
            taster=self.effort == LOOK,
            needs=frozenset({"step_free"} if self.step_free else ()),
            age=self.age,
            did_say_doing=bool(self.doings),
        )

    def _traits(self) -> Traits:
        slots: frozenset[str] = frozenset().union(*(TIMES[time] for time in self.times if time in TIMES))
        return Traits(
            categories=_ids(self.filters.categories),
            target_groups=_ids(self.filters.target_groups),
            place=self.filters.centre,
            remote=self.at_home,
            slots=slots,
        )


FIELDS: dict[str, frozenset[str]] = {
    **{step: frozenset({step}) for step in STEPS},
    "wo": frozenset({"plz", "mit", "zuhause", "zugang", "alter"}),
}
"""The arguments that each question asks for."""


def read_answers(arguments: Arguments, words: Vocabulary, tenant: TenantInfo) -> Answers:
    """Read the arguments of an address; what is unknown is passed over, what is odd is explained beside its field."""
    filters = read_filters(arguments, words, tenant)
    effort, company = arguments.get("dauer", ""), arguments.get("mit", "")
    age, problem = _age(arguments.get("alter", ""))
    return Answers(
        filters=filters,
        doings=tuple(key for key in DOINGS if key in arguments.getlist("tun")),
        times=tuple(key for key in (*TIMES, ONCE) if key in arguments.getlist("zeit")),
        effort=effort if effort in (*HOURS, LOOK) else "",
        company=company if company in COMPANY else "",
        at_home=arguments.get("zuhause", "") == "1",
        step_free=arguments.get("zugang", "") == STEP_FREE,
        age=age,
        problems={**filters.problems, **({"alter": problem} if problem else {})},
    )


def choices() -> dict[str, dict[str, str]]:
    """Return what can be chosen for the questions that have a fixed list, in the language in use."""
    return {
        "tun": _doing_names(),
        "zeit": {
            "tagsueber": gettext("On weekdays in the daytime"),
            "abends": gettext("On weekdays in the evening"),
            "wochenende": gettext("At weekends"),
            ONCE: gettext("Rather once, on a certain date"),
        },
        "dauer": {
            LOOK: gettext("I would like to have a look first"),
            "bis-2": gettext("Up to two hours a week"),
            "bis-5": gettext("Up to five hours a week"),
            "mehr": gettext("More than that"),
        },
        "mit": company_choices(),
    }


def _doing_names() -> dict[str, str]:
    return {
        "reden": gettext("Talk and listen"),
        "erklaeren": gettext("Explain and read aloud"),
        "haende": gettext("Work with my hands"),
        "draussen": gettext("Be outdoors"),
        "kochen": gettext("Cook and bake"),
        "kreativ": gettext("Make music, paint, play"),
        "bewegen": gettext("Keep moving"),
        "planen": gettext("Organise and plan"),
        "digital": gettext("Computers and photos"),
        "anpacken": gettext("Lend a hand where it is needed"),
    }


def _age(typed: str) -> tuple[int | None, str]:
    if not typed.strip():
        return None, ""
    if age := number_within(typed, 1, OLDEST):
        return age, ""
    return None, gettext("Please give your age as a number of years, or leave it empty.")


def _ids(terms: Iterable[Term]) -> frozenset[int]:
    return frozenset(term.id for term in terms)
