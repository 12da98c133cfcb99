"""Saving a search and looking after it, without an account and without a cookie.

A GET changes nothing, since programs follow the links of a mail before people do. The one address that machines may
send to is the one of RFC 8058, for which the signed token is all the proof that is asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.alerts import links, queries, service
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.tenancy.settings import Module
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.chips import in_a_line
from engagement.web.shared.filters import Filters, read_filters
from engagement.web.shared.forms import email_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import SignedIn, signed_in
from engagement.web.shared.modules import part_of
from engagement.web.shared.neighbours import neighbours_of_tenant
from engagement.web.shared.origin import takes_foreign_forms
from engagement.web.shared.post import postbox
from engagement.web.shared.searches import Addresses, RhythmForm, manage

BY_ADDRESS = Limit("save-search", 20, timedelta(hours=1))
BY_EMAIL = Limit("save-search-mail", 5, timedelta(hours=1))
BY_EMAIL_AND_DAY = Limit("save-search-mail-day", 10, timedelta(days=1))
UNPROCESSABLE, CONFLICT, GONE = 422, 409, 410
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What a mail program sends, RFC 8058, section 3.1."""


class GuestForm(RhythmForm):
    """Where to and how often."""

    email = email_field(lazy_gettext("Your e-mail address"))


@blueprint.route("/suchen/merken", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.ALERTS)
def save_search() -> ResponseReturnValue:
    """Show what would be saved, in words, and save it; the search stands in the address.

    One that cannot be understood goes back to its own page, which says what is wrong.
    """
    filters = _filters()
    if filters.problems:
        wanted: dict[str, Any] = filters.arguments()
        return redirect(url_for("public.search", **wanted), 303)
    someone = signed_in()
    return _for_account(filters, someone) if someone else _for_guest(filters)


@blueprint.get("/suchen/gemerkt")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.ALERTS)
def search_saved() -> ResponseReturnValue:
    """Point to the mail; the page knows nothing of who reads it."""
    return render_template("public/searches/sent.html", days=links.CONFIRM_WITHIN.days)


@blueprint.route("/suchen/bestaetigen/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.ALERTS)
def confirm_search(token: str) -> ResponseReturnValue:
    """Show the one button of the mailed link; a click on it begins the mails."""
    keep_private()
    try:
        search_id = links.read_confirm(context.tools().signer, context.tenant().id, token)
        if request.method == "POST":
            service.confirm(context.session(), search_id)
            token = links.manage_token(postbox(), search_id)
            return redirect(url_for("public.manage_search", token=token, fertig="bestaetigt"), 303)
        info = queries.find_search(context.session(), search_id)
    except links.LinkOverError:
        info = None
    if info is None:
        return _over()
    if info.confirmed:
        return redirect(url_for("public.manage_search", token=links.manage_token(postbox(), info.id)), 303)
    return render_template("public/searches/confirm.html", search=info, token=token)


@blueprint.route("/suchen/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def manage_search(token: str) -> ResponseReturnValue:
    """Show a search to whoever holds its link, and change it; also where the town has switched the mails off."""
    keep_private()
    info = _found(token)
    if info is None:
        return _over()
    here = url_for("public.manage_search", token=token)
    return manage(info, Addresses(here, url_for("public.unsubscribe", token=token)), _others(info))


@blueprint.route("/suchen/<token>/abbestellen", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
@takes_foreign_forms
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask (GET) and end it (POST), from the page or by a mail program (RFC 8058): that gets no redirect, but its 200.

    A search that is gone already is as good as ended: the answer is the same.
    """
    keep_private()
    info = _found(token)
    if request.method != "POST":
        return render_template("public/searches/end.html", search=info, token=token) if info else _over()
    if info is not None:
        service.unsubscribe(context.session(), info.id)
    if request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return "", 200, {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(url_for("public.unsubscribed"), 303)


@blueprint.get("/suchen/beendet")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def unsubscribed() -> ResponseReturnValue:
    """Say that no more mails come."""
    return render_template("public/searches/ended.html")


def _filters() -> Filters:
    """Read the search as its page does; without a page number, and without what could not be understood."""
    filters = read_filters(request.args, context.vocabulary(), context.tenant())
    towns = neighbours_of_tenant() if filters.neighbours else {}
    return replace(filters, page=1, neighbours=filters.neighbours and bool(towns))


def _found(token: str) -> queries.SearchInfo | None:
    """Return the search of a genuine link, None if its time has passed or the search is gone."""
    try:
        search_id = links.read_manage(context.tools().signer, context.tenant().id, token)
    except links.LinkOverError:
        return None
    return queries.find_search(context.session(), search_id)


def _over() -> ResponseReturnValue:
    return render_template("public/searches/over.html"), GONE


def _others(info: queries.SearchInfo) -> list[dict[str, str]]:
    """Return what the same address has saved besides: whoever holds a link from its mailbox may see that."""
    post = postbox()
    return [
        {"label": one.label, "address": url_for("public.manage_search", token=links.manage_token(post, one.id))}
        for one in (queries.searches_of_address(context.session(), info.email) if info.email else [])
        if one.id != info.id
    ]


def _for_guest(filters: Filters) -> ResponseReturnValue:
    form = GuestForm.fresh()
    if not form.checked():
        return _form(filters, form), UNPROCESSABLE if form.errors else 200
    if not form.is_spam:
        email = form.email.data or ""
        context.limit_by_address(BY_ADDRESS)
        for limit in (BY_EMAIL, BY_EMAIL_AND_DAY):
            context.tools().limiter.hit(limit, context.tenant().id, email.lower())
        service.save_for_address(context.session(), postbox(), email, _search(filters, form))
    return redirect(url_for("public.search_saved"), 303)


def _for_account(filters: Filters, someone: SignedIn) -> ResponseReturnValue:
    keep_private()
    form = RhythmForm.fresh()
    if not form.checked():
        return _form(filters, form), UNPROCESSABLE if form.errors else 200
    try:
        service.save_for_account(context.session(), someone.account_id, _search(filters, form))
    except ConflictError as error:
        form.form_errors.append(str(error))
        return _form(filters, form), CONFLICT
    flash(gettext("The search is saved. We tell you as soon as something new fits."))
    return redirect(url_for("account.searches"), 303)


def _form(filters: Filters, form: RhythmForm) -> str:
    return render_template("public/searches/form.html", filters=filters, form=form, label=in_a_line(filters))


def _search(filters: Filters, form: RhythmForm) -> service.NewSearch:
    rhythm, weekday = form.chosen
    return service.NewSearch(
        query=filters.query(),
        neighbours=filters.reaches_out,
        label=in_a_line(filters),
        arguments=filters.as_list().arguments(),
        rhythm=rhythm,
        weekday=weekday,
        language=current_language(),
    )
