"""Who of the municipality gets its mails."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.accounts.queries import staff_accounts
from engagement.kernel.i18n import DEFAULT_LANGUAGE
from engagement.mail.message import Recipient
from engagement.tenancy.queries import TenantInfo


def staff_recipients(session: Session, tenant: TenantInfo) -> list[Recipient]:
    """Return the people of the municipality, each in their language; its public address as long as there are none."""
    staff = [Recipient(person.name, person.email, person.language) for person in staff_accounts(session)]
    if staff or not tenant.contact_email:
        return staff
    return [Recipient(tenant.name, tenant.contact_email, DEFAULT_LANGUAGE)]
