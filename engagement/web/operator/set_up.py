"""Behind the one-time link that the command line prints: a password and the key for the app."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import InvalidInputError
from engagement.kernel.i18n import gettext
from engagement.kernel.ratelimit import Limit
from engagement.operators import service
from engagement.operators.second_factor import app_address, readable
from engagement.web.operator import blueprint
from engagement.web.operator.forms import SetUpForm
from engagement.web.shared import context
from engagement.web.shared.access import on_its_own_hosts

TRIES = Limit("operator-set-up", 20, timedelta(minutes=15))
ISSUER = "Engagement"
UNPROCESSABLE = 422


@blueprint.route("/einrichten/<token>", methods=["GET", "POST"])
@on_its_own_hosts
def set_up(token: str) -> ResponseReturnValue:
    """Show the key, take password and first code."""
    context.limit_by_address(TRIES)
    session, kit, form = context.session(), context.tools(), SetUpForm()
    found = service.look_at_set_up(session, kit.signer, kit.sealer, token)
    if form.checked() and _finished(form, token):
        flash(gettext("All is set up. Please sign in with a new code."))
        return redirect(url_for("operator.sign_in"), 303)
    page = render_template(
        "operator/set_up.html",
        form=form,
        found=found,
        token=token,
        key=readable(found.secret),
        app=app_address(found.secret, found.email, f"{ISSUER} {context.host_name()}"),
    )
    return page, UNPROCESSABLE if request.method == "POST" else 200


def _finished(form: SetUpForm, token: str) -> bool:
    kit = context.tools()
    try:
        service.finish_set_up(
            context.session(),
            kit.signer,
            kit.sealer,
            token,
            password=form.password.data or "",
            code=form.code.data or "",
        )
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    return True
