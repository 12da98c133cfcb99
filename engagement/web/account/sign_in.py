"""Signing in by mailed link or password, and signing out."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from engagement.accounts import sign_in as service
from engagement.accounts.links import LinkState, SignInLinkError, changes_address_of, state_of_link
from engagement.kernel.i18n import current_language, gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.web.account import blueprint
from engagement.web.account.entry import let_in, way_on
from engagement.web.account.forms import SignInForm
from engagement.web.account.onward import own_path
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import signed_in
from engagement.web.shared.post import postbox

TRIES = Limit("sign-in", 40, timedelta(minutes=15))
TRIES_OF_ACCOUNT = Limit("sign-in-account", 10, timedelta(minutes=15))
LINKS_OF_ACCOUNT = Limit("sign-in-link", 5, timedelta(hours=1))
UNPROCESSABLE = 422
STATUS = {LinkState.GOOD: 200, LinkState.EXPIRED: 410, LinkState.USED: 410, LinkState.UNKNOWN: 404}


@blueprint.route("/anmelden", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def sign_in() -> ResponseReturnValue:
    """Show both ways in, and take one."""
    if (someone := signed_in()) and request.method != "POST":
        return redirect(way_on(someone, request.args.get("next")), 303)
    form = SignInForm(next=own_path(request.args.get("next")))
    if form.checked():
        return _enter(form) if _wants_password(form) else _mail_link(form)
    return _page(form)


@blueprint.get("/anmelden/link-verschickt")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def link_sent() -> ResponseReturnValue:
    """Point to the mail; the page knows nothing of who reads it."""
    return render_template("account/link_sent.html")


@blueprint.get("/anmelden/noch-bestaetigen")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def unproven() -> ResponseReturnValue:
    """Say that the address is to be confirmed first."""
    return render_template("account/unproven.html")


@blueprint.route("/anmelden/link/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def use_link(token: str) -> ResponseReturnValue:
    """Show the one button of the mailed link; a click on it signs in."""
    keep_private()
    if request.method != "POST":
        return _link_page(token, state_of_link(context.session(), context.tools().signer, token))
    context.limit_by_address(TRIES)
    asker = changes_address_of(context.session(), context.tools().signer, token)
    someone = signed_in()
    if asker is not None and (someone is None or someone.account_id != asker):
        logout_user()
        cookie.clear()
        return redirect(url_for("account.sign_in", next=url_for("account.use_link", token=token)), 303)
    try:
        account = service.use_sign_in_link(context.session(), postbox(), token)
    except SignInLinkError as error:
        return _link_page(token, error.state)
    return redirect(way_on(let_in(account.id, by_link=True), request.args.get("next")), 303)


@blueprint.post("/abmelden")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def sign_out() -> ResponseReturnValue:
    """End the session; nothing of it stays in the browser."""
    logout_user()
    cookie.clear()
    return redirect(url_for("public.home"), 303)


def _wants_password(form: SignInForm) -> bool:
    """Return pressed in either field means the password, if there is one."""
    way = request.form.get("way", "")
    return way == "password" or (way != "link" and bool(form.password.data))


def _mail_link(form: SignInForm) -> ResponseReturnValue:
    context.limit_by_address(TRIES)
    email = form.email.data or ""
    context.tools().limiter.hit(LINKS_OF_ACCOUNT, context.tenant().id, email.lower())
    service.request_sign_in_link(
        context.session(), postbox(), email, language=current_language(), onward=own_path(form.next.data)
    )
    return redirect(url_for("account.link_sent"), 303)


def _enter(form: SignInForm) -> ResponseReturnValue:
    context.limit_by_address(TRIES)
    email = form.email.data or ""
    context.tools().limiter.hit(TRIES_OF_ACCOUNT, context.tenant().id, email.lower())
    onward = own_path(form.next.data)
    entry = service.enter_with_password(context.session(), postbox(), email, form.password.data or "", onward=onward)
    if entry.unproven:
        return redirect(url_for("account.unproven"), 303)
    if entry.account is None:
        wrong = gettext("This e-mail address and this password do not belong together.")
        form.take_problems({"password": wrong})
        return _page(form)
    return redirect(way_on(let_in(entry.account.id), onward), 303)


def _page(form: SignInForm) -> ResponseReturnValue:
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_template("account/sign_in.html", form=form, onward=own_path(form.next.data)), status


def _link_page(token: str, state: LinkState) -> ResponseReturnValue:
    onward = own_path(request.args.get("next"))
    return render_template("account/link.html", state=state, token=token, onward=onward), STATUS[state]
