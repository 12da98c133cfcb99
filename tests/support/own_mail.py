"""A tenant's own mail server in tests: settings of one on this machine, kept, looked up and used."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from sqlalchemy.orm import Session

from engagement.kernel.sealing import Sealer
from engagement.kernel.settings import Settings
from engagement.mail.delivery import Result, deliver
from engagement.mail.own_server import OwnServer, keep_own_server, note_outcome, server_for
from engagement.mail.server import LineSecurity, MailServer
from tests.factories.mails import make_mail
from tests.support.mailserver import LOGIN, PASSWORD, only_known

LOOPBACK = (ip_network("127.0.0.0/8"),)
SEALER = Sealer("s" * 40)
SAFE = {"authenticator": only_known, "auth_required": True}


def at(number: int, security: str = "starttls", password: str | None = PASSWORD, **values: object) -> OwnServer:
    return replace(OwnServer("127.0.0.1", number, LineSecurity(security), LOGIN, password), **values)


def keep(session: Session, wanted: OwnServer) -> None:
    keep_own_server(session, SEALER, wanted, networks=LOOPBACK)


def server(session: Session, settings: Settings, sealer: Sealer = SEALER) -> MailServer:
    changes = {"private_mail_networks": LOOPBACK, "smtp_timeout": 5.0}
    return server_for(session, settings.model_copy(update=changes), sealer)


def attempt(session: Session, settings: Settings) -> Result:
    found = server(session, settings)
    outcome = deliver(session, found, make_mail(session).id)
    note_outcome(session, found, outcome)
    return outcome.result
