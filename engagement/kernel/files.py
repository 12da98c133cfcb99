"""Files kept in the database beside the rows that show them: backed up, walled and moved with their tenant."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.db import Base, TenantOwned, tenant_of


class StoredFile(TenantOwned, Base):
    """A re-encoded upload; the same content is kept once a tenant."""

    __tablename__ = "stored_file"
    __table_args__ = (UniqueConstraint("tenant_id", "sha256"),)

    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime] = mapped_column(default=now)


def keep_file(session: Session, content: bytes, media_type: str, *, width: int, height: int) -> StoredFile:
    """Store ``content`` (already re-encoded) and return its row; equal content returns the row that is there.

    Two requests may bring the same picture at the same moment: the database decides which of them makes the row. One
    that lay there unused counts as new, so that it is not thrown away while somebody has a form open with it.
    """
    digest = hashlib.sha256(content).hexdigest()
    statement = insert(StoredFile).values(
        tenant_id=tenant_of(session),
        sha256=digest,
        media_type=media_type,
        width=width,
        height=height,
        content=content,
        created_at=now(),
    )
    key = [StoredFile.tenant_id, StoredFile.sha256]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_={"created_at": now()}))
    return session.scalars(select(StoredFile).where(StoredFile.sha256 == digest)).one()


def find_file(session: Session, sha256: str) -> StoredFile | None:
    """Return the file with this digest; its content is read when it is asked for."""
    return session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))
