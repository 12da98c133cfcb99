"""The profile of one organisation: who they are, when they meet, how to reach them, what they look for."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import Card, entries_of_organisation
from engagement.kernel.clock import now
from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission
from engagement.organisations.profiles import profile_parts
from engagement.organisations.queries import public_organisation, public_survivor
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.profile import shown_profile

MOVED_FOR_GOOD = 301


@blueprint.get("/organisationen/<int:organisation_id>-<slug>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def organisation(organisation_id: int, slug: str) -> ResponseReturnValue:
    """Show who they are and what they offer."""
    session = context.session()
    found = public_organisation(session, organisation_id)
    if found is None:
        return redirect(_where_merged(organisation_id), MOVED_FOR_GOOD)
    here = url_for("public.organisation", organisation_id=organisation_id, slug=found.slug)
    if slug != found.slug:
        return redirect(here, MOVED_FOR_GOOD)
    entries = entries_of_organisation(session, organisation_id)
    parts = profile_parts(session, [organisation_id])[organisation_id]
    return render_template(
        "public/organisation.html",
        organisation=found,
        parts=parts,
        profile=shown_profile(found, parts, entries),
        words=context.vocabulary(),
        entries=entries,
        upcoming=_upcoming(entries),
        address=context.tools().links.absolute(context.tenant().host, here),
    )


def _upcoming(entries: list[Card]) -> list[Card]:
    """Return what takes place on a date, the next first; what has begun is under way and no date to come."""
    moment = now()
    dated = [(one.starts_at, one) for one in entries if one.time_kind == "dated" and one.starts_at]
    return [one for begins, one in sorted(dated, key=lambda pair: pair[0]) if begins > moment]


def _where_merged(organisation_id: int) -> str:
    """Return the address of the organisation that an entry was merged into.

    Raises:
        NotFoundError: there is no such entry, or nobody may see where it leads.
    """
    survivor = public_survivor(context.session(), organisation_id)
    if survivor is None:
        raise NotFoundError
    return url_for("public.organisation", organisation_id=survivor.id, slug=survivor.slug)
