"""What the address of the results asks for, and whom: the same for the list, the map and its points."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request

from engagement.catalogue.queries import SearchQuery, used_words
from engagement.tenancy.queries import Vocabulary
from engagement.web.shared import context
from engagement.web.shared.filters import Filters, read_filters
from engagement.web.shared.neighbours import Elsewhere, neighbours_of_tenant


@dataclass(frozen=True)
class Asked:
    """The filters with the words that they come from, and the towns that are searched if they ask for neighbours."""

    words: Vocabulary
    towns: dict[int, Elsewhere]
    filters: Filters

    def query(self) -> SearchQuery:
        """Return what the catalogue is asked."""
        return self.filters.query(self.towns)


def read_asked() -> Asked:
    """Read the present address."""
    words, towns = _words(), neighbours_of_tenant()
    filters = read_filters(request.args, words, context.tenant())
    return Asked(words, towns, replace(filters, neighbours=filters.neighbours and bool(towns)))


def _words() -> Vocabulary:
    """Return the words to filter by; a retired one stays as long as an offer has it."""
    words = context.vocabulary()
    if not words.has_retired:
        return words
    used = used_words(context.session())
    return words.in_use(categories=used.categories, target_groups=used.target_groups, districts=used.districts)
