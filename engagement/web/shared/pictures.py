"""Pictures under addresses that name their content, so that they can be kept by browsers for ever."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, abort, request, url_for
from sqlalchemy.orm import Session

from engagement.kernel.db import hand_over_to_tenant
from engagement.kernel.files import StoredFile, find_file
from engagement.kernel.images import MEDIA_TYPE
from engagement.kernel.permissions import Permission
from engagement.kernel.variants import CUTS, HERO, LOGO, WHOLE, WIDTHS, Cut, Kind, find_variant, wide
from engagement.tenancy.queries import tenant_by_slug
from engagement.web.shared import context
from engagement.web.shared.access import on_its_own_hosts, requires
from engagement.web.shared.headers import STATIC_YEAR
from engagement.web.shared.views import blueprint

NOT_MADE_YET = 60
"""Seconds for which caches keep the original in place of a variant that the worker has not made yet."""
KINDS = ",".join(Kind)
DIGEST = "<string(length=64):sha256>"


@dataclass(frozen=True)
class Source:
    """What a ``source`` element offers: a format, and its addresses by width."""

    media_type: str
    srcset: str


@dataclass(frozen=True)
class Sources:
    """A picture as a page offers it: the better formats first, and what every browser can show.

    Args:
        better: formats that a browser takes if it knows them.
        src: one of middle size.
        srcset: the same format in all widths.
    """

    better: tuple[Source, ...]
    src: str
    srcset: str


@blueprint.get(f"/bilder/{DIGEST}.webp")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def picture(sha256: str) -> Response:
    """Return a picture of this tenant."""
    return _original(find_file(context.session(), sha256) if sha256.isalnum() else None, STATIC_YEAR)


@blueprint.get(f"/bilder/{DIGEST}-<int:width>.<any({KINDS}):kind>", defaults={"cut": WHOLE})
@blueprint.get(f"/bilder/{DIGEST}-<int:width>-<string(maxlength=10):cut>.<any({KINDS}):kind>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def variant(sha256: str, width: int, cut: str, kind: str) -> Response:
    """Return a picture of this tenant in one shape, width and format; the original as long as it is not made."""
    return _variant(context.session(), sha256, width, cut, Kind(kind))


@blueprint.get(f"/staedte/<string(maxlength=63):slug>/{DIGEST}-<int:width>.webp")
@on_its_own_hosts
def city_logo(slug: str, sha256: str, width: int) -> Response:
    """Return the logo of a town for the list of towns, which is on a host of the installation's own."""
    session = context.session()
    town = tenant_by_slug(session, slug)
    if town is None or town.logo is None or town.logo.sha256 != sha256:
        abort(404)
    hand_over_to_tenant(session, town.id)
    return _variant(session, sha256, width, WHOLE, Kind.WEBP)


def offered(sha256: str, shape: str, focus: str = "") -> Sources:
    """Return how a page offers a picture to browsers.

    Args:
        sha256: names the picture.
        shape: ``wide`` (offers), ``hero`` (the home page) or ``logo``.
        focus: of ``kernel.cropping.Focus``, for a wide one.
    """
    cut = {"hero": HERO, "logo": LOGO}.get(shape) or wide(focus)
    *better, common = cut.kinds
    middle = cut.widths[len(cut.widths) // 2]
    return Sources(
        tuple(Source(kind.media_type, _srcset(sha256, cut, kind)) for kind in better),
        _address(sha256, cut, common, middle),
        _srcset(sha256, cut, common),
    )


def init_pictures(app: Flask) -> None:
    """Give the templates ``offered``."""
    app.jinja_env.globals["offered"] = offered


def _srcset(sha256: str, cut: Cut, kind: Kind) -> str:
    return ", ".join(f"{_address(sha256, cut, kind, width)} {width}w" for width in cut.widths)


def _address(sha256: str, cut: Cut, kind: Kind, width: int) -> str:
    return url_for("shared.variant", sha256=sha256, width=width, cut=cut.name, kind=kind.value, lang=None)


def _variant(session: Session, sha256: str, width: int, cut: str, kind: Kind) -> Response:
    if not sha256.isalnum() or cut not in CUTS or width not in WIDTHS:
        abort(404)
    found = find_variant(session, sha256, cut, kind, width)
    if found is None:
        return _original(find_file(session, sha256), NOT_MADE_YET)
    return _kept_by_browsers(found.content, kind.media_type, f"{sha256}-{width}-{cut}-{kind}", STATIC_YEAR)


def _original(file: StoredFile | None, seconds: int) -> Response:
    if file is None or file.media_type != MEDIA_TYPE:
        abort(404)
    known = file.sha256 in request.if_none_match
    return _kept_by_browsers(b"" if known else file.content, MEDIA_TYPE, file.sha256, seconds)


def _kept_by_browsers(content: bytes, media_type: str, mark: str, seconds: int) -> Response:
    response = Response(content, mimetype=media_type)
    response.set_etag(mark)
    for_ever = ", immutable" if seconds == STATIC_YEAR else ""
    response.headers["Cache-Control"] = f"public, max-age={seconds}{for_ever}"
    response.make_conditional(request)
    return response
