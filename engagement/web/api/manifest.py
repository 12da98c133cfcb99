"""What a phone needs to put the site on its home screen: the web app manifest (W3C) and the town's sign as PNG."""

from __future__ import annotations

import json

from flask import abort
from werkzeug.wrappers import Response

from engagement.kernel.files import find_file
from engagement.kernel.i18n import DEFAULT_LANGUAGE, text_direction
from engagement.kernel.permissions import Permission
from engagement.web.api import blueprint
from engagement.web.api.operations import fresh
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.assets import frame_colours
from engagement.web.shared.headers import STATIC_YEAR
from engagement.web.shared.sign import SIZES, mark_of_sign, sign
from engagement.web.shared.whole import path_of

SHORT = 12
"""Letters of a name that fit under an icon."""


@blueprint.get("/manifest.webmanifest")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def manifest() -> Response:
    """Return how the site is called and looks as an app."""
    tenant = context.tenant()
    document = {
        "id": "/",
        "name": tenant.platform_name,
        "short_name": tenant.name if len(tenant.name) <= SHORT else tenant.platform_name[:SHORT].strip(),
        "description": tenant.claim,
        "lang": DEFAULT_LANGUAGE,
        "dir": text_direction(DEFAULT_LANGUAGE),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": frame_colours(tenant.brand_colour, tenant.accent_colour)["light"],
        "icons": [_icon(size, filled=filled) for size in (192, 512) for filled in (False, True)],
    }
    return fresh(Response(json.dumps(document, ensure_ascii=False), mimetype="application/manifest+json"))


@blueprint.get("/zeichen/<int:size>.png")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def town_sign(size: int) -> Response:
    """Return the town's logo, or its mark, as a square."""
    return _sign(size, filled=False)


@blueprint.get("/zeichen/<int:size>-voll.png")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def filled_town_sign(size: int) -> Response:
    """Return the same filled to the edge, for phones that cut their own shape, and for whoever shares a page."""
    return _sign(size, filled=True)


def _sign(size: int, *, filled: bool) -> Response:
    if size not in SIZES:
        abort(404)
    tenant = context.tenant()
    logo = find_file(context.session(), tenant.logo.sha256) if tenant.logo else None
    colours = (tenant.brand_colour, tenant.accent_colour)
    response = fresh(Response(sign(logo.content if logo else None, colours, size, filled=filled), mimetype="image/png"))
    response.headers["Cache-Control"] = f"public, max-age={STATIC_YEAR // 365}"
    return response


def _icon(size: int, *, filled: bool) -> dict[str, str]:
    endpoint = "api.filled_town_sign" if filled else "api.town_sign"
    address = path_of(endpoint, size=size, v=mark_of_sign(context.tenant()), lang=None)
    purpose = "maskable" if filled else "any"
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
