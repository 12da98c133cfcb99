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
    used_words,
    without_each,
)
from engagement.catalogue.suggestions import Kind
from engagement.kernel.permissions import Permission
from engagement.tenancy.queries import Vocabulary
from engagement.web.public import blueprint
from engagement.web.public.panel import panel_of
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.chips import Looser, chips_of, loosened, without
from engagement.web.shared.choices import order_names
from engagement.web.shared.filters import Filters, read_filters
from engagement.web.shared.neighbours import Elsewhere, Nearby, look_nearby, neighbours_of_tenant
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
    words, towns = _words(), neighbours_of_tenant()
    filters = read_filters(request.args, words, context.tenant())
    filters = replace(filters, neighbours=filters.neighbours and bool(towns))
    question = understand(context.session(), filters.query(towns))
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


def _words() -> Vocabulary:
    """Return the words to filter by; a retired one stays as long as an offer has it."""
    words = context.vocabulary()
    if not words.has_retired:
        return words
    used = used_words(context.session())
    return words.in_use(categories=used.categories, target_groups=used.target_groups, districts=used.districts)


def _way_out(filters: Filters, question: Question, towns: Mapping[int, Elsewhere]) -> WayOut:
    looser = loosened(filters)
    totals = without_each(context.session(), question, [one.wishes for one in looser])
    hints = [(one, total) for one, total in zip(looser, totals, strict=True) if total]
    others = suggest(context.session(), filters.text)[:MOST_OTHERS] if filters.text else []
    return WayOut(tuple(hints[:MOST_HINTS]), look_nearby(filters, dict(towns)), tuple(others))
