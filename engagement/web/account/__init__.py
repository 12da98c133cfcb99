"""A signed-in citizen's own pages, and the ways in."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix=None, template_folder="templates")

from engagement.web.account import (  # noqa: E402, F401 - the views register themselves on the blueprint above
    applications,
    claim,
    confirmation,
    invitation,
    join,
    organisation,
    overview,
    register,
    searches,
    sign_in,
)
