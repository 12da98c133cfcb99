"""The first page of a town, and the list of towns on the installation's own host."""

from __future__ import annotations

from flask import g, render_template

from engagement.catalogue.queries import category_counts, newest, offer_counts, starting_soon
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import for_installation
from engagement.web.shared.views import show_cities

NEWEST = 6
SOON = 3


@blueprint.get("/")
@for_installation
def home() -> str:
    """Show the search first, then what there is."""
    if "tenant" not in g:
        return show_cities()
    session = context.session()
    return render_template(
        "public/home.html",
        words=context.vocabulary(),
        counts=category_counts(session),
        offers=offer_counts(session),
        newest=newest(session, NEWEST),
        soon=starting_soon(session, SOON),
    )
