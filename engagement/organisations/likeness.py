"""Which entries may be the same organisation: by name, by address, by the domain of its mail or website."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.organisations.kinds import Likeness, Verification
from engagement.organisations.models import Membership, Organisation
from engagement.organisations.queries import is_public
from engagement.tenancy.models import District

ALIKE = 0.55
"""Trigram similarity (pg_trgm) from which two names look like the same organisation to a person."""
NEAR = 0.5
"""Word similarity from which a typed word may be meant for a word of a name; pg_trgm's own threshold is 0.6."""
MOST = 5
LEGAL_FORM = (
    r"\m(e\s*\.?\s*v|eingetragener verein|e\s*\.?\s*g|ggmbh|gmbh|gug|ug|stiftung|gemeinnützige[rs]?)\M\.?"
    r"|\(haftungsbeschränkt\)"
)
HOST = r"^(?:https?://)?(?:www\.)?([^/:?#]+)"
SHARED_DOMAINS = (
    "aol.com", "arcor.de", "facebook.com", "freenet.de", "gmail.com", "gmx.de", "gmx.net", "googlemail.com",
    "hotmail.com", "hotmail.de", "icloud.com", "instagram.com", "jimdofree.com", "linktr.ee", "live.de", "mail.de",
    "mailbox.org", "me.com", "online.de", "outlook.com", "outlook.de", "posteo.de", "proton.me", "protonmail.com",
    "sites.google.com", "t-online.de", "vodafone.de", "web.de", "wixsite.com", "wordpress.com", "yahoo.com", "yahoo.de",
    "youtube.com",
)  # fmt: skip
"""Mail and web hosts of many: two organisations there need not know each other."""


@dataclass(frozen=True)
class Features:
    """What an organisation is compared by; empty text means "not said"."""

    name: str
    street: str = ""
    postcode: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True)
class Alike:
    """An entry that may be the same organisation.

    Args:
        district: its part of the municipality, "" if none was chosen.
        reasons: why it may be the same.
        has_members: whether somebody acts for it already.
    """

    id: int
    name: str
    slug: str
    district: str
    street: str
    postcode: str
    city: str
    verification: Verification
    reasons: frozenset[Likeness]
    has_members: bool


def alike_in_public(session: Session, features: Features) -> list[Alike]:
    """Return the organisations that everybody may see and that may be the one described, the likeliest first."""
    return _alike(session, features, is_public())


def alike_in_register(session: Session, features: Features, *, but: int | None = None) -> list[Alike]:
    """Return the entries of the register that may be the one described, the likeliest first.

    Args:
        session: open for the tenant.
        features: what is known of the one.
        but: id of the entry itself, which is nobody's duplicate of its own.
    """
    live = Organisation.verification != Verification.MERGED
    return _alike(session, features, and_(live, Organisation.id != but) if but is not None else live)


def named_like(session: Session, text: str) -> list[Alike]:
    """Return the public organisations whose name holds ``text`` or, allowing for typing mistakes, nearly does."""
    wanted = text.strip()
    if not wanted:
        return []
    score = nearness(wanted)
    return _read(session, and_(is_public(), near(wanted)), score, literal(value=True), false(), false())


def near(text: str) -> ColumnElement[bool]:
    """Return the condition that an organisation's name holds ``text`` or words much like it."""
    return or_(Organisation.name.icontains(text, autoescape=True), nearness(text) >= NEAR)


def nearness(text: str) -> ColumnElement[float]:
    """Return how well ``text`` fits into the name, from 0 to 1; the legal form counts for nothing."""
    return func.word_similarity(bare(literal(text, String)), bare(Organisation.name))


def bare(name: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return a name without its legal form: "Sportfreunde Bretten" is "Sportfreunde Bretten e. V."."""
    return func.regexp_replace(func.lower(name), LEGAL_FORM, "", "g")


def _alike(session: Session, features: Features, among: ColumnElement[bool]) -> list[Alike]:
    score = func.similarity(bare(Organisation.name), bare(literal(features.name, String)))
    return _read(session, among, score, score >= ALIKE, _same_address(features), _same_domain(features))


def _read(
    session: Session,
    among: ColumnElement[bool],
    score: ColumnElement[float],
    by_name: ColumnElement[bool],
    by_address: ColumnElement[bool],
    by_domain: ColumnElement[bool],
) -> list[Alike]:
    district = aliased(District)
    member = select(Membership.id).where(
        Membership.tenant_id == Organisation.tenant_id, Membership.organisation_id == Organisation.id
    )
    weight = score + case((by_address, 0.5), else_=0.0) + case((by_domain, 0.5), else_=0.0)
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.slug,
            func.coalesce(district.name, "").label("district"),
            Organisation.street,
            Organisation.postcode,
            Organisation.city,
            Organisation.verification,
            by_name.label(f"by_{Likeness.NAME}"),
            by_address.label(f"by_{Likeness.ADDRESS}"),
            by_domain.label(f"by_{Likeness.DOMAIN}"),
            member.exists().label("has_members"),
        )
        .outerjoin(district, (district.tenant_id == Organisation.tenant_id) & (district.id == Organisation.district_id))
        .where(among, or_(by_name, by_address, by_domain))
        .order_by(weight.desc(), Organisation.id)
        .limit(MOST)
    )
    return [_plain(row._asdict()) for row in rows]


def _plain(row: dict[str, Any]) -> Alike:
    reasons = frozenset(reason for reason in Likeness if row.pop(f"by_{reason}"))
    return Alike(**row, reasons=reasons)


def _same_address(features: Features) -> ColumnElement[bool]:
    """Street and number in the same postcode; "Gartenstraße 1" is "Gartenstr. 1"."""
    if not (features.street.strip() and features.postcode.strip()):
        return false()
    same_street = _plain_street(Organisation.street) == _plain_street(literal(features.street, String))
    return and_(Organisation.postcode == features.postcode.strip(), same_street)


def _plain_street(street: SQLColumnExpression[str]) -> ColumnElement[str]:
    spelt_out = func.regexp_replace(func.lower(street), r"str(\.|asse\M|\M)", "straße", "g")
    return func.regexp_replace(spelt_out, r"[\s.,-]+", "", "g")


def _same_domain(features: Features) -> ColumnElement[bool]:
    wanted = _own_domains(features.email.rpartition("@")[2], features.website)
    same: list[ColumnElement[bool]] = []
    if wanted:
        theirs = func.split_part(func.lower(Organisation.email), "@", 2)
        same += [theirs.in_(wanted), func.substring(func.lower(Organisation.website), HOST).in_(wanted)]
    if features.email.strip():
        same.append(func.lower(Organisation.email) == features.email.strip().lower())
    return or_(false(), *same)


def _own_domains(host_of_mail: str, website: str) -> list[str]:
    """Return the domains that belong to the organisation alone."""
    host = website.strip().lower().partition("://")[2] or website.strip().lower()
    for sign in "/?#:":
        host = host.partition(sign)[0]
    found = {host_of_mail.strip().lower(), host.removeprefix("www.")}
    return sorted(found - {"", *SHARED_DOMAINS})
