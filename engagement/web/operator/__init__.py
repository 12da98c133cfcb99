"""The installation's own pages, for those who run it."""

from __future__ import annotations

from flask import Blueprint

from engagement.web.shared.headers import keep_private

blueprint = Blueprint("operator", __name__, url_prefix="/betrieb", template_folder="templates")
blueprint.before_request(keep_private)
from engagement.web.operator import (  # noqa: E402, F401 - the views register themselves on the blueprint above
    entries,
    new_town,
    records,
    set_up,
    sign_in,
    town_life,
    towns,
    words,
)
