"""The list of offers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engagement.catalogue.search import PER_PAGE
from engagement.kernel.clock import now
from engagement.tenancy.queries import load_vocabulary
from tests.factories.catalogue import make_entry
from tests.support.pages import CheckedClient

ARGUMENTS = ("q", "kategorie", "zielgruppe", "ortsteil", "umkreis", "plz", "art", "wann", "seite", "lang")


def results(client: CheckedClient, **arguments: object) -> str:
    response = client.get("/angebote", query_string=arguments)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_word_finds_and_is_kept_in_the_form(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="Fahrradwerkstatt")
    make_entry(session, title="Chorprobe")
    session.commit()
    html = results(client, q="fahrrad")
    assert "Fahrradwerkstatt" in html
    assert "Chorprobe" not in html
    assert 'value="fahrrad"' in html
    assert "1 Angebot" in html


def test_filters_stay_ticked_and_can_be_taken_away(session: Session, client: CheckedClient) -> None:
    words = load_vocabulary(session)
    one, other = words.categories[:2]
    make_entry(session, title="Eins", category_ids=(one.id,), district_id=words.districts[0].id)
    session.commit()
    html = results(client, q="eins", kategorie=[one.slug, other.slug], ortsteil=words.districts[0].slug)
    assert len(re.findall(r"checkbox[^>]* checked>", html)) == 3
    assert f"/angebote?q=eins&amp;kategorie={other.slug}&amp;ortsteil=kernstadt" in html


def test_a_card_says_what_where_when_how_much_and_for_whom(session: Session, client: CheckedClient) -> None:
    words = load_vocabulary(session)
    make_entry(
        session,
        title="Vorlesen",
        organisation_name="Lesebrücke",
        category_ids=(words.categories[0].id,),
        target_group_ids=(words.target_groups[0].id,),
        district_name="Diedelsheim",
        slots=("sat-morning",),
        hours=2,
        hours_per="week",
        places=2,
    )
    session.commit()
    html = results(client)
    for said in ("Vorlesen", "Lesebrücke", "Diedelsheim", "Samstags vormittags", "2 Stunden pro Woche", "Kinder"):
        assert said in html


def test_an_unknown_place_is_explained_beside_its_field(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="Vorlesen")
    session.commit()
    html = results(client, plz="99999", umkreis="5")
    assert 'aria-describedby="search-place-error"' in html
    assert "Diesen Ort kennen wir nicht" in html
    assert "Vorlesen" in html


def test_a_distance_around_a_part_of_town(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="Nahe dabei", latitude=49.0412, longitude=8.6802)
    make_entry(session, title="Weit weg", latitude=49.9, longitude=9.9)
    session.commit()
    html = results(client, plz="Diedelsheim")
    assert "Nahe dabei" in html
    assert "Weit weg" not in html
    assert "5 km um Diedelsheim" in html


def test_an_empty_result_says_what_to_leave_out(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="Vorlesen", slots=("sat-morning",))
    session.commit()
    html = results(client, q="vorlesen", wann="mon-evening")
    assert "ohne die Zeit" in html
    assert "/angebote?q=vorlesen&#34;" in html or '/angebote?q=vorlesen"' in html
    assert "anderen oder kürzeren Wort" in results(client, q="xylophon")


def test_pages_keep_the_filters(session: Session, client: CheckedClient) -> None:
    for number in range(PER_PAGE + 1):
        make_entry(session, title=f"Vorlesen {number}")
    session.commit()
    first = results(client, q="vorlesen")
    assert "seite=2&amp;q=vorlesen" in first
    assert 'aria-current="page"' in first
    assert 'rel="prev"' in results(client, q="vorlesen", seite=2)
    assert (
        'aria-label="Seite 2"' in results(client, q="vorlesen", seite=999).partition('aria-current="page">2')[0][-200:]
    )


def test_what_starts_soon_shows_its_date(session: Session, client: CheckedClient) -> None:
    starts = now() + timedelta(days=2)
    make_entry(session, title="Fest", time_kind="dated", starts_at=starts, ends_at=starts + timedelta(hours=2))
    session.commit()
    assert str(starts.year) in results(client, art="einmalig")


def test_the_language_is_carried_on(client: CheckedClient) -> None:
    html = results(client, q="x", lang="en")
    assert 'name="lang" value="en"' in html
    assert "Narrow down" in html


@pytest.mark.parametrize("broken", ["%00", "%FF%FE", "%F0%9F%98%80", "'%20OR%201=1--", "%25%25", "%5C", "a" * 3000])
def test_no_argument_breaks_the_page(client: CheckedClient, broken: str) -> None:
    for name in ARGUMENTS:
        assert client.get(f"/angebote?{name}={broken}").status_code == 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ARGUMENTS), st.text(max_size=40)), max_size=8))
def test_whatever_is_asked_is_answered(client: CheckedClient, pairs: list[tuple[str, str]]) -> None:
    assert client.get("/angebote", query_string=pairs).status_code == 200
