"""The key with which a tenant's mailed links are signed."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.db import Scope, current_session
from engagement.tenancy.models import TenantKey


def new_secret() -> str:
    """Return a key that nobody can guess (256 bits)."""
    return secrets.token_hex(32)


class TenantKeys:
    """Knows the keys of the tenants that this process has served; a key never changes."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def __call__(self, tenant_id: int) -> str | None:
        """Return the key of the tenant that the running request, job or command is for; None for any other."""
        if tenant_id not in self._known:
            secret = _read(current_session(), tenant_id)
            if secret is None:
                return None
            self._known[tenant_id] = secret
        return self._known[tenant_id]


def _read(session: Session, tenant_id: int) -> str | None:
    if session.info.get("scope") != Scope(tenant_id):
        return None
    return session.scalar(select(TenantKey.secret))
