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
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
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
    signs = {one: condition.label(one) for one, condition in _signs().items()}
    statement = (
        select(
            Organisation,
            *signs.values(),
            last_confirmed().label("last_confirmed"),
            _last_sign_in().label("last_sign_in"),
            _last_offer().label("last_offer"),
            _has_owner().label("has_owner"),
        )
        .where(_condition(sign))
        .order_by(last_confirmed(), Organisation.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [_sleeper(row) for row in session.execute(statement.options(joinedload(Organisation.district)))]


def count_signs(session: Session) -> tuple[int, dict[Sign, int]]:
    """Return how many entries sleep, and how many show each sign."""
    counts = [func.count().filter(condition) for condition in (sleeps(), *_signs().values())]
    asleep, *shown = session.execute(select(*counts).select_from(Organisation).where(is_public())).one()
    return asleep, dict(zip(Sign, shown, strict=True))


def count_sleeping(session: Session) -> int:
    """Return how many entries sleep."""
    return session.scalar(select(func.count()).select_from(Organisation).where(sleeps())) or 0


def sleeps() -> ColumnElement[bool]:
    """Return the condition that a public entry sleeps."""
    signs = _signs()
    quiet = func.coalesce(Organisation.confirmed_at < now() - QUIET, true())
    deserted = and_(or_(signs[Sign.NOBODY], signs[Sign.SILENT]), signs[Sign.NO_OFFERS], quiet)
    return and_(is_public(), or_(signs[Sign.UNCONFIRMED], signs[Sign.BOUNCES], deserted))


def _condition(sign: Sign | None) -> ColumnElement[bool]:
    return sleeps() if sign is None else and_(is_public(), _signs()[sign])


def _signs() -> dict[Sign, ColumnElement[bool]]:
    """Return the condition of each sign, in the order of ``Sign``."""
    year_ago = now() - QUIET
    return {
        Sign.UNCONFIRMED: last_confirmed() < now() - UNCONFIRMED,
        Sign.BOUNCES: _bounces(),
        Sign.NOBODY: ~_team().exists(),
        Sign.SILENT: and_(_team().exists(), ~_team(_last_seen() >= year_ago).exists()),
        Sign.NO_OFFERS: and_(Organisation.created_at < year_ago, ~_offers(_lively(year_ago)).exists()),
    }


def _last_seen() -> ColumnElement[datetime]:
    """Whoever has just been added counts as seen; PostgreSQL's greatest() passes over NULL."""
    return func.greatest(Account.last_sign_in_at, Membership.created_at)


def _lively(since: datetime) -> ColumnElement[bool]:
    return or_(Opportunity.state == State.PUBLISHED, Opportunity.updated_at >= since)


def _team(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Membership.id)
        .join(Account, (Account.tenant_id == Membership.tenant_id) & (Account.id == Membership.account_id))
        .where(
            Membership.tenant_id == Organisation.tenant_id,
            Membership.organisation_id == Organisation.id,
            *conditions,
        )
        .correlate(Organisation)
    )


def _offers(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Opportunity.id)
        .where(
            Opportunity.tenant_id == Organisation.tenant_id,
            Opportunity.organisation_id == Organisation.id,
            *conditions,
        )
        .correlate(Organisation)
    )


def _bounces() -> ColumnElement[bool]:
    """Whether a mail to the entry or its people was given up, and nobody has said that this is settled."""
    given_up = select(OutgoingMail.to_address).where(
        OutgoingMail.state == MailState.FAILED, OutgoingMail.dismissed_at.is_(None)
    )
    return or_(Organisation.email.in_(given_up), _team(Account.email.in_(given_up)).exists())


def _has_owner() -> ColumnElement[bool]:
    return _team(Membership.role == Role.OWNER).exists()


def _last_sign_in() -> Any:  # noqa: ANN401 - a scalar subquery
    return _team().with_only_columns(func.max(Account.last_sign_in_at)).scalar_subquery()


def _last_offer() -> Any:  # noqa: ANN401 - a scalar subquery
    return _offers().with_only_columns(func.max(Opportunity.updated_at)).scalar_subquery()


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
