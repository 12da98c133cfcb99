"""An organisation's workspace."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("club", __name__, url_prefix="/verein", template_folder="templates")

from engagement.web.club import (  # noqa: E402, F401 - the views register themselves on the blueprint above
    inbox,
    navigation,
    offers,
    organisation,
    overview,
    team,
    translations,
)
