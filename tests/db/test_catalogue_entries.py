"""Writing entries and reading them back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engagement.catalogue.models import CatalogueStem
from engagement.catalogue.queries import find_entry
from engagement.catalogue.service import clear, remove_entries, set_places_taken, write_entries
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, db, open_for_tenant
from tests.factories.catalogue import entry_data, make_entry
from tests.support.statements import watched


def test_an_entry_comes_back_as_it_was_written(session: Session) -> None:
    data = entry_data(title="Vorlesen", category_ids=(3, 1), slots=("sat-morning",), facts={"training": "ein Abend"})
    write_entries(session, [data])
    found = find_entry(session, data.opportunity_id)
    assert found is not None
    assert (found.title, found.category_ids, found.slots) == ("Vorlesen", (3, 1), ("sat-morning",))
    assert found.facts == {"training": "ein Abend"}


def test_writing_again_changes_the_entry_and_keeps_the_places_taken(session: Session) -> None:
    number = make_entry(session, title="Alt", places=5)
    set_places_taken(session, {number: 2})
    make_entry(session, opportunity_id=number, title="Neu", places=5)
    found = find_entry(session, number)
    assert found is not None
    assert (found.title, found.places_taken, found.places_free) == ("Neu", 2, 3)


def test_more_taken_than_wanted_leaves_none_free(session: Session) -> None:
    number = make_entry(session, places=1)
    set_places_taken(session, {number: 3})
    found = find_entry(session, number)
    assert found is not None
    assert found.places_free == 0


def test_many_are_written_with_the_same_statements_as_one(session: Session) -> None:
    moment = now().replace(microsecond=123456)
    said = {"latitude": 49.0369, "longitude": 8.7, "hours": Decimal("2.5"), "facts": {"minimum_age": 16, "skills": []}}
    counts = []
    for number in (1, 50):
        written = [entry_data(title=f"Vorlesen {place}", published_at=moment, **said) for place in range(number)]
        with watched(db.engine) as seen:
            write_entries(session, written)
        counts.append(len(seen))
        set_places_taken(session, {data.opportunity_id: 1 for data in written})
        for data in written:
            found = find_entry(session, data.opportunity_id)
            assert found is not None
            assert {name: getattr(found, name) for name in said} == said
            assert (found.title, found.published_at, found.places_taken) == (data.title, moment, 1)
    assert counts[0] == counts[1] == 4


def test_no_entries_are_no_statements(session: Session) -> None:
    with watched(db.engine) as seen:
        write_entries(session, [])
        remove_entries(session, [])
        set_places_taken(session, {})
    assert not seen.sent


def test_a_removed_entry_is_gone_and_removing_again_is_no_error(session: Session) -> None:
    number = make_entry(session)
    remove_entries(session, [number])
    remove_entries(session, [number])
    assert find_entry(session, number) is None


@pytest.mark.parametrize(
    "over",
    [
        {"expires_at": now() - timedelta(seconds=1)},
        {"time_kind": "dated", "starts_at": now() - timedelta(days=3), "ends_at": now() - timedelta(seconds=1)},
        {"time_kind": "dated", "starts_at": now() - timedelta(minutes=1)},
    ],
    ids=["expired", "ended", "began without an end"],
)
def test_what_is_over_is_not_found(session: Session, over: dict[str, object]) -> None:
    assert find_entry(session, make_entry(session, **over)) is None


def test_an_ongoing_offer_that_began_is_found(session: Session) -> None:
    assert find_entry(session, make_entry(session, starts_at=now() - timedelta(days=30)))


def test_the_document_splits_where_people_write_signs(session: Session) -> None:
    number = make_entry(session, title="Helfer*innen für Kita/Hort", organisation_name="Sport:Verein")
    stems = session.scalars(
        text("SELECT unnest(tsvector_to_array(document)) FROM catalogue_entry WHERE opportunity_id = :id"),
        {"id": number},
    ).all()
    assert {"helf", "kita", "hort", "sport", "verein"} <= set(stems)


def test_the_stems_of_an_entry_are_remembered_once(session: Session) -> None:
    make_entry(session, title="Kinder")
    make_entry(session, title="Kind und einmal")
    stems = session.scalars(select(CatalogueStem.stem)).all()
    assert stems.count("kind") == 1
    assert "einmal" in stems


def test_clear_empties_the_tenant_and_no_other(app: Flask, bretten: int, ettlingen: int) -> None:
    numbers = {}
    for tenant in (bretten, ettlingen):
        with app.app_context():
            open_for_tenant(current_session(), tenant)
            numbers[tenant] = make_entry(current_session())
            current_session().commit()
    with app.app_context():
        open_for_tenant(current_session(), bretten)
        clear(current_session())
        assert find_entry(current_session(), numbers[bretten]) is None
        assert not session_stems(bretten)
        assert session_stems(ettlingen)
        current_session().commit()
    with app.app_context():
        open_for_tenant(current_session(), ettlingen)
        assert find_entry(current_session(), numbers[ettlingen])
        assert find_entry(current_session(), numbers[bretten]) is None


def session_stems(tenant: int) -> list[str]:
    return list(current_session().scalars(select(CatalogueStem.stem).where(CatalogueStem.tenant_id == tenant)))
