"""The one address that a public page has in each language: for search engines, site maps and whoever shares it.

The language that a town speaks first has the address without ``lang``, which is also the one for everybody else
(``x-default``); the others say their language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from engagement.catalogue.search import SearchPage
from engagement.web.shared import context
from engagement.web.shared.chips import chips_of
from engagement.web.shared.filters import Filters, read_filters
from engagement.web.shared.languages import offered_languages
from engagement.web.shared.whole import at

PLAIN_PAGES = (
    "public.home",
    "public.search",
    "public.organisations",
    "public.for_organisations",
    "public.easy_language",
)
"""Pages without arguments that are worth finding."""
FOUND_BY_ADDRESS = frozenset(
    {
        *PLAIN_PAGES,
        "public.opportunity",
        "public.organisation",
        "public.imprint",
        "public.privacy",
        "public.accessibility",
        "public.sign_language",
        "public.rules",
        "api.embedding_guide",
        "api.explained",
    }
)
"""All pages that have an address worth keeping; the others are steps on a way, or somebody's own."""
WORTH_FINDING = frozenset({"kategorie", "zielgruppe", "ortsteil"})
"""A list of offers by one of these is a page of its own; any other narrowing is one of millions."""


def is_found_by_address() -> bool:
    """Tell whether the present page is one that search engines and links may keep."""
    return request.endpoint in FOUND_BY_ADDRESS


def languages_of(endpoint: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the full address of a page by language, ``x-default`` last; none where there is only one language."""
    offered = offered_languages()
    if len(offered) <= 1:
        return []
    named = [(code, _whole(endpoint, values, None if code == offered[0] else code)) for code in offered]
    return [*named, ("x-default", _whole(endpoint, values, None))]


def present_languages() -> list[tuple[str, str]]:
    """Return the addresses of the present page by language."""
    return languages_of(request.endpoint or "", _present_values())


def canonical_address() -> str:
    """Return the address by which the present page is known, whatever else stands in the one that was asked for."""
    asked, offered = request.args.get("lang", ""), offered_languages()
    language = asked if asked in offered[1:] else None
    return _whole(request.endpoint or "", _present_values(), language)


def is_thin(filters: Filters, found: SearchPage) -> bool:
    """Tell whether a list of offers is not worth finding: narrowed in several ways, by words, empty or a later page."""
    chips = chips_of(filters)
    narrowed = len(chips) > 1 or any(chip.name not in WORTH_FINDING for chip in chips)
    return narrowed or bool(filters.here) or found.page > 1 or (bool(chips) and not found.total)


def _present_values() -> dict[str, Any]:
    values = dict(request.view_args or {})
    if request.endpoint == "public.search":
        values |= read_filters(request.args, context.vocabulary(), context.tenant()).as_list().arguments()
    page = request.args.get("seite", "")
    if request.endpoint in {"public.search", "public.organisations"} and page.isdecimal() and page not in {"0", "1"}:
        values["seite"] = page[:9]
    return values


def _whole(endpoint: str, values: Mapping[str, Any], language: str | None) -> str:
    return at(endpoint, **{**values, "lang": language})
