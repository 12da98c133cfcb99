"""Gathering what the check of a municipality's settings needs to know."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.queries import administrators
from engagement.mail.queries import failing_since, last_error
from engagement.tenancy.mistakes import Facts, Mistake, find_mistakes
from engagement.tenancy.queries import TenantInfo, places


def mistakes_in_settings(session: Session, tenant: TenantInfo, *, default_sender: str) -> list[Mistake]:
    """Return what a municipality has left open or wrong, the urgent first; takes one statement.

    Args:
        session: open for the tenant.
        tenant: as it is now.
        default_sender: of the installation.
    """
    asked = select(failing_since(), last_error(), administrators(), places())
    since, answer, number, has_places = session.execute(asked).one()
    facts = Facts(
        default_sender=default_sender,
        server_failing_since=since,
        server_says=answer or "",
        administrators=number,
        has_places=has_places,
    )
    return find_mistakes(tenant, facts)
