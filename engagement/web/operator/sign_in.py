"""How operators get in and out: both factors at once, for eight hours."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from engagement.kernel.clock import now
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.operators import sign_in as service
from engagement.operators.queries import OperatorInfo
from engagement.web.operator import blueprint
from engagement.web.operator.forms import SignInForm
from engagement.web.operator.scope import office
from engagement.web.shared import context
from engagement.web.shared.access import on_its_own_hosts, requires
from engagement.web.shared.identity import SignedInOperator, operator_here

TRIES = Limit("operator-sign-in", 20, timedelta(minutes=15))
TRIES_OF_OPERATOR = Limit("operator-sign-in-email", 10, timedelta(minutes=15))
UNPROCESSABLE = 422


@blueprint.route("/anmelden", methods=["GET", "POST"])
@on_its_own_hosts
def sign_in() -> ResponseReturnValue:
    """Ask for both factors and take them."""
    if operator_here() and request.method != "POST":
        return redirect(url_for("operator.towns"), 303)
    form = SignInForm()
    if form.checked() and (found := _entered(form)):
        _begin(found)
        return redirect(url_for("operator.towns"), 303)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_template("operator/sign_in.html", form=form), status


@blueprint.post("/abmelden")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def sign_out() -> ResponseReturnValue:
    """End this session and every other one of the operator."""
    service.end_sessions(context.session(), office().operator_id)
    logout_user()
    cookie.clear()
    flash(gettext("You are signed out."))
    return redirect(url_for("operator.sign_in"), 303)


def _entered(form: SignInForm) -> OperatorInfo | None:
    email = form.email.data or ""
    context.limit_by_address(TRIES)
    context.tools().limiter.hit(TRIES_OF_OPERATOR, email.lower())
    found = service.enter(
        context.session(), context.tools().sealer, email, form.password.data or "", form.code.data or ""
    )
    if found is None:
        wrong = gettext("This does not fit together. Each code counts once; please wait for the next one if need be.")
        form.take_problems({"code": wrong})
    return found


def _begin(found: OperatorInfo) -> None:
    cookie.clear()
    login_user(SignedInOperator(found.id, found.session_version, found.name, found.email, now()))
