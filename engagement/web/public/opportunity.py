"""One offer."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import find_entry
from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission
from engagement.matching.service import similar
from engagement.web.public import blueprint
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
        raise NotFoundError
    if slug != entry.slug:
        right = url_for("public.opportunity", opportunity_id=opportunity_id, slug=entry.slug)
        return redirect(right, MOVED_FOR_GOOD)
    return render_template(
        "public/opportunity.html",
        entry=entry,
        words=context.vocabulary(),
        similar=similar(context.session(), entry, SIMILAR),
    )
