"""An association registers itself: organisation, account and ownership in one step.

Whoever fills in the form may give an address that is not theirs. The organisation is made at once all the same, with
that address's account as its owner, because it is worth nothing to anybody else: it stays hidden until the
municipality has checked it, only the owner of the address can get into it, and the owner is told by mail. An account
that was there before is changed in nothing, and the mail holds no link that signs it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from engagement.accounts.links import new_link
from engagement.accounts.queries import AccountInfo, account_by_email, find_account
from engagement.accounts.service import create_account
from engagement.accounts.staff import staff_recipients
from engagement.kernel.errors import NotFoundError
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.organisations.mails import OrganisationRegistered, OrganisationWaiting
from engagement.organisations.service import OrganisationValues, create_organisation


@dataclass(frozen=True)
class Registrant:
    """The person who registers an organisation; ``language`` is two-letter."""

    name: str
    email: str
    language: str


def register_organisation(
    session: Session, post: Postbox, values: OrganisationValues, registrant: Registrant | int
) -> int:
    """Make a pending organisation with its owner, tell the owner and the municipality; return its id.

    Args:
        session: open for the tenant.
        post: where mails go out.
        values: what describes it.
        registrant: the visitor, or the account of somebody who is signed in.

    Raises:
        NotFoundError: there is no such account.
    """
    visitor = isinstance(registrant, Registrant)
    owner, is_new = _owner(session, registrant)
    organisation_id = create_organisation(session, values, owner_id=owner.id)
    start = f"/verein/{organisation_id}"
    path = start
    if visitor:
        path = f"/anmelden?{urlencode({'next': start})}"
    if is_new:
        path = new_link(session, post.signer, owner.id, onward=start, registering=True)
    message = OrganisationRegistered(owner.name, values.name, path, is_new=is_new)
    queue_mail(session, post, message, Recipient(owner.name, owner.email, owner.language))
    waiting = OrganisationWaiting(organisation_id, values.name, f"{owner.name} ({owner.email})")
    for recipient in staff_recipients(session, post.tenant):
        queue_mail(session, post, waiting, recipient)
    return organisation_id


def _owner(session: Session, registrant: Registrant | int) -> tuple[AccountInfo, bool]:
    if isinstance(registrant, int):
        found = find_account(session, registrant)
        is_new = False
    else:
        found = account_by_email(session, registrant.email)
        is_new = found is None
        if found is None:
            account_id = create_account(
                session, email=registrant.email, name=registrant.name, language=registrant.language
            )
            found = find_account(session, account_id)
    if found is None:
        raise NotFoundError
    return found, is_new
