"""Makes mails."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.db import tenant_of
from engagement.kernel.links import Links
from engagement.kernel.signing import Signer
from engagement.mail.message import Content, Message, Recipient
from engagement.mail.models import OutgoingMail
from engagement.mail.service import Postbox, queue_mail
from engagement.tenancy.queries import TenantInfo

LINKS = Links("http", 8000)
ANNA = Recipient("Anna Becker", "anna@example.org", "de")
GREETING = Content("Ein Gruß", "Guten Tag,", ("Es ist so weit.",))


@dataclass(frozen=True)
class Note:
    """A message that says what the test wants."""

    words: Content = GREETING
    kind: str = "note"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        return self.words


def make_tenant_info(tenant_id: int = 1, *, brand_colour: str = "#0b5cad", mail_from: str = "") -> TenantInfo:
    """Return a tenant as mails see it, without asking the database."""
    return TenantInfo(
        id=tenant_id,
        slug="bretten",
        name="Bretten",
        platform_name="Engagement vernetzt Bretten",
        claim="Gemeinsam geht mehr",
        introduction="",
        brand_colour=brand_colour,
        accent_colour="#f2c230",
        languages=("de", "en"),
        time_zone=ZoneInfo("Europe/Berlin"),
        mail_from=mail_from or "engagement@bretten.example",
        postal_address="Marktplatz 1, Bretten",
        contact_email="ehrenamt@bretten.example",
        host="bretten.localhost",
        centre=None,
    )


def make_postbox(session: Session, secret: str = "x" * 40) -> Postbox:
    """Return the postbox of the session's tenant; ``secret`` signs the links in its mails."""
    return Postbox(make_tenant_info(tenant_of(session)), LINKS, "noreply@example.org", Signer(secret))


def make_mail(
    session: Session, message: Message | None = None, recipient: Recipient = ANNA, *, reply_to: str = ""
) -> OutgoingMail:
    """Queue a mail in the present transaction and return its row."""
    mail_id = queue_mail(session, make_postbox(session), message or Note(), recipient, reply_to=reply_to)
    return session.scalars(select(OutgoingMail).where(OutgoingMail.id == mail_id)).one()
