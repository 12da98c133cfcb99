"""The menu of an organisation's workspace, in the order in which its members need it."""

from __future__ import annotations

from typing import Any

from flask import request

from engagement.kernel.i18n import lazy_gettext
from engagement.web.club import blueprint
from engagement.web.shared.identity import signed_in
from engagement.web.shared.menu import Place

MENU = (
    Place("organisation_start", lazy_gettext("Overview")),
    Place("opportunities", lazy_gettext("Offers"), ("opportunity", "translation")),
    Place("inbox", lazy_gettext("Requests"), ("application",)),
    Place("organisation_edit", lazy_gettext("Profile")),
    Place("team", lazy_gettext("Team"), ("team",)),
)


def menu_of_club() -> list[Place]:
    """Return what the person of this request may open in the organisation of the address."""
    organisation_id = (request.view_args or {}).get("organisation_id")
    return [place for place in MENU if place.is_offered(blueprint.name, organisation_id)]


def organisations_of_person() -> tuple[Any, ...]:
    """Return the organisations between which the person of this request can switch."""
    someone = signed_in()
    return someone.memberships if someone else ()


@blueprint.context_processor
def _with_menu() -> dict[str, Any]:
    return {"club_menu": menu_of_club, "club_memberships": organisations_of_person}
