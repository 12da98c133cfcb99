"""Merging two entries across the features: what it would do, and doing it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.applications.models import Application
from engagement.kernel.errors import NotFoundError
from engagement.mail.service import Postbox
from engagement.opportunities.adoption import adopt_offers
from engagement.opportunities.models import Opportunity
from engagement.organisations import merging
from engagement.organisations.claims import open_claims
from engagement.organisations.invitations import invitations_of
from engagement.organisations.mails import OrganisationsMerged
from engagement.organisations.notices import tell_members
from engagement.organisations.queries import OrganisationInfo, find_organisation, members_of

Part = merging.Part


@dataclass(frozen=True)
class Side:
    """One of two entries, with how much hangs on it."""

    organisation: OrganisationInfo
    members: tuple[str, ...]
    offers: int
    applications: int
    claims: int
    invitations: int


@dataclass(frozen=True)
class Plan:
    """What merging would do.

    Args:
        survivor: stays.
        absorbed: only leads to the other afterwards.
        in_both: names of people who act for both.
    """

    survivor: Side
    absorbed: Side
    in_both: tuple[str, ...]

    @property
    def becomes_verified(self) -> bool:
        """Tell whether the survivor is shown only because the other one was."""
        return self.absorbed.organisation.verified_at is not None and self.survivor.organisation.verified_at is None

    @property
    def becomes_suspended(self) -> bool:
        """Tell whether the survivor is hidden because the other one was."""
        return bool(self.absorbed.organisation.suspended_at) and not self.survivor.organisation.suspended_at


def plan(session: Session, survivor_id: int, absorbed_id: int) -> Plan:
    """Return what merging would do.

    Raises:
        NotFoundError: there is no such organisation.
    """
    here = {member.account_id: member.name for member in members_of(session, survivor_id)}
    both = tuple(here[one.account_id] for one in members_of(session, absorbed_id) if one.account_id in here)
    return Plan(_side(session, survivor_id), _side(session, absorbed_id), both)


def merge(session: Session, post: Postbox, survivor_id: int, absorbed_id: int, taken: Collection[Part]) -> None:
    """Make one entry of two; what hangs on the absorbed one moves, and the members of both are told.

    Args:
        session: open for the tenant.
        post: where mails go out.
        survivor_id: the entry that stays.
        absorbed_id: the entry that goes.
        taken: what the survivor takes over in place of its own.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: they are the same, or one was merged before.
    """
    merging.absorb(session, survivor_id, absorbed_id, taken)
    adopt_offers(session, survivor_id, absorbed_id)
    stays, gone = find_organisation(session, survivor_id), find_organisation(session, absorbed_id)
    if stays and gone:
        tell_members(session, post, survivor_id, OrganisationsMerged(survivor_id, stays.name, gone.name))


def _side(session: Session, organisation_id: int) -> Side:
    found = find_organisation(session, organisation_id)
    if found is None:
        raise NotFoundError
    offers = select(Opportunity.id).where(Opportunity.organisation_id == organisation_id)
    waiting = select(func.count()).select_from(Application).where(Application.opportunity_id.in_(offers))
    return Side(
        organisation=found,
        members=tuple(member.name for member in members_of(session, organisation_id)),
        offers=session.scalar(select(func.count()).select_from(offers.subquery())) or 0,
        applications=session.scalar(waiting) or 0,
        claims=len(open_claims(session, organisation_id)),
        invitations=len(invitations_of(session, organisation_id)),
    )
