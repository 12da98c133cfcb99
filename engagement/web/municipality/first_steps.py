"""What a town that has just opened does first, until its first organisation is verified."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import PERMISSIONS, Permission, Role
from engagement.web.shared import context
from engagement.web.shared.access import mark_of
from engagement.web.shared.identity import somebody


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
    tenant = context.tenant()
    steps = [
        Step(
            gettext("Complete address and contact"),
            gettext("Imprint, privacy and accessibility statement are ready; they need your postal address."),
            _first_open("municipality.texts", "public.imprint"),
            done=bool(tenant.postal_address and tenant.contact_email),
        ),
        Step(
            gettext("Enter the parts of your town"),
            gettext(
                "People then find what is near them. Fields and target groups are prepared; change them as you like."
            ),
            _first_open("municipality.vocabulary"),
        ),
        Step(
            gettext("Give the site your look"),
            gettext("Your colours and your coat of arms show at once whose site it is."),
            _first_open("municipality.branding"),
        ),
        Step(
            gettext("Invite your colleagues"),
            gettext("So that somebody is there when you are on holiday."),
            _first_open("municipality.staff"),
        ),
        Step(
            gettext("Invite associations"),
            gettext("Send them the address of this page. They register themselves, and you check each of them once."),
            _first_open("public.for_organisations"),
            done=waiting > 0,
        ),
    ]
    return [step for step in steps if step.address]


def _first_open(*endpoints: str) -> str:
    return next((url_for(endpoint) for endpoint in endpoints if _is_open(endpoint)), "")


def _is_open(endpoint: str) -> bool:
    someone = somebody()
    if someone is None or endpoint not in current_app.view_functions:
        return False
    mark = mark_of(current_app, endpoint)
    return mark in PERMISSIONS[Role.VISITOR] or (mark in set(Permission) and someone.may(Permission(str(mark))))
