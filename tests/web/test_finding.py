"""Finding: filters with their counts, orders, the way out of an empty list, suggestions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.tenancy.queries import load_vocabulary
from tests.factories.catalogue import make_entry
from tests.factories.neighbours import at_work_in, let_agree
from tests.support.pages import CheckedClient
from tests.support.statements import watched

PART = {"HX-Request": "true"}


def results(client: CheckedClient, **arguments: object) -> str:
    response = client.get("/angebote", query_string=arguments)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def shown(html: str) -> list[str]:
    return re.findall(r'class="offer__title"><a [^>]*>([^<]+)', html)


def counts(html: str) -> dict[str, int]:
    """Return the counts beside the boxes, by their ids."""
    found = re.findall(r'id="([\w-]+)" name="[\w-]+" value="[^"]*" [^>]*>\s*<label.*?aria-hidden="true">(\d+)<', html)
    return {name: int(number) for name, number in found}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"sprache": "tr"}, {"a"}),
        ({"sprache": ["tr", "uk"]}, {"a", "b"}),
        ({"alter": "15"}, {"a", "c"}),
        ({"zugang": "stufenlos"}, {"a", "b"}),
        ({"zugang": ["stufenlos", "toilette"]}, {"b"}),
        ({"mit": "gruppe"}, {"b"}),
        ({"mit": ["gruppe", "tandem"]}, {"a", "b"}),
        ({"schnuppern": "1"}, {"c"}),
        ({"dauer": "bis-2"}, {"a"}),
        ({"dauer": "bis-5"}, {"a", "b"}),
        ({"dauer": "mehr"}, {"c"}),
        ({"sprache": "xx", "alter": "0", "zugang": "?", "mit": "allein", "dauer": "ewig"}, {"a", "b", "c"}),
    ],
)
def test_who_one_is_and_what_one_needs(
    session: Session, client: CheckedClient, asked: dict[str, object], found: set[str]
) -> None:
    make_entry(
        session, title="a", languages=("de", "tr"), access=("step_free",), suited_for=("tandem",),
        hours=2, hours_per="week",
    )  # fmt: skip
    make_entry(
        session, title="b", languages=("uk",), minimum_age=16, access=("step_free", "accessible_toilet"),
        suited_for=("group",), hours=20, hours_per="month",
    )  # fmt: skip
    make_entry(session, title="c", minimum_age=14, taster=True, hours=6, hours_per="occasion")
    session.commit()
    assert set(shown(results(client, **asked))) == found


def test_every_choice_says_how_much_it_leaves(session: Session, client: CheckedClient) -> None:
    words = load_vocabulary(session)
    one, other, unused = words.categories[:3]
    make_entry(session, title="a", category_ids=(one.id,), slots=("sat-morning",), taster=True)
    make_entry(session, title="b", category_ids=(one.id, other.id), access=("step_free",))
    session.commit()
    html = results(client, kategorie=other.slug)
    seen = counts(html)
    assert (seen[f"kategorie-{one.slug}"], seen[f"kategorie-{other.slug}"]) == (2, 1)
    assert (seen["zugang-stufenlos"], seen["zugang-toilette"], seen["schnuppern-1"]) == (1, 0, 0)
    assert f"kategorie-{unused.slug}" not in html, "what no offer has is left out"
    assert "zugang-toilette" in html, "a short list stays whole"
    assert "1 Angebot zeigen" in html
    assert f"kategorie-{unused.slug}" in results(client, kategorie=unused.slug), "what is active stays"


def test_neighbours_are_counted_by_their_own_words(
    app: Flask, session: Session, client: CheckedClient, bretten: int, ettlingen: int
) -> None:
    let_agree(app, bretten, "ettlingen")
    let_agree(app, ettlingen, "bretten")
    field = load_vocabulary(session).categories[1]
    with at_work_in(app, ettlingen) as theirs:
        make_entry(theirs, title="Drüben", category_ids=(field.id + 100,), category_slugs=(field.slug,))
    assert f"kategorie-{field.slug}" not in results(client)
    assert counts(results(client, nachbarn="1"))[f"kategorie-{field.slug}"] == 1


def test_the_order_is_the_visitors(session: Session, client: CheckedClient) -> None:
    moment = now()
    for title, days, begins, latitude in (("old", 90, 2, 49.04), ("new", 1, None, 49.05), ("mid", 30, 9, 49.037)):
        starts_at = moment + timedelta(days=begins) if begins else None
        make_entry(
            session, title=title, published_at=moment - timedelta(days=days), starts_at=starts_at,
            time_kind="dated" if begins else "ongoing", latitude=latitude, longitude=8.7074,
        )  # fmt: skip
    session.commit()
    assert shown(results(client, sortierung="neu")) == ["new", "mid", "old"]
    assert shown(results(client, sortierung="bald")) == ["old", "mid", "new"]
    near = results(client, sortierung="nah", ort="49.0369,8.7074")
    assert shown(near) == ["mid", "old", "new"]
    assert "weniger als 1 km entfernt" in near
    assert "1,7 km entfernt" in near
    assert "selected>Was am nächsten liegt" in near
    assert "brauchen wir eine Postleitzahl" in results(client, sortierung="nah")
    assert "km entfernt" not in results(client)


def test_a_rough_position_is_kept_in_the_address(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="Nah", latitude=49.0412, longitude=8.7074)
    make_entry(session, title="Fern", latitude=49.9, longitude=9.9)
    session.commit()
    html = results(client, ort="49.036912,8.707412")
    assert shown(html) == ["Nah"]
    assert "5 km um Ihren Standort" in html
    assert 'name="ort" value="49.035,8.705"' in html
    assert "49.0369" not in html.partition("<main")[2]
    assert "noindex" in html
    assert shown(results(client, ort="here,there")) == ["Fern", "Nah"]


def test_the_page_knows_its_one_address(client: CheckedClient) -> None:
    html = results(client, q="", plz="", art=["remote", "einmalig", "quatsch"], sortierung="passend")
    canonical = 'rel="canonical" href="http://bretten.localhost:8000/angebote?art=einmalig&amp;art=remote"'
    assert canonical in html


def test_an_empty_list_says_what_each_wish_costs_in_one_statement(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="Vorlesen", slots=("sat-morning",), access=("step_free",))
    make_entry(session, title="Vorlesen im Park", slots=("mon-evening",))
    session.commit()
    wishes = {"q": "vorlesen", "wann": "mon-evening", "zugang": "stufenlos", "schnuppern": ""}
    html = results(client, **wishes)
    assert "ohne die Zeit</a>: 1 Angebot" in html
    assert "ohne die Barrierefreiheit</a>: 1 Angebot" in html
    assert "ohne alle Filter</a>: 2 Angebote" in html
    assert "ohne Ihre Wörter" not in html
    few = statements(client, q="vorlesen", wann="mon-evening", zugang="stufenlos")
    many = statements(client, q="vorlesen", wann="sun", zugang="hoerhilfe", mit="tandem", sprache="tr", dauer="mehr")
    assert many == few


def test_an_empty_list_knows_what_may_be_meant(session: Session, client: CheckedClient) -> None:
    number = make_entry(session, title="Fahrradwerkstatt", slots=("sat-morning",))
    session.commit()
    html = results(client, q="fahradwerkstat", wann="sun")
    assert "Vielleicht meinen Sie:" in html
    assert f'href="/angebote/{number}-fahrradwerkstatt"' in html


def statements(client: CheckedClient, **arguments: object) -> int:
    results(client, **arguments)
    with watched(db.engine) as seen:
        results(client, **arguments)
    return len(seen)


def test_a_large_town_asks_no_more_often(session: Session, client: CheckedClient) -> None:
    asked = {"q": "vorlesen", "kategorie": load_vocabulary(session).categories[0].slug, "ort": "49,8.7"}
    numbers = []
    for entries in (1, 40):
        for number in range(entries):
            make_entry(session, title=f"Vorlesen {number}", category_ids=(1,), languages=("de", "tr"))
        session.commit()
        numbers.append((statements(client), statements(client, **asked)))
    assert numbers[0] == numbers[1]


def test_the_week_is_a_grid_that_understands_old_addresses(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="a", slots=("sat-morning", "sun-evening"))
    session.commit()
    html = results(client, wann=["sat"])
    assert len(re.findall(r'name="wann" value="sat-\w+" checked', html)) == 3
    assert "Samstags" in html
    assert shown(html) == ["a"]
    assert results(client, wann=["sat-morning", "sat-afternoon", "sat-evening"]).count('class="chip"') == 1


class TestSuggestions:
    def test_they_are_a_part_of_a_page_with_where_each_leads(self, session: Session, client: CheckedClient) -> None:
        field, place = load_vocabulary(session).categories[0], load_vocabulary(session).districts[1]
        number = make_entry(session, title="Kinder <b>vorlesen</b>", category_ids=(field.id,), district_id=place.id)
        session.commit()
        response = client.get("/angebote/vorschlaege?q=kind&lang=en", headers=PART)
        html = response.get_data(as_text=True)
        assert response.headers["Cache-Control"] == "public, max-age=60"
        assert "HX-Request" in response.headers["Vary"]
        assert "<html" not in html
        assert f'data-address="/angebote/{number}-kinder-b-vorlesen-b?lang=en"' in html
        assert f'data-address="/angebote?kategorie={field.slug}&amp;lang=en"' in html
        assert "Kinder &lt;b&gt;vorlesen&lt;/b&gt;" in html
        assert "Offer" in html
        html = client.get(f"/angebote/vorschlaege?q={place.name[:4]}", headers=PART).get_data(as_text=True)
        assert f'data-address="/angebote?ortsteil={place.slug}"' in html

    def test_without_a_script_it_is_the_list(self, client: CheckedClient) -> None:
        assert client.get("/angebote/vorschlaege?q=lesen").location == "/angebote?q=lesen"
        assert client.get("/angebote/vorschlaege").location == "/angebote"

    @pytest.mark.parametrize("broken", ["", "%00", "%FF%FE", "'%20OR%201=1--", "%25%25", "%5C", "a" * 3000])
    def test_nothing_breaks_them(self, client: CheckedClient, broken: str) -> None:
        response = client.get(f"/angebote/vorschlaege?q={broken}", headers=PART)
        assert (response.status_code, response.get_data(as_text=True).strip()) == (200, "")
