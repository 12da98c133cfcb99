"""On a tenant's host: the end of the hand-over link, and the way out. Being inside is a session of its own kind."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.operators import entries as service
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import VisitingOperator, visiting_operator
from engagement.web.shared.post import postbox

blueprint = Blueprint("visit", __name__, url_prefix="/verwaltung", template_folder="templates")
blueprint.before_request(keep_private)


@blueprint.route("/betreten/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def begin(token: str) -> ResponseReturnValue:
    """Show the one button; a click on it lets the entry begin. Whatever session was here before ends."""
    if request.method != "POST":
        entry = service.look_at_hand_over(context.session(), context.tools().signer, token)
        return render_template("operator/begin.html", entry=entry, token=token)
    entry = service.begin_entry(context.session(), postbox(), token)
    cookie.clear()
    login_user(VisitingOperator(context.tenant().id, entry))
    return redirect(url_for("municipality.today"), 303)


@blueprint.post("/verlassen")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def leave() -> ResponseReturnValue:
    """End the entry and with it the session."""
    operator = visiting_operator()
    if operator:
        service.end_entry(context.session(), operator.entry.id)
        logout_user()
        cookie.clear()
        flash(gettext("You have left. Nobody can act by this entry any more."))
    return redirect(url_for("public.home"), 303)
