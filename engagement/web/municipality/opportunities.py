"""Offers of organisations that are not verified yet: look, publish, send back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities import queries, service
from engagement.opportunities.kinds import State
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import ReasonForm
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.post import postbox

UNPROCESSABLE = 422


@blueprint.get("/angebote")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunities() -> str:
    """List the offers that wait for a look, the longest waiting first."""
    keep_private()
    return render_template("municipality/opportunities.html", found=queries.opportunities_in_review(context.session()))


@blueprint.get("/angebote/<int:opportunity_id>")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity(opportunity_id: int) -> ResponseReturnValue:
    """Show one offer in review, with what can be decided."""
    keep_private()
    return _page(opportunity_id, ReasonForm())


@blueprint.post("/angebote/<int:opportunity_id>/veroeffentlichen")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_publish(opportunity_id: int) -> ResponseReturnValue:
    """Publish it."""
    keep_private()
    form = ReasonForm()
    try:
        service.publish(context.session(), opportunity_id, by_moderator=True, post=postbox())
    except InvalidInputError as error:
        form.form_errors.extend(error.problems.values())
        return _page(opportunity_id, form), UNPROCESSABLE
    flash(gettext("The offer is released."))
    return redirect(url_for("municipality.opportunities"), 303)


@blueprint.post("/angebote/<int:opportunity_id>/zurueckgeben")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_send_back(opportunity_id: int) -> ResponseReturnValue:
    """Give it back to its organisation, with what should change."""
    keep_private()
    form = ReasonForm()
    if not form.checked():
        return _page(opportunity_id, form), UNPROCESSABLE
    service.send_back(context.session(), opportunity_id, form.reason.data or "", post=postbox())
    flash(gettext("The offer is sent back. The organisation sees your reason."))
    return redirect(url_for("municipality.opportunities"), 303)


def _page(opportunity_id: int, form: ReasonForm) -> str:
    found = queries.find_opportunity(context.session(), opportunity_id)
    if found is None or found.state is not State.IN_REVIEW:
        raise NotFoundError
    words = context.vocabulary()
    categories = [term.name for wanted in found.category_ids if (term := words.category(wanted))]
    target_groups = [term.name for wanted in found.target_group_ids if (term := words.target_group(wanted))]
    return render_template(
        "municipality/opportunity.html",
        opportunity=found,
        categories=categories,
        target_groups=target_groups,
        form=form,
    )
