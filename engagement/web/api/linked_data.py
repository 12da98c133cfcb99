"""Offers after the volunteering data standard (standard.volunteeringdata.io, ontology of 2026-03-23).

The shape is that of "Sharing multiple organisations opportunities" and "Sharing opportunities with metadata" in
``_pages/publishing-opportunities-data.md`` of github.com/volunteeringdata/standard, at 447be8f; the properties are
those of ``_pages/ontology.md`` there, the causes those of ``assets/ttl/taxonomy_cause.ttl`` at a9b14e1. There is no
``license``: the texts are the organisations', and theirs alone is the right to give one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from werkzeug.wrappers import Response

from engagement.catalogue.outward import OutwardEntry, live_entries
from engagement.kernel.markdown import plain_text
from engagement.kernel.permissions import Permission
from engagement.organisations.queries import OrganisationInfo, public_organisations
from engagement.tenancy.settings import Module
from engagement.web.api import blueprint
from engagement.web.api.operations import fresh
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.checks import only_web_address
from engagement.web.shared.modules import part_of
from engagement.web.shared.presentation import amount, when
from engagement.web.shared.whole import at, whole

CONTEXT = "https://api.volunteeringdata.io/context/v1"
NAMESPACE = "https://ns.volunteeringdata.io/"
MEDIA_TYPE = "application/ld+json"
MOST_ORGANISATIONS = 20_000
DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
CAUSES = {
    "beratung-begleitung-und-patenschaften": "Care",
    "bildung-und-lernen": "EducationLanguages",
    "digitales-und-oeffentlichkeitsarbeit": "Community",
    "engagement-an-schulen": "EducationLanguages",
    "freizeit-und-sport": "SportOutdoorActivities",
    "gesundheit-und-hospiz": "Health",
    "junges-engagement": "YouthAndChildren",
    "kinder-und-jugend": "YouthAndChildren",
    "kultur-und-kreatives": "ArtsAndCulture",
    "leben-im-alter": "OlderPeople",
    "menschen-mit-behinderungen": "Disability",
    "natur-tiere-und-umwelt": "Environment",
    "organisieren-und-verwalten": "Community",
    "rettungswesen-und-katastrophenschutz": "DevelopmentEmergencyRelief",
    "soziales-und-armut": "AntiPoverty",
    "technik-hauswirtschaft-und-handwerk": "Community",
    "unternehmen-und-gruppen": "Community",
    "vielfalt-und-zusammenleben": "LocalCommunity",
}
"""Drawing of a category, which it keeps whatever a town calls it → cause."""


@blueprint.get("/feeds/angebote.jsonld")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.OPEN_DATA)
def linked_data() -> Response:
    """Return every organisation that has open offers, with all of them."""
    session = context.session()
    offers: dict[int, list[OutwardEntry]] = defaultdict(list)
    for entry in live_entries(session):
        offers[entry.organisation_id].append(entry)
    known = {one.id: one for one in public_organisations(session, per_page=MOST_ORGANISATIONS) if one.id in offers}
    changed = [entry.updated_at for entries in offers.values() for entry in entries]
    document = {
        "@context": CONTEXT,
        "conformsTo": NAMESPACE,
        "publisher": whole("/"),
        **({"modified": max(changed).date().isoformat()} if changed else {}),
        "graph": [_organisation(number, entries, known.get(number)) for number, entries in sorted(offers.items())],
    }
    return fresh(Response(json.dumps(document, ensure_ascii=False), mimetype=MEDIA_TYPE))


def _organisation(number: int, entries: list[OutwardEntry], known: OrganisationInfo | None) -> dict[str, Any]:
    slug = entries[0].organisation_slug
    categories = (context.vocabulary().category(one) for entry in entries for one in entry.category_ids)
    causes = sorted({NAMESPACE + CAUSES[term.icon] for term in categories if term and term.icon in CAUSES})
    said = {
        "type": "Organisation",
        "id": at("public.organisation", organisation_id=number, slug=slug, lang=None),
        "name": entries[0].organisation_name,
        "description": plain_text(known.description) if known else "",
        "website": only_web_address(known.website) if known else "",
        "image": _picture(known.logo_sha256) if known else "",
        "cause": causes,
        "activity": [_activity(entry) for entry in entries],
    }
    return _without_gaps(said)


def _activity(entry: OutwardEntry) -> dict[str, Any]:
    address = {"opportunity_id": entry.opportunity_id, "slug": entry.slug, "lang": None}
    return _without_gaps(
        {
            "type": "Activity",
            "id": at("public.opportunity", **address),
            "title": entry.title,
            "description": plain_text(str(entry.facts.get("description") or "")) or entry.summary,
            "image": _picture(entry.picture_sha256),
            "publishStart": entry.published_at.date().isoformat(),
            "publishEnd": entry.expires_at.date().isoformat() if entry.expires_at else "",
            "role": [_role(entry, at("public.sign_up", **address))],
            "session": [_session(entry)],
        }
    )


def _role(entry: OutwardEntry, apply_link: str) -> dict[str, Any]:
    return _without_gaps(
        {
            "type": "Role",
            "title": entry.title,
            "description": entry.summary,
            "commitment": amount(entry.hours, entry.hours_per),
            "applyLink": apply_link,
            "allowsRemoteParticipation": entry.place_kind == "remote",
            "minimumAge": str(entry.minimum_age) if entry.minimum_age is not None else "",
        }
    )


def _session(entry: OutwardEntry) -> dict[str, Any]:
    place = _location(entry) if entry.place_kind != "remote" else {}
    return _without_gaps({"type": "Session", "location": place, "time": _times(entry)})


def _location(entry: OutwardEntry) -> dict[str, Any]:
    facts = entry.facts
    town = f"{facts.get('postcode') or ''} {facts.get('city') or context.tenant().name}".strip()
    known = entry.latitude is not None and entry.longitude is not None
    return _without_gaps(
        {
            "type": "Location",
            "name": entry.district_name,
            "address": ", ".join(filter(None, [str(facts.get("street") or ""), town])),
            "latitude": str(entry.latitude) if known else "",
            "longitude": str(entry.longitude) if known else "",
        }
    )


def _times(entry: OutwardEntry) -> list[Any]:
    if entry.time_kind != "dated" or entry.starts_at is None:
        return [NAMESPACE + DAYS[day] + part.capitalize() for day, part in (slot.split("-") for slot in entry.slots)]
    ends = {"time:hasEnd": {"time:inXSDDateTimeStamp": entry.ends_at.isoformat()}} if entry.ends_at else {}
    begins = {"time:hasBeginning": {"time:inXSDDateTimeStamp": entry.starts_at.isoformat()}}
    return [{"type": "Time", "rdfs:label": when(entry), **begins, **ends}]


def _picture(sha256: str | None) -> str:
    return at("shared.picture", sha256=sha256, lang=None) if sha256 else ""


def _without_gaps(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what nobody has said; a plain "no" is said."""
    return {name: value for name, value in said.items() if value or value is False}
