"""Signing up for an opportunity, with a mailed confirmation for guests, and their private page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, RadioField
from wtforms.validators import ValidationError

from engagement.applications import queries, service
from engagement.applications.kinds import SignUpState, Wish
from engagement.applications.links import follow_token
from engagement.catalogue.queries import Entry, find_entry
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.organisations.queries import public_organisation
from engagement.web.public import blueprint
from engagement.web.public.closed import to_closed
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.applications import (
    CONFLICT,
    REPLIED,
    SIGNED_UP,
    TAKEN,
    TOO_LATE,
    UNPROCESSABLE,
    WITHDRAWN,
    Addresses,
    ask_about_place,
    ask_and_withdraw,
    follow,
    letter_field,
)
from engagement.web.shared.checks import phone_number, plain_name
from engagement.web.shared.forms import BaseForm, email_field, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import SignedIn, signed_in
from engagement.web.shared.post import postbox

BY_ADDRESS = Limit("sign-up", 20, timedelta(hours=1))
BY_EMAIL = Limit("sign-up-mail", 5, timedelta(hours=1))
REPLIES = Limit("reply", 30, timedelta(hours=1))
GONE = 410


class WishForm(BaseForm):
    """What can be signed up for; a field with one choice alone is not shown."""

    wish = RadioField(lazy_gettext("What would you like?"), default=Wish.JOIN)

    def __init__(self, entry: Entry, **values: Any) -> None:
        super().__init__(**values)
        self.wish.choices = _wishes(entry)
        self.wish.flags.needed = True

    def validate_message(self, field: Field) -> None:
        """Ask for the question of somebody who has one."""
        if self.wish.data == Wish.QUESTION and not (field.data or "").strip():
            raise ValidationError(gettext("Please write what you would like to know."))

    @property
    def wanted(self) -> Wish:
        """Return what was chosen, of what is offered."""
        return Wish(self.wish.data)


def _wishes(entry: Entry) -> list[tuple[str, str]]:
    full = entry.places_free == 0
    return [
        (Wish.JOIN.value, gettext("Put me on the waiting list") if full else gettext("I want to join in")),
        *([(Wish.TASTER.value, gettext("I want to look in once first"))] if entry.taster and not full else []),
        (Wish.QUESTION.value, gettext("I only have a question for now")),
    ]


class AccountForm(WishForm):
    """What a signed-in person adds to what the account knows."""

    phone = text_field(lazy_gettext("Phone"), longest=40)
    message = letter_field(lazy_gettext("Your message"), required=False)

    validate_phone = staticmethod(phone_number)


class GuestForm(WishForm):
    """Everything that is asked of a guest."""

    name = text_field(lazy_gettext("Your name"), longest=120, required=True)
    email = email_field(lazy_gettext("Your e-mail address"))
    phone = text_field(lazy_gettext("Phone"), longest=40)
    message = letter_field(lazy_gettext("Your message"), required=False)

    validate_name = staticmethod(plain_name)
    validate_phone = staticmethod(phone_number)


@blueprint.route("/angebote/<int:opportunity_id>-<slug>/mitmachen", methods=["GET", "POST"])
@requires(Permission.PUBLIC_APPLICATION_CREATE)
def sign_up(opportunity_id: int, slug: str) -> ResponseReturnValue:
    """Show the form to sign up and take it."""
    entry = find_entry(context.session(), opportunity_id)
    if entry is None:
        return to_closed(opportunity_id)
    if request.method != "POST" and slug != entry.slug:
        return redirect(url_for("public.sign_up", opportunity_id=opportunity_id, slug=entry.slug), 301)
    someone = signed_in()
    return _for_account(entry, someone) if someone else _for_guest(entry)


@blueprint.get("/angebote/<int:opportunity_id>-<slug>/mitmachen/danke")
@requires(Permission.PUBLIC_APPLICATION_CREATE)
def sign_up_sent(opportunity_id: int, slug: str) -> ResponseReturnValue:
    """Thank a guest and point to the mail; the page knows nothing of who reads it."""
    entry = find_entry(context.session(), opportunity_id)
    if entry is None:
        return to_closed(opportunity_id)
    if slug != entry.slug:
        return redirect(url_for("public.sign_up_sent", opportunity_id=opportunity_id, slug=entry.slug), 301)
    return render_template("public/sign_up/sent.html", entry=entry)


@blueprint.route("/mitmachen/bestaetigen/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_APPLICATION_CREATE)
def confirm_sign_up(token: str) -> ResponseReturnValue:
    """Show the one button of the mailed link; a click on it makes the application."""
    keep_private()
    post = postbox()
    if request.method == "POST":
        confirmed = service.confirm(context.session(), post, token)
        info = confirmed.info
        if confirmed.first_time and info.application_id is not None:
            follow_up = follow_token(post, info.application_id)
            return redirect(url_for("public.sign_up_confirmed", token=follow_up), 303)
        if info.state is SignUpState.CONFIRMED:
            return redirect(url_for("public.confirm_sign_up", token=token), 303)
    else:
        info = queries.look_at_sign_up(context.session(), post.signer, token)
    private = follow_token(post, info.application_id) if info.application_id is not None else ""
    page = render_template("public/sign_up/confirm.html", info=info, token=token, private=private)
    return page, GONE if info.state in {SignUpState.EXPIRED, SignUpState.ENDED} else 200


@blueprint.get("/mitmachen/anfrage/<token>/bestaetigt")
@requires(Permission.PUBLIC_APPLICATION_CREATE)
def sign_up_confirmed(token: str) -> ResponseReturnValue:
    """Say that the sign-up has worked, with the link to the private page."""
    keep_private()
    return render_template("public/sign_up/confirmed.html", application=_followed(token), token=token)


@blueprint.route("/mitmachen/anfrage/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_APPLICATION_CREATE)
def follow_application(token: str) -> ResponseReturnValue:
    """Show a guest's private page and take a reply."""
    keep_private()
    info = _followed(token)
    if request.method == "POST":
        context.limit_by_address(REPLIES)
    return follow(info, _addresses(token))


