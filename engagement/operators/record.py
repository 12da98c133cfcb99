"""The installation's own record: what operators did, whether in the browser or on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.operators.models import OperatorRecord


@dataclass(frozen=True)
class Doer:
    """Who acts for the installation; without an id it is the command line."""

    operator_id: int | None = None
    name: str = ""


COMMAND_LINE = Doer()


@dataclass(frozen=True)
class Concerned:
    """The tenant that a deed is about."""

    tenant_id: int | None = None
    slug: str = ""


INSTALLATION_ITSELF = Concerned()


def note(
    session: Session,
    doer: Doer,
    action: str,
    concerned: Concerned = INSTALLATION_ITSELF,
    **detail: Any,  # noqa: ANN401 - whatever says what was done
) -> None:
    """Note a deed in the transaction that does it.

    A session of a tenant may add what concerns that tenant and read nothing, so the row's id is not asked back.

    Args:
        session: open for the installation, or for the tenant concerned.
        doer: who did it.
        action: what was done, as ``subject.verb``.
        concerned: the tenant it was done to.
        detail: plain values that say more; never a secret.
    """
    row = {
        "at": now(),
        "operator_id": doer.operator_id,
        "operator_name": doer.name,
        "action": action,
        "tenant_id": concerned.tenant_id,
        "tenant_slug": concerned.slug,
        "detail": detail,
    }
    session.execute(insert(OperatorRecord.__table__).inline().values(row))  # type: ignore[arg-type]
