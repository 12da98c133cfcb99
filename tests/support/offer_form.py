"""The posting form as tests fill it in and read it."""

from __future__ import annotations

import io
from typing import Any

import html5lib
from PIL import Image
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engagement.opportunities.queries import OpportunityInfo, find_opportunity, opportunities_of
from engagement.organisations.models import Organisation
from tests.factories.offers import DESCRIPTION
from tests.support.pages import NAMESPACE


def term(session: Session, table: str, number: int = 0) -> str:
    return str(session.scalars(text(f"SELECT id FROM {table} ORDER BY position")).all()[number])


def full_form(session: Session) -> dict[str, Any]:
    """Every field of the form, as a browser sends it."""
    return {
        "title": "Vorlesen in der Bücherei",
        "summary": "Kindern vorlesen, einmal in der Woche.",
        "description": DESCRIPTION + "\n\n- eins\n- zwei",
        "category_ids": [term(session, "category", 1), term(session, "category", 2)],
        "target_group_ids": [term(session, "target_group")],
        "place_kind": "address",
        "street": "Marktplatz 1",
        "postcode": "75015",
        "city": "Bretten",
        "district_id": term(session, "district", 1),
        "time_kind": "ongoing",
        "slots": ["tue-morning", "sat-evening"],
        "start_date": "2026-01-15",
        "start_time": "",
        "end_date": "",
        "end_time": "",
        "hours": "1,5",
        "hours_per": "month",
        "time_note": "nicht in den Ferien",
        "places": "3",
        "minimum_age": "16",
        "skills": "Geduld, Humor\nFreude am Lesen",
        "languages": ["de", "tr"],
        "more_languages": "Persisch, kroatisch",
        "driving_licence": "B",
        "certificate_of_conduct": "y",
        "training": "ein Abend",
        "insurance": "y",
        "expenses": "Fahrkarten",
        "allowance": "Ehrenamtspauschale",
        "step_free": "yes",
        "accessible_toilet": "no",
        "public_transport": "",
        "hearing_support": "yes",
        "contact_name": "Ina Rot",
        "contact_email": "ina@example.org",
        "contact_phone": "07252 12345",
        "picture_alt": "",
        "kept_picture": "",
        "seen": "",
    }


def picture(kind: str = "JPEG", name: str = "bild.jpg") -> tuple[io.BytesIO, str]:
    output = io.BytesIO()
    Image.new("RGB", (64, 36), (10, 120, 60)).save(output, kind)
    output.seek(0)
    return output, name


def fields_of(response: TestResponse) -> dict[str, list[str]]:
    """What the form of a page would send."""
    root = html5lib.parse(response.get_data(as_text=True))
    form = next(form for form in root.iter(f"{NAMESPACE}form") if form.get("id") == "form")
    found: dict[str, list[str]] = {}
    for element in form.iter():
        name, value = element.get("name"), element.get("value") or ""
        kind = str(element.tag).removeprefix(NAMESPACE)
        ticked = element.get("type") not in {"checkbox", "radio"} or element.get("checked") is not None
        if kind == "input" and name and ticked:
            found.setdefault(name, []).append(value)
        if kind == "textarea" and name:
            found.setdefault(name, []).append((element.text or "").removeprefix("\n"))
        if kind == "select" and name:
            options = list(element.iter(f"{NAMESPACE}option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            found.setdefault(name, []).append(chosen[0].get("value") or "")
    return found


def the_only(session: Session, organisation: Organisation) -> OpportunityInfo:
    (line,) = opportunities_of(session, organisation.id)
    found = find_opportunity(session, line.id)
    assert found is not None
    return found