@blueprint.route("/mitmachen/anfrage/<token>/zurueckziehen", methods=["GET", "POST"])
@requires(Permission.PUBLIC_APPLICATION_CREATE)
def withdraw_application(token: str) -> ResponseReturnValue:
    """Ask a guest, then withdraw."""
    keep_private()
    return ask_and_withdraw(_followed(token), _addresses(token))


@blueprint.route("/mitmachen/anfrage/<token>/platz", methods=["GET", "POST"])
@requires(Permission.PUBLIC_APPLICATION_CREATE)
def take_place(token: str) -> ResponseReturnValue:
    """Ask a guest whether the place that got free is wanted, and take the answer."""
    keep_private()
    return ask_about_place(_followed(token), _addresses(token))


def _followed(token: str) -> queries.ApplicationInfo:
    return queries.followed_application(context.session(), context.tools().signer, token)


def _addresses(token: str) -> Addresses:
    return Addresses(
        here=url_for("public.follow_application", token=token),
        withdraw=url_for("public.withdraw_application", token=token),
        replied=url_for("public.follow_application", token=token, fertig=REPLIED, _anchor="messages"),
        withdrawn=url_for("public.follow_application", token=token, fertig=WITHDRAWN),
        place=url_for("public.take_place", token=token),
        taken=url_for("public.follow_application", token=token, fertig=TAKEN),
        too_late=url_for("public.follow_application", token=token, fertig=TOO_LATE),
    )


def _for_guest(entry: Entry) -> ResponseReturnValue:
    form = GuestForm(entry)
    if not form.checked():
        page = render_template("public/sign_up/form.html", entry=entry, form=form, pace=_pace(entry))
        return page, UNPROCESSABLE if form.errors else 200
    if not form.is_spam:
        context.limit_by_address(BY_ADDRESS)
        context.tools().limiter.hit(BY_EMAIL, context.tenant().id, (form.email.data or "").lower())
        service.sign_up(context.session(), postbox(), entry.opportunity_id, _values(form))
    return redirect(url_for("public.sign_up_sent", opportunity_id=entry.opportunity_id, slug=entry.slug), 303)


def _values(form: GuestForm) -> service.SignUpValues:
    return service.SignUpValues(
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        message=form.message.data or "",
        wish=form.wanted,
        language=current_language(),
    )


def _pace(entry: Entry) -> int | None:
    organisation = public_organisation(context.session(), entry.organisation_id)
    return organisation.answers_within_hours if organisation else None


def _own_words(form: AccountForm) -> service.OwnWords:
    return service.OwnWords(form.phone.data or "", form.message.data or "", form.wanted)


def _for_account(entry: Entry, someone: SignedIn) -> ResponseReturnValue:
    keep_private()
    form = AccountForm(entry, phone=someone.phone)
    if not form.checked():
        return _account_page(entry, form, someone), UNPROCESSABLE if form.errors else 200
    context.limit_by_address(BY_ADDRESS)
    try:
        application_id = _applied(entry, form, someone)
    except ConflictError:
        existing = queries.live_application(context.session(), entry.opportunity_id, someone.email)
        return _account_page(entry, form, someone, duplicate=True, existing=existing), CONFLICT
    return redirect(url_for("account.application", application_id=application_id, fertig=SIGNED_UP), 303)


def _applied(entry: Entry, form: AccountForm, someone: SignedIn) -> int:
    return service.apply_as_account(
        context.session(),
        postbox(),
        entry.opportunity_id,
        someone.account_id,
        _own_words(form),
    )


def _account_page(
    entry: Entry, form: AccountForm, someone: SignedIn, *, duplicate: bool = False, existing: int | None = None
) -> str:
    return render_template(
        "public/sign_up/form.html",
        entry=entry,
        form=form,
        known=someone,
        existing=existing,
        duplicate=duplicate,
        pace=_pace(entry),
    )
