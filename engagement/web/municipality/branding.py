"""The look of the site: changed with a preview before anybody else sees it, and brought back with one click."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask import Response, abort, after_this_request, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.colours import parse_colour
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.palette import palette_of
from engagement.kernel.permissions import Permission
from engagement.kernel.pictures import PictureInfo, picture_by_digest
from engagement.tenancy import branding as looks
from engagement.tenancy.branding import LookValues
from engagement.tenancy.queries import TenantInfo, shown_picture
from engagement.web.municipality import blueprint, branding_words
from engagement.web.municipality.branding_form import BrandingForm, as_fields
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.theme import draft_css
from engagement.web.shared.upload import tolerate_large_bodies

FRAME = "look-frame"
"""The class within which a draft's colours count."""
STATE = re.compile(r"[0-9]{1,18}")
UNKNOWN = -1
CONFLICT = 409
UNPROCESSABLE = 422
PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (lazy_gettext("Names"), ("name", "platform_name", "claim")),
    (lazy_gettext("Colours"), ("brand_colour", "accent_colour")),
    (lazy_gettext("Logo"), ("logo_sha256", "logo_alt")),
    (lazy_gettext("Home page"), ("headline", "introduction", "picture_sha256", "picture_alt", "picture_credit")),
    (lazy_gettext("Box for associations"), ("box_title", "box_text")),
)


class Do(StrEnum):
    """What the buttons of the form do."""

    PREVIEW = "preview"
    SAVE = "save"


@dataclass(frozen=True)
class Desk:
    """What lies on the table: the form, the look as it would be, and what went wrong."""

    form: BrandingForm
    draft: LookValues
    is_preview: bool = False
    problem: str = ""


@blueprint.route("/erscheinungsbild", methods=["GET", "POST"])
@requires(Permission.TENANT_BRANDING_EDIT)
def branding() -> ResponseReturnValue:
    """Show the look, preview a draft of another one, and save it."""
    keep_private()
    tolerate_large_bodies()
    present = looks.current_look(context.session())
    form = BrandingForm(**as_fields(present))
    if request.method != "POST":
        return _opened(form, present)
    form.brand.settle()
    form.accent.settle()
    logo, picture = form.logo_fields.chosen(), form.picture_fields.chosen()
    right = form.right_with(logo, picture)
    draft = form.described(present, logo.picture, picture.picture)
    if not right:
        return _page(Desk(form, draft)), UNPROCESSABLE
    if request.form.get("do") != Do.SAVE:
        return _page(Desk(form, draft, is_preview=True))
    return _saved(form, draft)


@blueprint.get("/erscheinungsbild/entwurf.css")
@requires(Permission.TENANT_BRANDING_EDIT)
def branding_draft_theme() -> Response:
    """Return the colours of a draft, which paint within its preview only; nothing but two colours goes in."""
    keep_private()
    present = context.tenant()
    try:
        brand, accent = (
            parse_colour(request.args.get(name, otherwise))
            for name, otherwise in (("brand", present.brand_colour), ("accent", present.accent_colour))
        )
    except ValueError:
        abort(404)
    return Response(draft_css(palette_of(brand, accent), FRAME), mimetype="text/css")


@blueprint.post("/erscheinungsbild/<int:look_id>/wiederherstellen")
@requires(Permission.TENANT_BRANDING_EDIT)
def branding_restore(look_id: int) -> ResponseReturnValue:
    """Bring a look of the past back."""
    looks.restore_look(context.session(), look_id)
    _show_it_at_once()
    flash(gettext("The earlier look is back. The one before it is kept, too."))
    return redirect(url_for("municipality.branding"), 303)


def _opened(form: BrandingForm, present: LookValues) -> str:
    form.seen.data = str(looks.state_of_look(context.session()))
    form.logo_fields.show(_picture(present.logo_sha256))
    form.picture_fields.show(_picture(present.picture_sha256))
    return _page(Desk(form, present))


def _picture(sha256: str | None) -> PictureInfo | None:
    return picture_by_digest(context.session(), sha256) if sha256 else None


def _saved(form: BrandingForm, draft: LookValues) -> ResponseReturnValue:
    seen = form.seen.data or ""
    try:
        differs = looks.change_look(context.session(), draft, seen=int(seen) if STATE.fullmatch(seen) else UNKNOWN)
    except ConflictError as error:
        form.seen.data = str(looks.state_of_look(context.session()))
        return _page(Desk(form, draft, problem=str(error))), CONFLICT
    _show_it_at_once()
    flash(
        gettext("The new look is saved. Everybody sees it within two minutes.")
        if differs
        else gettext("Nothing was changed.")
    )
    return redirect(url_for("municipality.branding"), 303)


def _show_it_at_once() -> None:
    """Read tenants anew once the change is committed; other processes do so within half a minute."""

    @after_this_request
    def _forget(response: Response) -> Response:
        context.tools().tenants.forget()
        return response


def _page(desk: Desk) -> str:
    palette = palette_of(desk.draft.brand_colour, desk.draft.accent_colour)
    return render_template(
        "municipality/branding/page.html",
        form=desk.form,
        desk=desk,
        draft=_as_tenant(desk.draft),
        frame=FRAME,
        rows=branding_words.rows_of(palette),
        adjustments=branding_words.adjustments_of(palette),
        ratio_words=branding_words.ratio_words,
        kept_looks=[(kept, _changed(kept.changed)) for kept in looks.kept_looks(context.session())],
        most_megabytes=context.tools().settings.max_upload_mb,
    )


def _as_tenant(look: LookValues) -> TenantInfo:
    """Return the tenant as it would be with this look."""
    return replace(
        context.tenant(),
        **{name: getattr(look, name) for name in looks.ON_TENANT},
        headline=look.headline,
        logo=shown_picture(look.logo_sha256, look.logo_alt, look.logo_width, look.logo_height),
        picture=shown_picture(
            look.picture_sha256, look.picture_alt, look.picture_width, look.picture_height, look.picture_credit
        ),
        box_title=look.box_title,
        box_text=look.box_text,
    )


def _changed(names: tuple[str, ...]) -> list[str]:
    return [str(part) for part, members in PARTS if set(members) & set(names)]
