"""What a town that has just opened does first, until its first organisation is verified."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from engagement.kernel.i18n import gettext
from engagement.web.municipality.navigation import may_open
from engagement.web.shared import context


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Args:
        name: what it is.
        text: why.
        address: where it is done, "" if the person may open no such page.
        done: whether it is, where that can be told without asking the database.
    """

    name: str
    text: str
    address: str
    done: bool = False


def first_steps(*, verified: int, waiting: int) -> list[Step]:
    """Return what the person of this request can do to bring the site to life; nothing once it lives.

    Args:
        verified: organisations that everybody sees.
        waiting: those that wait for a check.
    """
    if verified:
        return []
    steps = (_texts(), _districts(), _look(), _colleagues(), _associations(done=waiting > 0))
    return [step for step in steps if step.address]


def _texts() -> Step:
    tenant = context.tenant()
    return Step(
        gettext("Complete address and contact"),
        gettext("Imprint, privacy and accessibility statement are ready; they need your postal address."),
        _to("texts"),
        done=bool(tenant.postal_address and tenant.contact_email),
    )


def _districts() -> Step:
    return Step(
        gettext("Enter the parts of your town"),
        gettext("People then find what is near them. Fields and target groups are prepared; change them as you like."),
        _to("vocabulary"),
    )


def _look() -> Step:
    return Step(
        gettext("Give the site your look"),
        gettext("Your colours and your logo show at once whose site it is."),
        _to("branding"),
    )


def _colleagues() -> Step:
    return Step(
        gettext("Invite your colleagues"), gettext("So that somebody is there when you are on holiday."), _to("staff")
    )


def _associations(*, done: bool) -> Step:
    return Step(
        gettext("Invite associations"),
        gettext("Send them the address of this page. They register themselves, and you check each of them once."),
        url_for("public.for_organisations"),
        done,
    )


def _to(endpoint: str) -> str:
    return url_for(f"municipality.{endpoint}") if may_open(endpoint) else ""
