"""Many entries at once, with the compounds and the uneven frequencies of real German offers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engagement.catalogue import postings
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of

_FIRST = """Kinder Senioren Garten Sport Lese Fahrrad Musik Tier Wald Schul Bücher Nachbarschafts Flüchtlings Familien
Jugend Küchen Computer Sprach Museums Theater Hospiz Krankenhaus Besuchs Einkaufs Repair Kleider Lebensmittel Umwelt
Bach Vogel Obst Feuerwehr Rettungs Schwimm Turn Tanz Chor Orgel Denkmal Heimat Stadt Dorf Markt Fest Lager Werkstatt
Holz Näh Mal Koch""".split()  # noqa: SIM905 - a list of words reads better as words
_LAST = """hilfe gruppe dienst betreuung pflege treff patenschaft werkstatt begleitung fest projekt verein runde
training führung beratung ausgabe sammlung stunde leitung wache aufsicht technik redaktion kasse planung aktion
kreis arbeit nachmittag""".split()  # noqa: SIM905
_COMMON = """und mit für Menschen wir suchen Unterstützung bei der gemeinsam Zeit gern helfen unser Team freut sich
Woche regelmäßig Erfahrung nicht nötig eine kleine Einführung bekommen alle Interessierten""".split()  # noqa: SIM905

_INSERT = text(
    """
    INSERT INTO catalogue_entry (
        tenant_id, opportunity_id, title, slug, summary, organisation_id, organisation_name, organisation_slug,
        category_ids, district_name, place_kind, latitude, longitude, time_kind, slots, places_taken,
        picture_alt, published_at, updated_at, facts, target_group_ids, district_id, hours, hours_per, languages,
        minimum_age, access, suited_for, taster, document)
    VALUES (:tenant_id, :number, CAST(:title AS text), 'x', CAST(:summary AS text), :organisation, CAST(:name AS text),
        'x', ARRAY[:category]::bigint[], '', 'address',
        :latitude, :longitude, 'ongoing', :slots, 0, '', :published_at, :published_at, '{}', :target_groups, :district,
        :hours, 'week', :languages, :minimum_age, :access, :suited_for, :taster,
        setweight(to_tsvector('engagement_german', lower(CAST(:title AS text))), 'A') ||
        setweight(to_tsvector('engagement_german', lower(CAST(:name AS text))), 'B') ||
        setweight(to_tsvector('engagement_german', lower(CAST(:summary AS text) || ' ' || CAST(:body AS text))), 'C'))
    """
)
_STEMS = text(
    """
    INSERT INTO catalogue_stem (tenant_id, stem)
    SELECT DISTINCT tenant_id, unnest(tsvector_to_array(document)) FROM catalogue_entry WHERE tenant_id = :tenant_id
    ON CONFLICT DO NOTHING
    """
)
BATCH = 1000


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SLOTS = [f"{day}-{part}" for day in _DAYS for part in ("morning", "afternoon", "evening")]
_ACCESS = ("step_free", "accessible_toilet", "public_transport", "hearing_support")


def _facts(chance: random.Random) -> dict[str, Any]:
    """What can be filtered by; drawn from a chance of its own, so that the texts stay as they are."""
    return {
        "slots": chance.sample(_SLOTS, chance.choice((0, 0, 1, 2, 3))),
        "target_groups": chance.sample(range(1, 13), chance.choice((1, 1, 2, 3))),
        "district": chance.choice((None, *range(1, 10))),
        "hours": chance.choice((None, 1, 2, 3, 4, 8)),
        "languages": chance.sample(("de", "en", "tr", "ar", "uk", "fr"), chance.choice((1, 1, 1, 2))),
        "minimum_age": chance.choice((None, None, 14, 16, 18)),
        "access": chance.sample(_ACCESS, chance.choice((0, 1, 2, 3))),
        "suited_for": chance.sample(("tandem", "group", "family"), chance.choice((0, 0, 0, 1, 2))),
        "taster": chance.random() < 0.2,
    }


def fill_catalogue(session: Session, entries: int, *, seed: int = 1) -> None:
    """Write ``entries`` entries for the session's tenant; equal seeds make equal ones."""
    rows = list(_rows(tenant_of(session), entries, random.Random(seed)))  # noqa: S311 - made-up text, no secret
    for start in range(0, entries, BATCH):
        session.execute(_INSERT, rows[start : start + BATCH])
    session.execute(_STEMS, {"tenant_id": tenant_of(session)})
    postings.write(session, None)
    session.commit()


def _rows(tenant_id: int, entries: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    compounds = [first + last for first in _FIRST for last in _LAST]
    chance.shuffle(compounds)
    weights = [1 / (place + 5) for place in range(len(compounds))]
    moment = now()
    facts = random.Random(entries)  # noqa: S311
    for number in range(1, entries + 1):
        words = chance.choices(compounds, weights, k=9)
        yield {
            "tenant_id": tenant_id,
            "number": number,
            "title": f"{words[0]} {chance.choice(_COMMON)} {words[1]}",
            "summary": " ".join([words[2], *chance.sample(_COMMON, 6), words[3]]),
            "body": " ".join(words[6:] + chance.choices(_COMMON, k=90)),
            "organisation": number % 500 + 1,
            "name": f"{words[5]} e. V.",
            "category": chance.randint(1, 18),
            "latitude": 49.0 + chance.random() / 5,
            "longitude": 8.6 + chance.random() / 5,
            "published_at": moment,
            **_facts(facts),
        }
