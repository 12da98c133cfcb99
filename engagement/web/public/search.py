"""The list of offers: search, filters, pages. Everything is in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from flask import render_template, request

from engagement.catalogue.queries import search as search_catalogue
from engagement.catalogue.queries import used_words
from engagement.catalogue.slots import DAYS, PARTS
from engagement.kernel.permissions import Permission
from engagement.tenancy.queries import Vocabulary
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.filters import RADII, Filters, kind_names, read_filters
from engagement.web.shared.neighbours import Nearby, look_nearby, neighbours_of_tenant
from engagement.web.shared.paging import page_numbers
from engagement.web.shared.times import slot_word

MOST_HINTS = 3


@blueprint.get("/angebote")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def search() -> str:
    """Show what fits, the form to narrow it down, and a way out if nothing does."""
    words, towns = _words(), neighbours_of_tenant()
    filters = read_filters(request.args, words, context.tenant())
    filters = replace(filters, neighbours=filters.neighbours and bool(towns))
    found = search_catalogue(context.session(), filters.query(towns))
    return render_template(
        "public/search.html",
        words=words,
        filters=filters,
        found=found,
        numbers=page_numbers(found.page, found.pages),
        hints=[] if found.total else _hints(filters, towns),
        nearby=Nearby() if found.total else look_nearby(filters, towns),
        neighbours=list(towns.values()),
        towns=towns,
        kinds=kind_names(),
        radii=RADII,
        days={name: slot_word(name) for name in DAYS},
        parts={name: slot_word(name) for name in PARTS},
    )


def _words() -> Vocabulary:
    """Return the words to filter by; a retired one stays as long as an offer has it."""
    words = context.vocabulary()
    if not words.has_retired:
        return words
    used = used_words(context.session())
    return words.in_use(categories=used.categories, target_groups=used.target_groups, districts=used.districts)


def _hints(filters: Filters, neighbour_ids: Collection[int]) -> list[tuple[str, int, Filters]]:
    """Return which filter is in the way: its name, how much there is without it, and the filters without it."""
    hints: list[tuple[str, int, Filters]] = []
    for name, looser in filters.loosened():
        if len(hints) == MOST_HINTS:
            break
        total = search_catalogue(context.session(), looser.query(neighbour_ids)).total
        if total:
            hints.append((name, total, looser))
    return hints
