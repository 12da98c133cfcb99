"""A municipality's administration."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("municipality", __name__, url_prefix="/verwaltung", template_folder="templates")
from engagement.web.municipality import (  # noqa: E402, F401 - the views register themselves on the blueprint above
    audit,
    barriers,
    branding,
    figures,
    mail_server,
    mails,
    navigation,
    neighbours,
    offer_reasons,
    opportunities,
    organisation,
    organisation_merge,
    organisation_people,
    organisations,
    organisations_sleeping,
    prepared,
    reminders,
    reports,
    search_words,
    settings,
    staff,
    text_edit,
    text_facts,
    texts,
    today,
    word_order,
    words,
)
