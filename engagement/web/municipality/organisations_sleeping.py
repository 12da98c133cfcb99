"""Entries that nobody looks after any more: why, and what can be done, for one or for several at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import comma, gettext, ngettext
from engagement.kernel.permissions import Permission
from engagement.organisations import confirmation, suspension
from engagement.organisations.queries import OrganisationInfo, find_organisation
from engagement.register.sleeping import Sign, count_signs, sleepers
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import ReasonForm
from engagement.web.municipality.organisations import PER_PAGE
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import paged
from engagement.web.shared.post import postbox

MOST_AT_ONCE = 100
LONGEST_NUMBER = 18
UNPROCESSABLE = 422


@blueprint.get("/organisationen/karteileichen")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisations_sleeping() -> str:
    """List the sleeping entries, or those that show one sign."""
    keep_private()
    return _page()


@blueprint.post("/organisationen/karteileichen")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisations_wake() -> ResponseReturnValue:
    """Ask or confirm those that were ticked; suspending them is asked about first."""
    keep_private()
    chosen = _chosen(request.form.getlist("ids"))
    if not chosen:
        return _page(problem=gettext("Please tick at least one entry.")), UNPROCESSABLE
    doing = request.form.get("doing", "")
    if doing == "suspend":
        numbers: Any = [one.id for one in chosen]
        return redirect(url_for("municipality.organisations_suspend", ids=numbers), 303)
    if doing == "confirm":
        _confirm(chosen)
    elif doing == "ask":
        _ask(chosen)
    else:
        return _page(problem=gettext("Please choose what is to be done.")), UNPROCESSABLE
    return redirect(url_for("municipality.organisations_sleeping"), 303)


@blueprint.route("/organisationen/karteileichen/sperren", methods=["GET", "POST"])
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisations_suspend() -> ResponseReturnValue:
    """Say what suspending several does, and do it with one reason."""
    keep_private()
    chosen = _chosen(request.values.getlist("ids"))
    if not chosen:
        return redirect(url_for("municipality.organisations_sleeping"), 303)
    usual = gettext("We have not heard of your organisation for a long time. If it is still there, please write to us.")
    form = ReasonForm(reason=usual)
    if form.checked():
        _suspend(chosen, form.reason.data or "")
        return redirect(url_for("municipality.organisations_sleeping"), 303)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_template("municipality/organisations_suspend.html", chosen=chosen, form=form), status


def _page(problem: str = "") -> str:
    session, asked = context.session(), request.args.get("zeichen", "")
    sign = Sign(asked) if asked in set(Sign) else None
    asleep, counts = count_signs(session)
    total = counts[sign] if sign else asleep
    at = paged(request.args, total, PER_PAGE)
    return render_template(
        "municipality/organisations_sleeping.html",
        found=sleepers(session, sign, page=at.page, per_page=PER_PAGE),
        asleep=asleep,
        counts=counts,
        sign=sign,
        problem=problem,
        paged=at,
    )


def _chosen(numbers: list[str]) -> list[OrganisationInfo]:
    """Return the entries that were ticked.

    Raises:
        NotFoundError: one of them is not there.
    """
    wanted = dict.fromkeys(number for number in numbers if number.isdecimal() and len(number) <= LONGEST_NUMBER)
    found = [find_organisation(context.session(), int(number)) for number in list(wanted)[:MOST_AT_ONCE]]
    if None in found:
        raise NotFoundError
    return [one for one in found if one]


def _ask(chosen: list[OrganisationInfo]) -> None:
    left = []
    for one in chosen:
        try:
            confirmation.ask_now(context.session(), postbox(), one.id)
        except ConflictError:
            left.append(one.name)
    asked = len(chosen) - len(left)
    if asked:
        flash(ngettext("%(num)s organisation is asked.", "%(num)s organisations are asked.", asked))
    if left:
        flash(gettext("Nobody can be asked by mail: %(names)s", names=comma().join(left)), "warning")


def _confirm(chosen: list[OrganisationInfo]) -> None:
    for one in chosen:
        confirmation.confirm(context.session(), one.id, how="staff")
    flash(ngettext("%(num)s entry is confirmed.", "%(num)s entries are confirmed.", len(chosen)))


def _suspend(chosen: list[OrganisationInfo], reason: str) -> None:
    for one in chosen:
        if one.suspended_at is None:
            suspension.suspend(context.session(), postbox(), one.id, reason)
    flash(ngettext("%(num)s entry is suspended.", "%(num)s entries are suspended.", len(chosen)))
