"""A person's own account: what is known of them, and how they get in."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.accounts import queries, service
from engagement.accounts.sign_in import request_new_address
from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.web.account import blueprint
from engagement.web.account.entry import lately_by_link, let_in
from engagement.web.account.forms import AddressForm, DetailsForm, PasswordForm
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import person
from engagement.web.shared.post import postbox

TRIES = Limit("change-password", 10, timedelta(minutes=15))
NEW_ADDRESSES = Limit("change-address", 5, timedelta(hours=1))
UNPROCESSABLE = 422


@blueprint.get("/konto")
@requires(Permission.OWN_ACCOUNT_MANAGE)
def overview() -> ResponseReturnValue:
    """Show what is known of the person, and where to go on."""
    keep_private()
    return render_template("account/overview.html", account=_account(), memberships=person().memberships)


@blueprint.route("/konto/angaben", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT_MANAGE)
def details() -> ResponseReturnValue:
    """Change name, phone and language."""
    keep_private()
    someone = person()
    form = DetailsForm(name=someone.name, phone=someone.phone, language=someone.language)
    if not form.checked():
        return render_template("account/details.html", form=form), _status()
    service.update_account(
        context.session(),
        someone.account_id,
        name=form.name.data or "",
        phone=form.phone.data or "",
        language=form.language.data,
    )
    flash(gettext("Your details are saved."))
    return redirect(url_for("account.overview"), 303)


@blueprint.route("/konto/e-mail", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT_MANAGE)
def address() -> ResponseReturnValue:
    """Ask for another e-mail address; it counts once the link mailed there was used."""
    keep_private()
    form = AddressForm()
    if not form.checked():
        return render_template("account/address.html", form=form), _status()
    someone = person()
    context.tools().limiter.hit(NEW_ADDRESSES, someone.tenant_id, someone.account_id)
    request_new_address(context.session(), postbox(), someone.account_id, form.email.data or "")
    flash(gettext("We have sent a mail to the new address. It counts once you have used the link in it."), "info")
    return redirect(url_for("account.overview"), 303)


@blueprint.route("/konto/passwort", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT_MANAGE)
def password() -> ResponseReturnValue:
    """Set or change the password; all other sessions of the person end."""
    keep_private()
    account = _account()
    asks_present = account.has_password and not lately_by_link()
    form = PasswordForm() if asks_present else PasswordForm().without_present()
    if form.checked() and _password_set(form, account, asks_present=asks_present):
        flash(gettext("Your new password holds from now on. All other devices were signed out."))
        return redirect(url_for("account.overview"), 303)
    return render_template("account/password.html", form=form, account=account), _status()


def _password_set(form: PasswordForm, account: queries.AccountInfo, *, asks_present: bool) -> bool:
    if asks_present:
        context.tools().limiter.hit(TRIES, context.tenant().id, account.id)
        if service.check_password(context.session(), account.email, form.present.data or "") is None:
            form.take_problems({"present": gettext("This is not your present password.")})
            return False
    by_link = lately_by_link()
    try:
        service.change_password(context.session(), postbox(), account.id, form.password.data or "")
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    let_in(account.id, by_link=by_link)
    return True


def _account() -> queries.AccountInfo:
    found = queries.find_account(context.session(), person().account_id)
    if found is None:
        raise NotFoundError
    return found


def _status() -> int:
    return UNPROCESSABLE if request.method == "POST" else 200
