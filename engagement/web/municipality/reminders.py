"""Organisations that owe answers and offers that end soon: look, call, remind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities.service import confirm
from engagement.today import queries, service
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import paged
from engagement.web.shared.post import postbox

PER_PAGE = 50


class Slice(Protocol):
    """Reads a part of a list."""

    def __call__(self, session: Session, /, *, page: int, per_page: int) -> Sequence[object]:
        """Return the lines of one page; the first is 1."""


@blueprint.get("/unbeantwortet")
@requires(Permission.TENANT_TODAY_READ)
def unanswered() -> str:
    """List the organisations that owe answers, the one that owes longest first."""
    days = context.tenant().settings.answers.days_to_look
    return _list(
        "municipality/unanswered.html",
        partial(queries.count_owing_organisations, days=days),
        partial(queries.unanswered, days=days),
        days=days,
    )


@blueprint.post("/unbeantwortet/<int:organisation_id>/erinnern")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def unanswered_remind(organisation_id: int) -> ResponseReturnValue:
    """Send a reminder."""
    service.remind_of_requests(context.session(), postbox(), organisation_id)
    flash(gettext("The reminder is on its way."))
    return redirect(url_for("municipality.unanswered"), 303)


@blueprint.get("/auslaufend")
@requires(Permission.TENANT_TODAY_READ)
def expiring() -> str:
    """List the offers that end within two weeks."""
    return _list("municipality/expiring.html", queries.count_expiring, queries.expiring)


@blueprint.post("/auslaufend/<int:opportunity_id>/erinnern")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def expiring_remind(opportunity_id: int) -> ResponseReturnValue:
    """Ask the organisation whether the offer still holds."""
    service.remind_of_end(context.session(), postbox(), opportunity_id)
    flash(gettext("The reminder is on its way."))
    return redirect(url_for("municipality.expiring"), 303)


@blueprint.post("/auslaufend/<int:opportunity_id>/verlaengern")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def expiring_confirm(opportunity_id: int) -> ResponseReturnValue:
    """Stand by the offer in the organisation's place, after a call for instance."""
    confirm(context.session(), opportunity_id)
    flash(gettext("The offer stays."))
    return redirect(url_for("municipality.expiring"), 303)


def _list(template: str, count: Callable[[Session], int], read: Slice, **more: object) -> str:
    keep_private()
    session = context.session()
    at = paged(request.args, count(session), PER_PAGE)
    return render_template(template, found=read(session, page=at.page, per_page=PER_PAGE), paged=at, **more)
