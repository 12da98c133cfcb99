"""Which operator acts, on which tenant, and work inside a tenant's own scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from engagement.kernel.audit import Actor, ActorKind, Office, act_as
from engagement.kernel.db import new_session, open_for_tenant
from engagement.kernel.errors import NotFoundError
from engagement.kernel.unit_of_work import unit_of_work
from engagement.tenancy.queries import TenantInfo, tenant_by_slug
from engagement.web.shared import context
from engagement.web.shared.identity import operator_here


def office() -> Office:
    """Return the operator of this request.

    Raises:
        NotFoundError: there is none.
    """
    operator = operator_here()
    if operator is None:
        raise NotFoundError
    return operator.office


def town(slug: str) -> TenantInfo:
    """Return the tenant that an address names.

    Raises:
        NotFoundError: there is none.
    """
    found = tenant_by_slug(context.session(), slug)
    if found is None:
        raise NotFoundError
    return found


@contextmanager
def inside(tenant_id: int) -> Iterator[Session]:
    """Lend a session of its own, open for a tenant; committed when the block ends well.

    The request's own session is open for the installation, in which a tenant's rows cannot be seen.
    """
    with new_session() as session:
        open_for_tenant(session, tenant_id)
        act_as(session, Actor(ActorKind.OPERATOR, office=office()))
        with unit_of_work(session):
            yield session
