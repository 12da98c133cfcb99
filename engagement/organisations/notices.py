"""Who is told what about an organisation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.accounts.recipients import staff_recipients
from engagement.kernel.permissions import Role
from engagement.mail.message import Message, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.organisations.queries import MemberInfo, members_of


def tell_members(session: Session, post: Postbox, organisation_id: int, message: Message, *, but: int = 0) -> None:
    """Mail everybody who acts for an organisation, except the account ``but``."""
    for member in members_of(session, organisation_id):
        if member.account_id != but:
            queue_mail(session, post, message, _recipient(member))


def tell_owners(session: Session, post: Postbox, organisation_id: int, message: Message, *, but: int = 0) -> None:
    """Mail those who are responsible for an organisation, except the account ``but``."""
    for member in members_of(session, organisation_id):
        if member.role is Role.OWNER and member.account_id != but:
            queue_mail(session, post, message, _recipient(member))


def tell_municipality(session: Session, post: Postbox, message: Message) -> None:
    """Mail the people of the municipality, or its general address while nobody has a role."""
    for recipient in staff_recipients(session, post.tenant):
        queue_mail(session, post, message, recipient)


def _recipient(member: MemberInfo) -> Recipient:
    return Recipient(member.name, member.email, member.language)
