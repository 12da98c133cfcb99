"""Offers of neighbouring towns in the search: whose they may be, and the way to each on its own town's site."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from flask import url_for

from engagement.catalogue.queries import search as search_catalogue
from engagement.neighbours.queries import Town, agreed_towns
from engagement.tenancy.settings import Module
from engagement.web.shared import context
from engagement.web.shared.filters import Filters


class Offer(Protocol):
    """What has a page of its own: a card of the catalogue, a point of the map."""

    @property
    def opportunity_id(self) -> int: ...
    @property
    def slug(self) -> str: ...


@dataclass(frozen=True)
class Elsewhere:
    """A neighbouring town, as a card shows it."""

    town: Town

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.town.name

    def address_of(self, card: Offer) -> str:
        """Return the offer's address on the town's own host, in the language that was asked for."""
        path = url_for("public.opportunity", opportunity_id=card.opportunity_id, slug=card.slug)
        return context.tools().links.absolute(self.town.host, path)


@dataclass(frozen=True)
class Nearby:
    """How much a search finds if neighbouring towns are asked too, and the arguments that do so."""

    total: int = 0
    arguments: dict[str, Any] = field(default_factory=dict)


def neighbours_of_tenant() -> dict[int, Elsewhere]:
    """Return the towns whose offers may be shown, by id; empty where sharing is switched off."""
    if not context.tenant().settings.has(Module.NEIGHBOURS):
        return {}
    return {town.id: Elsewhere(town) for town in agreed_towns(context.session())}


def look_nearby(filters: Filters, towns: dict[int, Elsewhere]) -> Nearby:
    """Say what an empty search would find in neighbouring towns."""
    wider = replace(filters, neighbours=True, page=1)
    if not towns or not wider.reaches_out or filters.reaches_out:
        return Nearby()
    return Nearby(search_catalogue(context.session(), wider.query(towns)).total, wider.arguments())
