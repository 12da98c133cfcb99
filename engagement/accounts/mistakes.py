"""Gathering what the check of a municipality's settings needs to know."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.accounts.queries import count_administrators
from engagement.mail.queries import own_server
from engagement.tenancy.mistakes import Facts, Mistake, find_mistakes
from engagement.tenancy.queries import TenantInfo, has_places


def mistakes_in_settings(session: Session, tenant: TenantInfo, *, default_sender: str) -> list[Mistake]:
    """Return what a municipality has left open or wrong, the urgent first; takes three short questions.

    Args:
        session: open for the tenant.
        tenant: as it is now.
        default_sender: of the installation.
    """
    server = own_server(session)
    facts = Facts(
        default_sender=default_sender,
        server_failing_since=server.failing_since if server else None,
        server_says=server.last_error if server else "",
        administrators=count_administrators(session),
        has_places=has_places(session),
    )
    return find_mistakes(tenant, facts)
