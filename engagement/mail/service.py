"""Queueing mails, and what the municipality does with those that failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import make_msgid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES, force_locale, gettext
from engagement.kernel.links import Links
from engagement.kernel.queue import defer
from engagement.kernel.settings import Settings
from engagement.kernel.signing import Signer
from engagement.mail.message import Content, Message, Recipient
from engagement.mail.models import MailState, OutgoingMail
from engagement.mail.render import Rendered, render
from engagement.tenancy.keys import TenantKeys
from engagement.tenancy.queries import TenantInfo, own_tenant
from engagement.tenancy.retention import retention_of

SEND = "mail.send"
LONGEST_SUBJECT = 300
LONGEST_NAME = 200
KEEP_FAILED = timedelta(days=180)


@dataclass(frozen=True)
class Postbox:
    """What writing a mail takes besides the message; the edge makes it once a request, job or command.

    Args:
        tenant: in whose name the mail goes out.
        links: how addresses of the installation begin.
        default_sender: address for a tenant that has set none.
        signer: for the tokens in links.
        silent: nothing goes out, for a history that is told after the event.
    """

    tenant: TenantInfo
    links: Links
    default_sender: str
    signer: Signer
    silent: bool = False


def postbox_of(session: Session, settings: Settings) -> Postbox:
    """Return the postbox of the session's tenant, for work outside of a request."""
    signer = Signer(settings.secret_key.get_secret_value(), TenantKeys())
    return Postbox(own_tenant(session), Links.from_settings(settings), settings.mail_from, signer)


def queue_mail(session: Session, post: Postbox, message: Message, recipient: Recipient, *, reply_to: str = "") -> int:
    """Write a mail and the job that sends it, both in the caller's transaction.

    Args:
        session: open for the tenant of ``post``.
        post: where it goes out.
        message: what it says.
        recipient: who gets it, in which language.
        reply_to: address for answers, if not the one that the tenant has set for all its mails.

    Returns:
        The id of the mail, 0 if the postbox is silent.

    Raises:
        InvalidInputError: an address is malformed.
    """
    if post.silent:
        return 0
    mail = compose(post, message, recipient, reply_to=reply_to)
    session.add(mail)
    session.flush()
    defer(session, SEND, mail.id)
    return mail.id


def compose(post: Postbox, message: Message, recipient: Recipient, *, reply_to: str = "") -> OutgoingMail:
    """Write a mail in its recipient's language, without queueing it; arguments and errors as of ``queue_mail``."""
    _refuse_malformed(recipient.address)
    if reply_to:
        _refuse_malformed(reply_to)
    language = recipient.language if recipient.language in LANGUAGES else DEFAULT_LANGUAGE
    with force_locale(language):
        content = message.content(post.tenant, post.links)
        rendered = render(content, post.tenant, post.links, language)
    mail = _row(post, message.kind, recipient, content, rendered)
    mail.language = language
    mail.reply_to = reply_to or post.tenant.settings.reply_to
    return mail


def retry_mail(session: Session, mail_id: int) -> None:
    """Send a failed mail again, with all attempts anew.

    Raises:
        NotFoundError: there is no such mail.
        ConflictError: it has not failed.
    """
    mail = _failed(session, mail_id)
    mail.state, mail.attempts, mail.queued_at = MailState.QUEUED, 0, now()
    mail.failed_at = mail.dismissed_at = None
    record(session, "mail.retry", "mail", mail_id)
    defer(session, SEND, mail_id)


def dismiss_mail(session: Session, mail_id: int) -> None:
    """Take a failed mail off the municipality's list; it stays failed.

    Raises:
        NotFoundError: there is no such mail.
        ConflictError: it has not failed.
    """
    mail = _failed(session, mail_id)
    mail.dismissed_at = now()
    record(session, "mail.dismiss", "mail", mail_id)
    session.flush()


def queue_waiting_mails(session: Session) -> int:
    """Queue the jobs that send the mails of a tenant that has just moved in, and return how many there are."""
    waiting = session.scalars(select(OutgoingMail.id).where(OutgoingMail.state == MailState.QUEUED)).all()
    for mail_id in waiting:
        defer(session, SEND, mail_id)
    return len(waiting)


def forget_old_mails(session: Session) -> int:
    """Delete the mails that were delivered longer ago than the tenant keeps them, or failed half a year ago.

    Storage limitation, Art. 5 (1) (e) GDPR: a mail holds names and messages that live elsewhere by rules of their own.
    """
    sent_before = now() - timedelta(days=retention_of(session).mail_days)
    result = session.execute(
        delete(OutgoingMail)
        .where(
            ((OutgoingMail.state == MailState.SENT) & (OutgoingMail.sent_at < sent_before))
            | ((OutgoingMail.state == MailState.FAILED) & (OutgoingMail.failed_at < now() - KEEP_FAILED))
        )
        .returning(OutgoingMail.id)
    )
    return len(result.all())


def _failed(session: Session, mail_id: int) -> OutgoingMail:
    mail = session.scalar(select(OutgoingMail).where(OutgoingMail.id == mail_id).with_for_update())
    if mail is None:
        raise NotFoundError
    if mail.state is not MailState.FAILED:
        raise ConflictError(gettext("This mail has not failed."))
    return mail


def _row(post: Postbox, kind: str, recipient: Recipient, content: Content, rendered: Rendered) -> OutgoingMail:
    return OutgoingMail(
        kind=kind,
        from_name=_one_line(post.tenant.settings.sender_name or post.tenant.platform_name)[:LONGEST_NAME],
        from_address=post.tenant.mail_from or post.default_sender,
        to_name=_one_line(recipient.name)[:LONGEST_NAME],
        to_address=recipient.address,
        subject=_one_line(content.subject)[:LONGEST_SUBJECT],
        text=rendered.text,
        html=rendered.html,
        headers=_extra_headers(post, kind, content),
        message_id=make_msgid(domain=post.tenant.host or "localhost"),
        queued_at=now(),
    )


def _extra_headers(post: Postbox, kind: str, content: Content) -> dict[str, str]:
    """A repeated mail names its list and promises one-click unsubscription (RFC 8058), which needs an address.

    ``List-Id`` (RFC 2919) lets people sort by it; ``Precedence`` keeps machines on holiday from answering (RFC 3834,
    section 2, names it as what older ones look at).
    """
    if not content.unsubscribe_url:
        return {}
    return {
        "List-Id": f"<{kind}.{post.tenant.host}>",
        "Precedence": "bulk",
        "List-Unsubscribe": f"<{content.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _one_line(text: str) -> str:
    """A header has one line; what came from a form must not begin a second one."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _refuse_malformed(address: str) -> None:
    try:
        parsed = Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        parsed = Address()
    if not (parsed.username and parsed.domain) or not address.isprintable() or " " in address:
        raise InvalidInputError({"email": gettext("This is not an e-mail address.")})
