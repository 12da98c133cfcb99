"""The choices that are the same in every town: what an address, the catalogue and people call them."""

from __future__ import annotations

from engagement.catalogue.queries import Effort, Order
from engagement.kernel.i18n import gettext
from engagement.web.shared.presentation import company_names

KINDS = ("einmalig", "regelmaessig", "remote")
TIME_KINDS = {"einmalig": "dated", "regelmaessig": "ongoing"}
ACCESS = {
    "stufenlos": "step_free",
    "toilette": "accessible_toilet",
    "oepnv": "public_transport",
    "hoerhilfe": "hearing_support",
}
COMPANY = {"tandem": "tandem", "gruppe": "group", "familie": "family"}
EFFORTS = {"bis-2": Effort.FEW, "bis-5": Effort.SOME, "mehr": Effort.MANY}
BEST, NEAREST = "passend", "nah"
LIST, MAP = VIEWS = ("liste", "karte")
ORDERS = {BEST: Order.BEST, "neu": Order.NEWEST, NEAREST: Order.NEAREST, "bald": Order.SOONEST}


def kind_names() -> dict[str, str]:
    """Return what the kinds are called."""
    return {
        "einmalig": gettext("On one date"),
        "regelmaessig": gettext("Regularly"),
        "remote": gettext("From home"),
    }


def access_names() -> dict[str, str]:
    """Return what the needs of access are called."""
    return {
        "stufenlos": gettext("Step-free access"),
        "toilette": gettext("Accessible toilet"),
        "oepnv": gettext("Easy to reach by bus or train"),
        "hoerhilfe": gettext("Support for hearing"),
    }


def company_choices() -> dict[str, str]:
    """Return what it is called in whose company one comes."""
    names = company_names()
    return {word: names[company] for word, company in COMPANY.items()}


def effort_names() -> dict[str, str]:
    """Return what the hours a week are called."""
    return {
        "bis-2": gettext("Up to 2 hours a week"),
        "bis-5": gettext("Up to 5 hours a week"),
        "mehr": gettext("More than 5 hours a week"),
    }


def order_names(*, has_words: bool) -> dict[str, str]:
    """Return what may come first; without words, what fits best is what is new or begins soon."""
    return {
        BEST: gettext("Best match") if has_words else gettext("New and soon"),
        "neu": gettext("Newest"),
        NEAREST: gettext("Nearest"),
        "bald": gettext("Starting soonest"),
    }
