"""Pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__, url_prefix=None, template_folder="templates")
from engagement.web.public import stubs  # noqa: E402, F401
