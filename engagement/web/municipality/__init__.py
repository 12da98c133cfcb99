"""Pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("municipality", __name__, url_prefix="/verwaltung", template_folder="templates")
from engagement.web.municipality import stubs  # noqa: E402, F401
