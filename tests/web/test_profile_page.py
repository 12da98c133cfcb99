"""The profile of an organisation as visitors and programs read it."""

from __future__ import annotations

import json
import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.kernel.files import keep_file
from engagement.kernel.week import Weekday
from engagement.organisations.kinds import Occasion
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import load_vocabulary
from tests.factories.catalogue import make_entry
from tests.factories.people import make_organisation
from tests.factories.profiles import give_profile, time_of_week
from tests.support.pages import CheckedClient
from tests.support.statements import watched

MOST_STATEMENTS = 7


@pytest.fixture
def club(session: Session) -> Organisation:
    made = make_organisation(
        session, "Turnverein", street="Ringstraße 1", postcode="75015", city="Bretten", website="https://turnen.example",
        phone="07252 12 34", email="info@turnen.example", contact_name="Helga Turner", description="Wir **turnen**.",
    )  # fmt: skip
    picture = keep_file(session, b"picture", "image/webp", width=1600, height=900)
    give_profile(
        session,
        made,
        summary="Sport für alle.",
        founded_year=1907,
        links=("https://www.netz.example/turnen/", "javascript:alert(1)"),
        picture_file_id=picture.id,
        picture_alt="Kinder am Barren",
        category_ids=(load_vocabulary(session).categories[3].id,),
        times=(
            time_of_week(place="Halle 2", not_in_holidays=True, what="Turnen, U11"),
            time_of_week(weekday=Weekday.SUNDAY, what="Vorbei", last_day=date(2020, 1, 1)),
            time_of_week(weekday=Weekday.FRIDAY, starts_at=time(10), ends_at=time(12, 30), what="",
                         occasion=Occasion.OPENING),
        ),
    )  # fmt: skip
    session.commit()
    return made


def page(client: CheckedClient, club: Organisation, query: str = "") -> str:
    response = client.get(f"/organisationen/{club.id}-{club.slug}{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def said(html: str, name: str) -> dict[str, Any]:
    graph = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[0])["@graph"]
    return next(thing for thing in graph if thing["@type"] == name)


def test_it_tells_who_they_are_when_they_meet_and_how_to_reach_them(
    session: Session, client: CheckedClient, club: Organisation
) -> None:
    html = page(client, club)
    for told in (
        "Sport für alle.", "seit 1907", "<strong>turnen</strong>", 'alt="Kinder am Barren"', "Turnen, U11", "Halle 2",
        "18:00 bis 19:30\N{NO-BREAK SPACE}Uhr", "nicht in den Schulferien", "Freitag",
        "10:00 bis 12:30\N{NO-BREAK SPACE}Uhr", "Öffnungszeit",
        'href="tel:072521234"', 'href="mailto:info@turnen.example"', "Helga Turner", ">netz.example/turnen<",
        "openstreetmap.org/search?query=Ringstra", load_vocabulary(session).categories[3].name,
    ):  # fmt: skip
        assert told in html
    assert "javascript:" not in html
    assert "Vorbei" not in html
    assert html.index("Montag") < html.index("Freitag")


def test_it_speaks_english(client: CheckedClient, club: Organisation) -> None:
    html = page(client, club, "?lang=en")
    for told in ("Regular times", "Monday", "since 1907", "not in the school holidays", "How to reach us"):
        assert told in html
    assert re.search(r"6:00\sPM to 7:30\sPM", html)


def test_dates_to_come_stand_in_their_order_with_their_calendar_files(
    session: Session, client: CheckedClient, club: Organisation
) -> None:
    for days, title in ((9, "Sportfest"), (2, "Putztag"), (-0.01, "Läuft gerade")):
        begins = now() + timedelta(days=days)
        ends = begins + timedelta(hours=3)
        make_entry(session, title=title, organisation_id=club.id, time_kind="dated", starts_at=begins, ends_at=ends)
    make_entry(session, title="Jede Woche", organisation_id=club.id)
    session.commit()
    dates = page(client, club).split('id="dates"')[1].split("</section>")[0]
    assert re.findall(r'class="dates__what"[^>]*>([^<]*)<', dates) == ["Putztag", "Sportfest"]
    address = re.findall(r'href="(/angebote/[^"]*\.ics)"', dates)[0]
    assert client.get(address).mimetype == "text/calendar"


def test_one_that_says_nothing_is_a_whole_page(session: Session, client: CheckedClient) -> None:
    bare = make_organisation(session, "Stille Gruppe")
    session.commit()
    html = page(client, bare)
    assert "noch nicht vorgestellt" in html or "noch nicht beschrieben" in html
    assert 'id="times-title"' not in html
    assert 'id="dates"' not in html
    assert "Es ist kein Kontakt angegeben" in html


def test_search_engines_read_links_hours_and_picture(client: CheckedClient, club: Organisation) -> None:
    found = said(page(client, club), "Organization")
    assert found["sameAs"] == ["https://turnen.example", "https://www.netz.example/turnen/"]
    assert found["foundingDate"] == "1907"
    assert found["image"].endswith(".webp")
    hours = found["location"]["openingHoursSpecification"]
    assert hours == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": "https://schema.org/Friday",
            "opens": "10:00:00",
            "closes": "12:30:00",
        }
    ]


def test_the_api_says_the_same(session: Session, client: CheckedClient, club: Organisation) -> None:
    field = load_vocabulary(session).categories[3]
    listed = client.get(f"/api/v1/organisations?kategorie={field.slug}&q=turnferein").get_json()
    assert listed["total"] == 1
    found = listed["items"][0]
    assert (found["summary"], found["founded_year"], found["links"]) == (
        "Sport für alle.", 1907, ["https://www.netz.example/turnen/"],
    )  # fmt: skip
    assert found["categories"] == [{"slug": field.slug, "name": field.name}]
    assert found["picture"]["alt"] == "Kinder am Barren"
    assert found["regular_times"][0] == {
        "occasion": "meeting", "weekday": "mon", "starts_at": "18:00:00", "ends_at": "19:30:00",
        "what": "Turnen, U11", "place": "Halle 2", "not_in_holidays": True, "last_day": None,
    }  # fmt: skip
    assert "email" not in found
    assert client.get(f"/api/v1/organisations/{club.id}").get_json()["regular_times"] == found["regular_times"]
    assert client.get("/api/v1/organisations?kategorie=quatsch").status_code == 404
    assert client.get("/api/v1/organisations?sortierung=zufall").status_code == 400


def test_the_number_of_statements_does_not_grow(session: Session, client: CheckedClient, club: Organisation) -> None:
    counts = []
    for _ in range(2):
        for number in range(5):
            make_entry(
                session, organisation_id=club.id, time_kind="dated", starts_at=now() + timedelta(days=number + 1)
            )
        session.commit()
        client.get("/robots.txt")
        with watched(db.engine) as seen:
            page(client, club)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= MOST_STATEMENTS
