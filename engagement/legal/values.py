"""What the placeholders of legal texts stand for in one town: its facts, its settings, and what follows from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext
from engagement.legal.authorities import Authorities, all_authorities
from engagement.legal.facts import Assessment, Conformance, Facts
from engagement.legal.filling import as_markdown
from engagement.tenancy.queries import TenantInfo
from engagement.tenancy.settings import Module
from engagement.tenancy.tiles import TileServer

LINES = ("official_name", "legal_form", "street", "postcode", "city", "represented_by", "vat_id", "responsible_person",
         "data_protection_officer", "hosting", "assessor")  # fmt: skip
OF_THE_STATE = ("federal_state", "law", "supervision", "enforcement")
POSTCODE = re.compile(r"[0-9]{5}")
PHONES = ("phone", "data_protection_phone")
MAILS = ("email", "data_protection_contact")
WEBSITES = ("supervision_website", "enforcement_website", "sign_language_video")


OF_THE_PRODUCT = ("town", "platform", "address", "closed_application_months", "mail_days", "audit_months")
OF_THE_MAP = ("map_server", "map_operator", "map_privacy")
CONDITIONS = (
    *(f"conformance_{kind.value}" for kind in Conformance),
    *(f"assessment_{kind.value}" for kind in Assessment),
    *(module.value for module in Module),
    "no_sign_language_video",
)
PLACEHOLDERS = frozenset(
    {*LINES, *OF_THE_STATE, *PHONES, *MAILS, *WEBSITES, *OF_THE_PRODUCT, *OF_THE_MAP, *CONDITIONS, "known_barriers",
     "assessed_on", "updated_on"}
)  # fmt: skip
"""Every name that a text may ask for."""


@dataclass(frozen=True)
class Setting:
    """The town that a text speaks of.

    Args:
        tenant: with its settings.
        facts: what it says of itself.
        address: of its site, e.g. ``https://engagement.bretten.example/``.
        updated_at: when facts or text changed last, None for never.
    """

    tenant: TenantInfo
    facts: Facts
    address: str
    updated_at: datetime | None = None


def values_of(setting: Setting, language: str) -> dict[str, str]:
    """Return Markdown by the name of each placeholder; empty means "not said"."""
    return {
        **dict.fromkeys(PLACEHOLDERS, ""),
        **_said(known_facts(setting)),
        **_conditions(setting),
        **_dates(setting, language),
        **_of_the_product(setting),
        **_of_the_map(setting.tenant.settings.tiles),
    }


def known_facts(setting: Setting) -> dict[str, str]:
    """Return the facts as plain text, with what the town's row and its federal state say where it is silent."""
    facts, tenant = setting.facts, setting.tenant
    own = {name: value for name, value in facts.model_dump().items() if isinstance(value, str)}
    authorities = _authorities(facts)
    usual = {
        "official_name": tenant.name,
        "email": tenant.contact_email,
        "federal_state": authorities.name if authorities else "",
        "law": authorities.law if authorities else "",
        "supervision": authorities.supervision if authorities else "",
        "supervision_website": authorities.supervision_website if authorities and not facts.supervision else "",
        "enforcement": authorities.enforcement if authorities else "",
        "enforcement_website": authorities.enforcement_website if authorities and not facts.enforcement else "",
    }
    known = {**own, **{name: own.get(name, "") or value for name, value in usual.items()}}
    known["federal_state"] = usual["federal_state"]
    if not (facts.street or facts.city) and tenant.postal_address:
        known |= _split_address(tenant.postal_address)
    return known


