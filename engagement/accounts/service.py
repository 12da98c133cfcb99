"""Making and changing accounts, their passwords and roles. How people get in is in ``sign_in``."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.accounts.mails import PasswordChangedMail
from engagement.accounts.models import Account, StaffRole
from engagement.accounts.passwords import hash_password, is_outdated, matches, problem_with
from engagement.accounts.queries import AccountInfo, find_account, normalise_email
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail

STAFF = frozenset({Role.MODERATOR, Role.ADMIN})


def create_account(
    session: Session,
    *,
    email: str,
    name: str,
    language: str = "de",
    password: str | None = None,
    email_proven: bool = False,
) -> int:
    """Make an account and return its id.

    Args:
        session: open for the tenant.
        email: the login, in whatever case.
        name: as the person wants to be called.
        language: two-letter code for pages and mails.
        password: None or "" for somebody who signs in by mailed links.
        email_proven: whether it is known that the address is the person's.

    Raises:
        ConflictError: the tenant already has an account with this address.
        InvalidInputError: the password is too short or too common.
    """
    account = Account(email=normalise_email(email), name=name.strip(), language=language)
    account.email_proven_at = now() if email_proven else None
    if password:
        account.password_hash = _hash_of_new(password, account.email)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise ConflictError(gettext("There is already an account with this e-mail address.")) from error
    record(session, "account.create", "account", account.id, after={"language": language, "email_proven": email_proven})
    return account.id


def give_staff_role(session: Session, account_id: int, role: Role) -> None:
    """Give an account a role in the municipality, in place of the one it had.

    Raises:
        NotFoundError: there is no such account.
        ValueError: the role is not one of the municipality.
    """
    if role not in STAFF:
        raise ValueError(f"{role} is not a role of the municipality")
    _account(session, account_id)
    held = session.scalar(select(StaffRole).where(StaffRole.account_id == account_id))
    before = held.role if held else None
    if held:
        held.role = role
    else:
        session.add(StaffRole(account_id=account_id, role=role))
    session.flush()
    record(session, "account.give_staff_role", "account", account_id, before={"role": before}, after={"role": role})


def set_password(session: Session, account_id: int, password: str) -> int:
    """Set or change the password; every session of the account ends.

    Returns:
        The account's new session version, for the one session that goes on.

    Raises:
        NotFoundError: there is no such account.
        InvalidInputError: the password is too short or too common.
    """
    account = _account(session, account_id)
    account.password_hash = _hash_of_new(password, account.email)
    account.session_version += 1
    record(session, "account.set_password", "account", account_id, after={"password": password})
    session.flush()
    return account.session_version


def change_password(session: Session, post: Postbox, account_id: int, password: str) -> None:
    """Set or change the password on the person's own wish, and tell them by mail.

    Raises:
        NotFoundError: there is no such account.
        InvalidInputError: the password is too short or too common.
    """
    set_password(session, account_id, password)
    account = _account(session, account_id)
    recipient = Recipient(account.name, account.email, account.language)
    queue_mail(session, post, PasswordChangedMail(account.name), recipient)


def check_password(session: Session, email: str, password: str) -> AccountInfo | None:
    """Return the account if the password is right; whether its address is proven is for the caller to see.

    Takes as long for an address without account. A password that was kept with older parameters is kept anew.
    """
    account = session.scalar(select(Account).where(Account.email == normalise_email(email)))
    if not matches(password, account.password_hash if account else None) or account is None:
        return None
    if account.password_hash and is_outdated(account.password_hash):
        account.password_hash = hash_password(password)
        session.flush()
    return find_account(session, account.id)


def update_account(session: Session, account_id: int, *, name: str, phone: str, language: str) -> None:
    """Change what a person says of themselves.

    Args:
        session: open for the tenant.
        account_id: whose.
        name: as the person wants to be called.
        phone: "" if there is none.
        language: two-letter code for pages and mails.

    Raises:
        NotFoundError: there is no such account.
    """
    account = _account(session, account_id)
    wanted = {"name": name.strip(), "phone": phone.strip(), "language": language}
    changed = [field for field, value in wanted.items() if getattr(account, field) != value]
    for field in changed:
        setattr(account, field, wanted[field])
    if changed:
        session.flush()
        record(session, "account.update", "account", account_id, after={"changed": changed})


def _hash_of_new(password: str, email: str) -> str:
    if problem := problem_with(password, email):
        raise InvalidInputError({"password": problem})
    return hash_password(password)


def _account(session: Session, account_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if account is None:
        raise NotFoundError
    return account
