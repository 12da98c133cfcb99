"""Making tenants."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record, record_for_installation
from engagement.kernel.db import hand_over_to_tenant, open_for_installation, tenant_of
from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.geo import Point
from engagement.kernel.slugs import slugify
from engagement.tenancy.hosts import HOST
from engagement.tenancy.keys import new_secret
from engagement.tenancy.models import Category, District, OrganisationKind, TargetGroup, Tenant, TenantHost, TenantKey
from engagement.tenancy.settings import TenantSettings
from engagement.tenancy.vocabulary import icon_of

on_create: list[Callable[[Session], None]] = []
"""Called with the session open for a new tenant, so that features give it what it starts with; the composition root
fills it."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
    """Make a tenant with its hosts, key and vocabulary, leave ``session`` open for it, and return its id.

    All of it happens in the caller's transaction: whoever dies before the commit leaves nothing behind.

    Args:
        session: open for nothing yet, or for the installation.
        new: what it starts with.

    Raises:
        InvalidInputError: slug or host is malformed.
        ConflictError: slug or host is taken.
    """
    check_names(new.slug, new.hosts)
    _check_texts(new)
    open_for_installation(session, "new tenant")
    refuse_taken(session, new.slug, new.hosts)
    tenant_id = _add(session, new)
    hand_over_to_tenant(session, tenant_id)
    session.add(TenantKey(secret=new_secret()))
    add_vocabulary(session, new)
    record(session, "tenant.create", "tenant", tenant_id, after={"slug": new.slug, "hosts": list(new.hosts)})
    for give in on_create:
        give(session)
    return tenant_id


def _add(session: Session, new: NewTenant) -> int:
    """Two that ask for the same name at the same moment: the database decides which of them gets it."""
    tenant = _tenant(new)
    try:
        with session.begin_nested():
            session.add(tenant)
            session.flush()
            session.add_all(
                TenantHost(host=host, tenant_id=tenant.id, is_primary=number == 0)
                for number, host in enumerate(new.hosts)
            )
    except IntegrityError as error:
        raise ConflictError(f"the name {new.slug} or one of its hosts has just been taken") from error
    record_for_installation(
        session, "tenant.create", tenant_id=tenant.id, tenant_slug=new.slug, details={"hosts": list(new.hosts)}
    )
    return tenant.id


def check_names(slug: str, hosts: tuple[str, ...]) -> None:
    """Refuse what cannot name a tenant.

    Raises:
        InvalidInputError: slug or host is malformed, or there is no host.
    """
    problems = {}
    if not SLUG.fullmatch(slug):
        problems["slug"] = f"{slug!r} is not made of lower-case letters, digits and single hyphens"
    if not hosts:
        problems["host"] = "a tenant needs at least one host name"
    malformed = [host for host in hosts if not HOST.fullmatch(host)]
    if malformed:
        problems["host"] = f"not a host name: {', '.join(malformed)}"
    if problems:
        raise InvalidInputError(problems)


def _check_texts(new: NewTenant) -> None:
    """Say which text is missing or too long, rather than let the database say it of none in particular."""
    if not new.name.strip():
        raise InvalidInputError({"name": "a municipality has a name"})
    limits = {column.name: getattr(column.type, "length", None) for column in Tenant.__table__.columns}
    too_long = {
        name: f"is longer than {limit} characters"
        for name, limit in limits.items()
        if limit and len(str(getattr(new, name, ""))) > limit
    }
    if too_long:
        raise InvalidInputError(too_long)


def refuse_taken(session: Session, slug: str, hosts: tuple[str, ...]) -> None:
    """Refuse what another tenant has; the session is open for the installation.

    Raises:
        ConflictError: slug or host is taken.
    """
    if session.scalar(select(Tenant.id).where(Tenant.slug == slug)):
        raise ConflictError(f"there is already a tenant named {slug}")
    taken = session.scalars(select(TenantHost.host).where(TenantHost.host.in_(hosts)).order_by(TenantHost.host)).all()
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
    session.add_all(
        Category(slug=slugify(name), name=name, position=place, icon=icon_of(name))
        for place, name in enumerate(new.categories)
    )
    for kind, names in ((TargetGroup, new.target_groups), (OrganisationKind, new.organisation_kinds)):
        session.add_all(kind(slug=slugify(name), name=name, position=place) for place, name in enumerate(names))
    session.add_all(
        District(
            slug=slugify(district.name),
            name=district.name,
            position=place,
            postcodes=[district.postcode] if district.postcode else [],
            latitude=district.point.latitude if district.point else None,
            longitude=district.point.longitude if district.point else None,
        )
        for place, district in enumerate(new.districts)
    )
    session.flush()
