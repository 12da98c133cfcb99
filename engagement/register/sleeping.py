"""Entries that nobody looks after any more ("Karteileichen"), and how that shows.

An entry sleeps when nobody has stood by its details for 14 months, when mails to it come back, or when there has been
no person, no offer and no confirmation for a year. One sign of the last three alone is no sleep: a town that has just
imported its register has nobody with an account yet, and a small club looks for help every other year. Every sign is
shown though, and can be asked for by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVarTuple

from sqlalchemy import CTE, ColumnElement, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from engagement.accounts.models import Account
from engagement.kernel.clock import now
from engagement.kernel.permissions import Role
from engagement.mail.models import MailState, OutgoingMail
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations.confirmation import last_confirmed
from engagement.organisations.models import Membership, Organisation
from engagement.organisations.queries import is_public

UNCONFIRMED = timedelta(days=426)
"""14 months: a year, and time enough for question and reminder."""
QUIET = timedelta(days=365)


class Sign(StrEnum):
    """Why an entry may be asleep."""

    UNCONFIRMED = "unconfirmed"
    BOUNCES = "bounces"
    NOBODY = "nobody"
    SILENT = "silent"
    NO_OFFERS = "no_offers"


@dataclass(frozen=True)
class Sleeper:
    """An entry with the signs of its sleep.

    Args:
        signs: at least one.
        last_confirmed: when somebody last stood by its details.
        last_sign_in: of those who act for it, None for never.
        last_offer: when one was last made, changed or shown, None for never.
        can_be_asked: whether there is an address.
    """

    id: int
    name: str
    district: str
    signs: tuple[Sign, ...]
    last_confirmed: datetime
    last_sign_in: datetime | None
    last_offer: datetime | None
    asked_at: datetime | None
    can_be_asked: bool


def sleepers(session: Session, sign: Sign | None = None, *, page: int = 1, per_page: int = 50) -> list[Sleeper]:
    """Return the sleeping entries, those with the oldest word first.

    Args:
        session: open for the tenant.
        sign: instead all entries that show this sign, whether they sleep or not.
        page: which slice, the first is 1.
        per_page: length of a slice.
    """
    facts = _Facts()
    signs = facts.signs()
    statement = (
        facts.joined(
            select(
                Organisation,
                *(condition.label(one) for one, condition in signs.items()),
                last_confirmed().label("last_confirmed"),
                facts.team.c.signed_in.label("last_sign_in"),
                facts.offers.c.last.label("last_offer"),
                func.coalesce(facts.team.c.has_owner, false()).label("has_owner"),
            )
        )
        .where(is_public(), facts.asleep() if sign is None else signs[sign])
        .options(joinedload(Organisation.district))
        .order_by(last_confirmed(), Organisation.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [_sleeper(row) for row in session.execute(statement)]


def count_signs(session: Session) -> tuple[int, dict[Sign, int]]:
    """Return how many entries sleep, and how many show each sign."""
    facts = _Facts()
    counts = [func.count().filter(condition) for condition in (facts.asleep(), *facts.signs().values())]
    statement = facts.joined(select(*counts).select_from(Organisation)).where(is_public())
    asleep, *shown = session.execute(statement).one()
    return asleep, dict(zip(Sign, shown, strict=True))


def count_sleeping(session: Session) -> int:
    """Return how many entries sleep."""
    return session.scalar(select(func.count()).select_from(Organisation).where(sleeps())) or 0


def sleeps() -> ColumnElement[bool]:
    """Return the condition that an entry is public and sleeps."""
    facts = _Facts()
    found = facts.joined(select(Organisation.id)).where(is_public(), facts.asleep()).correlate(None)
    return Organisation.id.in_(select(found.cte("asleep").prefix_with("MATERIALIZED").c.id))


Columns = TypeVarTuple("Columns")


class _Facts:
    """What is known of all entries of the tenant, gathered once each and joined.

    They are gathered first (MATERIALIZED), so that a plan made with old numbers, as after an import, does not gather
    them anew for every entry.
    """

    def __init__(self) -> None:
        self._year_ago = now() - QUIET
        self._given_up = select(OutgoingMail.to_address).where(
            OutgoingMail.state == MailState.FAILED, OutgoingMail.dismissed_at.is_(None)
        )
        self.team = self._team()
        self.offers = self._offers()

    def joined(self, statement: Select[*Columns]) -> Select[*Columns]:
        """Return a statement about organisations with these facts beside each."""
        for found in (self.team, self.offers):
            mine = (found.c.tenant_id == Organisation.tenant_id) & (found.c.organisation_id == Organisation.id)
            statement = statement.outerjoin(found, mine)
        return statement

    def signs(self) -> dict[Sign, ColumnElement[bool]]:
        """Return the condition of each sign, in the order of ``Sign``."""
        lively = func.coalesce(self.offers.c.lively, false())
        bounces = func.coalesce(self.team.c.bounces, false())
        return {
            Sign.UNCONFIRMED: last_confirmed() < now() - UNCONFIRMED,
            Sign.BOUNCES: or_(Organisation.email.in_(self._given_up), bounces),
            Sign.NOBODY: self.team.c.organisation_id.is_(None),
            Sign.SILENT: func.coalesce(self.team.c.seen < self._year_ago, false()),
            Sign.NO_OFFERS: and_(Organisation.created_at < self._year_ago, not_(lively)),
        }

    def asleep(self) -> ColumnElement[bool]:
        """Return the condition that an entry sleeps."""
        signs = self.signs()
        unheard = func.coalesce(Organisation.confirmed_at < self._year_ago, true())
        deserted = and_(or_(signs[Sign.NOBODY], signs[Sign.SILENT]), signs[Sign.NO_OFFERS], unheard)
        return or_(signs[Sign.UNCONFIRMED], signs[Sign.BOUNCES], deserted)

    def _team(self) -> CTE:
        """Whoever has just been added counts as seen; PostgreSQL's greatest() passes over NULL."""
        return (
            select(
                Membership.tenant_id,
                Membership.organisation_id,
                func.max(func.greatest(Account.last_sign_in_at, Membership.created_at)).label("seen"),
                func.max(Account.last_sign_in_at).label("signed_in"),
                func.bool_or(Account.email.in_(self._given_up)).label("bounces"),
                func.bool_or(Membership.role == Role.OWNER).label("has_owner"),
            )
            .join(Account, (Account.tenant_id == Membership.tenant_id) & (Account.id == Membership.account_id))
            .group_by(Membership.tenant_id, Membership.organisation_id)
            .cte("team_of_sleeper")
            .prefix_with("MATERIALIZED")
        )

    def _offers(self) -> CTE:
        lively = or_(Opportunity.state == State.PUBLISHED, Opportunity.updated_at >= self._year_ago)
        return (
            select(
                Opportunity.tenant_id,
                Opportunity.organisation_id,
                func.max(Opportunity.updated_at).label("last"),
                func.bool_or(lively).label("lively"),
            )
            .group_by(Opportunity.tenant_id, Opportunity.organisation_id)
            .cte("offers_of_sleeper")
            .prefix_with("MATERIALIZED")
        )


def _sleeper(row: Any) -> Sleeper:  # noqa: ANN401 - a row of mixed columns
    organisation: Organisation = row.Organisation
    return Sleeper(
        id=organisation.id,
        name=organisation.name,
        district=organisation.district.name if organisation.district else "",
        signs=tuple(sign for sign in Sign if getattr(row, sign)),
        last_confirmed=row.last_confirmed,
        last_sign_in=row.last_sign_in,
        last_offer=row.last_offer,
        asked_at=organisation.confirmation_asked_at,
        can_be_asked=bool(organisation.email) or row.has_owner,
    )
