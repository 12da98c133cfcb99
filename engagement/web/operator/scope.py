"""Which operator acts, on which tenant, and work inside a tenant's own scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from engagement.kernel.audit import OPERATOR, act_as
from engagement.kernel.db import new_session, open_for_tenant
from engagement.kernel.errors import NotFoundError
from engagement.kernel.unit_of_work import unit_of_work
from engagement.operators.record import Concerned, Doer
from engagement.tenancy.queries import TenantInfo, tenant_by_slug
from engagement.web.shared import context
from engagement.web.shared.identity import operator_here


def doer() -> Doer:
    """Return the operator of this request.

    Raises:
        NotFoundError: there is none.
    """
    operator = operator_here()
    if operator is None:
        raise NotFoundError
    return Doer(operator.operator_id, operator.name)


def town(slug: str) -> TenantInfo:
    """Return the tenant that an address names.

    Raises:
        NotFoundError: there is none.
    """
    found = tenant_by_slug(context.session(), slug)
    if found is None:
        raise NotFoundError
    return found


def concerned(tenant: TenantInfo) -> Concerned:
    """Return a tenant as the record of deeds names it."""
    return Concerned(tenant.id, tenant.slug)


@contextmanager
def inside(tenant_id: int) -> Iterator[Session]:
    """Lend a session of its own, open for a tenant; committed when the block ends well.

    The request's own session is open for the installation, in which a tenant's rows cannot be seen.
    """
    with new_session() as session:
        open_for_tenant(session, tenant_id)
        act_as(session, OPERATOR)
        with unit_of_work(session):
            yield session