def missing_facts(setting: Setting, needs: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the facts that a page needs nobody has said yet; an official name has to be said."""
    known = known_facts(setting) | {"official_name": setting.facts.official_name}
    known["assessed_on"] = str(setting.facts.assessed_on or "")
    return tuple(name for name in needs if not known.get(name))


def fact_names() -> dict[str, str]:
    """Return what each fact is called, in the language that is set at the call."""
    return {
        "official_name": gettext("Official name"),
        "legal_form": gettext("Legal form"),
        "street": gettext("Street and number"),
        "postcode": gettext("Postcode"),
        "city": gettext("Town"),
        "represented_by": gettext("Represented by"),
        "phone": gettext("Phone"),
        "email": gettext("E-mail address"),
        "vat_id": gettext("VAT identification number"),
        "responsible_person": gettext("Person responsible for the content"),
        "federal_state": gettext("Federal state"),
        "data_protection_officer": gettext("Data protection officer"),
        "data_protection_contact": gettext("E-mail address of the data protection officer"),
        "data_protection_phone": gettext("Phone of the data protection officer"),
        "supervision": gettext("Data protection authority"),
        "supervision_website": gettext("Website of the data protection authority"),
        "hosting": gettext("Who runs the servers"),
        "assessed_on": gettext("Day of the last accessibility check"),
        "assessor": gettext("Who checked"),
        "known_barriers": gettext("Known barriers"),
        "enforcement": gettext("Enforcement body"),
        "enforcement_website": gettext("Website of the enforcement body"),
        "sign_language_video": gettext("Address of the video in sign language"),
    }


def _said(known: dict[str, str]) -> dict[str, str]:
    values = {name: as_markdown(" ".join(known[name].split())) for name in (*LINES, *OF_THE_STATE)}
    values |= {name: f"[{as_markdown(known[name])}](tel:{_dial(known[name])})" for name in PHONES if known[name]}
    values |= {name: f"[{as_markdown(known[name])}](<mailto:{known[name]}>)" for name in MAILS if known[name]}
    values |= {name: f"[{as_markdown(_bare(known[name]))}](<{known[name]}>)" for name in WEBSITES if known.get(name)}
    barriers = [line.strip(" -*\t") for line in known["known_barriers"].splitlines()]
    values["known_barriers"] = "\n".join(as_markdown(line) for line in barriers if line)
    return values


def _conditions(setting: Setting) -> dict[str, str]:
    facts = setting.facts
    holds = {
        **{f"conformance_{kind.value}": facts.conformance is kind for kind in Conformance},
        **{f"assessment_{kind.value}": facts.assessment is kind for kind in Assessment},
        **{module.value: setting.tenant.settings.has(module) for module in Module},
        "no_sign_language_video": not facts.sign_language_video,
    }
    return {name: "yes" if held else "" for name, held in holds.items()}


def _dates(setting: Setting, language: str) -> dict[str, str]:
    updated = setting.updated_at.astimezone(setting.tenant.time_zone).date() if setting.updated_at else None
    return {"assessed_on": _day(setting.facts.assessed_on, language), "updated_on": _day(updated, language)}


def _day(day: date | None, language: str) -> str:
    return as_markdown(format_date(day, "long", locale=language or DEFAULT_LANGUAGE)) if day else ""


def _of_the_product(setting: Setting) -> dict[str, str]:
    tenant, retention = setting.tenant, setting.tenant.settings.retention
    return {
        "town": as_markdown(tenant.name),
        "platform": as_markdown(tenant.platform_name),
        "address": f"[{as_markdown(_bare(setting.address))}](<{setting.address}>)",
        "closed_application_months": str(retention.closed_application_months),
        "mail_days": str(retention.mail_days),
        "audit_months": str(retention.audit_months),
    }


def _of_the_map(tiles: TileServer) -> dict[str, str]:
    return {
        "map_server": as_markdown(tiles.host),
        "map_operator": as_markdown(tiles.operator),
        "map_privacy": f"[{as_markdown(_bare(tiles.privacy_url))}](<{tiles.privacy_url}>)" if tiles.privacy_url else "",
    }


def _authorities(facts: Facts) -> Authorities | None:
    return all_authorities()[facts.federal_state] if facts.federal_state else None


def _split_address(address: str) -> dict[str, str]:
    """Return street, postcode and town of "Marktplatz 1, 75015 Bretten"; what does not fit stays in the street."""
    street, _, place = address.replace("\n", ", ").rpartition(", ")
    postcode, _, city = place.partition(" ")
    if street and POSTCODE.fullmatch(postcode):
        return {"street": street, "postcode": postcode, "city": city}
    return {"street": address}


def _dial(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")
