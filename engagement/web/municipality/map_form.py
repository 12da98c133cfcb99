"""The form for the server that the map takes its pictures from; with all of it empty, the usual one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from wtforms import ValidationError
from wtforms.fields import Field

from engagement.kernel.i18n import lazy_gettext
from engagement.tenancy import deciding
from engagement.tenancy.queries import TenantInfo
from engagement.tenancy.tiles import LONGEST_ADDRESS, LONGEST_TEXT, TileServer, link_problem, template_problem
from engagement.web.municipality.settings_forms import SettingForm, number_field
from engagement.web.shared.forms import text_field

ADDRESS = {"inputmode": "url"}


class MapForm(SettingForm):
    """Whose tiles the map shows, and what has to be said of them."""

    template = text_field(
        lazy_gettext("Address of the map pictures"), longest=LONGEST_ADDRESS, required=True, render_kw=ADDRESS
    )
    operator = text_field(lazy_gettext("Who runs that server"), longest=LONGEST_TEXT, required=True)
    privacy_url = text_field(lazy_gettext("Their privacy notice"), longest=LONGEST_ADDRESS, render_kw=ADDRESS)
    attribution = text_field(lazy_gettext("Source, as it stands on the map"), longest=LONGEST_TEXT, required=True)
    licence_url = text_field(lazy_gettext("Where the licence can be read"), longest=LONGEST_ADDRESS, render_kw=ADDRESS)
    max_zoom = number_field(lazy_gettext("Closest zoom level"), TileServer, "max_zoom")

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return the present server."""
        return {**tenant.settings.tiles.model_dump(), "max_zoom": str(tenant.settings.tiles.max_zoom)}

    def validate(self, *args: Any, **options: Any) -> bool:
        """Take an empty form for the wish to have the usual server again."""
        return self._is_empty or super().validate(*args, **options)

    def validate_template(self, field: Field) -> None:
        """Refuse what is not the address of tiles."""
        _refuse_for(template_problem(field.data or ""))

    def validate_privacy_url(self, field: Field) -> None:
        """Refuse what is no link."""
        _refuse_for(link_problem(field.data) if field.data else "")

    validate_licence_url = validate_privacy_url

    def save(self, session: Session) -> None:
        """Write it."""
        typed = {name: self[name].data or "" for name in TileServer.model_fields}
        wanted = TileServer() if self._is_empty else TileServer(**{**typed, "max_zoom": int(typed["max_zoom"])})
        deciding.change_some_settings(session, tiles=wanted.model_dump())

    @property
    def _is_empty(self) -> bool:
        return not any((self[name].data or "").strip() for name in TileServer.model_fields)


def _refuse_for(problem: str) -> None:
    if problem:
        raise ValidationError(problem)
