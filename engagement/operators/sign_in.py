"""How operators get in: password and second factor together. What was wrong is not told apart."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.passwords import matches
from engagement.kernel.audit import Actor, ActorKind, Office, act_as, record_for_installation
from engagement.kernel.clock import now
from engagement.kernel.sealing import Sealer
from engagement.operators.keys import open_key
from engagement.operators.models import Operator
from engagement.operators.queries import OperatorInfo, find_operator
from engagement.operators.second_factor import step_of

SESSION_LASTS = timedelta(hours=8)
"""A working day; after that both factors are asked for again."""


def enter(session: Session, sealer: Sealer, email: str, password: str, code: str) -> OperatorInfo | None:
    """Return the operator if all three belong together; takes as long for an address that nobody has.

    The row is locked, so that one code cannot be used twice at once.

    Args:
        session: open for the installation.
        sealer: opens the keys of second factors.
        email: as typed.
        password: as typed.
        code: as typed.
    """
    row = session.scalar(select(Operator).where(Operator.email == email.strip().lower()).with_for_update())
    right = matches(password, row.password_hash if row else None)
    if row is None or not right or row.disabled_at is not None:
        return None
    step = step_of(open_key(sealer, row.sealed_secret), code, now(), after=row.last_step)
    if step is None:
        return None
    row.last_step, row.last_sign_in_at = step, now()
    session.flush()
    act_as(session, Actor(ActorKind.OPERATOR, office=Office(row.id, row.name)))
    record_for_installation(session, "operator.sign_in")
    return find_operator(session, row.id)


def end_sessions(session: Session, operator_id: int) -> None:
    """End every session of an operator, wherever its cookie has got to."""
    row = session.scalar(select(Operator).where(Operator.id == operator_id).with_for_update())
    if row is not None:
        row.session_version += 1
        session.flush()
