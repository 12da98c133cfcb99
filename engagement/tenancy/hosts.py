"""The host names of a tenant: one is canonical, the others lead to it. The session is open for the installation."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.tenancy.lifecycle import locked, note
from engagement.tenancy.models import TenantHost

HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def add_host(session: Session, tenant_id: int, host: str) -> str:
    """Let a tenant answer on one more host name, and return it as it is kept.

    Args:
        session: open for the installation.
        tenant_id: which tenant.
        host: without scheme and port, in whatever case.

    Raises:
        NotFoundError: there is no such tenant.
        InvalidInputError: it is not a host name.
        ConflictError: a tenant answers there already.
    """
    name = normalise_host(host)
    if not HOST.fullmatch(name):
        raise InvalidInputError({"host": gettext("“%(host)s” is not a host name.", host=host)})
    row = locked(session, tenant_id)
    if session.get(TenantHost, name) is not None:
        raise ConflictError(gettext("%(host)s is in use already.", host=name))
    session.add(TenantHost(host=name, tenant_id=tenant_id))
    note(session, row, "tenant.add_host", {"host": name})
    return name


def remove_host(session: Session, tenant_id: int, host: str) -> None:
    """Let a tenant answer on a host name no more.

    Raises:
        NotFoundError: there is no such tenant, or it does not answer there.
        ConflictError: it is the canonical one, which the tenant must keep; this holds for the last one too.
    """
    row = locked(session, tenant_id)
    found = _of_tenant(session, tenant_id, host)
    if found.is_primary:
        raise ConflictError(
            gettext("%(host)s is the name in all links. Please make another one canonical first.", host=found.host)
        )
    session.delete(found)
    note(session, row, "tenant.remove_host", {"host": found.host})


def make_canonical(session: Session, tenant_id: int, host: str) -> None:
    """Use a host name of the tenant in links from now on; the others lead to it.

    Raises:
        NotFoundError: there is no such tenant, or it does not answer there.
    """
    row = locked(session, tenant_id)
    found = _of_tenant(session, tenant_id, host)
    before = session.scalar(select(TenantHost).where(TenantHost.tenant_id == tenant_id, TenantHost.is_primary))
    if before is found:
        return
    if before:
        before.is_primary = False
        session.flush()
    found.is_primary = True
    note(session, row, "tenant.make_canonical", {"before": before.host if before else "", "host": found.host})


def normalise_host(host: str) -> str:
    """Return a host name in the one form in which it is kept and compared."""
    return host.strip().lower().rstrip(".")


def _of_tenant(session: Session, tenant_id: int, host: str) -> TenantHost:
    found = session.get(TenantHost, normalise_host(host))
    if found is None or found.tenant_id != tenant_id:
        raise NotFoundError(gettext("There is no host name “%(host)s” here.", host=host))
    return found
