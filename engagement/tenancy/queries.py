"""Reading tenants and their vocabulary, as plain values that can be cached and passed on."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, cast, exists, literal, null, select, union_all
from sqlalchemy.orm import Session, joinedload

from engagement.kernel.db import opened_for_installation, tenant_of
from engagement.kernel.geo import Point
from engagement.kernel.i18n import DEFAULT_LANGUAGE
from engagement.tenancy.models import (
    Branding,
    Category,
    District,
    OrganisationKind,
    TargetGroup,
    Tenant,
    TenantHost,
)
from engagement.tenancy.settings import TenantSettings
from engagement.tenancy.vocabulary import name_in

SECONDS_CACHED = 30.0
_AnyKind = type[District] | type[Category] | type[TargetGroup] | type[OrganisationKind]
_KINDS: tuple[_AnyKind, ...] = (District, Category, TargetGroup, OrganisationKind)
_WHOLE = (joinedload(Tenant.hosts), joinedload(Tenant.branding))


@dataclass(frozen=True)
class ShownPicture:
    """A picture that belongs to the look of a site; ``sha256`` names it in its address."""

    sha256: str
    alt: str
    width: int
    height: int
    credit: str = ""


@dataclass(frozen=True)
class TenantInfo:
    """What requests, mails and jobs need to know of a tenant; ``host`` is the one used in links.

    Args:
        headline: of the home page; empty for the claim.
        box_title: of the box on the home page that invites organisations; empty for our own words, as ``box_text``.
    """

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
    suspended: bool = False
    """Whether its site is off, be it suspended or waiting to be deleted."""
    headline: str = ""
    logo: ShownPicture | None = None
    picture: ShownPicture | None = None
    box_title: str = ""
    box_text: str = ""


@dataclass(frozen=True)
class Term:
    """A word of a tenant's vocabulary, in the language that was asked for.

    Args:
        former_slugs: older tails of addresses, which still mean this word.
        retired: no longer offered for new things.
        icon: name of the drawing of a category.
    """

    id: int
    slug: str
    name: str
    former_slugs: tuple[str, ...] = ()
    retired: bool = False
    icon: str = ""

    def answers_to(self, slugs: Collection[str]) -> bool:
        """Tell whether the word is meant by one of ``slugs``."""
        return self.slug in slugs or any(former in slugs for former in self.former_slugs)


@dataclass(frozen=True, kw_only=True)
class DistrictTerm(Term):
    """A part of the municipality; ``point`` lies near its middle."""

    postcodes: tuple[str, ...] = ()
    point: Point | None = None


AnyTerm = TypeVar("AnyTerm", bound=Term)


def offered(terms: Iterable[AnyTerm], keep: Collection[int] = ()) -> tuple[AnyTerm, ...]:
    """Return the words that can be chosen: those that are not retired, and the ones in ``keep``, which are chosen."""
    return tuple(term for term in terms if not term.retired or term.id in keep)


@dataclass(frozen=True)
class Vocabulary:
    """The words by which a tenant sorts its offers, each list in the tenant's own order, retired words included."""

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

    def organisation_kind(self, term_id: int | None) -> Term | None:
        """Return the kind of organisation with this id."""
        return _by_id(self.organisation_kinds, term_id)

    def district(self, term_id: int | None) -> DistrictTerm | None:
        """Return the district with this id."""
        return _by_id(self.districts, term_id)

    def postcode_point(self, postcode: str) -> Point | None:
        """Return the middle of the districts with this postcode, None if the tenant has none of them."""
        points = [term.point for term in self.districts if postcode in term.postcodes and term.point]
        if not points:
            return None
        count = len(points)
        return Point(sum(point.latitude for point in points) / count, sum(point.longitude for point in points) / count)

    def offered(self) -> Vocabulary:
        """Return only the words that are offered for new things."""
        return self.in_use()

    def in_use(
        self,
        *,
        categories: Collection[int] = (),
        target_groups: Collection[int] = (),
        districts: Collection[int] = (),
    ) -> Vocabulary:
        """Return what a filter shows: the words that are offered, and retired ones that something still has."""
        return Vocabulary(
            offered(self.categories, categories),
            offered(self.target_groups, target_groups),
            offered(self.organisation_kinds, ()),
            offered(self.districts, districts),
        )

    @property
    def has_retired(self) -> bool:
        """Tell whether any word is retired."""
        lists: tuple[tuple[Term, ...], ...] = (
            self.categories, self.target_groups, self.organisation_kinds, self.districts,
        )  # fmt: skip
        return any(term.retired for terms in lists for term in terms)


def _by_id(terms: tuple[AnyTerm, ...], term_id: int | None) -> AnyTerm | None:
    return next((term for term in terms if term.id == term_id), None)


