"""What the pages say to programs: data, addresses, site map, manifest."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from xml.etree.ElementTree import fromstring

import extruct
import pytest
from PIL import Image
from sqlalchemy.orm import Session

from engagement.kernel.db import db
from engagement.web.api import crawlers
from engagement.web.shared import schema_org
from tests.factories.looks import kept_image, make_look
from tests.factories.outward import Town, make_town
from tests.support.pages import CheckedClient
from tests.support.statements import watched

HOST = "http://bretten.localhost:8000"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def html(client: CheckedClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def data(client: CheckedClient, path: str) -> dict[str, Any]:
    """Return what the page says, by type, as a program reads it."""
    found = extruct.extract(html(client, path), base_url=HOST, syntaxes=["json-ld"])["json-ld"]
    assert all(block["@context"] == "https://schema.org" for block in found)
    return {thing["@type"]: thing for block in found for thing in block["@graph"]}


class TestData:
    def test_a_role_that_goes_on(self, client: CheckedClient, session: Session, town: Town) -> None:
        job = data(client, town.path(session, town.ongoing))["JobPosting"]
        assert job["employmentType"] == "VOLUNTEER"
        assert job["title"] == "Vorlesen"
        assert job["description"].startswith("<p>")
        assert job["hiringOrganization"]["name"] == "Lesebrücke e. V."
        assert job["jobLocation"]["address"] == {
            "@type": "PostalAddress", "streetAddress": "Schulgasse 1", "postalCode": "75015",
            "addressLocality": "Bretten", "addressCountry": "DE",
        }  # fmt: skip
        assert job["directApply"] is True
        assert job["identifier"]["value"] == str(town.ongoing)
        assert job["industry"] == "Kinder und Jugend"
        assert job["datePosted"] < job["validThrough"]

    def test_a_role_from_home(self, client: CheckedClient, session: Session, town: Town) -> None:
        job = data(client, town.path(session, town.remote))["JobPosting"]
        assert job["jobLocationType"] == "TELECOMMUTE"
        assert job["applicantLocationRequirements"] == {"@type": "Country", "name": "Deutschland"}
        assert "jobLocation" not in job

    def test_help_on_a_date(self, client: CheckedClient, session: Session, town: Town) -> None:
        event = data(client, town.path(session, town.dated))["Event"]
        assert event["startDate"] < event["endDate"]
        assert event["startDate"][-6:] in {"+01:00", "+02:00"}
        assert event["eventStatus"] == "https://schema.org/EventScheduled"
        assert event["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
        assert event["location"]["geo"]["latitude"] == 49.0401
        assert event["organizer"]["url"].startswith(f"{HOST}/organisationen/")
        assert (event["maximumAttendeeCapacity"], event["remainingAttendeeCapacity"]) == (3, 3)
        assert event["isAccessibleForFree"] is True

    def test_words_cannot_leave_it(self, client: CheckedClient, session: Session, town: Town) -> None:
        path = town.path(session, town.awkward)
        assert "</script><b>" not in html(client, path)
        assert data(client, path)["JobPosting"]["title"].startswith("=SUMME(1;1) & </script>")

    def test_an_organisation(self, client: CheckedClient, town: Town) -> None:
        found = data(client, f"/organisationen/{town.club.id}-{town.club.slug}")
        assert found["Organization"]["sameAs"] == ["https://lesen.example.org"]
        assert [item["position"] for item in found["BreadcrumbList"]["itemListElement"]] == [1, 2, 3]

    def test_a_club_is_an_ngo(self, client: CheckedClient, session: Session, town: Town) -> None:
        from engagement.tenancy.queries import load_vocabulary  # noqa: PLC0415

        town.club.kind_id = load_vocabulary(session).organisation_kinds[0].id
        session.commit()
        assert "NGO" in data(client, f"/organisationen/{town.club.id}-{town.club.slug}")

    def test_the_home_page_can_be_searched(self, client: CheckedClient) -> None:
        site = data(client, "/")["WebSite"]
        assert site["potentialAction"]["target"]["urlTemplate"] == f"{HOST}/angebote?q={{search_term_string}}"
        assert site["potentialAction"]["query-input"] == "required name=search_term_string"
        assert site["inLanguage"][:2] == ["de", "en"]

    @pytest.mark.parametrize("path", ["/angebote", "/organisationen"])
    def test_lists_say_where_they_are(self, client: CheckedClient, path: str) -> None:
        assert data(client, path)["BreadcrumbList"]["itemListElement"][-1]["item"] == HOST + path

    @pytest.mark.parametrize("path", ["/impressum", "/anmelden", "/gibt-es-nicht"])
    def test_other_pages_say_nothing(self, client: CheckedClient, path: str) -> None:
        assert "application/ld+json" not in html(client, path)

    def test_nothing_is_said_of_what_is_empty(self) -> None:
        assert schema_org.Place(name="").plain() == {
            "@type": "Place",
        }
        assert schema_org.script([]) == ""


def links(page: str, rel: str) -> list[dict[str, str]]:
    found = re.findall(rf'<link rel="{rel}"([^>]*)>', page)
    return [dict(re.findall(r'(\w+)="([^"]*)"', attributes)) for attributes in found]


class TestHead:
    @pytest.mark.parametrize(
        ("path", "canonical"),
        [
            ("/", "/"),
            ("/?lang=en", "/?lang=en"),
            ("/?lang=de", "/"),
            ("/?utm_source=x", "/"),
            ("/angebote?kategorie=kinder-und-jugend&fremd=1&seite=1", "/angebote?kategorie=kinder-und-jugend"),
            ("/angebote?kategorie=quatsch&seite=2", "/angebote?seite=2"),
            ("/organisationen?q=x", "/organisationen"),
            ("/impressum", "/impressum"),
        ],
    )
    def test_every_page_has_one_address(self, client: CheckedClient, path: str, canonical: str) -> None:
        assert links(html(client, path), "canonical") == [{"href": HOST + canonical}]

    def test_languages_name_each_other(self, client: CheckedClient) -> None:
        for path in ("/fuer-vereine", "/fuer-vereine?lang=en"):
            named = {one["hreflang"]: one["href"] for one in links(html(client, path), "alternate")}
            assert named["de"] == named["x-default"] == f"{HOST}/fuer-vereine"
            assert named["en"] == f"{HOST}/fuer-vereine?lang=en"

    @pytest.mark.parametrize("path", ["/anmelden", "/registrieren", "/gibt-es-nicht", "/angebote/999-x"])
    def test_steps_and_errors_have_none(self, client: CheckedClient, path: str) -> None:
        assert links(html(client, path), "canonical") == []

    @pytest.mark.parametrize(
        ("path", "thin"),
        [
            ("/angebote", False),
            ("/angebote?kategorie=kinder-und-jugend", False),
            ("/angebote?kategorie=leben-im-alter", True),
            ("/angebote?kategorie=kinder-und-jugend&art=remote", True),
            ("/angebote?q=vorlesen", True),
            ("/angebote?art=remote", True),
        ],
    )
    def test_thin_lists_are_not_to_be_found(self, client: CheckedClient, town: Town, path: str, thin: bool) -> None:
        assert ('name="robots" content="noindex' in html(client, path)) is thin

    def test_what_is_shared_has_a_picture_and_words(self, client: CheckedClient, session: Session, town: Town) -> None:
        page = html(client, town.path(session, town.ongoing))
        said = dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)"', page))
        assert said["og:title"] == "Vorlesen"
        assert said["og:url"] == HOST + town.path(session, town.ongoing)
        assert client.get(said["og:image"].removeprefix(HOST)).mimetype == "image/png"

    def test_an_offers_own_picture_is_shared(self, client: CheckedClient, session: Session, town: Town) -> None:
        from sqlalchemy import update  # noqa: PLC0415

        from engagement.catalogue.models import CatalogueEntry  # noqa: PLC0415

        picture = kept_image(session)
        session.execute(update(CatalogueEntry).values(picture_sha256=picture, picture_alt="Eine Hand"))
        session.commit()
        page = html(client, town.path(session, town.ongoing))
        assert f'<meta property="og:image" content="{HOST}{town.path(session, town.ongoing)}/teilen.png' in page
        assert '<meta name="twitter:card" content="summary_large_image">' in page


class TestSitemap:
    def test_it_names_languages_and_last_changes(self, client: CheckedClient, session: Session, town: Town) -> None:
        tree = fromstring(client.get("/sitemap.xml").data)  # noqa: S314 - our own answer
        found = {node.findtext(f"{SITEMAP}loc"): node for node in tree}
        offer = found[HOST + town.path(session, town.ongoing)]
        assert offer.findtext(f"{SITEMAP}lastmod")
        languages = {link.get("hreflang") for link in offer.iter(f"{XHTML}link")}
        assert languages >= {"de", "en", "x-default"}

    def test_many_pages_are_parted(self, client: CheckedClient, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(crawlers, "MOST_ADDRESSES", 3)
        index = fromstring(client.get("/sitemap.xml").data)  # noqa: S314 - our own answer
        assert index.tag == f"{SITEMAP}sitemapindex"
        parts = [(node.findtext(f"{SITEMAP}loc") or "").removeprefix(HOST) for node in index]
        assert "/sitemap-angebote-2.xml" in parts
        places = []
        for part in parts:
            tree = fromstring(client.get(part).data)  # noqa: S314 - our own answer
            assert len(tree) <= 3
            places += [node.findtext(f"{SITEMAP}loc") for node in tree]
        assert len(places) == len(set(places)) == 5 + 4 + 1
        assert client.get("/sitemap-angebote-3.xml").status_code == 404
        assert client.get("/sitemap-quatsch-1.xml").status_code == 404

    @pytest.mark.parametrize(
        "path", ["/sitemap.xml", "/feeds/angebote.atom", "/feeds/termine.ics", "/feeds/angebote.jsonld",
                 "/feeds/freinet.xml", "/feeds/angebote.csv", "/einbetten"]
    )  # fmt: skip
    def test_the_number_of_statements_does_not_grow(self, client: CheckedClient, session: Session, path: str) -> None:
        counts = []
        for _ in range(2):
            make_town(session)
            client.get("/robots.txt")
            with watched(db.engine) as statements:
                assert client.get(path).status_code == 200
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 8


class TestManifest:
    def test_it_says_name_colours_and_signs(self, client: CheckedClient) -> None:
        assert '<link rel="manifest" href="/manifest.webmanifest">' in html(client, "/")
        manifest = json.loads(client.get("/manifest.webmanifest").data)
        assert (manifest["name"], manifest["short_name"]) == ("Engagement vernetzt Bretten", "Bretten")
        assert manifest["theme_color"] == "#0b5cad"
        for icon in manifest["icons"]:
            with Image.open(io.BytesIO(client.get(icon["src"]).data)) as picture:
                assert picture.format == "PNG"
                assert icon["sizes"] == f"{picture.width}x{picture.height}"
        assert client.get("/zeichen/7.png").status_code == 404

    def test_the_sign_is_the_towns_logo(self, client: CheckedClient, session: Session) -> None:
        mark = client.get("/zeichen/192.png").data
        make_look(session, logo_sha256=kept_image(session), logo_alt="Ein Zeichen")
        session.commit()
        client.application.extensions["engagement"].tenants.forget()
        assert client.get("/zeichen/192.png").data != mark
