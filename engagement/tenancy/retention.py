"""How long a tenant keeps things; what is older goes (article 5 paragraph 1 letter e GDPR)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import forget_records, record
from engagement.kernel.db import tenant_of
from engagement.tenancy.models import Tenant
from engagement.tenancy.settings import Retention, TenantSettings


def retention_of(session: Session) -> Retention:
    """Return the periods of the session's tenant, as the database has them now."""
    kept = session.scalar(select(Tenant.settings).where(Tenant.id == tenant_of(session)))
    return TenantSettings.model_validate(kept or {}).retention


def forget_old_records(session: Session) -> int:
    """Delete the audit records that are older than the tenant keeps them, and return how many there were."""
    gone = forget_records(session, retention_of(session).audit_months)
    if gone:
        record(session, "audit.forget", "audit_record", None, after={"count": gone})
    return gone
