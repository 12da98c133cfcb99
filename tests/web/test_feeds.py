"""Feeds: read by the programs that will read them, and back by our own import."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from flask import Flask
from icalendar import Calendar
from icalendar.cal import Component
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.clock import now
from engagement.opportunities.freinet.importer import run_import
from engagement.opportunities.freinet.report import Outcome
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import write_catalogue
from engagement.tenancy.queries import own_tenant
from tests.factories.freinet import FOLDER
from tests.factories.outward import AWKWARD, close_entry, make_town
from tests.support.pages import CheckedClient

SHORT_XML = FOLDER / "short.xml"


class TestAtom:
    def test_a_feed_reader_reads_it(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        feed = feedparser.parse(client.get("/feeds/angebote.atom").data)
        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.version == "atom10"
        assert len(feed.entries) == 4
        first = next(one for one in feed.entries if one.title == "Vorlesen")
        assert first.author == "Lesebrücke e. V."
        assert first.id.startswith("tag:bretten.localhost,2026:angebote/")
        assert first.tags[0].term == "kinder-und-jugend"
        assert {"self", "alternate"} == {link.rel for link in feed.feed.links}

    def test_it_takes_the_filters_of_the_list(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        feed = feedparser.parse(client.get("/feeds/angebote.atom?art=einmalig").data)
        assert [one.title for one in feed.entries] == ["Bücherflohmarkt"]
        assert feed.feed.id != feedparser.parse(client.get("/feeds/angebote.atom").data).feed.id
        assert feed.feed.links[0].href.endswith("art=einmalig")

    def test_the_page_of_a_search_names_its_feed(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        assert 'href="/feeds/angebote.atom?art=einmalig"' in client.get("/angebote?art=einmalig").get_data(as_text=True)

    def test_an_empty_one_stays_the_same(self, client: CheckedClient) -> None:
        answers = [client.get("/feeds/angebote.atom") for _ in range(2)]
        assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
        assert not feedparser.parse(answers[0].data).bozo

    def test_awkward_words_harm_nothing(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        titles = {one.title_detail.value for one in feedparser.parse(client.get("/feeds/angebote.atom").data).entries}
        assert AWKWARD in titles


def events(client: CheckedClient, path: str = "/feeds/termine.ics") -> list[Component]:
    response = client.get(path)
    assert response.mimetype == "text/calendar"
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n"))
    return Calendar.from_ical(response.data).walk("VEVENT")


class TestCalendar:
    def test_a_date(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        [event] = events(client)
        row = session.get_one(Opportunity, (town.club.tenant_id, town.dated))
        assert event["SUMMARY"] == "Bücherflohmarkt"
        assert event.decoded("DTSTART") == row.starts_at
        assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
        assert event["LOCATION"] == "Schulgasse 1, 75015 Bretten"
        assert event["STATUS"] == "CONFIRMED"
        assert event["URL"].startswith("http://bretten.localhost:8000/angebote/")

    def test_the_whole_says_when_to_come_back(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        whole = Calendar.from_ical(client.get("/feeds/termine.ics").data)
        assert whole.decoded("REFRESH-INTERVAL") == timedelta(hours=6)
        assert len(whole.walk("VTIMEZONE")) == 1
        assert whole["METHOD"] == "PUBLISH"

    def test_a_change_keeps_the_number_and_counts_on(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        [before] = events(client)
        row = session.get_one(Opportunity, (town.club.tenant_id, town.dated))
        row.title, row.revision = "Flohmarkt", row.revision + 1
        write_catalogue(session, town.dated)
        session.commit()
        [after] = events(client)
        assert after["UID"] == before["UID"]
        assert after["SEQUENCE"] == before["SEQUENCE"] + 1
        assert after["SUMMARY"] == "Flohmarkt"

    def test_what_was_called_off_is_said_to_be(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        [before] = events(client)
        own = f"{town.path(session, town.dated)}.ics"
        close_entry(session, town.dated)
        for path in ("/feeds/termine.ics", own):
            [after] = events(client, path)
            assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
            assert after["SEQUENCE"] > before["SEQUENCE"]

    def test_what_took_place_was_not_called_off(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        entry = session.scalars(select(CatalogueEntry).where(CatalogueEntry.opportunity_id == town.dated)).one()
        entry.starts_at, entry.ends_at = now() - timedelta(days=2), now() - timedelta(days=1)
        close_entry(session, town.dated)
        [event] = events(client)
        assert event["STATUS"] == "CONFIRMED"
        entry.starts_at, entry.ends_at = now() - timedelta(days=20), now() - timedelta(days=19)
        session.commit()
        assert events(client) == []

    def test_filters_and_words_narrow_it(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        assert len(events(client, "/feeds/termine.ics?q=flohmarkt")) == 1
        assert events(client, "/feeds/termine.ics?q=xyzzy") == []
        assert events(client, "/feeds/termine.ics?kategorie=leben-im-alter") == []

    def test_only_a_date_has_one_of_its_own(self, client: CheckedClient, session: Session) -> None:
        town = make_town(session)
        [event] = events(client, f"{town.path(session, town.dated)}.ics")
        assert event["SUMMARY"] == "Bücherflohmarkt"
        assert client.get(f"{town.path(session, town.ongoing)}.ics").status_code == 404
        assert client.get("/angebote/987654-x.ics").status_code == 404


class TestLinkedData:
    def test_it_has_the_shape_of_the_standard(self, client: CheckedClient, session: Session) -> None:
        """Against "Sharing opportunities with metadata" of standard.volunteeringdata.io."""
        make_town(session)
        document = json.loads(client.get("/feeds/angebote.jsonld").data)
        assert document["@context"] == "https://api.volunteeringdata.io/context/v1"
        assert document["conformsTo"] == "https://ns.volunteeringdata.io/"
        [club] = document["graph"]
        assert (club["type"], club["name"]) == ("Organisation", "Lesebrücke e. V.")
        assert club["website"] == "https://lesen.example.org"
        assert club["cause"] == ["https://ns.volunteeringdata.io/YouthAndChildren"]
        activities = {one["title"]: one for one in club["activity"]}
        reading, market = activities["Vorlesen"], activities["Bücherflohmarkt"]
        assert reading["role"][0]["minimumAge"] == "16"
        assert reading["role"][0]["allowsRemoteParticipation"] is False
        assert reading["role"][0]["applyLink"].endswith("/mitmachen")
        assert reading["session"][0]["time"] == ["https://ns.volunteeringdata.io/SaturdayMorning"]
        assert reading["session"][0]["location"]["address"] == "Schulgasse 1, 75015 Bretten"
        assert market["session"][0]["time"][0]["time:hasBeginning"]["time:inXSDDateTimeStamp"]
        assert "location" not in activities["Briefe schreiben"]["session"][0]


class TestFreinet:
    @pytest.mark.parametrize("path", ["/feeds/freinet.xml", "/feeds/angebote.csv"])
    def test_what_was_imported_comes_back_as_it_was(
        self, app: Flask, client: CheckedClient, session: Session, tmp_path: Path, path: str
    ) -> None:
        run_import(session, SHORT_XML, own_tenant(session))
        session.commit()
        before = contents(session)
        file = tmp_path / path.rpartition("/")[2]
        file.write_bytes(client.get(path).data)
        summary = run_import(session, file, own_tenant(session))
        assert summary.rows > 0
        assert contents(session) == before
        assert set(summary.outcomes) <= ({Outcome.UNCHANGED} if path.endswith("xml") else set(Outcome))

    def test_what_was_written_here_is_read_elsewhere(
        self, client: CheckedClient, session: Session, tmp_path: Path
    ) -> None:
        town = make_town(session)
        file = tmp_path / "export.xml"
        file.write_bytes(client.get("/feeds/freinet.xml").data)
        run_import(session, file, own_tenant(session))
        names = ("title", "summary", "description", "street", "postcode", "city", "place_kind", "latitude",
                 "longitude", "district_id", "places", "time_note")  # fmt: skip
        rows = session.scalars(select(Opportunity).order_by(Opportunity.id)).all()
        ours = {f"E{row.id}": [getattr(row, name) for name in names] for row in rows if not row.external_id}
        theirs = {row.external_id: [getattr(row, name) for name in names] for row in rows if row.external_id}
        awkward = f"E{town.awkward}"
        assert theirs.pop(awkward)[0] == "=SUMME(1;1) & „Größe“"  # the import takes tags out of titles, escaped or not
        assert theirs == {number: values for number, values in ours.items() if number != awkward}

    def test_no_cell_starts_a_formula(self, client: CheckedClient, session: Session) -> None:
        make_town(session)
        text = client.get("/feeds/angebote.csv").data.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert len(rows) == 4
        assert [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))] == []
        assert "'=SUMME" in text


def contents(session: Session) -> list[tuple[object, ...]]:
    """Return what describes every opportunity."""
    left_out = {"revision", "source_digest", "updated_at", "looked_at", "expires_at", "created_at"}
    names = [column.key for column in Opportunity.__table__.columns if column.key not in left_out]
    session.expire_all()
    rows = session.scalars(select(Opportunity).order_by(Opportunity.id))
    return [tuple(getattr(row, name) for name in names) for row in rows]
