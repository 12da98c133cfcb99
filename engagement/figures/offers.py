"""Figures about offers: places and who fills them, offers that nobody asks for, and how placements are spread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Label, func, or_, select
from sqlalchemy.orm import Session

from engagement.applications.kinds import ApplicationState
from engagement.applications.models import Application, ForgottenApplication
from engagement.catalogue.models import CatalogueEntry
from engagement.figures.scope import Scope, applications_in
from engagement.figures.statistics import LEAST_GROUP, concentration, too_small, top_tenth
from engagement.kernel.counting import counts_of
from engagement.opportunities.models import Opportunity

PATIENCE = timedelta(days=14)
"""How long an offer may be public before it counts as one that nobody asks for."""
MOST_LISTED = 500


@dataclass(frozen=True)
class Filled:
    """The offers with a number of places that were published in a month, or in the whole period.

    Args:
        month: None for the whole period.
        offers: how many.
        places: how many places they have.
        taken: accepted people, of each offer at most as many as it has places; None if they must not be shown.
    """

    month: date | None
    offers: int
    places: int
    taken: int | None

    @property
    def rate(self) -> float | None:
        """Return the part of the places that is taken; None without places or if that must not be shown."""
        return self.taken / self.places if self.places and self.taken is not None else None


@dataclass(frozen=True)
class Unserved:
    """An offer that has been public for two weeks or longer without a single application."""

    opportunity_id: int
    title: str
    slug: str
    organisation_id: int
    organisation_name: str
    public_since: datetime


@dataclass(frozen=True)
class Waiting:
    """The offers that nobody asks for, the longest waiting first, and how many there are beside those listed.

    Args:
        public: how many offers are public now in all.
    """

    listed: tuple[Unserved, ...]
    total: int
    public: int


@dataclass(frozen=True)
class Spread:
    """How the placements of the period are spread over the offers.

    Args:
        offers: that could be applied for in the period.
        placements: accepted applications of the period; None if they are fewer than five.
        top_offers: the busiest tenth of the offers.
        share: of the placements that goes to it; None if there are too few.
        curve: share of the offers, busiest first, and share of the placements they get; empty if there are too few.
        steps: number of placements and how many offers have so many, most first; empty if there are too few.
    """

    offers: int
    placements: int | None
    top_offers: int
    share: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    steps: tuple[tuple[int, int], ...] = ()


def count_places(session: Session, scope: Scope) -> tuple[Filled, ...]:
    """Return the places of the offers published in each month and how many are taken today; nothing is hidden yet."""
    month: Label[date] = scope.month(Opportunity.published_at).label("month")
    rows = session.execute(
        select(
            month,
            func.count().label("offers"),
            func.sum(Opportunity.places).label("places"),
            func.sum(func.least(Opportunity.places, Opportunity.places_taken)).label("taken"),
        )
        .where(
            Opportunity.tenant_id == scope.tenant_id,
            Opportunity.places.is_not(None),
            scope.within(Opportunity.published_at),
            *scope.of_offers(Opportunity.id),
        )
        .group_by(month)
    )
    found = {row.month: Filled(row.month, row.offers, row.places, row.taken) for row in rows}
    return tuple(found.get(month, Filled(month, 0, 0, 0)) for month in scope.period.months)


def filled_by_month(counted: tuple[Filled, ...], scope: Scope) -> tuple[Filled, ...]:
    """Return the same with small numbers hidden where the offers are a part of the town's."""
    hidden = too_small([one.taken or 0 for one in counted]) if scope.is_part else frozenset()
    return tuple(replace(one, taken=None) if place in hidden else one for place, one in enumerate(counted))


def filled_in_all(counted: tuple[Filled, ...], scope: Scope) -> Filled:
    """Return the places of the whole period."""
    taken = sum(one.taken or 0 for one in counted)
    shown = None if scope.is_part and 0 < taken < LEAST_GROUP else taken
    return Filled(None, sum(one.offers for one in counted), sum(one.places for one in counted), shown)


def unserved(session: Session, scope: Scope) -> Waiting:
    """Return the public offers that have waited for two weeks or longer without a single application."""
    entry = CatalogueEntry
    found = (
        select(
            entry.opportunity_id,
            entry.title,
            entry.slug,
            entry.organisation_id,
            entry.organisation_name,
            entry.published_at,
            func.count().over().label("total"),
        )
        .where(*scope.public_now(), entry.published_at <= scope.moment - PATIENCE, *_nobody_asked())
        .order_by(entry.published_at, entry.opportunity_id)
        .limit(MOST_LISTED)
    )
    rows = session.execute(found).all()
    public = session.scalar(select(func.count()).select_from(entry).where(*scope.public_now())) or 0
    return Waiting(tuple(Unserved(*row[:-1]) for row in rows), rows[0].total if rows else 0, public)


def _nobody_asked() -> list[ColumnElement[bool]]:
    entry = CatalogueEntry
    return [
        ~select(kind.id).where(kind.tenant_id == entry.tenant_id, kind.opportunity_id == entry.opportunity_id).exists()
        for kind in (Application, ForgottenApplication)
    ]


def spread(session: Session, scope: Scope) -> Spread:
    """Return how the placements are spread over the offers that were published before the end of the period.

    Left out are those that had run out before it began; that somebody ended one earlier is not kept.
    """
    each = applications_in(scope)
    placed = (
        select(each.c.opportunity_id, func.count().label("number"))
        .where(each.c.state == ApplicationState.ACCEPTED)
        .group_by(each.c.opportunity_id)
        .subquery()
    )
    begin, end = scope.period.bounds(scope.zone)
    number = func.coalesce(placed.c.number, 0)
    could_be_asked_for = (Opportunity.published_at < end) & (
        Opportunity.expires_at.is_(None) | (Opportunity.expires_at >= begin)
    )
    per_offer = (
        select(number.label("number"))
        .select_from(Opportunity)
        .outerjoin(placed, placed.c.opportunity_id == Opportunity.id)
        .where(
            Opportunity.tenant_id == scope.tenant_id,
            or_(could_be_asked_for, number > 0),
            *scope.of_offers(Opportunity.id),
        )
        .subquery()
    )
    return spread_of(counts_of(session, select(per_offer.c.number, func.count()).group_by(per_offer.c.number)))


def spread_of(offers_by_placements: dict[int, int]) -> Spread:
    """Return the figures of a histogram: number of placements → number of offers with so many."""
    offers = sum(offers_by_placements.values())
    placements = sum(count * number for count, number in offers_by_placements.items())
    top_offers, of_the_top = top_tenth(offers_by_placements)
    if placements < LEAST_GROUP:
        return Spread(offers, None if placements else 0, top_offers)
    return Spread(
        offers,
        placements,
        top_offers,
        of_the_top / placements,
        concentration(offers_by_placements),
        tuple(sorted(offers_by_placements.items(), reverse=True)),
    )
