"""Makes what the register of organisations is about: old entries, claims, invitations."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.clock import now, stopped
from engagement.kernel.permissions import Role
from engagement.organisations.claims import Claimant, claim
from engagement.organisations.invitations import Inviter, Offered, invite
from engagement.organisations.kinds import Former
from engagement.organisations.models import Claim, Invitation, Organisation
from tests.factories.mails import make_postbox
from tests.factories.people import make_organisation

HELGA = Claimant("Helga Brandt", "helga@example.org", "07252 1234", "de")


def days_ago(days: float) -> datetime:
    """Return the moment so many days ago."""
    return now() - timedelta(days=days)


def make_old_organisation(session: Session, name: str = "", *, days: float = 500, **values: str) -> Organisation:
    """Make an organisation that was verified long ago and has not been confirmed since."""
    with stopped(days_ago(days)):
        return make_organisation(session, name, **values)


def make_claim(session: Session, organisation: Organisation, claimant: Claimant = HELGA, note: str = "Kasse") -> Claim:
    """Let somebody ask to look after an organisation."""
    claim(session, make_postbox(session), organisation.id, claimant, note)
    return session.scalars(select(Claim).order_by(Claim.id.desc()).limit(1)).one()


def make_invitation(
    session: Session,
    organisation: Organisation,
    inviter: Account,
    *,
    email: str = "neu@example.org",
    role: Role = Role.EDITOR,
    former: Former = Former.STAYS,
    by_staff: bool = False,
) -> Invitation:
    """Invite somebody."""
    offered = Offered(email, role, former)
    post = make_postbox(session)
    made = invite(session, post, organisation.id, offered, Inviter(inviter.id, is_staff=by_staff))
    return session.scalars(select(Invitation).where(Invitation.id == made)).one()
