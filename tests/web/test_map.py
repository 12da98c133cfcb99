"""The results as a map: the same as the list, points of our own, other hosts only where the town wants them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.catalogue import points as catalogue_points
from engagement.kernel.db import db
from engagement.tenancy.queries import load_vocabulary, own_tenant
from engagement.tenancy.settings import Module
from engagement.tenancy.tiles import TileServer
from tests.factories.catalogue import make_entry
from tests.factories.neighbours import at_work_in, let_agree
from tests.factories.tenants import decide
from tests.support.pages import CheckedClient
from tests.support.statements import watched

POINTS = "/angebote/punkte.json"
MAP = "/angebote?ansicht=karte"
OWN = {
    "template": "https://tiles.bretten.example/{z}/{x}/{y}.png",
    "operator": "Stadt Bretten",
    "privacy_url": "https://www.bretten.example/datenschutz",
    "attribution": "© Stadt Bretten <Vermessung>",
    "licence_url": "",
    "max_zoom": 18,
}


def place(session: Session, title: str, latitude: float | None = 49.03, longitude: float = 8.7, **values: Any) -> int:
    at = {} if latitude is None else {"latitude": latitude, "longitude": longitude}
    return make_entry(session, title=title, **at, **values)


def points(client: CheckedClient, **arguments: object) -> dict[str, Any]:
    response = client.get(POINTS, query_string=arguments)
    assert (response.status_code, response.mimetype) == (200, "application/json")
    found: dict[str, Any] = response.get_json()
    return found


def titles(found: dict[str, Any]) -> list[str]:
    return [point["title"] for point in found["points"]]


def page(client: CheckedClient, address: str = MAP) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def images_of(client: CheckedClient, address: str) -> str:
    policy = client.get(address).headers["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("img-src"))


class TestPoints:
    def test_a_point_says_what_offer_it_is(self, session: Session, client: CheckedClient) -> None:
        number = place(session, "Vorlesen", 49.0412, 8.6802, organisation_name="Lesewelt e. V.", slots=("sat-morning",))
        session.commit()
        assert points(client) == {
            "total": 1,
            "points": [
                {
                    "id": str(number), "title": "Vorlesen", "lang": "de", "by": "Lesewelt e.\N{NO-BREAK SPACE}V.",
                    "town": "", "when": "Samstags vormittags", "lat": 49.0412, "lon": 8.6802, "here": 1,
                    "href": f"/angebote/{number}-vorlesen",
                }
            ],
        }  # fmt: skip
        assert points(client, lang="en")["points"][0]["href"].endswith("?lang=en")

    def test_they_are_public_cached_and_not_found_by_search_engines(self, client: CheckedClient) -> None:
        headers = client.get(POINTS).headers
        assert headers["Cache-Control"] == "public, max-age=60"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in headers

    def test_filters_and_order_are_those_of_the_list(self, session: Session, client: CheckedClient) -> None:
        field = load_vocabulary(session).categories[0]
        for title, latitude, more in (
            ("near", 49.0370, {"category_ids": (field.id,)}),
            ("far", 49.0450, {"category_ids": (field.id,), "taster": True}),
            ("other", 49.0380, {}),
            ("remote", None, {"category_ids": (field.id,), "place_kind": "remote"}),
        ):
            place(session, title, latitude, 8.7074, **more)
        session.commit()
        asked = {"kategorie": field.slug, "sortierung": "nah", "ort": "49.035,8.705"}
        assert titles(points(client, **asked)) == ["near", "far"]
        assert titles(points(client, schnuppern="1")) == ["far"]
        assert titles(points(client, ortlos="1")) == []
        assert titles(points(client, q="near")) == ["near"]
        assert points(client, q="xyzzy") == {"total": 0, "points": []}

    def test_how_many_are_at_the_same_place_counts_results_only(self, session: Session, client: CheckedClient) -> None:
        for title, taster in (("a", True), ("b", True), ("c", False)):
            place(session, title, taster=taster)
        place(session, "d", 49.1)
        session.commit()
        assert {point["title"]: point["here"] for point in points(client)["points"]} == {"a": 3, "b": 3, "c": 3, "d": 1}
        assert {point["here"] for point in points(client, schnuppern="1")["points"]} == {2}

    def test_too_many_are_cut_and_counted(
        self, session: Session, client: CheckedClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(5):
            place(session, f"Platz {number}", 49 + number / 100)
        session.commit()
        everything = titles(points(client))
        monkeypatch.setattr(catalogue_points.points, "__defaults__", (3,))
        found = points(client)
        assert (found["total"], titles(found)) == (5, everything[:3])

    def test_it_is_as_much_work_for_many_as_for_few(self, session: Session, client: CheckedClient) -> None:
        def statements(address: str) -> int:
            client.get(address)
            with watched(db.engine) as seen:
                assert client.get(address).status_code == 200
            return len(seen)

        place(session, "erstes Angebot")
        session.commit()
        addresses = (POINTS, f"{POINTS}?q=angebot", MAP)
        few = [statements(address) for address in addresses]
        for number in range(300):
            place(session, f"Angebot {number}", 49 + number / 1000)
        session.commit()
        assert [statements(address) for address in addresses] == few
        assert few[0] <= 3

    def test_another_town_is_on_it_only_if_both_agreed_and_it_is_asked_for(
        self, app: Flask, session: Session, client: CheckedClient, bretten: int, ettlingen: int
    ) -> None:
        with at_work_in(app, ettlingen) as theirs:
            number = place(theirs, "Drüben", 48.94, 8.4)
        assert titles(points(client)) == titles(points(client, nachbarn="1")) == []
        let_agree(app, bretten, "ettlingen")
        let_agree(app, ettlingen, "bretten")
        assert titles(points(client)) == []
        (point,) = points(client, nachbarn="1")["points"]
        assert (point["id"], point["town"]) == (f"ettlingen-{number}", "Ettlingen")
        assert point["href"].startswith("http://ettlingen.localhost")
        assert f'id="punkt-ettlingen-{number}"' in page(client, f"{MAP}&nachbarn=1")


class TestPage:
    def test_list_and_map_lead_to_each_other_with_the_same_filters(
        self, session: Session, client: CheckedClient
    ) -> None:
        number = place(session, "Vorlesen im Garten", taster=True)
        place(session, "Rasen mähen im Garten")
        session.commit()
        asked = "q=Garten&amp;schnuppern=1"
        html = page(client, "/angebote?q=Garten&schnuppern=1")
        assert f'href="/angebote?ansicht=karte&amp;{asked}" rel="nofollow" >Karte' in html
        assert "leaflet" not in html
        html = page(client, "/angebote?q=Garten&schnuppern=1&ansicht=karte")
        assert f'href="/angebote?{asked}" >Liste' in html
        assert f'data-points="{POINTS}?{asked}"' in html
        assert f'<li class="spot" id="punkt-{number}" data-spot="{number}">' in html
        assert '<input type="hidden" form="search" name="ansicht" value="karte">' in html
        assert 'class="chip" href="/angebote?schnuppern=1&amp;ansicht=karte"' in html
        assert 'class="chip chip--all" href="/angebote?ansicht=karte"' in html
        heads = re.findall(r'<link rel="(?:canonical|alternate)"[^>]*>', page(client))
        assert '<link rel="canonical" href="http://bretten.localhost:8000/angebote">' in heads
        assert not [head for head in heads if "ansicht" in head], "to machines it is the list"

    def test_what_has_no_place_is_told_and_can_be_listed(self, session: Session, client: CheckedClient) -> None:
        place(session, "Vorlesen")
        place(session, "Website pflegen", None, place_kind="remote")
        place(session, "Überall helfen", None)
        session.commit()
        html = page(client)
        assert "2 Angebote ohne festen Ort stehen nur in der Liste." in html
        assert 'href="/angebote?ortlos=1"' in html
        listed = page(client, "/angebote?ortlos=1")
        assert "2 Angebote" in listed
        assert "Vorlesen" not in listed
        assert '<a class="chip" href="/angebote">' in listed
        html = page(client, f"{MAP}&ortlos=1")
        assert 'id="map"' not in html, "a map of nothing"
        assert "Website pflegen" in html

    def test_nothing_found_on_a_map_has_a_way_out_too(self, session: Session, client: CheckedClient) -> None:
        place(session, "Vorlesen", taster=True)
        session.commit()
        html = page(client, f"{MAP}&q=xyzzy&schnuppern=1")
        assert 'id="map"' not in html
        assert 'href="/angebote?schnuppern=1&amp;ansicht=karte"' in html

    def test_the_panel_says_who_learns_what(self, session: Session, client: CheckedClient) -> None:
        place(session, "Vorlesen")
        decide(session, tiles=OWN)
        html = page(client)
        assert "tiles.bretten.example (Stadt Bretten). Dabei wird Ihre IP-Adresse dorthin übertragen." in html
        assert 'href="/datenschutz">Datenschutzerklärung' in html
        assert 'href="https://www.bretten.example/datenschutz"' in html
        assert 'data-attribution="© Stadt Bretten &lt;Vermessung&gt;"' in html
        assert "The pictures of the map come from tiles.bretten.example" in page(client, f"{MAP}&lang=en")

    def test_only_this_view_of_this_town_lets_its_pictures_in(self, session: Session, client: CheckedClient) -> None:
        place(session, "Vorlesen")
        decide(session, tiles=OWN)
        assert images_of(client, MAP) == "img-src 'self' https://tiles.bretten.example data:"
        for address in ("/", "/angebote", POINTS, "/organisationen", "/verwaltung/einstellungen/karte"):
            assert images_of(client, address) == "img-src 'self' data:"
        assert "unsafe" not in client.get(MAP).headers["Content-Security-Policy"]

    def test_a_town_without_a_map_has_none(self, session: Session, client: CheckedClient) -> None:
        place(session, "Vorlesen")
        decide(session, modules=frozenset(Module) - {Module.MAP})
        html = page(client)
        assert 'class="views"' not in html
        assert "offer__title" in html, "it is the list"
        assert images_of(client, MAP) == "img-src 'self' data:"
        assert client.get(POINTS).status_code == 404

    def test_a_long_list_has_pages_beside_the_map(self, session: Session, client: CheckedClient) -> None:
        for number in range(50):
            place(session, f"Platz {number}")
        session.commit()
        html = page(client)
        assert len(re.findall('class="spot"', html)) == 48
        assert "/angebote?seite=2&amp;ansicht=karte" in html
        assert len(re.findall('class="spot"', page(client, f"{MAP}&seite=2"))) == 2


def test_an_offer_leads_to_its_place_on_the_map(session: Session, client: CheckedClient) -> None:
    placed, placeless = place(session, "Vorlesen"), place(session, "Website", None, place_kind="remote")
    session.commit()
    assert f'href="/angebote?ansicht=karte#punkt-{placed}"' in page(client, f"/angebote/{placed}-vorlesen")
    assert "ansicht=karte" not in page(client, f"/angebote/{placeless}-website")
    decide(session, modules=frozenset(Module) - {Module.MAP})
    assert "ansicht=karte" not in page(client, f"/angebote/{placed}-vorlesen")


def test_the_privacy_notice_tells_of_the_map_and_its_server(session: Session, client: CheckedClient) -> None:
    decide(session, tiles=OWN)
    html = page(client, "/datenschutz")
    assert "tiles.bretten.example" in html
    assert "Stadt Bretten" in html
    assert "keine Karten" not in html
    assert "tiles.bretten.example" in page(client, "/datenschutz?lang=en")
    decide(session, modules=frozenset(Module) - {Module.MAP})
    html = page(client, "/datenschutz")
    assert "tiles.bretten.example" not in html
    assert "keine Karten" in html


def test_what_was_decided_before_stays_readable(session: Session) -> None:
    assert own_tenant(session).settings.tiles == TileServer()
