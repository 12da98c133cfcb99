"""What every visitor sees: home, offer, organisations, legal pages, what crawlers read."""

from __future__ import annotations

from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.catalogue.service import set_places_taken
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.organisations.kinds import Verification
from engagement.tenancy.queries import load_vocabulary
from tests.factories.catalogue import make_entry
from tests.factories.people import make_organisation
from tests.support.pages import CheckedClient
from tests.support.statements import watched

MOST_STATEMENTS = 9
TEXT_PAGES = (
    "/fuer-vereine",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/leichte-sprache",
    "/gebaerdensprache",
)
FULL_FACTS = {
    "description": "Wir lesen **vor**.\n\n- einmal\n- zweimal\n\n<script>alert(1)</script>",
    "skills": ["Geduld"],
    "driving_licence": "B",
    "certificate_of_conduct": True,
    "training": "ein Abend",
    "insurance": True,
    "expenses": "Fahrtkosten",
    "allowance": "Ehrenamtspauschale",
    "step_free": True,
    "accessible_toilet": False,
    "public_transport": None,
    "hearing_support": None,
    "contact_name": "Margit Sommerfeld",
    "contact_email": "",
    "contact_phone": "",
    "street": "Schulstraße 4",
    "postcode": "75015",
    "city": "Bretten",
    "time_note": "nicht in den Ferien",
    "organisation_website": "",
}


