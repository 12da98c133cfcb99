"""A municipality's administration."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("municipality", __name__, url_prefix="/verwaltung", template_folder="templates")
from engagement.web.municipality import figures, mails, navigation, neighbours, opportunities, organisations, today  # noqa: E402, F401
