"""Offers on other sites' pages: a page made to be shown in a frame, the script that fits its height, and how to do it.

The framed page sets no cookie and knows nobody, so that no visitor of another site has to agree to anything. Its
``frame-ancestors`` is the one exception from the rule that nobody frames us: nothing on it does anything when clicked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from engagement.catalogue.outward import cards_of_organisation, offering_organisations
from engagement.catalogue.queries import Card, search
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.tenancy.settings import Module
from engagement.web.api import blueprint
from engagement.web.api.filtered import asked_filters, narrowed
from engagement.web.api.operations import fresh
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.chips import chips_of
from engagement.web.shared.choices import kind_names
from engagement.web.shared.filters import Filters
from engagement.web.shared.headers import CONTENT_SECURITY_POLICY
from engagement.web.shared.modules import part_of
from engagement.web.shared.numbers import whole_number
from engagement.web.shared.whole import at, path_of

USUAL, MOST = 6, 24
LOOKS = ("auto", "hell", "dunkel", "stadt")
SCHEMES = {"hell": "light", "dunkel": "dark", "stadt": "light"}
FRAMED_ANYWHERE = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
WITH_PREVIEW = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
HOUR = 3600


@dataclass(frozen=True)
class Frame:
    """What a frame shows.

    Args:
        number: how many offers at most.
        look: one of ``LOOKS``.
        organisation_id: only of this organisation, None for all.
    """

    filters: Filters
    number: int
    look: str
    organisation_id: int | None

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of its address; what is usual is left out."""
        more = {
            "anzahl": str(self.number) if self.number != USUAL else "",
            "farben": self.look if self.look != LOOKS[0] else "",
            "organisation": str(self.organisation_id or ""),
        }
        return {**self.filters.arguments(), **{name: value for name, value in more.items() if value}}


@blueprint.get("/einbetten")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.EMBEDDING)
def embedded() -> Response:
    """Show offers in a frame on somebody else's page."""
    frame = _asked()
    cards, total = _found(frame)
    response = make_response(
        render_template(
            "api/embedded.html",
            frame=frame,
            chips=chips_of(frame.filters),
            cards_found=cards,
            total=total,
            words=context.vocabulary(),
            scheme=SCHEMES.get(frame.look, ""),
            more=_way_to_all(frame),
        )
    )
    response.headers["Content-Security-Policy"] = FRAMED_ANYWHERE
    return response


@blueprint.get("/einbetten.js")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.EMBEDDING)
def embedding_script() -> Response:
    """Return the script that gives the frame the height of what it shows."""
    body = (Path(str(current_app.static_folder)) / "js" / "embed-outside.js").read_bytes()
    response = fresh(Response(body, mimetype="text/javascript"))
    response.headers["Cache-Control"] = f"public, max-age={HOUR}"
    return response


@blueprint.get("/einbetten/anleitung")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.EMBEDDING)
def embedding_guide() -> Response:
    """Let somebody choose, see what it will look like, and take the line along."""
    frame = _asked()
    response = make_response(
        render_template(
            "api/embedding_guide.html",
            frame=frame,
            words=context.vocabulary().offered(),
            kinds=kind_names(),
            looks=look_names(),
            organisations=offering_organisations(context.session()),
            address=path_of("api.embedded", **frame.arguments()),
            lines=_lines(frame),
            most=MOST,
        )
    )
    response.headers["Content-Security-Policy"] = WITH_PREVIEW
    return response


def look_names() -> dict[str, str]:
    """Return what the looks are called."""
    return {
        "auto": gettext("automatic"),
        "hell": gettext("always light"),
        "dunkel": gettext("always dark"),
        "stadt": gettext("in the colours of %(town)s", town=context.tenant().name),
    }


def _asked() -> Frame:
    number = whole_number(request.args.get("anzahl", ""))
    look = request.args.get("farben", "")
    return Frame(
        filters=asked_filters(),
        number=USUAL if number is None else min(max(number, 1), MOST),
        look=look if look in LOOKS else LOOKS[0],
        organisation_id=whole_number(request.args.get("organisation", "")),
    )


def _found(frame: Frame) -> tuple[list[Card], int]:
    session, query = context.session(), frame.filters.query()
    if frame.organisation_id is None:
        found = search(session, narrowed(query, frame.number))
        return list(found.cards), found.total
    cards = cards_of_organisation(session, frame.organisation_id, query, frame.number + 1)
    return cards[: frame.number], len(cards)


def _way_to_all(frame: Frame) -> str:
    return at("public.search", **frame.filters.arguments())


def _lines(frame: Frame) -> dict[str, str]:
    """Return what is put into another page: a frame, the same with a height that fits, and a plain link."""
    title = gettext("Volunteering in %(town)s", town=context.tenant().name)
    values = {
        "address": at("api.embedded", **frame.arguments()),
        "script": at("api.embedding_script", lang=None),
        "more": _way_to_all(frame),
        "title": title,
    }
    framed = render_template("api/_frame.txt", **values)
    return {
        "frame": framed,
        "fitting": framed + render_template("api/_script.txt", **values),
        "link": render_template("api/_link.txt", **values),
    }