def load_vocabulary(session: Session, language: str = DEFAULT_LANGUAGE) -> Vocabulary:
    """Read the vocabulary of the session's tenant, in ``language`` as far as there are words; takes one statement."""
    parts = union_all(*(_part(kind) for kind in _KINDS)).subquery()
    rows = session.execute(select(parts).order_by(parts.c.position, parts.c.id)).all()

    def of(kind: _AnyKind) -> Iterator[Row[Any]]:
        return (row for row in rows if row.kind == kind.__tablename__)

    return Vocabulary(
        categories=tuple(Term(**_common(row, language), icon=row.icon) for row in of(Category)),
        target_groups=tuple(Term(**_common(row, language)) for row in of(TargetGroup)),
        organisation_kinds=tuple(Term(**_common(row, language)) for row in of(OrganisationKind)),
        districts=tuple(
            DistrictTerm(
                **_common(row, language),
                postcodes=tuple(row.postcodes),
                point=_point(row.latitude, row.longitude),
            )
            for row in of(District)
        ),
    )


def _part(kind: _AnyKind) -> Select[*tuple[Any, ...]]:
    """Return one list of words in the columns of all of them; what a list does not know is empty."""
    common = (kind.id, kind.slug, kind.former_slugs, kind.name, kind.names, kind.position, kind.retired_at)
    own = (Category.icon, District.postcodes, District.latitude, District.longitude)
    shown = (one if one.class_ is kind else cast(null(), one.type).label(one.key) for one in own)
    return select(literal(kind.__tablename__).label("kind"), *common, *shown)


def places() -> ColumnElement[bool]:
    """Ask whether any district of the session's tenant lies somewhere on the map."""
    return exists().where(District.latitude.is_not(None))


def _common(row: Row[Any], language: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "slug": row.slug,
        "name": name_in(row.name, row.names, language),
        "former_slugs": tuple(row.former_slugs),
        "retired": row.retired_at is not None,
    }


def all_tenants(session: Session) -> list[TenantInfo]:
    """Return every tenant by name; the session is not yet open for one."""
    with opened_for_installation(session, "list of tenants"):
        rows = session.scalars(select(Tenant).options(*_WHOLE).order_by(Tenant.name)).unique()
        return [_info(row) for row in rows]


def active_tenant_ids(session: Session) -> list[int]:
    """Return the tenants whose site is on; the session is not yet open for one."""
    with opened_for_installation(session, "active tenants"):
        on = Tenant.suspended_at.is_(None) & Tenant.deletion_requested_at.is_(None)
        return list(session.scalars(select(Tenant.id).where(on).order_by(Tenant.id)))


def is_suspended(session: Session) -> bool:
    """Tell whether the site of the session's tenant is off; a tenant that is gone has none."""
    off = Tenant.suspended_at.is_not(None) | Tenant.deletion_requested_at.is_not(None)
    return session.scalar(select(off).where(Tenant.id == tenant_of(session))) or False


def own_tenant(session: Session) -> TenantInfo:
    """Return the tenant that the session is open for."""
    found = _find(session, Tenant.id == tenant_of(session))
    if found is None:
        raise LookupError("the session is open for a tenant that is gone")
    return found


def tenants_by_ids(session: Session, ids: Collection[int]) -> list[TenantInfo]:
    """Return these tenants by name; what is said of a tenant in its row may be read from every scope."""
    statement = select(Tenant).where(Tenant.id.in_(ids)).options(*_WHOLE).order_by(Tenant.name)
    return [_info(row) for row in session.scalars(statement).unique()]


def tenants_named(session: Session, *, part: str = "", slug: str = "", limit: int) -> list[TenantInfo]:
    """Return the tenants with ``part`` in their name, or the one with a short name, by name; from every scope."""
    wanted = Tenant.slug == slug if slug else Tenant.name.icontains(part, autoescape=True)
    ids = select(Tenant.id).where(wanted).order_by(Tenant.name, Tenant.id).limit(limit)
    return tenants_by_ids(session, session.scalars(ids).all())


def own_settings(session: Session) -> TenantSettings:
    """Return what the session's tenant has decided, as it stands in this transaction."""
    return TenantSettings.model_validate(session.scalar(select(Tenant.settings).where(Tenant.id == tenant_of(session))))


def own_time_zone(session: Session) -> ZoneInfo:
    """Return the time zone of the session's tenant."""
    return ZoneInfo(session.scalars(select(Tenant.time_zone).where(Tenant.id == tenant_of(session))).one())


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
    statement = select(Tenant).where(condition).options(*_WHOLE)
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
        suspended=row.suspended_at is not None or row.deletion_requested_at is not None,
        **_look(row.branding),
    )


def _look(row: Branding | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "headline": row.headline,
        "logo": shown_picture(row.logo_sha256, row.logo_alt, row.logo_width, row.logo_height),
        "picture": shown_picture(
            row.picture_sha256, row.picture_alt, row.picture_width, row.picture_height, row.picture_credit
        ),
        "box_title": row.box_title,
        "box_text": row.box_text,
    }


def shown_picture(sha256: str | None, alt: str, width: int, height: int, credit: str = "") -> ShownPicture | None:
    """Return a picture of a look, None if it has none."""
    return ShownPicture(sha256, alt, width, height, credit) if sha256 else None


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)
