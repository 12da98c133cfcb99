"""The look of a town's site: name, claim, colours, logo, picture and texts of its home page.

Each change keeps the look that it replaces, so that one click brings it back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, delete, func, select, union
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.clock import now
from engagement.kernel.colours import parse_colour
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.files import StoredFile
from engagement.kernel.i18n import gettext
from engagement.kernel.variants import HERO, LOGO, order
from engagement.tenancy.models import Branding, BrandingVersion, Tenant

MOST_KEPT = 10
"""Looks of the past that a tenant keeps."""
ON_TENANT = ("name", "platform_name", "claim", "introduction", "brand_colour", "accent_colour")


@dataclass(frozen=True)
class LookValues:
    """A whole look. Pictures are named by the digest of a kept file, None for no picture.

    Args:
        name: of the municipality.
        platform_name: of its site.
        claim: one line under the name.
        headline: of the home page; empty for the claim.
        introduction: below the headline.
        box_title: of the box on the home page that invites organisations; empty for our own words.
        picture_credit: whose picture it is, where a licence asks for that.
    """

    name: str
    platform_name: str
    brand_colour: str
    accent_colour: str
    claim: str = ""
    introduction: str = ""
    headline: str = ""
    logo_sha256: str | None = None
    logo_alt: str = ""
    logo_width: int = 0
    logo_height: int = 0
    picture_sha256: str | None = None
    picture_alt: str = ""
    picture_width: int = 0
    picture_height: int = 0
    picture_credit: str = ""
    box_title: str = ""
    box_text: str = ""


NAMES = tuple(field.name for field in fields(LookValues))
ON_BRANDING = tuple(name for name in NAMES if name not in ON_TENANT)


@dataclass(frozen=True)
class KeptLook:
    """A look of the past; ``changed`` names what differs from the look that followed it."""

    id: int
    replaced_at: datetime
    look: LookValues
    changed: tuple[str, ...]


def current_look(session: Session) -> LookValues:
    """Return the look of the session's tenant."""
    return _look(*_rows(session))


def state_of_look(session: Session) -> int:
    """Return a number that changes whenever the look does, to notice that somebody else was quicker."""
    return session.scalar(select(func.coalesce(func.max(BrandingVersion.id), 0))) or 0


def kept_looks(session: Session) -> tuple[KeptLook, ...]:
    """Return the looks of the past, the youngest first."""
    found = []
    after = current_look(session)
    for row in session.scalars(select(BrandingVersion).order_by(BrandingVersion.id.desc())):
        look = LookValues(**{name: getattr(row, name) for name in NAMES})
        found.append(KeptLook(row.id, row.replaced_at, look, _different(look, after)))
        after = look
    return tuple(found)


def change_look(session: Session, look: LookValues, *, seen: int) -> bool:
    """Give the session's tenant another look, keep the one before, and tell whether anything differs.

    Args:
        session: open for the tenant.
        look: the whole look; its colours are well-formed and its pictures kept files of the tenant.
        seen: from ``state_of_look``, when the person began.

    Raises:
        ConflictError: somebody else has changed the look since.
    """
    tenant, branding = _rows(session, for_update=True)
    if state_of_look(session) != seen:
        raise ConflictError(gettext("Somebody else has changed the look in the meantime."))
    return _replace(session, tenant, branding, look, "tenant.change_look")


def restore_look(session: Session, version_id: int) -> None:
    """Bring a look of the past back; the present one becomes a look of the past itself.

    Raises:
        NotFoundError: there is no such look.
    """
    tenant, branding = _rows(session, for_update=True)
    row = session.scalar(select(BrandingVersion).where(BrandingVersion.id == version_id))
    if row is None:
        raise NotFoundError
    look = LookValues(**{name: getattr(row, name) for name in NAMES})
    _replace(session, tenant, branding, look, "tenant.restore_look")


def shown_digests() -> ScalarSelect[str]:
    """Return the digests of all pictures of the present look and of those that can be brought back."""
    columns = [column for table in (Branding, BrandingVersion) for column in (table.logo_sha256, table.picture_sha256)]
    shown = union(*(_given(column) for column in columns)).subquery()
    return select(shown.c[0]).scalar_subquery()


def order_shown_by_look(session: Session) -> None:
    """Have the worker make what is missing of the pictures of the present look."""
    for column, cut in ((Branding.logo_sha256, LOGO), (Branding.picture_sha256, HERO)):
        shown = select(StoredFile.id).where(StoredFile.sha256.in_(_given(column)))
        for file_id in session.scalars(shown).all():
            order(session, file_id, cut)


def _given(column: Any) -> Select[tuple[str]]:  # noqa: ANN401 - a mapped column
    return select(column).where(column.is_not(None))


def _rows(session: Session, *, for_update: bool = False) -> tuple[Tenant, Branding | None]:
    """Return what a look is kept in; for a change as it is now, since others may have been quicker than we."""
    mine = select(Tenant).where(Tenant.id == tenant_of(session))
    fresh = {"populate_existing": for_update}
    tenant = session.scalars(mine.with_for_update() if for_update else mine, execution_options=fresh).one()
    # every town may read this table, so the wall does not choose the row
    own = select(Branding).where(Branding.tenant_id == tenant.id)
    return tenant, session.scalar(own, execution_options=fresh)


def _look(tenant: Tenant, branding: Branding | None) -> LookValues:
    values = {name: getattr(tenant, name) for name in ON_TENANT}
    if branding:
        values |= {name: getattr(branding, name) for name in ON_BRANDING}
    return LookValues(**values)


def _replace(session: Session, tenant: Tenant, branding: Branding | None, look: LookValues, action: str) -> bool:
    before = _look(tenant, branding)
    was, becomes = changes(asdict(before), asdict(look))
    if not becomes:
        return False
    session.add(BrandingVersion(replaced_at=now(), **asdict(before)))
    _write(session, tenant, branding, look)
    session.flush()
    order_shown_by_look(session)
    _forget_oldest(session)
    record(session, action, "tenant", tenant.id, before=was, after=becomes)
    return True


def _write(session: Session, tenant: Tenant, branding: Branding | None, look: LookValues) -> None:
    for colour in (look.brand_colour, look.accent_colour):
        parse_colour(colour)
    for name in ON_TENANT:
        setattr(tenant, name, getattr(look, name))
    if branding is None:
        branding = Branding()
        session.add(branding)
    for name in ON_BRANDING:
        setattr(branding, name, getattr(look, name))


def _forget_oldest(session: Session) -> None:
    kept = select(BrandingVersion.id).order_by(BrandingVersion.id.desc()).limit(MOST_KEPT)
    session.execute(delete(BrandingVersion).where(BrandingVersion.id.not_in(kept)))


def _different(one: LookValues, other: LookValues) -> tuple[str, ...]:
    return tuple(name for name in NAMES if getattr(one, name) != getattr(other, name))
