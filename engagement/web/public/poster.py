"""An offer on the notice board: its page prints as a poster, with a code that leads back to it."""

from __future__ import annotations

import io

import segno
from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import find_entry
from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission
from engagement.web.public import blueprint
from engagement.web.public.closed import to_closed
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.presentation import own_address

MOVED_FOR_GOOD = 301
QUIET_ZONE = 2
"""Modules of white round the code; the poster's own paper gives the rest of the four (ISO/IEC 18004)."""


@blueprint.get("/angebote/<int:opportunity_id>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def short_offer(opportunity_id: int) -> ResponseReturnValue:
    """Lead from the address that fits on paper to the page; posters hang longer than offers last.

    Raises:
        NotFoundError: there has never been such an offer.
    """
    entry = find_entry(context.session(), opportunity_id)
    if entry is None:
        return to_closed(opportunity_id)
    return redirect(url_for("public.opportunity", opportunity_id=opportunity_id, slug=entry.slug), MOVED_FOR_GOOD)


@blueprint.get("/angebote/<int:opportunity_id>-<slug>/qr.svg")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def offer_code(opportunity_id: int, slug: str) -> ResponseReturnValue:
    """Return a QR code of the offer's short address, made to survive a quarter of it being torn or wet.

    Raises:
        NotFoundError: there is no such offer.
    """
    entry = find_entry(context.session(), opportunity_id)
    if entry is None:
        raise NotFoundError
    if slug != entry.slug:
        return redirect(url_for("public.offer_code", opportunity_id=opportunity_id, slug=entry.slug), MOVED_FOR_GOOD)
    code = segno.make_qr(own_address("public.short_offer", opportunity_id=opportunity_id), error="q", boost_error=False)
    written = io.BytesIO()
    code.save(written, kind="svg", border=QUIET_ZONE, light="white", omitsize=True, xmldecl=False)
    return Response(written.getvalue(), mimetype="image/svg+xml")
