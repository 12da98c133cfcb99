"""A tenant's own mail server: kept, used, tried out, and watched.

A server that fails costs no mail. They wait and are tried again like those of any other server that is away, and the
municipality is told that its settings need a look.
"""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.i18n import gettext
from engagement.kernel.outward import is_loopback
from engagement.kernel.sealing import Sealer, SealError
from engagement.kernel.settings import Network, Settings
from engagement.mail.delivery import (
    LONGEST_REASON,
    Outcome,
    PermanentProblemError,
    Result,
    ascii_domain,
    build_message,
    stage_of,
)
from engagement.mail.message import Message, Recipient
from engagement.mail.models import MailAccount
from engagement.mail.server import PORTS, LineSecurity, MailServer, Stage, TemporaryProblemError, explain
from engagement.mail.service import Postbox, compose

PURPOSE = "mail-account"
HOST = re.compile(r"(?=.{1,253}$)[\w]([\w-]{0,61}\w)?(\.\w([\w-]{0,61}\w)?)*|[0-9a-f:.]+")
LONGEST_TRIAL = 8.0
"""Seconds to wait for each answer while a person waits for the page."""
ALL_PORTS = range(1, 65536)


@dataclass(frozen=True)
class OwnServer:
    """What a tenant's administration says of its mail server; a ``password`` of None leaves the known one."""

    host: str
    port: int
    security: LineSecurity
    login: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Trial:
    """What came of trying a server out: how far it came, and what it said; no stage means that all went well."""

    stage: Stage | None
    answer: str = ""


def keep_own_server(session: Session, sealer: Sealer, wanted: OwnServer, *, networks: tuple[Network, ...] = ()) -> None:
    """Send the tenant's mails through this server from now on.

    Args:
        session: open for the tenant.
        sealer: seals the password.
        wanted: how it is reached. A known password stays only for the same host, line and login: otherwise somebody
            could have it sent to a server of theirs.
        networks: private ones that the installation opens; there any port is allowed.

    Raises:
        InvalidInputError: host, port, security or password cannot be right.
        ConflictError: somebody else named one this very moment.
    """
    known = _row(session, lock=True)
    wanted = replace(wanted, host=wanted.host.strip(" []").rstrip(".").lower(), login=wanted.login.strip())
    _refuse(wanted, known, networks)
    row = known or MailAccount(last_error="")
    before, after = changes(_described(row), _described_wanted(wanted))
    new_password = wanted.password is not None or not wanted.login
    row.host, row.port, row.security, row.login = wanted.host, wanted.port, wanted.security, wanted.login
    if new_password:
        row.sealed_password = sealer.seal(PURPOSE, tenant_of(session), wanted.password) if wanted.password else None
    row.failing_since, row.last_error, row.proven_at, row.updated_at = None, "", None, now()
    _write(session, row)
    if wanted.password:
        before, after = {**before, "password": ""}, {**after, "password": wanted.password}
    record(session, "mail.change_server", "mail_account", None, before=before if known else None, after=after)


def drop_own_server(session: Session) -> None:
    """Send the tenant's mails through the installation's server again; the password is deleted."""
    gone = session.scalar(delete(MailAccount).returning(MailAccount.host))
    if gone is not None:
        record(session, "mail.drop_server", "mail_account", None, before={"host": gone})


def server_for(session: Session, settings: Settings, sealer: Sealer) -> MailServer:
    """Return the server through which the tenant's mails go: its own, or the installation's.

    A password that was sealed with a former key is sealed anew on the way.
    """
    row = _row(session)
    if row is None:
        return MailServer.from_settings(settings)
    password, problem = _password(session, sealer, row)
    return MailServer(
        host=row.host,
        port=row.port,
        security=row.security,
        user=row.login or None,
        password=password,
        timeout=settings.smtp_timeout,
        networks=settings.private_mail_networks,
        problem=problem,
    )


def reseal(session: Session, sealer: Sealer) -> None:
    """Seal a password anew that was sealed with a former key, so that the former key can be thrown away."""
    row = _row(session)
    if row:
        _password(session, sealer, row)


