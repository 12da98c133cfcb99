"""Making tenants."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.db import open_for_tenant, opened_for_installation, tenant_of
from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.geo import Point
from engagement.kernel.slugs import slugify
from engagement.tenancy.models import Category, District, OrganisationKind, TargetGroup, Tenant, TenantHost
from engagement.tenancy.settings import TenantSettings

on_create: list[Callable[[Session], None]] = []
"""Called with the session open for a new tenant, so that features give it what it starts with; the composition root
fills it."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


@dataclass(frozen=True)
class NewDistrict:
    """A part of the municipality, with its postcode and a point near its middle if known."""

    name: str
    point: Point | None = None
    postcode: str = ""


@dataclass(frozen=True)
class NewTenant:
    """What a municipality starts with.

    Args:
        slug: short name in commands, lower-case words joined by hyphens.
        name: of the municipality.
        hosts: host names without port, the first of them used in links.
    """

    slug: str
    name: str
    hosts: tuple[str, ...]
    platform_name: str = ""
    claim: str = ""
    introduction: str = ""
    brand_colour: str = "#1f4e9e"
    accent_colour: str = "#f2c230"
    mail_from: str = ""
    postal_address: str = ""
    contact_email: str = ""
    official_key: str = ""
    centre: Point | None = None
    categories: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    organisation_kinds: tuple[str, ...] = ()
    districts: tuple[NewDistrict, ...] = field(default=())


def create_tenant(session: Session, new: NewTenant) -> int:
    """Make a tenant with its hosts and vocabulary, leave ``session`` open for it, and return its id.

    Raises:
        InvalidInputError: slug or host is malformed.
        ConflictError: slug or host is taken.
    """
    _check(new)
    with opened_for_installation(session, "new tenant"):
        _refuse_taken(session, new)
        tenant = _tenant(new)
        session.add(tenant)
        session.flush()
        session.add_all(
            TenantHost(host=host, tenant_id=tenant.id, is_primary=number == 0) for number, host in enumerate(new.hosts)
        )
        session.commit()
        tenant_id = tenant.id
    open_for_tenant(session, tenant_id)
    add_vocabulary(session, new)
    record(session, "tenant.create", "tenant", tenant_id, after={"slug": new.slug, "hosts": list(new.hosts)})
    for give in on_create:
        give(session)
    return tenant_id


def _check(new: NewTenant) -> None:
    problems = {}
    if not SLUG.fullmatch(new.slug):
        problems["slug"] = f"{new.slug!r} is not made of lower-case letters, digits and single hyphens"
    if not new.hosts:
        problems["host"] = "a tenant needs at least one host name"
    malformed = [host for host in new.hosts if not HOST.fullmatch(host)]
    if malformed:
        problems["host"] = f"not a host name: {', '.join(malformed)}"
    if problems:
        raise InvalidInputError(problems)


def _refuse_taken(session: Session, new: NewTenant) -> None:
    if session.scalar(select(Tenant.id).where(Tenant.slug == new.slug)):
        raise ConflictError(f"there is already a tenant named {new.slug}")
    taken = session.scalars(select(TenantHost.host).where(TenantHost.host.in_(new.hosts))).all()
    if taken:
        raise ConflictError(f"already in use by another tenant: {', '.join(taken)}")


def _tenant(new: NewTenant) -> Tenant:
    return Tenant(
        slug=new.slug,
        name=new.name,
        platform_name=new.platform_name or new.name,
        claim=new.claim,
        introduction=new.introduction,
        brand_colour=new.brand_colour.lower(),
        accent_colour=new.accent_colour.lower(),
        mail_from=new.mail_from,
        postal_address=new.postal_address,
        contact_email=new.contact_email,
        official_key=new.official_key,
        latitude=new.centre.latitude if new.centre else None,
        longitude=new.centre.longitude if new.centre else None,
    )


def change_settings(session: Session, settings: TenantSettings) -> None:
    """Decide anew for the session's tenant; what differs is noted in its audit trail.

    Args:
        session: open for the tenant.
        settings: all of them, made from ``TenantInfo.settings`` with ``model_copy(update=…)`` and validated.
    """
    row = session.scalars(select(Tenant).where(Tenant.id == tenant_of(session)).with_for_update()).one()
    known = TenantSettings.model_validate(row.settings)
    before, after = changes(known.model_dump(mode="json"), settings.model_dump(mode="json"))
    if not after:
        return
    row.settings = settings.model_dump(mode="json")
    session.flush()
    record(session, "tenant.change_settings", "tenant", row.id, before=before, after=after)


def add_vocabulary(session: Session, new: NewTenant) -> None:
    """Give the session's tenant the words of ``new``; it has none yet."""
    for kind, names in (
        (Category, new.categories),
        (TargetGroup, new.target_groups),
        (OrganisationKind, new.organisation_kinds),
    ):
        session.add_all(kind(slug=slugify(name), name=name, position=place) for place, name in enumerate(names))
    session.add_all(
        District(
            slug=slugify(district.name),
            name=district.name,
            position=place,
            postcode=district.postcode,
            latitude=district.point.latitude if district.point else None,
            longitude=district.point.longitude if district.point else None,
        )
        for place, district in enumerate(new.districts)
    )
    session.flush()
