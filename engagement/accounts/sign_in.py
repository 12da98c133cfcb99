"""How people get in: they register, ask for a mailed link, use it, or give their password.

What a visitor is shown never tells whether an address has an account; only the mail to that address does.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engagement.accounts.links import new_link, take_link
from engagement.accounts.mails import (
    AddressChangedMail,
    AlreadyRegisteredMail,
    ConfirmMail,
    NewAddressMail,
    NoAccountMail,
    SignInMail,
)
from engagement.accounts.models import Account, SignInLink
from engagement.accounts.passwords import matches, problem_with
from engagement.accounts.queries import AccountInfo, account_by_email, find_account, normalise_email
from engagement.accounts.service import check_password, create_account
from engagement.kernel.audit import Actor, ActorKind, act_as, record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail


@dataclass(frozen=True)
class Registration:
    """What somebody says of themselves to get an account; ``password`` may be empty."""

    email: str
    name: str
    language: str
    password: str = ""


@dataclass(frozen=True)
class Entry:
    """What came of a password: an account to sign in, or the news that its address is not proven yet."""

    account: AccountInfo | None
    unproven: bool = False


def register(session: Session, post: Postbox, wish: Registration, *, onward: str = "") -> None:
    """Make an account whose address is still to be proven, or tell an existing one by mail.

    Who registers once more before having proven the address keeps the account; a password that is not the first one
    then counts for nothing, since nobody knows which of the two is the person's.

    Args:
        session: open for the tenant.
        post: where mails go out.
        wish: what the person gave.
        onward: path to show after the mailed link was used.

    Raises:
        InvalidInputError: the password is too short or too common.
    """
    if wish.password and (problem := problem_with(wish.password, normalise_email(wish.email))):
        raise InvalidInputError({"password": problem})
    known = session.scalar(select(Account).where(Account.email == normalise_email(wish.email)))
    if known is None:
        account_id = create_account(
            session, email=wish.email, name=wish.name, language=wish.language, password=wish.password or None
        )
        mail_confirmation(session, post, account_id, onward=onward)
        return
    same = bool(wish.password) and matches(wish.password, known.password_hash)
    if known.email_proven_at is None:
        known.password_hash = known.password_hash if same else None
        mail_confirmation(session, post, known.id, onward=onward)
    else:
        path = new_link(session, post.signer, known.id, onward=onward)
        queue_mail(session, post, AlreadyRegisteredMail(known.name, path), _recipient(known))


def mail_confirmation(session: Session, post: Postbox, account_id: int, *, onward: str = "") -> None:
    """Mail the link that proves an account's address, in place of those mailed before.

    Raises:
        NotFoundError: there is no such account.
    """
    account = _account(session, account_id)
    _void_links(session, account_id)
    path = new_link(session, post.signer, account_id, onward=onward, registering=True)
    queue_mail(session, post, ConfirmMail(account.name, path), _recipient(account))


def request_sign_in_link(session: Session, post: Postbox, email: str, *, language: str, onward: str = "") -> None:
    """Mail a sign-in link, or to an address without account how to get one.

    Args:
        session: open for the tenant.
        post: where mails go out.
        email: as typed.
        language: of the visitor, for an address without account.
        onward: path to show after the link was used.
    """
    found = account_by_email(session, email)
    if found is None:
        queue_mail(session, post, NoAccountMail(), Recipient("", normalise_email(email), language))
        return
    path = new_link(session, post.signer, found.id, onward=onward)
    queue_mail(session, post, SignInMail(found.name, path), Recipient(found.name, found.email, found.language))


def use_sign_in_link(session: Session, post: Postbox, token: str) -> AccountInfo:
    """Use a mailed link up: its address is proven, and the account may be signed in.

    Raises:
        SignInLinkError: the link is expired, used, forged or another city's.
        ConflictError: the new address has meanwhile become another account's.
    """
    link = take_link(session, post.signer, token)
    account = _account(session, link.account_id)
    act_as(session, Actor(ActorKind.ACCOUNT, account.id))
    if link.new_email:
        _change_address(session, post, account, link.new_email)
    elif account.email_proven_at is None:
        _prove_address(session, account, keeps_password=link.keeps_password)
    return note_sign_in(session, account.id)


def enter_with_password(session: Session, post: Postbox, email: str, password: str, *, onward: str = "") -> Entry:
    """Sign in by password; for an address not yet proven mail the link that proves it instead.

    Args:
        session: open for the tenant.
        post: where mails go out.
        email: as typed.
        password: as typed.
        onward: path to show after a mailed link was used.
    """
    found = check_password(session, email, password)
    if found is None:
        return Entry(None)
    if not found.email_proven:
        mail_confirmation(session, post, found.id, onward=onward)
        return Entry(None, unproven=True)
    act_as(session, Actor(ActorKind.ACCOUNT, found.id))
    return Entry(note_sign_in(session, found.id))


def request_new_address(session: Session, post: Postbox, account_id: int, email: str) -> None:
    """Mail a link to the address that an account is to get; another account's owner gets a hint instead.

    Raises:
        NotFoundError: there is no such account.
    """
    account, wanted = _account(session, account_id), normalise_email(email)
    if wanted == account.email:
        return
    taken = account_by_email(session, wanted)
    if taken:
        path = new_link(session, post.signer, taken.id)
        recipient = Recipient(taken.name, taken.email, taken.language)
        queue_mail(session, post, AlreadyRegisteredMail(taken.name, path), recipient)
        return
    path = new_link(session, post.signer, account_id, onward="/konto", new_email=wanted)
    queue_mail(session, post, NewAddressMail(account.name, path), Recipient(account.name, wanted, account.language))


def prove_by_link(session: Session, account_id: int) -> None:
    """Take an account's address as proven by another mailed link than one to sign in.

    A password that was left there before counts for nothing: whoever gave it need not be who reads the mail.

    Raises:
        NotFoundError: there is no such account.
    """
    account = _account(session, account_id)
    if account.email_proven_at is None:
        _prove_address(session, account, keeps_password=False)
        session.flush()


def note_sign_in(session: Session, account_id: int) -> AccountInfo:
    """Note that somebody signed in, and return the account.

    Raises:
        NotFoundError: there is no such account.
    """
    account = _account(session, account_id)
    account.last_sign_in_at = now()
    session.flush()
    record(session, "account.sign_in", "account", account_id)
    found = find_account(session, account_id)
    if found is None:
        raise NotFoundError
    return found


def _prove_address(session: Session, account: Account, *, keeps_password: bool) -> None:
    account.email_proven_at = now()
    if not keeps_password:
        account.password_hash = None
    record(session, "account.prove_address", "account", account.id)


def _change_address(session: Session, post: Postbox, account: Account, email: str) -> None:
    if account_by_email(session, email):
        raise ConflictError(gettext("There is already an account with this e-mail address."))
    former = _recipient(account)
    account.email, account.email_proven_at = email, now()
    account.session_version += 1
    session.flush()
    _void_links(session, account.id)
    record(session, "account.change_address", "account", account.id)
    queue_mail(session, post, AddressChangedMail(account.name), former)


def _void_links(session: Session, account_id: int) -> None:
    session.execute(
        delete(SignInLink).where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None)),
        execution_options={"synchronize_session": "fetch"},
    )


def _recipient(account: Account) -> Recipient:
    return Recipient(account.name, account.email, account.language)


def _account(session: Session, account_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if account is None:
        raise NotFoundError
    return account
