"""Whatever changes in an offer, the diff says so, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import text
from sqlalchemy.orm import Session

from engagement.kernel.geo import Point
from engagement.moderation.diff import Change
from engagement.opportunities.kinds import HoursPer, PlaceKind, TimeKind
from engagement.opportunities.values import OpportunityValues
from engagement.tenancy.queries import own_tenant
from engagement.web.municipality.offer_facts import FACTS, changed_facts

AT = datetime(2026, 5, 1, 14, tzinfo=UTC)
OTHER: dict[str, Any] = {
    "picture_focus": "nw",
    "place_kind": PlaceKind.REMOTE,
    "point": Point(49.0, 8.7),
    "time_kind": TimeKind.DATED,
    "slots": ("tue-morning",),
    "hours": Decimal(3),
    "hours_per": HoursPer.MONTH,
    "starts_at": AT,
    "ends_at": AT,
    "places": 5,
    "skills": ("Geduld",),
    "suited_for": ("group",),
    "taster": True,
    "translations": {"en": {"title": "Reading aloud"}},
    "languages": ("tr",),
    "minimum_age": 16,
    "certificate_of_conduct": True,
    "insurance": True,
    "step_free": False,
    "accessible_toilet": True,
    "public_transport": True,
    "hearing_support": False,
    "picture_file_id": 7,
}
NAMES = [part.name for part in fields(OpportunityValues)]


@pytest.fixture
def in_request(app: Flask, session: Session) -> Iterator[None]:
    with app.test_request_context("/", base_url="http://bretten.localhost"):
        g.tenant = own_tenant(session)
        yield


def test_every_field_belongs_to_one_fact() -> None:
    assert sorted(name for fact in FACTS for name in fact.fields) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("in_request")
def test_a_change_of_each_field_is_shown(session: Session, name: str) -> None:
    values = OpportunityValues(
        title="Vorlesen", city="Bretten", hours=Decimal(2), hours_per=HoursPer.WEEK, starts_at=AT - timedelta(days=9)
    )
    ids = {
        "category_ids": tuple(session.scalars(text("SELECT id FROM category LIMIT 2"))),
        "target_group_ids": (999_999,),
        "district_id": session.scalar(text("SELECT min(id) FROM district")),
    }
    other = replace(values, **{name: {**OTHER, **ids}.get(name, "Anders")})
    (changed,) = changed_facts(values, other)
    assert changed.name
    assert changed.pieces or name == "picture_file_id"
    assert changed_facts(values, values) == []


@pytest.mark.parametrize(("name", "words"), [("category_ids", (1, 2)), ("languages", ("de", "ru", "tr"))])
@pytest.mark.usefixtures("in_request")
def test_the_order_of_words_is_no_change(name: str, words: tuple[Any, ...]) -> None:
    values = replace(OpportunityValues(title="Vorlesen"), **{name: words})
    assert changed_facts(values, replace(values, **{name: words[::-1]})) == []


@pytest.mark.usefixtures("in_request")
def test_only_the_word_that_is_new_is_shown_as_new() -> None:
    values = OpportunityValues(title="Vorlesen", languages=("de", "ru", "tr"))
    (changed,) = changed_facts(values, replace(values, languages=("tr", "de", "ru", "ar")))
    assert [piece.text.strip() for piece in changed.pieces if piece.change is not Change.SAME] == ["Arabisch"]
