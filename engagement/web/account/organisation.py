"""An association registers itself."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.organisations import registration
from engagement.organisations.queries import similar_organisations
from engagement.tenancy.settings import Module
from engagement.web.account import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.checks import phone_number, plain_name
from engagement.web.shared.forms import email_field, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import SignedIn, signed_in
from engagement.web.shared.modules import part_of
from engagement.web.shared.organisation_form import Contact, OrganisationForm
from engagement.web.shared.post import postbox

BY_ADDRESS = Limit("register-organisation", 10, timedelta(hours=1))
BY_EMAIL = Limit("register-organisation-mail", 5, timedelta(hours=1))
UNPROCESSABLE = 422


class MemberForm(OrganisationForm):
    """For somebody who is signed in."""

    different = BooleanField(lazy_gettext("Our organisation is a different one"))


class VisitorForm(MemberForm):
    """For somebody we do not know yet."""

    contact_name = text_field(lazy_gettext("Your name"), longest=120, required=True)
    email = email_field(lazy_gettext("Your e-mail address"))
    phone = text_field(lazy_gettext("Phone"), longest=40)

    validate_contact_name = staticmethod(plain_name)
    validate_phone = staticmethod(phone_number)


@blueprint.route("/registrieren/verein", methods=["GET", "POST"])
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ORGANISATION_REGISTRATION)
def register_organisation() -> ResponseReturnValue:
    """Show the form for an organisation and take it."""
    someone = signed_in()
    return _for_member(someone) if someone else _for_visitor()


@blueprint.get("/registrieren/verein/danke")
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ORGANISATION_REGISTRATION)
def organisation_registered() -> ResponseReturnValue:
    """Thank a visitor and say what happens next; the page knows nothing of who reads it."""
    return render_template("account/organisation_registered.html")


def _for_member(someone: SignedIn) -> ResponseReturnValue:
    keep_private()
    form = MemberForm(city=context.tenant().name)
    similar = _similar(form)
    if not form.checked() or similar:
        return _page(form, similar)
    context.limit_by_address(BY_ADDRESS)
    values = form.described(Contact(someone.name, someone.email, someone.phone))
    made = registration.register_organisation(context.session(), postbox(), values, someone.account_id)
    flash(gettext("Thank you! Your organisation is registered. We will check it and write to you."))
    return redirect(url_for("club.organisation_start", organisation_id=made), 303)


def _for_visitor() -> ResponseReturnValue:
    form = VisitorForm(city=context.tenant().name)
    similar = _similar(form)
    if not form.checked() or similar:
        return _page(form, similar)
    if not form.is_spam:
        _register(form)
    return redirect(url_for("account.organisation_registered"), 303)


def _register(form: VisitorForm) -> None:
    email = form.email.data or ""
    context.limit_by_address(BY_ADDRESS)
    context.tools().limiter.hit(BY_EMAIL, context.tenant().id, email.lower())
    contact = Contact(form.contact_name.data or "", email, form.phone.data or "")
    registrant = registration.Registrant(contact.name, email, current_language())
    registration.register_organisation(context.session(), postbox(), form.described(contact), registrant)


def _similar(form: MemberForm) -> list[str]:
    """Return names that may be the same organisation, until the person has said that theirs is a different one."""
    if form.different.data or not form.checked():
        return []
    return similar_organisations(context.session(), form.name.data or "")


def _page(form: MemberForm, similar: list[str]) -> ResponseReturnValue:
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_template("account/register_organisation.html", form=form, similar=similar), status