def note_outcome(session: Session, server: MailServer, outcome: Outcome) -> None:
    """Remember whether the tenant's own server works; of the installation's the operator's own watch tells."""
    if not server.is_tenants:
        return
    if outcome.server_failed:
        _note_failure(session, outcome.reason)
    elif outcome.result is Result.SENT:
        session.execute(
            update(MailAccount)
            .where(MailAccount.failing_since.is_not(None) | MailAccount.proven_at.is_(None))
            .values(failing_since=None, last_error="", proven_at=now())
        )


def try_out(session: Session, server: MailServer, post: Postbox, message: Message, recipient: Recipient) -> Trial:
    """Send a mail through a server at once and tell what came of it.

    Args:
        session: open for the tenant; what is found out is remembered.
        server: as from ``server_for``.
        post: in whose name.
        message: what it says.
        recipient: who gets it.
    """
    mail = compose(post, message, recipient)
    patient = replace(server, timeout=min(server.timeout, LONGEST_TRIAL))
    try:
        letter = build_message(mail)
        with patient.connected() as smtp:
            smtp.send_message(letter, ascii_domain(mail.from_address), [ascii_domain(mail.to_address)])
    except TemporaryProblemError as error:
        return _failed(session, server, error.stage, str(error))
    except PermanentProblemError as error:
        return _failed(session, server, Stage.CONTENT, str(error))
    except (OSError, smtplib.SMTPException) as error:
        return _failed(session, server, stage_of(error), explain(error))
    note_outcome(session, server, Outcome(Result.SENT))
    return Trial(None)


def _failed(session: Session, server: MailServer, stage: Stage, answer: str) -> Trial:
    if server.is_tenants and stage is not Stage.RECIPIENT:
        _note_failure(session, answer)
    return Trial(stage, answer)


def _note_failure(session: Session, reason: str) -> None:
    row = _row(session, lock=True)
    if row:
        row.failing_since, row.last_error = row.failing_since or now(), reason[:LONGEST_REASON]
        session.flush()


def _password(session: Session, sealer: Sealer, row: MailAccount) -> tuple[str | None, str]:
    if row.sealed_password is None:
        return None, ""
    try:
        password = sealer.unseal(PURPOSE, row.tenant_id, row.sealed_password)
    except SealError as error:
        return None, f"the password cannot be read, please enter it again: {error}"
    if sealer.is_outdated(row.sealed_password):
        row.sealed_password = sealer.seal(PURPOSE, row.tenant_id, password)
        session.flush()
    return password, ""


def _write(session: Session, row: MailAccount) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise ConflictError(gettext("Somebody else has changed this in the meantime.")) from error


def _refuse(wanted: OwnServer, known: MailAccount | None, networks: tuple[Network, ...]) -> None:
    problems = {}
    if not HOST.fullmatch(wanted.host):
        problems["host"] = gettext("This does not look like the name of a server. Example: mail.example.org")
    if networks and wanted.port not in ALL_PORTS:
        problems["port"] = gettext("Please write a number from %(min)s to %(max)s.", min=1, max=ALL_PORTS[-1])
    if wanted.port not in PORTS and not networks:
        usual = ", ".join(map(str, sorted(PORTS)))
        problems["port"] = gettext("Mail servers listen on one of these ports: %(ports)s.", ports=usual)
    if wanted.security is LineSecurity.NONE and not is_loopback(wanted.host):
        problems["security"] = gettext("The line to another machine must be encrypted: your mails hold personal data.")
    if wanted.login and wanted.password is None and not _keeps_password(wanted, known):
        problems["password"] = gettext("Please enter the password; a known one stays with its server and login only.")
    if problems:
        raise InvalidInputError(problems)


def _keeps_password(wanted: OwnServer, known: MailAccount | None) -> bool:
    return (
        known is not None
        and known.sealed_password is not None
        and (known.host, known.port, known.security, known.login)
        == (wanted.host, wanted.port, wanted.security, wanted.login)
    )


def _described(row: MailAccount) -> dict[str, object]:
    return {"host": row.host, "port": row.port, "security": row.security, "login": row.login}


def _described_wanted(wanted: OwnServer) -> dict[str, object]:
    return {"host": wanted.host, "port": wanted.port, "security": wanted.security, "login": wanted.login}


def _row(session: Session, *, lock: bool = False) -> MailAccount | None:
    wanted = select(MailAccount)
    if lock:
        return session.scalar(wanted.with_for_update(), execution_options={"populate_existing": True})
    return session.scalar(wanted)
