"""Pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix=None, template_folder="templates")
from engagement.web.account import stubs  # noqa: E402, F401
