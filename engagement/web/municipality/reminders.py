"""Organisations that owe answers and offers that end soon: look, call, remind."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities.service import confirm
from engagement.today import queries, service
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import asked_page, page_numbers
from engagement.web.shared.post import postbox

PER_PAGE = 50


@blueprint.get("/unbeantwortet")
@requires(Permission.TENANT_TODAY_READ)
def unanswered() -> str:
    """List the organisations that owe answers, the one that owes longest first."""
    keep_private()
    session, days = context.session(), context.tenant().settings.answers.days_to_look
    pages = max(1, -(-queries.count_owing_organisations(session, days) // PER_PAGE))
    page = min(asked_page(request.args), pages)
    found = queries.unanswered(session, days, page=page, per_page=PER_PAGE)
    return render_template(
        "municipality/unanswered.html",
        found=found,
        days=days,
        page=page,
        pages=pages,
        numbers=page_numbers(page, pages),
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
    keep_private()
    session = context.session()
    pages = max(1, -(-queries.count_expiring(session) // PER_PAGE))
    page = min(asked_page(request.args), pages)
    found = queries.expiring(session, page=page, per_page=PER_PAGE)
    return render_template(
        "municipality/expiring.html", found=found, page=page, pages=pages, numbers=page_numbers(page, pages)
    )


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
