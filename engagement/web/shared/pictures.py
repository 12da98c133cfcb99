"""Pictures under addresses that name their content, so that they can be kept by browsers for ever."""

from __future__ import annotations

from flask import Response, abort, request

from engagement.kernel.files import find_file
from engagement.kernel.images import MEDIA_TYPE
from engagement.kernel.permissions import Permission
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import STATIC_YEAR
from engagement.web.shared.views import blueprint


@blueprint.get("/bilder/<string(length=64):sha256>.webp")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def picture(sha256: str) -> Response:
    """Return a picture of this tenant."""
    file = find_file(context.session(), sha256) if sha256.isalnum() else None
    if file is None or file.media_type != MEDIA_TYPE:
        abort(404)
    response = Response(mimetype=MEDIA_TYPE)
    response.set_etag(file.sha256)
    response.headers["Cache-Control"] = f"public, max-age={STATIC_YEAR}, immutable"
    if file.sha256 not in request.if_none_match:
        response.set_data(file.content)
    response.make_conditional(request)
    return response
