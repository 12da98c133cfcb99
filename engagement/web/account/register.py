"""Getting an account."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.accounts import sign_in as service
from engagement.kernel.errors import InvalidInputError
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.tenancy.settings import Module
from engagement.web.account import blueprint
from engagement.web.account.forms import RegisterForm
from engagement.web.account.onward import own_path
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.identity import signed_in
from engagement.web.shared.modules import part_of
from engagement.web.shared.post import postbox

BY_ADDRESS = Limit("register", 20, timedelta(hours=1))
BY_EMAIL = Limit("register-mail", 5, timedelta(hours=1))
UNPROCESSABLE = 422


@blueprint.route("/registrieren", methods=["GET", "POST"])
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ACCOUNTS)
def register() -> ResponseReturnValue:
    """Show the form for an account and take it."""
    if signed_in():
        return redirect(url_for("account.overview"), 303)
    form = RegisterForm(next=own_path(request.args.get("next")))
    if form.checked() and _registered(form):
        return redirect(url_for("account.registered"), 303)
    return render_template("account/register.html", form=form), _status()


@blueprint.get("/registrieren/fast-fertig")
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ACCOUNTS)
def registered() -> ResponseReturnValue:
    """Point to the mail; the page knows nothing of who reads it."""
    return render_template("account/registered.html")


def _registered(form: RegisterForm) -> bool:
    if form.is_spam:
        return True
    email = form.email.data or ""
    context.limit_by_address(BY_ADDRESS)
    context.tools().limiter.hit(BY_EMAIL, context.tenant().id, email.lower())
    wish = service.Registration(
        email=email, name=form.name.data or "", language=form.language.data, password=form.password.data or ""
    )
    try:
        service.register(context.session(), postbox(), wish, onward=own_path(form.next.data))
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    return True


def _status() -> int:
    return UNPROCESSABLE if request.method == "POST" else 200
