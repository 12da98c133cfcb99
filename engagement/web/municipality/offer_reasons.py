"""Decisions against an offer, each on a page of its own: it says what will happen, and takes the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.moderation.kinds import TextPurpose
from engagement.moderation.texts import prepared_texts
from engagement.opportunities import review
from engagement.opportunities.kinds import State
from engagement.opportunities.queries import OpportunityInfo
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import ReasonForm, seen
from engagement.web.municipality.opportunities import UNPROCESSABLE, changed_meanwhile, found_opportunity
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.post import postbox


@dataclass(frozen=True)
class Verdict:
    """A decision that needs a reason.

    Args:
        endpoint: of its page.
        purpose: which prepared texts fit.
        decide: what is done with the reason.
        done: what is said afterwards.
    """

    endpoint: str
    purpose: TextPurpose
    decide: Callable[[str], None]
    done: str


@blueprint.route("/angebote/<int:opportunity_id>/zurueckgeben", methods=["GET", "POST"])
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_send_back(opportunity_id: int) -> ResponseReturnValue:
    """Give it back to its organisation, with what should change."""
    found = found_opportunity(opportunity_id)
    verdict = Verdict(
        "municipality.opportunity_send_back",
        TextPurpose.SEND_BACK,
        lambda reason: review.send_back(context.session(), opportunity_id, reason, post=postbox(), seen=seen()),
        gettext("The offer is sent back. The organisation gets your reason by mail."),
    )
    return _with_reason(found, verdict, possible=found.waits)


@blueprint.route("/angebote/<int:opportunity_id>/herunternehmen", methods=["GET", "POST"])
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_unpublish(opportunity_id: int) -> ResponseReturnValue:
    """Take it off the public pages at once."""
    found = found_opportunity(opportunity_id)
    verdict = Verdict(
        "municipality.opportunity_unpublish",
        TextPurpose.UNPUBLISH,
        lambda reason: review.unpublish(context.session(), postbox(), opportunity_id, reason, seen=seen()),
        gettext("The offer is not public any more. The organisation gets your reason by mail."),
    )
    return _with_reason(found, verdict, possible=found.state is State.PUBLISHED)


def _with_reason(found: OpportunityInfo, verdict: Verdict, *, possible: bool) -> ResponseReturnValue:
    keep_private()
    if not possible:
        flash(gettext("That is not possible any more: the offer is in another state now."), "warning")
        return redirect(url_for("municipality.opportunity", opportunity_id=found.id), 303)
    texts = prepared_texts(context.session(), verdict.purpose)
    wanted = request.args.get("vorlage", 0, type=int)
    form = ReasonForm(reason=next((one.text for one in texts if one.id == wanted), ""))
    if not form.checked():
        page = render_template(
            "municipality/opportunity_reason.html",
            opportunity=found,
            latest=found.latest(),
            verdict=verdict,
            texts=texts,
            form=form,
            version=request.form.get("seen", found.revision, type=int),
        )
        return page, UNPROCESSABLE if form.errors else 200
    try:
        verdict.decide(form.reason.data or "")
    except ConflictError as error:
        return changed_meanwhile(found.id, error)
    flash(verdict.done)
    return redirect(url_for("municipality.opportunity", opportunity_id=found.id), 303)
