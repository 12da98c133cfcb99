"""Handing a queued mail to the mail server, and deciding what follows when that fails.

Delivery is *at least once*. The row stays locked while the server is spoken to and its state is looked at first, so
two jobs for one mail never send it twice. What remains is the moment between the server's "250 accepted" and our
commit: a worker killed, or a database lost, exactly there sends the mail again later. Both copies carry the same
Message-ID and Date, by which many receivers drop the second one. The other order, commit first and send then, would
lose mails in the same moment, which is worse.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.settings import Settings
from engagement.mail.models import MailState, OutgoingMail
from engagement.tenancy.models import Tenant

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)
KEEP_TRYING_FOR = timedelta(days=3)
"""RFC 5321, section 4.5.4.1, asks a client to give up only after 4 or 5 days; our own server in front does that,
so this is how long *it* may be away, over a weekend for example."""
PERMANENT = 500
LONGEST_REASON = 1000


class Result(StrEnum):
    """What came of one attempt."""

    SENT = "sent"
    NOTHING_TO_DO = "nothing to do"
    LATER = "later"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """The result, why, and for ``LATER`` the time to wait."""

    result: Result
    reason: str = ""
    wait: timedelta | None = None


class TemporaryProblemError(Exception):
    """The mail may go through another time."""


class PermanentProblemError(Exception):
    """This mail will never go through as it is."""


@dataclass(frozen=True)
class MailServer:
    """How the mail server is reached."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    timeout: float

    @classmethod
    def from_settings(cls, settings: Settings) -> MailServer:
        """Return the server that ``settings`` name."""
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            timeout=settings.smtp_timeout,
        )

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """Lend an open, encrypted and authenticated line, as far as the settings ask for it.

        Raises:
            TemporaryProblemError: it does not come about; whatever the reason, no mail is to blame.
        """
        try:
            smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise TemporaryProblemError(f"{self.host}:{self.port}: {explain(error)}") from error
        try:
            yield smtp
        finally:
            _hang_up(smtp)

    def _open(self) -> smtplib.SMTP:
        name = socket.gethostname()
        if self.security == "tls":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, name, timeout=self.timeout, context=context)
        else:
            smtp = smtplib.SMTP(self.host, self.port, name, timeout=self.timeout)
        try:
            if self.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp


def retry_delay(attempts: int) -> timedelta | None:
    """Return how long to wait after ``attempts`` failed ones, None when it is time to give up.

    15 s, 30 s, 1 min, 2 min … doubling up to 1 h, then every hour; 78 waits that make three days in all.
    """
    waited = sum((_delay(number) for number in range(1, attempts)), timedelta())
    following = _delay(attempts)
    return following if waited + following <= KEEP_TRYING_FOR else None


def deliver(session: Session, server: MailServer, mail_id: int) -> Outcome:
    """Make one attempt at sending a mail and write down what came of it; the caller commits.

    Args:
        session: open for the mail's tenant.
        server: where to hand it over.
        mail_id: of the mail; one that is gone, sent or given up is left alone.
    """
    mail = session.scalar(select(OutgoingMail).where(OutgoingMail.id == mail_id).with_for_update())
    if mail is None or mail.state is not MailState.QUEUED:
        return Outcome(Result.NOTHING_TO_DO)
    mail.attempts += 1
    try:
        _hand_over(server, mail)
    except PermanentProblemError as error:
        return _give_up(mail, str(error))
    except TemporaryProblemError as error:
        return _put_off(mail, str(error))
    mail.state, mail.sent_at, mail.last_error = MailState.SENT, now(), ""
    return Outcome(Result.SENT)


def give_up_on_forgotten(session: Session) -> int:
    """Fail the mails that are queued longer than any schedule; return how many.

    Their job was lost, by a hand in the queue's tables for instance. Nobody would ever hear of them otherwise. While a
    tenant is suspended its mails wait for as long as that takes, so the schedule begins anew when it is resumed.
    """
    oldest = now() - KEEP_TRYING_FOR - timedelta(days=1)
    if session.scalar(select(Tenant.resumed_at > oldest).where(Tenant.id == tenant_of(session))):
        return 0
    result = session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.state == MailState.QUEUED, OutgoingMail.queued_at < oldest)
        .values(
            state=MailState.FAILED,
            failed_at=now(),
            last_error=func.coalesce(func.nullif(OutgoingMail.last_error, ""), "it was never attempted"),
        )
        .returning(OutgoingMail.id)
    )
    return len(result.all())


def build_message(mail: OutgoingMail) -> EmailMessage:
    """Return the mail as it goes over the line.

    Raises:
        PermanentProblemError: an address or header of it is malformed.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = _address(mail.from_name, mail.from_address)
        message["To"] = _address(mail.to_name, mail.to_address)
        if mail.reply_to:
            message["Reply-To"] = _address("", mail.reply_to)
        message["Subject"] = mail.subject
        message["Date"] = mail.queued_at
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = mail.language
        for name, value in mail.headers.items():
            message[name] = value
    except (MessageError, ValueError, IndexError) as error:
        raise PermanentProblemError(f"the mail cannot be written: {error}") from error
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def explain(error: Exception) -> str:
    """Return what went wrong in one readable line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(answer)}" for code, answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error.strerror or error) if isinstance(error, OSError) else str(error) or type(error).__name__


def _delay(number: int) -> timedelta:
    return min(FIRST_DELAY * (1 << min(number - 1, 20)), LONGEST_DELAY)


def _hand_over(server: MailServer, mail: OutgoingMail) -> None:
    message = build_message(mail)
    with server.connected() as smtp:
        try:
            smtp.send_message(message, ascii_domain(mail.from_address), [ascii_domain(mail.to_address)])
        except smtplib.SMTPNotSupportedError as error:
            raise PermanentProblemError(explain(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            kind = PermanentProblemError if _is_permanent(error) else TemporaryProblemError
            raise kind(explain(error)) from error


def _is_permanent(error: Exception) -> bool:
    """A 5xx answer to the sender, the recipient or the content is final (RFC 5321, section 4.2.1); 421 and 4xx not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= PERMANENT


def _give_up(mail: OutgoingMail, reason: str) -> Outcome:
    mail.state, mail.failed_at, mail.last_error = MailState.FAILED, now(), reason[:LONGEST_REASON]
    return Outcome(Result.FAILED, reason)


def _put_off(mail: OutgoingMail, reason: str) -> Outcome:
    wait = retry_delay(mail.attempts)
    if wait is None:
        return _give_up(mail, reason)
    mail.last_error = reason[:LONGEST_REASON]
    return Outcome(Result.LATER, reason, wait)


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=ascii_domain(address))


def ascii_domain(address: str) -> str:
    """Return an address with its domain as DNS knows it (RFC 5891); the part before the ``@`` stays as it is."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{domain.encode('idna').decode('ascii')}"


def _text(answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())


def _hang_up(smtp: smtplib.SMTP) -> None:
    """The mail is with the server already; a line that breaks on QUIT is no failure."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
