"""Who acts for an organisation: roles, farewells, and never without somebody responsible."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.organisations.models import Membership
from engagement.organisations.queries import find_member
from engagement.organisations.service import MEMBER_ROLES, locked_organisation
from engagement.organisations.team_mails import Farewell


def change_role(session: Session, organisation_id: int, account_id: int, role: Role) -> None:
    """Give a member another role.

    Raises:
        NotFoundError: the account does not act for the organisation.
        ConflictError: nobody would be responsible any more.
        ValueError: the role is none within an organisation.
    """
    if role not in MEMBER_ROLES:
        raise ValueError(f"{role} is not a role within an organisation")
    locked_organisation(session, organisation_id)
    member = _member(session, organisation_id, account_id)
    if member.role is role:
        return
    if role is not Role.OWNER:
        _refuse_last_owner(session, member)
    before, member.role = member.role, role
    session.flush()
    record(
        session,
        "organisation.change_role",
        "organisation",
        organisation_id,
        before={"account_id": account_id, "role": before},
        after={"account_id": account_id, "role": role},
    )


def remove_member(session: Session, post: Postbox, organisation_id: int, account_id: int) -> None:
    """Take somebody out of the team, and tell them.

    Raises:
        NotFoundError: the account does not act for the organisation.
        ConflictError: nobody would be responsible any more.
    """
    gone = find_member(session, organisation_id, account_id)
    name = locked_organisation(session, organisation_id).name
    leave(session, organisation_id, account_id)
    if gone:
        queue_mail(session, post, Farewell(gone.name, name), Recipient(gone.name, gone.email, gone.language))


def leave(session: Session, organisation_id: int, account_id: int) -> None:
    """Act for an organisation no longer; errors as in ``remove_member``."""
    locked_organisation(session, organisation_id)
    member = _member(session, organisation_id, account_id)
    _refuse_last_owner(session, member)
    session.delete(member)
    session.flush()
    before = {"account_id": account_id, "role": member.role}
    record(session, "organisation.remove_member", "organisation", organisation_id, before=before)


def _refuse_last_owner(session: Session, member: Membership) -> None:
    if member.role is not Role.OWNER:
        return
    others = select(func.count()).where(
        Membership.organisation_id == member.organisation_id,
        Membership.role == Role.OWNER,
        Membership.account_id != member.account_id,
    )
    if not session.scalar(others):
        raise ConflictError(
            gettext("Somebody has to be responsible. Please hand the organisation over to somebody else first.")
        )


def _member(session: Session, organisation_id: int, account_id: int) -> Membership:
    found = session.scalar(
        select(Membership).where(Membership.organisation_id == organisation_id, Membership.account_id == account_id)
    )
    if found is None:
        raise NotFoundError
    return found
