"""Links that look good where they are shared: a picture of each offer, organisation and town, drawn when asked for."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from flask import Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import Card, find_entry
from engagement.kernel.errors import NotFoundError
from engagement.kernel.files import find_file
from engagement.kernel.i18n import DEFAULT_LANGUAGE, current_language, force_locale, gettext, text_direction
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.organisations.queries import OrganisationInfo, public_organisation
from engagement.tenancy.queries import TenantInfo, Term
from engagement.web.public import blueprint
from engagement.web.public.share_drawing import SharePicture, drawn
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import STATIC_YEAR
from engagement.web.shared.presentation import when
from engagement.web.shared.spoken import said

MOVED_FOR_GOOD = 301
DAY = 86400
DRAWINGS = Limit("share picture", 90, timedelta(minutes=1))
"""Of one visitor: each takes a tenth of a second, and who shares a link asks for one."""
LOOK = 1
"""Counts changes of the drawing itself, so that no cache shows the one before."""


@blueprint.get("/teilen.png")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def share_home() -> Response:
    """Return the picture of the town's site."""
    return _answer(_of_town())


@blueprint.get("/angebote/<int:opportunity_id>-<slug>/teilen.png")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def share_opportunity(opportunity_id: int, slug: str) -> ResponseReturnValue:
    """Return the picture of an offer that visitors see."""
    entry = find_entry(context.session(), opportunity_id)
    if entry is None:
        raise NotFoundError
    if slug != entry.slug:
        right = url_for("public.share_opportunity", opportunity_id=opportunity_id, slug=entry.slug)
        return redirect(right, MOVED_FOR_GOOD)
    return _answer(_of_offer(entry), entry.picture_sha256)


@blueprint.get("/organisationen/<int:organisation_id>-<slug>/teilen.png")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def share_organisation(organisation_id: int, slug: str) -> ResponseReturnValue:
    """Return the picture of an organisation that visitors see."""
    found = public_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    if slug != found.slug:
        right = url_for("public.share_organisation", organisation_id=organisation_id, slug=found.slug)
        return redirect(right, MOVED_FOR_GOOD)
    return _answer(_of_organisation(found))


def init_sharing(app: Flask) -> None:
    """Give the templates what the head of a shared page holds."""
    app.jinja_env.globals.update(
        whole_address=whole_address,
        picture_of_offer=picture_of_offer,
        picture_of_organisation=picture_of_organisation,
        picture_of_town=picture_of_town,
    )


def whole_address(path: str) -> str:
    """Return a path of this town's site with its scheme and host."""
    return context.tools().links.absolute(context.tenant().host, path)


def picture_of_offer(entry: Card) -> str:
    """Return the address of an offer's picture; it changes with what is in it."""
    mark = _mark(_of_offer(entry), entry.picture_sha256)
    return whole_address(
        url_for(
            "public.share_opportunity",
            opportunity_id=entry.opportunity_id,
            slug=entry.slug,
            v=mark,
            lang=_language(),
        )
    )


def picture_of_organisation(found: OrganisationInfo) -> str:
    """Return the address of an organisation's picture."""
    mark, language = _mark(_of_organisation(found)), _language()
    return whole_address(
        url_for("public.share_organisation", organisation_id=found.id, slug=found.slug, v=mark, lang=language)
    )


def picture_of_town() -> str:
    """Return the address of the picture of the town's site."""
    return whole_address(url_for("public.share_home", v=_mark(_of_town()), lang=_language()))


def _language() -> str:
    """Return the language of a picture: German for pages in Arabic, whose letters our font has not."""
    spoken = current_language()
    return spoken if text_direction(spoken) == "ltr" else DEFAULT_LANGUAGE


def _of_offer(entry: Card) -> SharePicture:
    category = context.vocabulary().category(entry.category_ids[0]) if entry.category_ids else None
    kicker = _kicker(category, entry.category_names)
    with force_locale(_language()):
        facts = (entry.organisation_name, when(entry), _place(entry))
        return _in_colours(kicker, said(entry, "title").text, facts, entry.picture_focus)


def _of_organisation(found: OrganisationInfo) -> SharePicture:
    kicker = _kicker(context.vocabulary().organisation_kind(found.kind_id), (found.kind,))
    return _in_colours(kicker, found.name, (found.district or context.tenant().name,))


def _of_town() -> SharePicture:
    town = context.tenant()
    with force_locale(_language()):
        title = town.headline or town.claim or gettext("Find what suits you")
        return _in_colours("", title, (gettext("Volunteering in %(town)s", town=town.name),))


def _kicker(term: Term | None, german: tuple[str, ...]) -> str:
    """Return a word of the vocabulary, which is read in the language of the page, in that of the picture."""
    if term is None:
        return ""
    return term.name if _language() == current_language() else next(iter(german), "")


def _in_colours(kicker: str, title: str, facts: tuple[str, ...], focus: str = "") -> SharePicture:
    town: TenantInfo = context.tenant()
    return SharePicture(
        kicker=kicker,
        title=title,
        facts=facts,
        town=town.platform_name,
        host=town.host,
        brand=town.brand_colour,
        accent=town.accent_colour,
        focus=focus,
    )


def _place(entry: Card) -> str:
    if entry.place_kind == "remote":
        return gettext("From home")
    return entry.district_name or context.tenant().name


def _with_photo(share: SharePicture, picture_sha256: str | None) -> SharePicture:
    file = find_file(context.session(), picture_sha256) if picture_sha256 else None
    return replace(share, photo=file.content) if file else share


def _mark(share: SharePicture, picture_sha256: str | None = None) -> str:
    return hashlib.sha256(repr((LOOK, share, picture_sha256)).encode()).hexdigest()[:16]


def _answer(share: SharePicture, picture_sha256: str | None = None) -> Response:
    mark = _mark(share, picture_sha256)
    response = Response(mimetype="image/png")
    response.set_etag(mark)
    is_it = request.args.get("v") == mark
    response.headers["Cache-Control"] = f"public, max-age={STATIC_YEAR if is_it else DAY}"
    if not request.args.get("lang"):
        response.vary.add("Accept-Language")
    if mark not in request.if_none_match:
        context.limit_by_address(DRAWINGS)
        response.set_data(drawn(_with_photo(share, picture_sha256)))
    response.make_conditional(request)
    return response
