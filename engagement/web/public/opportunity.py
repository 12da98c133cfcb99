"""One offer."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import Entry, count_of_organisation, find_entry
from engagement.kernel.permissions import Permission
from engagement.legal.insurance import insuring_state
from engagement.legal.queries import load_facts
from engagement.matching.service import similar
from engagement.organisations.queries import public_organisation
from engagement.web.public import blueprint
from engagement.web.public.closed import over
from engagement.web.shared import context
from engagement.web.shared.access import requires

SIMILAR = 3
MOVED_FOR_GOOD = 301


@blueprint.get("/angebote/<int:opportunity_id>-<slug>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def opportunity(opportunity_id: int, slug: str) -> ResponseReturnValue:
    """Show what it is, when, where and how to join in."""
    entry = find_entry(context.session(), opportunity_id)
    if entry is None:
        return over(opportunity_id, slug)
    if slug != entry.slug:
        right = url_for("public.opportunity", opportunity_id=opportunity_id, slug=entry.slug)
        return redirect(right, MOVED_FOR_GOOD)
    return render_template(
        "public/opportunity.html",
        entry=entry,
        words=context.vocabulary(),
        similar=similar(context.session(), entry, SIMILAR),
        **_around(entry),
    )


def _around(entry: Entry) -> dict[str, Any]:
    """Return what the page tells of the organisation, the insurance and its own address."""
    session, here = (
        context.session(),
        url_for("public.opportunity", opportunity_id=entry.opportunity_id, slug=entry.slug),
    )
    return {
        "host": public_organisation(session, entry.organisation_id),
        "host_offers": count_of_organisation(session, entry.organisation_id),
        "insurance_state": insuring_state(load_facts(session).federal_state),
        "address": context.tools().links.absolute(context.tenant().host, here),
    }
