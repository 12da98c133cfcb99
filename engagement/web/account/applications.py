"""A signed-in citizen's own requests."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.applications import queries
from engagement.kernel.permissions import Permission
from engagement.web.account import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.applications import (
    REPLIED,
    TAKEN,
    TOO_LATE,
    WITHDRAWN,
    Addresses,
    ask_about_place,
    ask_and_withdraw,
    follow,
)
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import person


@blueprint.get("/konto/anfragen")
@requires(Permission.OWN_APPLICATION_MANAGE)
def applications() -> ResponseReturnValue:
    """List what the person has sent."""
    keep_private()
    found = queries.applications_of(context.session(), person().account_id)
    return render_template("account/applications.html", applications=found)


@blueprint.route("/konto/anfragen/<int:application_id>", methods=["GET", "POST"])
@requires(Permission.OWN_APPLICATION_MANAGE)
def application(application_id: int) -> ResponseReturnValue:
    """Show one request and take a reply."""
    keep_private()
    return follow(_own(application_id), _addresses(application_id))


@blueprint.route("/konto/anfragen/<int:application_id>/zurueckziehen", methods=["GET", "POST"])
@requires(Permission.OWN_APPLICATION_MANAGE)
def application_withdraw(application_id: int) -> ResponseReturnValue:
    """Ask, then withdraw."""
    keep_private()
    return ask_and_withdraw(_own(application_id), _addresses(application_id))


@blueprint.route("/konto/anfragen/<int:application_id>/platz", methods=["GET", "POST"])
@requires(Permission.OWN_APPLICATION_MANAGE)
def application_place(application_id: int) -> ResponseReturnValue:
    """Ask whether the place that got free is wanted, and take the answer."""
    keep_private()
    return ask_about_place(_own(application_id), _addresses(application_id))


def _own(application_id: int) -> queries.ApplicationInfo:
    return queries.own_application(context.session(), person().account_id, application_id)


def _addresses(application_id: int) -> Addresses:
    here = "account.application"
    return Addresses(
        here=url_for(here, application_id=application_id),
        withdraw=url_for("account.application_withdraw", application_id=application_id),
        replied=url_for(here, application_id=application_id, fertig=REPLIED, _anchor="messages"),
        withdrawn=url_for(here, application_id=application_id, fertig=WITHDRAWN),
        place=url_for("account.application_place", application_id=application_id),
        taken=url_for(here, application_id=application_id, fertig=TAKEN),
        too_late=url_for(here, application_id=application_id, fertig=TOO_LATE),
        back=url_for("account.applications"),
    )
