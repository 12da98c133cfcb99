"""A municipality's administration."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("municipality", __name__, url_prefix="/verwaltung", template_folder="templates")
from engagement.web.municipality import (  # noqa: E402, F401
    mails,
    navigation,
    offer_reasons,
    opportunities,
    organisations,
    prepared,
    reports,
    today,
)
