"""Offers in other languages: what an organisation writes, who sees which words, and how they are marked."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.catalogue.asking import SearchQuery
from engagement.catalogue.queries import find_entry, search
from engagement.kernel.clock import now
from engagement.opportunities import service
from engagement.opportunities.kinds import State
from engagement.opportunities.queries import OpportunityInfo, find_opportunity
from engagement.organisations.models import Organisation
from engagement.tenancy.deciding import change_languages, change_some_settings
from engagement.tenancy.queries import load_vocabulary
from tests.factories.catalogue import make_entry
from tests.factories.offers import make_opportunity
from tests.support.offer_form import fields_of, full_form, the_only
from tests.support.pages import CheckedClient

ATOM, XML_LANG = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/XML/1998/namespace}lang"
ARABIC = {"title": "القراءة للأطفال", "summary": "مرة في الأسبوع.", "plain_summary": "", "description": ""}


@pytest.fixture
def offer(session: Session, client: CheckedClient, club: Organisation, member: Account) -> OpportunityInfo:
    """A published offer of a town that speaks Arabic and French too."""
    change_languages(session, ("en", "fr", "ar"))
    session.commit()
    client.application.extensions["engagement"].tenants.forget()
    client.post(f"/verein/{club.id}/angebote/neu", data={**full_form(session), "do": "publish"})
    return the_only(session, club)


def page_of(offer: OpportunityInfo, language: str = "ar") -> str:
    return f"/verein/{offer.organisation_id}/angebote/{offer.id}/uebersetzungen/{language}"


def public(offer: OpportunityInfo) -> str:
    return f"/angebote/{offer.id}-{offer.slug}"


def text_of(client: CheckedClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.get_data(as_text=True)


def translate(client: CheckedClient, offer: OpportunityInfo, language: str = "ar", **words: str) -> int:
    shown = fields_of(client.get(page_of(offer, language)))
    return client.post(page_of(offer, language), data={**shown, **(ARABIC | words)}).status_code


class TestWriting:
    def test_what_was_written_is_kept_shown_again_and_found(
        self, session: Session, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        assert translate(client, offer) == 303
        session.rollback()
        found = find_opportunity(session, offer.id)
        assert found is not None
        assert found.translations == {"ar": {"title": ARABIC["title"], "summary": ARABIC["summary"]}}
        assert fields_of(client.get(page_of(offer)))["title"] == [ARABIC["title"]]
        assert ARABIC["title"] in text_of(client, page_of(offer).rpartition("/")[0])
        assert [card.opportunity_id for card in search(session, SearchQuery(text="للأطفال")).cards] == [offer.id]

    def test_changing_the_german_offer_keeps_it(
        self, session: Session, client: CheckedClient, club: Organisation, offer: OpportunityInfo
    ) -> None:
        translate(client, offer)
        edit = f"/verein/{club.id}/angebote/{offer.id}/bearbeiten"
        shown = fields_of(client.get(edit))
        assert client.post(edit, data={**shown, "title": "Neuer Titel", "do": "save"}).status_code == 303
        session.rollback()
        found = find_opportunity(session, offer.id)
        assert found is not None
        assert (found.title, found.translations["ar"]["title"]) == ("Neuer Titel", ARABIC["title"])

    def test_emptying_every_field_takes_it_away(
        self, session: Session, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        translate(client, offer)
        assert translate(client, offer, title="", summary="") == 303
        session.rollback()
        found = find_opportunity(session, offer.id)
        assert found is not None
        assert found.translations == {}

    def test_nothing_goes_without_a_title_and_nothing_typed_is_lost(
        self, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        response = client.post(page_of(offer), data={"title": " ", "summary": "x" * 401, "seen": "kaputt"})
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert "Bitte übersetzen Sie auch den Titel." in page
        assert "x" * 401 in page

    def test_two_at_once_do_not_undo_each_other(self, client: CheckedClient, offer: OpportunityInfo) -> None:
        shown = fields_of(client.get(page_of(offer)))
        translate(client, offer, "fr", title="Lire")
        response = client.post(page_of(offer), data={**shown, **ARABIC})
        assert response.status_code == 409
        again = client.post(page_of(offer), data=fields_of(response))
        assert again.status_code == 303
        assert "Lire" in text_of(client, page_of(offer).rpartition("/")[0])

    @pytest.mark.parametrize("language", ["de", "tr", "xx", "a" * 40])
    def test_only_the_other_languages_of_the_site_are_there(
        self, client: CheckedClient, offer: OpportunityInfo, language: str
    ) -> None:
        text_of(client, page_of(offer, language), 404)

    def test_an_archived_offer_is_left_alone(
        self, session: Session, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        service.close(session, offer.id)
        service.archive(session, offer.id)
        session.commit()
        assert client.get(page_of(offer)).status_code == 303

    def test_the_municipality_looks_at_it_first_where_it_looks_at_everything(
        self, session: Session, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        change_some_settings(session, moderation="review_all")
        session.commit()
        assert translate(client, offer) == 303
        session.rollback()
        found = find_opportunity(session, offer.id)
        entry = find_entry(session, offer.id)
        assert found is not None
        assert entry is not None
        assert found.state is State.PUBLISHED
        assert (found.edit is not None, entry.translations) == (True, {})

    def test_a_town_that_speaks_german_only_says_so(
        self, session: Session, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        change_languages(session, ())
        session.commit()
        client.application.extensions["engagement"].tenants.forget()
        assert "nur Deutsch" in text_of(client, page_of(offer).rpartition("/")[0])


class TestReading:
    def test_visitors_of_that_language_see_it_first_with_the_way_to_the_original(
        self, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        translate(client, offer, description="**شرح**")
        page = text_of(client, f"{public(offer)}?lang=ar")
        assert '<html lang="ar" dir="rtl">' in page
        assert f"<h1>{ARABIC['title']}</h1>" in page
        assert "<strong>شرح</strong>" in page
        assert f'href="{public(offer)}?lang=de" hreflang="de"' in page
        assert ARABIC["title"] in text_of(client, "/angebote?lang=ar")

    def test_others_see_the_german_words_marked_as_german(self, client: CheckedClient, offer: OpportunityInfo) -> None:
        translate(client, offer)
        assert f"<h1>{offer.title}</h1>" in text_of(client, public(offer))
        page = text_of(client, f"{public(offer)}?lang=fr")
        assert f'<h1><bdi lang="de" dir="ltr">{offer.title}</bdi></h1>' in page
        assert '<div class="prose" lang="de" dir="ltr">' in page

    def test_what_was_left_out_is_german_and_marked(self, client: CheckedClient, offer: OpportunityInfo) -> None:
        translate(client, offer, summary="")
        page = text_of(client, f"{public(offer)}?lang=ar")
        assert f'<bdi lang="de" dir="ltr">{offer.summary}</bdi>' in page

    def test_plain_language_comes_first(self, session: Session, client: CheckedClient) -> None:
        facts = {"plain_summary": "Sie lesen vor.\nDas ist schön.", "translations": {}}
        number = make_entry(session, slug="x", summary="Vorlesen für alle", facts=facts)
        session.commit()
        page = text_of(client, f"/angebote/{number}-x").partition("<main")[2]
        assert page.index("Sie lesen vor.") < page.index("Vorlesen für alle")
        assert "In einfacher Sprache" in page

    def test_plain_german_does_not_come_before_a_translation(self, session: Session, client: CheckedClient) -> None:
        words = {"en": {"title": "Reading aloud", "summary": "For everybody"}}
        facts = {"plain_summary": "Sie lesen vor.", "translations": words}
        number = make_entry(session, slug="x", facts=facts, translations=words)
        session.commit()
        page = text_of(client, f"/angebote/{number}-x?lang=en")
        assert "Sie lesen vor." not in page
        assert "<h1>Reading aloud</h1>" in page

    def test_what_is_typed_into_a_translation_stays_text(self, client: CheckedClient, offer: OpportunityInfo) -> None:
        translate(client, offer, title="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
        page = text_of(client, f"{public(offer)}?lang=ar")
        assert "<script>alert" not in page
        assert "<img src=x" not in page


class TestPrograms:
    def test_a_feed_says_the_translation_and_marks_what_is_german(
        self, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        translate(client, offer, summary="")
        feed = fromstring(client.get("/feeds/angebote.atom?lang=ar").data)  # noqa: S314 - our own answer
        entry = feed.find(f"{ATOM}entry")
        assert entry is not None
        title, summary = entry.find(f"{ATOM}title"), entry.find(f"{ATOM}summary")
        assert title is not None
        assert summary is not None
        assert (feed.get(XML_LANG), title.text, title.get(XML_LANG)) == ("ar", ARABIC["title"], None)
        assert (summary.text, summary.get(XML_LANG)) == (offer.summary, "de")

    def test_a_calendar_says_the_language_of_each_title(self, session: Session, client: CheckedClient) -> None:
        words = {"ar": {"title": ARABIC["title"]}}
        when = {"time_kind": "dated", "starts_at": now() + timedelta(days=3)}
        make_entry(session, title="Fest", translations=words, **when)
        change_languages(session, ("ar",))
        session.commit()
        client.application.extensions["engagement"].tenants.forget()
        for language, title in (("ar", ARABIC["title"]), ("de", "Fest")):
            whole = Calendar.from_ical(client.get(f"/feeds/termine.ics?lang={language}").data)
            [event] = whole.walk("VEVENT")
            assert (event["SUMMARY"], event["SUMMARY"].params["LANGUAGE"]) == (title, language)

    def test_search_engines_read_what_the_page_says(self, client: CheckedClient, offer: OpportunityInfo) -> None:
        translate(client, offer, description="**شرح**")
        page = text_of(client, f"{public(offer)}?lang=ar")
        [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        role = json.loads(block)["@graph"][0]
        assert role["title"] == ARABIC["title"]
        assert "شرح" in role["description"]

    def test_the_api_hands_out_all_of_it(self, client: CheckedClient, offer: OpportunityInfo) -> None:
        translate(client, offer, description="شرح")
        found = client.get(f"/api/v1/opportunities/{offer.id}").get_json()
        words = {"language": "ar", "title": ARABIC["title"], "summary": ARABIC["summary"]}
        assert found["translations"] == [{**words, "plain_summary": "", "description": "شرح"}]
        [listed] = client.get("/api/v1/opportunities").get_json()["items"]
        assert listed["translations"] == [words]

    def test_a_shared_picture_has_only_letters_that_its_font_has(
        self, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        translate(client, offer)
        pictures = {
            code: re.findall(r'"og:image" content="([^"]+)"', text_of(client, f"{public(offer)}?lang={code}"))[0]
            for code in ("ar", "de", "fr")
        }
        assert pictures["ar"] == pictures["de"] != pictures["fr"]

    def test_every_page_names_its_languages(self, client: CheckedClient, offer: OpportunityInfo) -> None:
        for path in ("/", public(offer)):
            found = dict(re.findall(r'hreflang="([\w-]+)" href="(http[^"]+)"', text_of(client, f"{path}?lang=ar")))
            assert set(found) == {"de", "en", "fr", "ar", "x-default"}
            assert found["ar"].endswith(f"{path}?lang=ar")
        assert "lang=ar" in text_of(client, "/sitemap.xml")

    def test_the_embedded_frame_is_written_from_right_to_left(
        self, client: CheckedClient, offer: OpportunityInfo
    ) -> None:
        translate(client, offer)
        frame = text_of(client, "/einbetten?lang=ar")
        assert '<html lang="ar" dir="rtl"' in frame
        assert ARABIC["title"] in frame
        assert "lang=ar" in text_of(client, "/einbetten/anleitung?lang=ar")


def test_the_fields_of_a_town_have_their_names_in_the_language_of_the_page(
    session: Session, client: CheckedClient, offer: OpportunityInfo
) -> None:
    number = load_vocabulary(session).categories[2].id
    entry = make_entry(session, slug="x", category_ids=(number,))
    session.commit()
    page = text_of(client, f"/angebote/{entry}-x?lang=ar")
    assert "الحياة في سنّ الشيخوخة" in page
    assert "Leben im Alter" not in page


def test_an_offer_of_a_draft_can_be_translated_before_it_is_published(
    session: Session, client: CheckedClient, offer: OpportunityInfo, club: Organisation
) -> None:
    draft = make_opportunity(session, club.id, state=State.DRAFT, title="Entwurf")
    session.commit()
    info = find_opportunity(session, draft)
    assert info is not None
    assert translate(client, info) == 303
