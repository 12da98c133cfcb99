"""All figures of a period at once, in a number of statements that does not depend on how much there is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engagement.figures.coverage import (
    Active,
    Covered,
    active_by_month,
    coverage_of_categories,
    coverage_of_districts,
)
from engagement.figures.offers import (
    Filled,
    Spread,
    Unserved,
    Waiting,
    count_places,
    filled_by_month,
    filled_in_all,
    spread,
    unserved,
)
from engagement.figures.periods import Period
from engagement.figures.requests import Requests, count_applications, requests_by_month, requests_in_all
from engagement.figures.scope import Scope
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.tenancy.queries import TenantInfo, Vocabulary

__all__ = [
    "Active",
    "Covered",
    "Figures",
    "Filled",
    "Requests",
    "Spread",
    "Unserved",
    "Waiting",
    "load_figures",
]


@dataclass(frozen=True)
class Figures:
    """What is counted, for the town or a part of its offers; each figure says itself what it is.

    Args:
        is_part: whether only the offers of a field or a part of town are meant.
    """

    period: Period
    is_part: bool
    months: tuple[Requests, ...]
    in_all: Requests
    filled: tuple[Filled, ...]
    filled_in_all: Filled
    waiting: Waiting
    spread: Spread
    categories: tuple[Covered, ...]
    districts: tuple[Covered, ...]
    active: tuple[Active, ...]

    @property
    def are_empty(self) -> bool:
        """Tell whether nothing has happened in the whole town yet: no offer, no application, nobody active."""
        offers = self.waiting.public + self.filled_in_all.offers + self.spread.offers
        return not self.is_part and not offers and self.in_all.total == 0 and not any(one.active for one in self.active)


def load_figures(
    session: Session,
    tenant: TenantInfo,
    words: Vocabulary,
    period: Period,
    *,
    category_id: int | None = None,
    district_id: int | None = None,
) -> Figures:
    """Return the figures of the session's tenant.

    Args:
        session: open for the tenant.
        tenant: the same.
        words: its vocabulary; fields and parts of town without anything are listed too.
        period: see ``Scope``.
        category_id: only offers of this field; the table of fields shows all of them nevertheless.
        district_id: only offers in this part of town; likewise.
    """
    scope = Scope(tenant_of(session), tenant.time_zone, now(), period, category_id, district_id)
    counted = count_applications(session, scope)
    places = count_places(session, scope)
    return Figures(
        period=period,
        is_part=scope.is_part,
        months=requests_by_month(counted, scope),
        in_all=requests_in_all(counted, scope),
        filled=filled_by_month(places, scope),
        filled_in_all=filled_in_all(places, scope),
        waiting=unserved(session, scope),
        spread=spread(session, scope),
        categories=coverage_of_categories(session, scope, words.categories),
        districts=coverage_of_districts(session, scope, words.districts),
        active=active_by_month(session, scope),
    )
