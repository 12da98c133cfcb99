"""Figures about gaps: which fields and parts of town have offers, and which organisations do something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Label, Select, func, select, union
from sqlalchemy.orm import Session

from engagement.applications.kinds import Author
from engagement.applications.models import Application, ApplicationMessage, ForgottenApplication
from engagement.catalogue.models import CatalogueEntry
from engagement.figures.periods import begin_of, shifted
from engagement.figures.scope import Scope, applications_in
from engagement.figures.statistics import too_small
from engagement.kernel.audit import AuditRecord
from engagement.kernel.counting import counts_of
from engagement.opportunities.models import Opportunity, opportunity_category
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import Term

CONFIRMED = "opportunity.confirm"
Counts = dict[int | None, int]


@dataclass(frozen=True)
class Covered:
    """A field or a part of town.

    Args:
        term: None for offers that have none.
        offers: public now.
        organisations: with such offers (fields), or verified and at home there (parts of town).
        applications: of the period for its offers; None if they must not be shown.
    """

    term: Term | None
    offers: int
    organisations: int
    applications: int | None

    @property
    def is_gap(self) -> bool:
        """Tell whether nothing is offered there."""
        return not self.offers


@dataclass(frozen=True)
class Active:
    """How many organisations answered, published or stood by an offer in a month, and how many were verified then."""

    month: date
    active: int
    verified: int


def coverage_of_categories(session: Session, scope: Scope, categories: tuple[Term, ...]) -> tuple[Covered, ...]:
    """Return every field with its offers; one with several fields counts in each of them."""
    scope = replace(scope, category_id=None)
    category = func.unnest(CatalogueEntry.category_ids)
    number, organisations = func.count(), func.count(CatalogueEntry.organisation_id.distinct())
    rows = session.execute(select(category, number, organisations).where(*scope.public_now()).group_by(category)).all()
    each, link = applications_in(scope), opportunity_category
    asked = (
        select(link.c.category_id, func.count())
        .join(each, (link.c.opportunity_id == each.c.opportunity_id) & (link.c.tenant_id == scope.tenant_id))
        .group_by(link.c.category_id)
    )
    return _covered(
        categories,
        offers={int(term): int(offers) for term, offers, _ in rows},
        organisations={int(term): int(several) for term, _, several in rows},
        applications=counts_of(session, asked),
    )


def coverage_of_districts(session: Session, scope: Scope, districts: tuple[Term, ...]) -> tuple[Covered, ...]:
    """Return every part of town with its offers, last those from home or without one, if there are any."""
    scope = replace(scope, district_id=None)
    entry, each = CatalogueEntry, applications_in(scope)
    offers = select(entry.district_id, func.count()).where(*scope.public_now()).group_by(entry.district_id)
    organisations = (
        select(Organisation.district_id, func.count())
        .where(Organisation.verification == Verification.VERIFIED)
        .group_by(Organisation.district_id)
    )
    asked = (
        select(Opportunity.district_id, func.count())
        .join(each, (Opportunity.id == each.c.opportunity_id) & (Opportunity.tenant_id == scope.tenant_id))
        .group_by(Opportunity.district_id)
    )
    return _covered(
        (*districts, None),
        offers=counts_of(session, offers),
        organisations=counts_of(session, organisations),
        applications=counts_of(session, asked),
    )


def active_by_month(session: Session, scope: Scope) -> tuple[Active, ...]:
    """Return how many different organisations did something in each month."""
    deeds = union(_answered(scope), _answered_and_gone(scope), _published(scope), _confirmed(scope)).subquery()
    acting = (
        select(deeds.c.month, func.count(Opportunity.organisation_id.distinct()))
        .join(Opportunity, (Opportunity.id == deeds.c.opportunity_id) & (Opportunity.tenant_id == scope.tenant_id))
        .where(*scope.of_offers(Opportunity.id))
        .group_by(deeds.c.month)
    )
    active = counts_of(session, acting)
    verified = _verified_since(session, scope)
    return tuple(
        Active(month, active.get(month, 0), sum(count for since, count in verified.items() if since <= month))
        for month in scope.period.months
    )


def _verified_since(session: Session, scope: Scope) -> dict[date, int]:
    month: Label[date] = scope.month(Organisation.verified_at).label("month")
    statement = select(month, func.count()).where(
        Organisation.verification == Verification.VERIFIED,
        Organisation.verified_at < begin_of(shifted(scope.period.last, 1), scope.zone),
    )
    return counts_of(session, statement.group_by(month))


def _answered(scope: Scope) -> Select[date, int]:
    message, application = ApplicationMessage, Application
    same = (message.tenant_id == application.tenant_id) & (message.application_id == application.id)
    return (
        select(scope.month(message.created_at).label("month"), application.opportunity_id)
        .join(application, same)
        .where(message.author == Author.CLUB, scope.within(message.created_at))
    )


def _answered_and_gone(scope: Scope) -> Select[date | None, int]:
    gone = ForgottenApplication
    in_period = gone.answered_month.between(scope.period.first, scope.period.last)
    return select(gone.answered_month, gone.opportunity_id).where(in_period)


def _published(scope: Scope) -> Select[date, int]:
    published = Opportunity.published_at
    return select(scope.month(published), Opportunity.id).where(scope.within(published))


def _confirmed(scope: Scope) -> Select[date, int | None]:
    """Return who stood by an offer; only the audit trail keeps when that was."""
    return select(scope.month(AuditRecord.at), AuditRecord.subject_id).where(
        AuditRecord.action == CONFIRMED, AuditRecord.subject_kind == "opportunity", scope.within(AuditRecord.at)
    )


def _covered(
    terms: tuple[Term | None, ...], *, offers: Counts, organisations: Counts, applications: Counts
) -> tuple[Covered, ...]:
    keys = [term.id if term else None for term in terms]
    hidden = too_small([applications.get(key, 0) for key in keys])
    rows = (
        Covered(
            term,
            offers.get(key, 0),
            organisations.get(key, 0),
            None if place in hidden else applications.get(key, 0),
        )
        for place, (term, key) in enumerate(zip(terms, keys, strict=True))
    )
    return tuple(row for row in rows if row.term or row.offers or row.applications != 0)
