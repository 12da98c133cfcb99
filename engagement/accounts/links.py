"""Mailed links that sign in: made, looked at, used once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engagement.accounts.models import SignInLink
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import DomainError
from engagement.kernel.signing import Purpose, Signer, TokenExpiredError, TokenInvalidError

MINUTES_TO_SIGN_IN = 30
HOURS_TO_REGISTER = 48
TO_SIGN_IN = timedelta(minutes=MINUTES_TO_SIGN_IN)
TO_REGISTER = timedelta(hours=HOURS_TO_REGISTER)
KEPT_FOR = timedelta(days=7)


class LinkState(StrEnum):
    """What became of a link; ``unknown`` is one that is forged, cut short, or another city's."""

    GOOD = "good"
    EXPIRED = "expired"
    USED = "used"
    UNKNOWN = "unknown"


class SignInLinkError(DomainError):
    """The link does not sign in any more; ``state`` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(f"the link is {state}")
        self.state = state


def new_link(
    session: Session,
    signer: Signer,
    account_id: int,
    *,
    onward: str = "",
    registering: bool = False,
    new_email: str | None = None,
) -> str:
    """Make a link and return its path on the tenant's host.

    Args:
        session: open for the tenant.
        signer: of the installation.
        account_id: whom it signs in.
        onward: path to show afterwards, "" for the person's first page.
        registering: whether it answers a registration: then it is good for longer, and the password given comes into
            force by it.
        new_email: address that it proves and that becomes the account's.
    """
    nonce = secrets.token_urlsafe(24)
    good_until = now() + (TO_REGISTER if registering else TO_SIGN_IN)
    link = SignInLink(account_id=account_id, nonce_digest=_digest(nonce), good_until=good_until)
    link.keeps_password, link.new_email = registering, new_email
    session.add(link)
    session.flush()
    token = signer.sign(Purpose.SIGN_IN, tenant_of(session), link.id, nonce)
    return f"/anmelden/link/{token}" + (f"?{urlencode({'next': onward})}" if onward else "")


def state_of_link(session: Session, signer: Signer, token: str) -> LinkState:
    """Tell what a link would do, without using it."""
    return _state(_read(session, signer, token, lock=False))


def changes_address_of(session: Session, signer: Signer, token: str) -> int | None:
    """Return the account whose address a link changes, None if it changes none.

    Only the person who asked for it may use such a link. Whoever merely reads the new address's mail would otherwise
    get into a stranger's account after a typing mistake, or lend their proven address to a stranger's account.
    """
    link = _read(session, signer, token, lock=False)
    return link.account_id if link and link.new_email else None


def take_link(session: Session, signer: Signer, token: str) -> SignInLink:
    """Use a link up and return its row; two uses at once are one use.

    Raises:
        SignInLinkError: it is expired, used or unknown.
    """
    link = _read(session, signer, token, lock=True)
    state = _state(link)
    if link is None or state is not LinkState.GOOD:
        raise SignInLinkError(state)
    link.used_at = now()
    session.flush()
    return link


def forget_old_links(session: Session) -> int:
    """Delete links that have been out of date for a week and return how many there were.

    Until then somebody who opens one late is told what happened to it.
    """
    outdated = SignInLink.good_until < now() - KEPT_FOR
    gone = session.scalars(
        delete(SignInLink).where(outdated).returning(SignInLink.id), execution_options={"synchronize_session": False}
    )
    return len(gone.all())


def _read(session: Session, signer: Signer, token: str, *, lock: bool) -> SignInLink | None:
    try:
        link_id, nonce = signer.read(Purpose.SIGN_IN, tenant_of(session), token)
    except (TokenExpiredError, TokenInvalidError):
        return None
    wanted = select(SignInLink).where(SignInLink.id == link_id)
    link = session.scalar(wanted.with_for_update().execution_options(populate_existing=True) if lock else wanted)
    return link if link and hmac.compare_digest(link.nonce_digest, _digest(nonce)) else None


def _state(link: SignInLink | None) -> LinkState:
    if link is None:
        return LinkState.UNKNOWN
    if link.used_at is not None:
        return LinkState.USED
    return LinkState.GOOD if now() < link.good_until else LinkState.EXPIRED


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
