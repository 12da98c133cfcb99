"""Pictures under addresses that name their content, so that they can be kept by browsers for ever."""

from __future__ import annotations

from flask import Response, abort, request

from engagement.kernel.db import hand_over_to_tenant
from engagement.kernel.files import StoredFile, find_file
from engagement.kernel.images import MEDIA_TYPE
from engagement.kernel.permissions import Permission
from engagement.tenancy.queries import tenant_by_slug
from engagement.web.shared import context
from engagement.web.shared.access import on_its_own_hosts, requires
from engagement.web.shared.headers import STATIC_YEAR
from engagement.web.shared.views import blueprint


@blueprint.get("/bilder/<string(length=64):sha256>.webp")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def picture(sha256: str) -> Response:
    """Return a picture of this tenant."""
    return _served(find_file(context.session(), sha256) if sha256.isalnum() else None)


@blueprint.get("/staedte/<string(maxlength=63):slug>/<string(length=64):sha256>.webp")
@on_its_own_hosts
def city_logo(slug: str, sha256: str) -> Response:
    """Return the logo of a town for the list of towns, which is on a host of the installation's own."""
    session = context.session()
    town = tenant_by_slug(session, slug)
    if town is None or town.logo is None or town.logo.sha256 != sha256:
        abort(404)
    hand_over_to_tenant(session, town.id)
    return _served(find_file(session, sha256))


def _served(file: StoredFile | None) -> Response:
    if file is None or file.media_type != MEDIA_TYPE:
        abort(404)
    response = Response(mimetype=MEDIA_TYPE)
    response.set_etag(file.sha256)
    response.headers["Cache-Control"] = f"public, max-age={STATIC_YEAR}, immutable"
    if file.sha256 not in request.if_none_match:
        response.set_data(file.content)
    response.make_conditional(request)
    return response
