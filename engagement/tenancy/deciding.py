"""What a municipality decides for its own site, piece by piece: two pages saved at once do not undo each other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import InvalidInputError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES, gettext
from engagement.tenancy.models import Tenant
from engagement.tenancy.settings import TenantSettings


def change_some_settings(session: Session, **fields: Any) -> None:
    """Decide anew what ``fields`` name and leave the rest as the database has it, whatever the page showed.

    Args:
        session: open for the tenant.
        fields: of ``TenantSettings``.

    Raises:
        pydantic.ValidationError: a value is out of bounds, or a field unknown.
    """
    row = _locked(session)
    known = TenantSettings.model_validate(row.settings).model_dump(mode="json")
    wanted = TenantSettings.model_validate({**known, **fields}).model_dump(mode="json")
    _note(session, row, "tenant.change_settings", known, wanted)
    row.settings = wanted


def change_languages(session: Session, languages: tuple[str, ...]) -> None:
    """Offer the site in these languages, in the order in which the product lists them; German is always one.

    Raises:
        InvalidInputError: the product does not speak one of them.
    """
    if not set(languages) <= set(LANGUAGES):
        raise InvalidInputError({"languages": gettext("The site does not speak one of these languages yet.")})
    row = _locked(session)
    offered = [code for code in LANGUAGES if code in {DEFAULT_LANGUAGE, *languages}]
    _note(session, row, "tenant.change_languages", {"languages": sorted(row.languages)}, {"languages": sorted(offered)})
    row.languages = offered


def change_contact(session: Session, *, contact_email: str, postal_address: str) -> None:
    """Say where citizens reach the municipality; both stand under every page and mail."""
    _change_columns(
        session,
        "tenant.change_contact",
        {"contact_email": contact_email.strip(), "postal_address": postal_address.strip()},
    )


def change_sender(session: Session, mail_from: str) -> None:
    """Say from which address mails go out, empty for that of the installation."""
    _change_columns(session, "tenant.change_sender", {"mail_from": mail_from.strip()})


def _change_columns(session: Session, action: str, wanted: dict[str, str]) -> None:
    row = _locked(session)
    _note(session, row, action, {name: getattr(row, name) for name in wanted}, wanted)
    for name, value in wanted.items():
        setattr(row, name, value)


def _note(session: Session, row: Tenant, action: str, known: dict[str, Any], wanted: dict[str, Any]) -> None:
    before, after = changes(known, wanted)
    if after:
        record(session, action, "tenant", row.id, before=before, after=after)


def _locked(session: Session) -> Tenant:
    """Return the tenant's row as it is now, not as this session may have read it before it waited for the lock."""
    wanted = select(Tenant).where(Tenant.id == tenant_of(session))
    return session.scalars(wanted.with_for_update(), execution_options={"populate_existing": True}).one()
