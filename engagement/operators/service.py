"""Making operators, setting them up by a one-time link, switching them off. All of it for the installation."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.accounts.passwords import hash_password, problem_with
from engagement.kernel.audit import Actor, ActorKind, Office, act_as, record_for_installation
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.sealing import Sealer
from engagement.kernel.signing import OF_INSTALLATION, Purpose, Signer, TokenExpiredError, TokenInvalidError
from engagement.operators.keys import open_key, seal_key
from engagement.operators.models import Operator, OperatorEntry
from engagement.operators.queries import EntryInfo, open_entries
from engagement.operators.second_factor import new_secret, step_of

TO_SET_UP = timedelta(hours=24)


@dataclass(frozen=True)
class SetUp:
    """What the page behind a set-up link shows: whom it is for, and the key for the app."""

    operator_id: int
    email: str
    name: str
    secret: bytes


def create_operator(session: Session, sealer: Sealer, *, email: str, name: str, secret: bytes | None = None) -> int:
    """Make an operator who can sign in once the set-up link was used; return the id.

    Args:
        session: open for the installation.
        sealer: seals the key of the second factor.
        email: the login, in whatever case.
        name: shown to the tenants that the operator enters.
        secret: key of the second factor; a random one unless the demo brings its own.

    Raises:
        ConflictError: there is one with this address.
    """
    sealed = seal_key(sealer, secret or new_secret())
    row = Operator(email=email.strip().lower(), name=name.strip(), sealed_secret=sealed)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise ConflictError(f"there is already an operator {row.email}") from error
    record_for_installation(session, "operator.create", details={"email": row.email})
    return row.id


def new_set_up_link(session: Session, signer: Signer, operator_id: int) -> str:
    """Make the one link by which the operator chooses a password and takes up the key; return its path.

    It takes the place of earlier ones.

    Raises:
        NotFoundError: there is no such operator.
    """
    row, nonce = _operator(session, operator_id), secrets.token_urlsafe(24)
    row.set_up_digest, row.set_up_until = _digest(nonce), now() + TO_SET_UP
    session.flush()
    return f"/betrieb/einrichten/{signer.sign(Purpose.OPERATOR_SET_UP, OF_INSTALLATION, operator_id, nonce)}"


def look_at_set_up(session: Session, signer: Signer, sealer: Sealer, token: str) -> SetUp:
    """Return what a set-up link is for, without using it.

    Raises:
        NotFoundError: the link is forged, used, replaced or out of date.
    """
    row = _of_token(session, signer, token)
    return SetUp(row.id, row.email, row.name, open_key(sealer, row.sealed_secret))


def finish_set_up(session: Session, signer: Signer, sealer: Sealer, token: str, *, password: str, code: str) -> None:
    """Take password and first code; the link is used up.

    Raises:
        NotFoundError: the link is forged, used, replaced or out of date.
        InvalidInputError: the password is too easy, or the code is not the app's.
    """
    row, problems = _of_token(session, signer, token), {}
    if problem := problem_with(password, row.email):
        problems["password"] = problem
    step = step_of(open_key(sealer, row.sealed_secret), code, now(), after=row.last_step)
    if step is None:
        problems["code"] = gettext("This code is not the right one. Please type the six digits that the app shows now.")
    if problems or step is None:
        raise InvalidInputError(problems)
    row.password_hash, row.last_step = hash_password(password), step
    row.set_up_digest = row.set_up_until = None
    row.session_version += 1
    session.flush()
    act_as(session, Actor(ActorKind.OPERATOR, office=Office(row.id, row.name)))
    record_for_installation(session, "operator.set_up")


def reset_operator(session: Session, sealer: Sealer, operator_id: int) -> list[EntryInfo]:
    """Take password and key away, end every session and entry, and let the operator set up anew.

    Returns:
        The entries by which the operator was inside a tenant; the tenants' audit trails are the caller's to tell.

    Raises:
        NotFoundError: there is no such operator.
    """
    row = _operator(session, operator_id)
    row.password_hash, row.sealed_secret, row.last_step = None, seal_key(sealer, new_secret()), 0
    row.disabled_at = row.set_up_digest = row.set_up_until = None
    return _end_everything(session, row, "operator.reset")


def disable_operator(session: Session, operator_id: int) -> list[EntryInfo]:
    """Let an operator in no more; every session and entry ends. ``reset_operator`` lets them in again.

    Returns:
        The entries by which the operator was inside a tenant, as above.

    Raises:
        NotFoundError: there is no such operator.
    """
    row = _operator(session, operator_id)
    row.password_hash, row.disabled_at = None, now()
    row.set_up_digest = row.set_up_until = None
    return _end_everything(session, row, "operator.disable")


def _end_everything(session: Session, row: Operator, action: str) -> list[EntryInfo]:
    row.session_version += 1
    session.flush()
    inside = [entry for entry in open_entries(session) if entry.operator_id == row.id]
    session.execute(
        update(OperatorEntry)
        .where(OperatorEntry.operator_id == row.id, OperatorEntry.ended_at.is_(None), OperatorEntry.until > now())
        .values(ended_at=now()),
        execution_options={"synchronize_session": "fetch"},
    )
    record_for_installation(session, action, details={"email": row.email})
    return inside


def _of_token(session: Session, signer: Signer, token: str) -> Operator:
    try:
        operator_id, nonce = signer.read(Purpose.OPERATOR_SET_UP, OF_INSTALLATION, token)
    except (TokenExpiredError, TokenInvalidError) as error:
        raise NotFoundError from error
    row = _operator(session, operator_id)
    current = row.set_up_until is not None and now() < row.set_up_until
    if not current or row.disabled_at or not hmac.compare_digest(row.set_up_digest or "", _digest(nonce)):
        raise NotFoundError
    return row


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()


def _operator(session: Session, operator_id: int) -> Operator:
    row = session.scalar(select(Operator).where(Operator.id == operator_id).with_for_update())
    if row is None:
        raise NotFoundError
    return row
