"""The list of offers: search, filters, pages. Everything is in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import (
    Question,
    Suggestion,
    answer,
    facets,
    suggest,
    understand,
    without_each,
)
from engagement.catalogue.suggestions import Kind
from engagement.kernel.permissions import Permission
from engagement.web.public import blueprint
from engagement.web.public.asked import read_asked
from engagement.web.public.on_map import PER_PAGE as PER_PAGE_BESIDE_MAP
from engagement.web.public.on_map import map_of, spot_id
from engagement.web.public.panel import panel_of
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.chips import Looser, chips_of, loosened, without
from engagement.web.shared.choices import order_names
from engagement.web.shared.filters import Filters
from engagement.web.shared.neighbours import Elsewhere, Nearby, look_nearby
from engagement.web.shared.paging import page_numbers

MOST_HINTS = 4
MOST_OTHERS = 4
FOUND_ELSEWHERE = 302


@dataclass(frozen=True)
class WayOut:
    """What an empty result has to offer: what to leave out and how much there is then, neighbours, other spellings."""

    hints: tuple[tuple[Looser, int], ...] = ()
    nearby: Nearby = field(default_factory=Nearby)
    others: tuple[Suggestion, ...] = ()


@blueprint.get("/angebote")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def search() -> str:
    """Show what fits, the form to narrow it down, and a way out if nothing does."""
    asked = read_asked()
    words, towns, filters = asked.words, asked.towns, asked.filters
    query = replace(asked.query(), per_page=PER_PAGE_BESIDE_MAP) if filters.on_map else asked.query()
    question = understand(context.session(), query)
    found = answer(context.session(), question)
    counts = facets(context.session(), question)
    return render_template(
        "public/search.html",
        words=words,
        filters=filters,
        chips=[(chip, without(filters, chip)) for chip in chips_of(filters)],
        found=found,
        panel=panel_of(filters, words, counts, several_towns=bool(question.query.also_tenants)),
        orders=order_names(has_words=bool(filters.text)),
        numbers=page_numbers(found.page, found.pages),
        way_out=WayOut() if found.total else _way_out(filters, question, towns),
        neighbours=list(towns.values()),
        towns=towns,
        address_of=address_of,
        map=map_of(filters, question),
        spot_id=spot_id,
    )


@blueprint.get("/angebote/vorschlaege")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def suggestions() -> ResponseReturnValue:
    """Return what may be meant, as a part of a page; who comes without a script gets the list."""
    typed = request.args.get("q", "")
    if "HX-Request" not in request.headers:
        return redirect(url_for("public.search", q=typed or None), FOUND_ELSEWHERE)
    found = [(one, address_of(one)) for one in suggest(context.session(), typed)]
    return render_template("public/_suggestions.html", found=found, words=context.vocabulary()), {
        "Vary": "HX-Request",
        "X-Robots-Tag": "noindex",
    }


def address_of(suggestion: Suggestion) -> str:
    """Return where a suggestion leads."""
    number, slug = suggestion.number, suggestion.slug
    if suggestion.kind is Kind.OFFER:
        return url_for("public.opportunity", opportunity_id=number, slug=slug)
    if suggestion.kind is Kind.ORGANISATION:
        return url_for("public.organisation", organisation_id=number, slug=slug)
    if suggestion.kind is Kind.CATEGORY:
        return url_for("public.search", kategorie=slug)
    return url_for("public.search", ortsteil=slug)


def _way_out(filters: Filters, question: Question, towns: Mapping[int, Elsewhere]) -> WayOut:
    looser = loosened(filters)
    totals = without_each(context.session(), question, [one.wishes for one in looser])
    hints = [(one, total) for one, total in zip(looser, totals, strict=True) if total]
    others = suggest(context.session(), filters.text)[:MOST_OTHERS] if filters.text else []
    return WayOut(tuple(hints[:MOST_HINTS]), look_nearby(filters, dict(towns)), tuple(others))
