"""An association registers itself: first it looks whether it is here already, then it says who it is."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.organisations import claims, registration
from engagement.organisations.likeness import Alike, Features, alike_in_public, named_like
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
SEARCHES = Limit("register-organisation-search", 120, timedelta(hours=1))
LONGEST_SEARCH = 200
UNPROCESSABLE = 422


class MemberForm(OrganisationForm):
    """For somebody who is signed in; ``different`` answers the question whether it is one of those here."""

    different = BooleanField(lazy_gettext("Our organisation is a different one"))

    def features(self) -> Features:
        """Return what is compared with the organisations that are here."""
        own = {name: getattr(self, name).data or "" for name in ("name", "street", "postcode", "website")}
        return Features(**own, email=self.contact.email)

    @property
    def contact(self) -> Contact:
        """Return whom the public may ask: the person who is signed in."""
        someone = signed_in()
        return Contact(someone.name, someone.email, someone.phone) if someone else Contact("", "", "")


class VisitorForm(MemberForm):
    """For somebody we do not know yet."""

    contact_name = text_field(lazy_gettext("Your name"), longest=120, required=True)
    email = email_field(lazy_gettext("Your e-mail address"))
    phone = text_field(lazy_gettext("Phone"), longest=40)

    validate_contact_name = staticmethod(plain_name)
    validate_phone = staticmethod(phone_number)

    @property
    def contact(self) -> Contact:
        """Return whom the public may ask: what the visitor typed."""
        return Contact(self.contact_name.data or "", self.email.data or "", self.phone.data or "")


@blueprint.get("/registrieren/verein")
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ORGANISATION_REGISTRATION)
def register_organisation() -> ResponseReturnValue:
    """Look first whether the organisation is here already; with a name in the address show the form."""
    if signed_in():
        keep_private()
    if "name" in request.args:
        return _page(_form(name=request.args["name"].strip()[:LONGEST_SEARCH]), [])
    search = request.args.get("suche", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    if search:
        context.limit_by_address(SEARCHES)
    found = named_like(context.session(), search)
    return render_template("account/find_organisation.html", search=search, found=found)


@blueprint.post("/registrieren/verein")
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ORGANISATION_REGISTRATION)
def take_organisation() -> ResponseReturnValue:
    """Take the form; ask first if it may be one of those that are here."""
    if signed_in():
        keep_private()
    form = _form()
    if not form.checked():
        return _page(form, []), UNPROCESSABLE
    if form.is_spam:
        return redirect(url_for("account.organisation_registered"), 303)
    alike = [] if form.different.data else alike_in_public(context.session(), form.features())
    if chosen := next((one for one in alike if str(one.id) == request.form.get("ours")), None):
        return _claim(form, chosen)
    if alike:
        return _page(form, alike), UNPROCESSABLE
    return _register(form)


@blueprint.get("/registrieren/verein/danke")
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ORGANISATION_REGISTRATION)
def organisation_registered() -> ResponseReturnValue:
    """Thank a visitor and say what happens next; the page knows nothing of who reads it."""
    return render_template("account/organisation_registered.html")


def _form(**values: str) -> MemberForm:
    kind = MemberForm if signed_in() else VisitorForm
    return kind(city=context.tenant().name, **values)


def _register(form: MemberForm) -> ResponseReturnValue:
    someone = signed_in()
    _limit(form.contact.email)
    values = form.described(form.contact)
    if someone is None:
        registrant = registration.Registrant(form.contact.name, form.contact.email, current_language())
        registration.register_organisation(context.session(), postbox(), values, registrant)
        return redirect(url_for("account.organisation_registered"), 303)
    made = registration.register_organisation(context.session(), postbox(), values, someone.account_id)
    flash(gettext("Thank you! Your organisation is registered. We will check it and write to you."))
    return redirect(url_for("club.organisation_start", organisation_id=made), 303)


def _claim(form: MemberForm, chosen: Alike) -> ResponseReturnValue:
    """The person has found their organisation among those that are here: ask for it with what they typed."""
    _limit(form.contact.email)
    note = (form.description.data or "").strip()[: claims.LONGEST_NOTE]
    claims.claim(context.session(), postbox(), chosen.id, _claimant(form.contact, signed_in()), note)
    return redirect(url_for("account.claimed"), 303)


def _claimant(contact: Contact, someone: SignedIn | None) -> claims.Claimant:
    language = someone.language if someone else current_language()
    return claims.Claimant(contact.name, contact.email, contact.phone, language)


def _limit(email: str) -> None:
    context.limit_by_address(BY_ADDRESS)
    context.tools().limiter.hit(BY_EMAIL, context.tenant().id, email.lower())


def _page(form: MemberForm, alike: list[Alike]) -> str:
    return render_template("account/register_organisation.html", form=form, alike=alike)
