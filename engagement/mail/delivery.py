"""Handing a queued mail to the mail server, and deciding what follows when that fails.

Delivery is *at least once*. The row stays locked while the server is spoken to and its state is looked at first, so
two jobs for one mail never send it twice. What remains is the moment between the server's "250 accepted" and our
commit: a worker killed, or a database lost, exactly there sends the mail again later. Both copies carry the same
Message-ID and Date, by which many receivers drop the second one. The other order, commit first and send then, would
lose mails in the same moment, which is worse.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, replace
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
from engagement.mail.models import MailState, OutgoingMail
from engagement.mail.server import MailServer, ServerProblemError, Stage, TemporaryProblemError, explain
from engagement.tenancy.models import Tenant

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)
KEEP_TRYING_FOR = timedelta(days=3)
"""RFC 5321, section 4.5.4.1, asks a client to give up only after 4 or 5 days; our own server in front does that,
so this is how long *it* may be away, over a weekend for example."""
PERMANENT = 500
LONGEST_REASON = 1000
WANTS_A_LOGIN = {530, 534, 535, 538}
"""RFC 4954, section 6."""


class Result(StrEnum):
    """What came of one attempt."""

    SENT = "sent"
    NOTHING_TO_DO = "nothing to do"
    LATER = "later"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """The result, why, and for ``LATER`` the time to wait; ``server_failed`` tells that no mail would have gone."""

    result: Result
    reason: str = ""
    wait: timedelta | None = None
    server_failed: bool = False


class PermanentProblemError(Exception):
    """This mail will never go through as it is."""


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
        return replace(_put_off(mail, str(error)), server_failed=isinstance(error, ServerProblemError))
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
            raise _problem(server, error) from error


def _problem(server: MailServer, error: Exception) -> Exception:
    """Tell whom an answer concerns: a tenant's server that takes no mail of ours must not cost a mail."""
    refuses_us = isinstance(error, smtplib.SMTPSenderRefused) or _codes(error) & WANTS_A_LOGIN
    if server.is_tenants and refuses_us:
        return ServerProblemError(explain(error), stage_of(error))
    if _is_permanent(error):
        return PermanentProblemError(explain(error))
    return TemporaryProblemError(explain(error), stage_of(error))


def stage_of(error: Exception) -> Stage:
    """Return how far the conversation had come when the server answered with this."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Stage.SENDER
    return Stage.RECIPIENT if isinstance(error, smtplib.SMTPRecipientsRefused) else Stage.CONTENT


def _codes(error: Exception) -> set[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return {code for code, _ in error.recipients.values()}
    return {error.smtp_code} if isinstance(error, smtplib.SMTPResponseException) else set()


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