def page(client: CheckedClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.get_data(as_text=True)


def offer(session: Session, **values: object) -> str:
    number = make_entry(session, **values)
    session.commit()
    return f"/angebote/{number}-{values.get('slug', 'vorlesen')}"


def test_home_of_an_empty_town_is_inviting(client: CheckedClient) -> None:
    html = page(client, "/")
    assert "Gemeinsam geht mehr" in html
    assert 'role="search"' in html


def test_home_shows_fields_with_counts_and_what_is_new_and_near(session: Session, client: CheckedClient) -> None:
    category = load_vocabulary(session).categories[0]
    make_entry(session, title="Ganz neu", category_ids=(category.id,))
    soon = now() + timedelta(days=3)
    make_entry(session, title="Bald", time_kind="dated", starts_at=soon, category_ids=(category.id,))
    make_entry(session, title="Vorbei", expires_at=now() - timedelta(days=1), category_ids=(category.id,))
    session.commit()
    html = page(client, "/")
    assert "Ganz neu" in html
    assert "Bald" in html
    assert "Vorbei" not in html
    assert f"kategorie={category.slug}" in html
    assert "2 Angebote" in html


def test_the_bare_host_shows_the_towns(app: Flask, bretten: int) -> None:
    response = app.test_client().get("/", headers={"Host": "localhost"})
    assert "Bretten" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "address", ["/", "/angebote?q=x", "/organisationen", *TEXT_PAGES, "/robots.txt", "/sitemap.xml"]
)
def test_public_pages_set_no_cookie_and_may_be_cached(client: CheckedClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("address", TEXT_PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_of_text_name_the_town(client: CheckedClient, address: str, language: str) -> None:
    assert "Bretten" in page(client, f"{address}?lang={language}")


@pytest.mark.parametrize("address", TEXT_PAGES)
def test_pages_of_text_differ_between_the_languages(client: CheckedClient, address: str) -> None:
    german, english = (page(client, f"{address}?lang={code}").partition("<main")[2] for code in ("de", "en"))
    heading = english.partition("<h1>")[2].partition("</h1>")[0]
    assert heading not in german


def test_an_offer_says_everything(session: Session, client: CheckedClient) -> None:
    words = load_vocabulary(session)
    address = offer(
        session,
        title="Vorlesen",
        slug="vorlesen",
        organisation_name="Lesebrücke e. V.",
        category_ids=(words.categories[1].id,),
        target_group_ids=(words.target_groups[0].id,),
        place_kind="address",
        slots=("tue-morning",),
        hours=2,
        hours_per="week",
        places=4,
        languages=("de", "tr"),
        minimum_age=16,
        suited_for=("group",),
        taster=True,
        facts=FULL_FACTS,
    )
    html = page(client, address)
    for words_on_page in (
        "<h1>Vorlesen</h1>", "Lesebrücke e.\u00a0V.", "<strong>vor</strong>", "Dienstags vormittags",
        "2 Stunden pro Woche", "nicht in den Ferien", "Schulstraße 4", "4 von 4 frei", "Geduld", "Türkisch",
        "Ab 16 Jahren", "ein Abend", "Als Gruppe", "einmal hineinschnuppern",
        "Stufenlos zugänglich", "Keine barrierefreie Toilette", "Margit Sommerfeld", f"{address}/mitmachen",
    ):  # fmt: skip
        assert words_on_page in html
    assert "alert(1)</script>" not in html
    assert "Bus oder Bahn" not in html


def test_an_offer_that_says_little_is_a_whole_page(session: Session, client: CheckedClient) -> None:
    html = page(client, offer(session, title="Vorlesen", slug="vorlesen", summary=""))
    assert "Nach Absprache" in html
    assert "Ihre Ansprechperson" not in html


def test_contact_details_are_shown_when_they_were_given_for_publication(
    session: Session, client: CheckedClient
) -> None:
    facts = {"contact_email": "lesen@verein.example", "contact_phone": "069 90009-114"}
    html = page(client, offer(session, slug="vorlesen", facts=facts))
    assert "mailto:lesen@verein.example" in html
    assert "tel:06990009-114" in html


def test_a_full_offer_leads_to_the_waiting_list(session: Session, client: CheckedClient) -> None:
    number = make_entry(session, slug="vorlesen", places=1)
    set_places_taken(session, {number: 1})
    session.commit()
    html = page(client, f"/angebote/{number}-vorlesen")
    assert "Zur Warteliste" in html
    assert "Mitmachen</span>" not in html
    assert "alle Plätze vergeben" in html


def test_a_wrong_slug_leads_to_the_right_address(session: Session, client: CheckedClient) -> None:
    right = offer(session, slug="vorlesen")
    response = client.get(right.replace("vorlesen", "falsch"))
    assert response.status_code == 301
    assert response.headers["Location"] == right


def test_what_ran_out_says_so(session: Session, client: CheckedClient) -> None:
    assert "Dieses Angebot ist beendet" in page(
        client, offer(session, slug="vorlesen", expires_at=now() - timedelta(days=1))
    )


def test_what_is_unknown_or_of_another_town_is_not_there(
    app: Flask, session: Session, client: CheckedClient, ettlingen: int
) -> None:
    page(client, "/angebote/987654321-x", 404)
    page(client, "/angebote/99999999999999999999999-x", 404)
    page(client, "/organisationen/987654321-x", 404)
    page(client, "/organisationen/99999999999999999999999-x", 404)
    with app.app_context():
        open_for_tenant(current_session(), ettlingen)
        foreign = offer(current_session(), slug="vorlesen")
        club = make_organisation(current_session(), "Chor Ettlingen")
        current_session().commit()
    page(client, foreign, 404)
    page(client, f"/organisationen/{club.id}-{club.slug}", 404)


def test_similar_offers_lead_on(session: Session, client: CheckedClient) -> None:
    category = load_vocabulary(session).categories[0].id
    make_entry(session, title="Ganz ähnlich", category_ids=(category,))
    assert "Ganz ähnlich" in page(client, offer(session, slug="vorlesen", category_ids=(category,)))


def test_the_directory_shows_verified_organisations_and_filters_them(session: Session, client: CheckedClient) -> None:
    kind = load_vocabulary(session).organisation_kinds[0]
    make_organisation(session, "Lesebrücke", kind_id=kind.id)
    make_organisation(session, "Turnverein")
    make_organisation(session, "Noch ungeprüft", verification=Verification.PENDING)
    session.commit()
    everything = page(client, "/organisationen")
    assert "Lesebrücke" in everything
    assert "Turnverein" in everything
    assert "Noch ungeprüft" not in everything
    assert "Turnverein" not in page(client, f"/organisationen?art={kind.slug}")
    assert "Turnverein" not in page(client, "/organisationen?q=lese")
    assert "Kein passender Verein gefunden" in page(client, "/organisationen?q=gibtesnicht")


def test_a_profile_shows_its_offers_and_only_its_own(session: Session, client: CheckedClient) -> None:
    club = make_organisation(session, "Lesebrücke", description="Wir **lesen**.", website="https://lese.example")
    make_entry(session, title="Unser Angebot", organisation_id=club.id)
    make_entry(session, title="Fremdes Angebot", organisation_id=club.id + 1)
    session.commit()
    html = page(client, f"/organisationen/{club.id}-{club.slug}")
    assert "<strong>lesen</strong>" in html
    assert "Unser Angebot" in html
    assert "Fremdes Angebot" not in html
    assert client.get(f"/organisationen/{club.id}-falsch").headers["Location"].endswith(club.slug)


def test_an_unverified_organisation_has_no_profile(session: Session, client: CheckedClient) -> None:
    club = make_organisation(session, "Neu", verification=Verification.PENDING)
    session.commit()
    page(client, f"/organisationen/{club.id}-{club.slug}", 404)


def test_a_website_that_is_none_is_not_linked(session: Session, client: CheckedClient) -> None:
    club = make_organisation(session, "Lesebrücke", website="javascript:alert(1)")
    session.commit()
    for address in (f"/organisationen/{club.id}-{club.slug}", f"/api/v1/organisations/{club.id}"):
        assert "javascript:" not in page(client, address)


def test_the_site_map_lists_this_town_only(app: Flask, session: Session, client: CheckedClient, ettlingen: int) -> None:
    mine = offer(session, slug="mein-angebot")
    with app.app_context():
        open_for_tenant(current_session(), ettlingen)
        offer(current_session(), slug="fremdes-angebot")
    tree = fromstring(page(client, "/sitemap.xml"))  # noqa: S314 - our own answer
    places = [place.text or "" for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"http://bretten.localhost:8000{mine}" in places
    assert not any("fremdes" in place for place in places)
    assert "Sitemap: http://bretten.localhost:8000/sitemap.xml" in page(client, "/robots.txt")


@pytest.mark.parametrize("address", ["/", "/angebote", "/angebote?q=helfen&wann=sat", "/angebote/{0}-x"])
def test_the_number_of_statements_is_small_and_does_not_grow(
    session: Session, client: CheckedClient, address: str
) -> None:
    category = load_vocabulary(session).categories[0].id
    soon = now() + timedelta(days=2)
    counts = []
    for _ in range(2):
        first = make_entry(session, slug="x", category_ids=(category,), slots=("sat-morning",))
        for number in range(10):
            make_entry(session, category_ids=(category,), slots=("sat-morning",))
            make_entry(session, category_ids=(category,), time_kind="dated", starts_at=soon + timedelta(hours=number))
        session.commit()
        page(client, "/angebote?q=helfen")  # what a process reads once has been read
        with watched(db.engine) as statements:
            page(client, address.format(first))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= MOST_STATEMENTS
