"""Reading tenants and their vocabulary, as plain values that can be cached and passed on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from engagement.kernel.db import opened_for_installation, tenant_of
from engagement.kernel.geo import Point
from engagement.tenancy.models import Category, District, OrganisationKind, TargetGroup, Tenant, TenantHost
from engagement.tenancy.settings import TenantSettings

SECONDS_CACHED = 30.0


@dataclass(frozen=True)
class TenantInfo:
    """What requests, mails and jobs need to know of a tenant; ``host`` is the one used in links."""

    id: int
    slug: str
    name: str
    platform_name: str
    claim: str
    introduction: str
    brand_colour: str
    accent_colour: str
    languages: tuple[str, ...]
    time_zone: ZoneInfo
    mail_from: str
    postal_address: str
    contact_email: str
    host: str
    centre: Point | None
    settings: TenantSettings = field(default_factory=TenantSettings)


@dataclass(frozen=True)
class Term:
    """A word of a tenant's vocabulary."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class DistrictTerm(Term):
    """A part of the municipality; ``point`` lies near its middle."""

    postcode: str
    point: Point | None


@dataclass(frozen=True)
class Vocabulary:
    """The words by which a tenant sorts its offers, each list in the tenant's own order."""

    categories: tuple[Term, ...]
    target_groups: tuple[Term, ...]
    organisation_kinds: tuple[Term, ...]
    districts: tuple[DistrictTerm, ...]

    def category(self, term_id: int) -> Term | None:
        """Return the category with this id."""
        return _by_id(self.categories, term_id)

    def target_group(self, term_id: int) -> Term | None:
        """Return the target group with this id."""
        return _by_id(self.target_groups, term_id)

    def district(self, term_id: int | None) -> DistrictTerm | None:
        """Return the district with this id."""
        return next((term for term in self.districts if term.id == term_id), None)

    def postcode_point(self, postcode: str) -> Point | None:
        """Return the middle of the districts with this postcode, None if the tenant has none of them."""
        points = [term.point for term in self.districts if term.postcode == postcode and term.point]
        if not points:
            return None
        count = len(points)
        return Point(sum(point.latitude for point in points) / count, sum(point.longitude for point in points) / count)


def _by_id(terms: tuple[Term, ...], term_id: int) -> Term | None:
    return next((term for term in terms if term.id == term_id), None)


def load_vocabulary(session: Session) -> Vocabulary:
    """Read the vocabulary of the session's tenant."""
    return Vocabulary(
        categories=tuple(Term(row.id, row.slug, row.name) for row in _ordered(session, Category)),
        target_groups=tuple(Term(row.id, row.slug, row.name) for row in _ordered(session, TargetGroup)),
        organisation_kinds=tuple(Term(row.id, row.slug, row.name) for row in _ordered(session, OrganisationKind)),
        districts=tuple(
            DistrictTerm(row.id, row.slug, row.name, row.postcode, _point(row.latitude, row.longitude))
            for row in _ordered(session, District)
        ),
    )


_Word = TypeVar("_Word", Category, TargetGroup, OrganisationKind, District)


def _ordered(session: Session, kind: type[_Word]) -> list[_Word]:
    return list(session.scalars(select(kind).order_by(kind.position, kind.id)))


def all_tenants(session: Session) -> list[TenantInfo]:
    """Return every tenant by name; the session is not yet open for one."""
    with opened_for_installation(session, "list of tenants"):
        rows = session.scalars(select(Tenant).options(joinedload(Tenant.hosts)).order_by(Tenant.name)).unique()
        return [_info(row) for row in rows]


def own_tenant(session: Session) -> TenantInfo:
    """Return the tenant that the session is open for."""
    found = _find(session, Tenant.id == tenant_of(session))
    if found is None:
        raise LookupError("the session is open for a tenant that is gone")
    return found


def own_settings(session: Session) -> TenantSettings:
    """Return what the session's tenant has decided, as it stands in this transaction."""
    return TenantSettings.model_validate(session.scalar(select(Tenant.settings).where(Tenant.id == tenant_of(session))))


def tenant_by_slug(session: Session, slug: str) -> TenantInfo | None:
    """Return one tenant by its short name, for a command."""
    with opened_for_installation(session, "tenant by name"):
        return _find(session, Tenant.slug == slug)


class TenantDirectory:
    """Finds the tenant of a host name, from memory for half a minute; unknown hosts are not remembered.

    Args:
        clock: monotonic seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, TenantInfo]] = {}

    def find(self, session: Session, host: str) -> TenantInfo | None:
        """Return the tenant that answers on ``host`` (without port), None if nobody does."""
        until, tenant = self._known.get(host, (0.0, None))
        if tenant is not None and self._clock() < until:
            return tenant
        found = _tenant_of_host(session, host)
        if found:
            self._known[host] = (self._clock() + SECONDS_CACHED, found)
        else:
            self._known.pop(host, None)
        return found

    def forget(self) -> None:
        """Read every tenant anew from now on."""
        self._known.clear()


def _tenant_of_host(session: Session, host: str) -> TenantInfo | None:
    with opened_for_installation(session, "tenant of a host"):
        return _find(session, Tenant.hosts.any(TenantHost.host == host.lower()))


def _find(session: Session, condition: ColumnElement[bool]) -> TenantInfo | None:
    statement = select(Tenant).where(condition).options(joinedload(Tenant.hosts))
    row = session.scalars(statement).unique().one_or_none()
    return _info(row) if row else None


def _info(row: Tenant) -> TenantInfo:
    primary = next((host.host for host in row.hosts if host.is_primary), row.hosts[0].host if row.hosts else "")
    return TenantInfo(
        id=row.id,
        slug=row.slug,
        name=row.name,
        platform_name=row.platform_name,
        claim=row.claim,
        introduction=row.introduction,
        brand_colour=row.brand_colour,
        accent_colour=row.accent_colour,
        languages=tuple(row.languages),
        time_zone=ZoneInfo(row.time_zone),
        mail_from=row.mail_from,
        postal_address=row.postal_address,
        contact_email=row.contact_email,
        host=primary,
        centre=_point(row.latitude, row.longitude),
        settings=TenantSettings.model_validate(row.settings),
    )


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)
