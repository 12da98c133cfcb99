"""Pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("club", __name__, url_prefix="/verein", template_folder="templates")
from engagement.web.club import inbox, organisation, stubs  # noqa: E402, F401
