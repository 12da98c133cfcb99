"""The filters of the search page on a feed; what is unknown is passed over, since no feed reader mends addresses."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from engagement.catalogue.outward import OutwardEntry, whole_entries
from engagement.catalogue.queries import SearchQuery, search
from engagement.web.shared import context
from engagement.web.shared.filters import Filters, read_filters


def asked_filters() -> Filters:
    """Return what the address asks for, in this town alone."""
    asked = read_filters(request.args, context.vocabulary(), context.tenant()).as_list()
    return replace(asked, neighbours=False, page=1)


def narrowed(query: SearchQuery, most: int) -> SearchQuery:
    """Return the same question for the first ``most`` answers."""
    return replace(query, page=1, per_page=most)


def found_entries(filters: Filters, most: int) -> list[OutwardEntry]:
    """Return up to ``most`` whole entries that fit, in the order of the search page."""
    session = context.session()
    return whole_entries(session, search(session, narrowed(filters.query(), most)).cards)
