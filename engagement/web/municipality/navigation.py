"""The municipality's menu: what a person may open, in the order in which staff need it."""

from __future__ import annotations

from typing import Any

from engagement.kernel.i18n import lazy_gettext
from engagement.tenancy.settings import Module
from engagement.web.municipality import blueprint
from engagement.web.shared import menu
from engagement.web.shared.menu import Place

MENU: tuple[tuple[Any, tuple[Place, ...]], ...] = (
    (
        lazy_gettext("Every day"),
        (
            Place("today", lazy_gettext("What waits today"), ("unanswered", "expiring")),
            Place("organisations", lazy_gettext("Organisations"), ("organisation",)),
            Place("opportunities", lazy_gettext("Offers"), ("opportunity",)),
            Place("reports", lazy_gettext("Reports"), ("report",), Module.REPORTS),
            Place("barriers", lazy_gettext("Reported barriers"), ("barrier",)),
            Place("mails", lazy_gettext("Mails")),
            Place("figures", lazy_gettext("Figures"), ("figure",)),
        ),
    ),
    (
        lazy_gettext("Your site"),
        (
            Place("branding", lazy_gettext("Look"), ("branding",)),
            Place("texts", lazy_gettext("Texts and legal pages"), ("text",)),
            Place("vocabulary", lazy_gettext("Fields, groups and districts"), ("vocabulary", "word")),
            Place("search_words", lazy_gettext("Words of the search"), ("search_words",)),
        ),
    ),
    (
        lazy_gettext("Management"),
        (
            Place("settings", lazy_gettext("Settings"), ("setting",)),
            Place("neighbours", lazy_gettext("Neighbouring towns"), ("neighbour",), Module.NEIGHBOURS),
            Place("staff", lazy_gettext("Team"), ("staff",)),
            Place("audit", lazy_gettext("Log of changes"), ("audit",)),
        ),
    ),
)


def menu_of_person() -> list[tuple[Any, list[Place]]]:
    """Return the groups of the menu with the lines that are offered to the person of this request."""
    groups = [(name, [place for place in places if place.is_offered(blueprint.name)]) for name, places in MENU]
    return [(name, places) for name, places in groups if places]


def may_open(endpoint: str) -> bool:
    """Tell whether the person of this request may open a page of the municipality, named within this blueprint."""
    return menu.may_open(f"{blueprint.name}.{endpoint}")


@blueprint.app_context_processor
def _with_menu() -> dict[str, Any]:
    return {"municipality_menu": menu_of_person, "may_open_page": may_open}
