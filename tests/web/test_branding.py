"""A town makes the site its own: preview first, then everybody sees it, and the look before can be brought back."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.palette import palette_of
from engagement.kernel.permissions import Role
from engagement.tenancy.branding import current_look, kept_looks
from engagement.web.shared.theme import theme_css
from tests.factories.looks import image_file, kept_image, make_look
from tests.factories.people import make_account, sign_in
from tests.support.offer_form import fields_of
from tests.support.pages import CheckedClient

PAGE = "/verwaltung/erscheinungsbild"


@pytest.fixture
def admin(session: Session, client: CheckedClient) -> Account:
    account = make_account(session, staff=Role.ADMIN)
    session.commit()
    sign_in(client, account)
    return account


def form_of(client: CheckedClient, **changed: Any) -> dict[str, Any]:
    """Return the form as a browser would send it, with what a person changes."""
    return {**fields_of(client.get(PAGE)), **changed}


def save(client: CheckedClient, **changed: Any) -> Any:  # noqa: ANN401
    return client.post(PAGE, data=form_of(client, **changed, do="save"))


def visitor(app: Flask) -> CheckedClient:
    made = app.test_client()
    assert isinstance(made, CheckedClient)
    return made


class TestSaving:
    def test_names_texts_and_colours_are_everywhere_at_once(
        self, app: Flask, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        assert "Gemeinsam geht mehr" in visitor(app).get("/").get_data(as_text=True)
        response = save(
            client,
            platform_name="Brettener Börse",
            claim="Packen wir es an",
            headline="Zeit für Bretten",
            introduction="Zwei Sätze.",
            box_title="Für Vereine",
            box_text="Kommt dazu.",
            brand_colour="#AA3300",
            accent_colour="0cf",
        )
        assert (response.status_code, response.location) == (303, PAGE)
        page = visitor(app).get("/").get_data(as_text=True)
        for words in (
            "Brettener Börse", "Packen wir es an", ">Zeit für Bretten</h1>", "Zwei Sätze.", "Für Vereine", "Kommt da",
        ):  # fmt: skip
            assert words in page
        assert visitor(app).get("/thema.css").get_data(as_text=True).endswith(theme_css("#aa3300", "#00ccff"))
        for scheme, colours in (
            ("light", palette_of("#aa3300", "#00ccff").light),
            ("dark", palette_of("#aa3300", "#00ccff").dark),
        ):
            assert f'content="{colours["hero"]}" media="(prefers-color-scheme: {scheme})"' in page
        assert "gespeichert" in client.get(PAGE).get_data(as_text=True)

    def test_a_logo_is_encoded_anew_and_shown_with_its_words(
        self, app: Flask, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        sent = image_file(size=(2000, 500), colour=(0, 0, 0, 0))
        assert save(client, logo=sent, logo_alt="Logo der Stadt Bretten").status_code == 303
        page = visitor(app).get("/angebote").get_data(as_text=True)
        found = re.search(
            r'<img class="brand__logo" src="(/bilder/\w+-240[.]webp)" [^>]*alt="([^"]*)" width="480" height="120"', page
        )
        assert found is not None
        assert found[2] == "Logo der Stadt Bretten"
        picture = visitor(app).get(found[1])
        opened = Image.open(io.BytesIO(picture.data))
        assert (opened.format, opened.size, opened.mode) == ("WEBP", (480, 120), "RGBA")
        assert opened.getpixel((5, 5))[3] == 0

    def test_a_picture_is_in_the_head_of_the_home_page_with_its_words(
        self, app: Flask, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        sent = image_file("JPEG", "foto.jpg", (1800, 900))
        values = {"picture_alt": "Menschen im Park", "picture_credit": "A. Becker"}
        assert save(client, picture=sent, **values).status_code == 303
        page = visitor(app).get("/").get_data(as_text=True)
        assert 'alt="Menschen im Park" width="1600" height="800"' in page
        assert "Bild: A. Becker" in page
        assert "hero__shapes" not in page

    def test_removed_pictures_are_gone(
        self, app: Flask, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        save(client, logo=image_file(), logo_alt="Logo", picture=image_file(colour=(0, 0, 9)), picture_alt="Park")
        assert save(client, remove_logo="y", remove_picture="y").status_code == 303
        look = current_look(session)
        assert (look.logo_sha256, look.logo_alt, look.picture_sha256, look.picture_alt) == (None, "", None, "")
        assert 'class="brand__mark"' in visitor(app).get("/").get_data(as_text=True)

    def test_nothing_changed_is_said_and_keeps_no_look(
        self, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        assert save(client).status_code == 303
        assert kept_looks(session) == ()
        assert "nichts geändert" in client.get(PAGE).get_data(as_text=True)


class TestThePreview:
    def test_it_shows_the_draft_to_nobody_else_and_keeps_all_that_was_entered(
        self, app: Flask, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        before = current_look(session)
        sent = form_of(client, platform_name="Entwurf", brand_colour="#aa3300", logo=image_file(), logo_alt="Logo")
        previewed = client.post(PAGE, data={**sent, "do": "preview"})
        page = previewed.get_data(as_text=True)
        assert previewed.status_code == 200
        assert page.count('<span class="brand__name">Entwurf</span>') == 2
        assert "entwurf.css?brand=%23aa3300" in page
        assert "So speichern" in page
        session.expire_all()
        assert current_look(session) == before
        public = visitor(app).get("/").get_data(as_text=True)
        assert "Entwurf" not in public
        assert "brand__logo" not in public
        kept = fields_of(previewed)
        assert kept["kept_logo"][0]
        assert client.post(PAGE, data={**kept, "do": "save"}).status_code == 303
        session.expire_all()
        saved = current_look(session)
        assert (saved.platform_name, saved.brand_colour, saved.logo_alt) == ("Entwurf", "#aa3300", "Logo")
        assert saved.logo_sha256

    def test_a_picked_colour_counts_where_the_typed_one_was_left_alone(
        self, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        picked = fields_of(client.post(PAGE, data=form_of(client, brand_picker="#112233")))
        assert (picked["brand_colour"], picked["brand_picker"]) == (["#112233"], ["#112233"])
        both = fields_of(client.post(PAGE, data=form_of(client, brand_picker="#112233", brand_colour="#445566")))
        assert (both["brand_colour"], both["brand_picker"]) == (["#445566"], ["#445566"])

    def test_the_drafts_colours_paint_within_its_frame_only(
        self, app: Flask, client: CheckedClient, admin: Account
    ) -> None:
        response = client.get(f"{PAGE}/entwurf.css?brand=%23ffcc00&accent=%23112233")
        assert response.mimetype == "text/css"
        css = response.get_data(as_text=True)
        assert set(re.findall(r"(?:^|})\s*([^{}]+){", css)) == {
            ".look-frame[data-kern-theme=light]",
            ".look-frame[data-kern-theme=dark]",
        }
        assert "--hero:#ffcc00" in css
        assert response.headers["Cache-Control"] == "private, no-store"
        assert visitor(app).get(f"{PAGE}/entwurf.css?brand=%23ffcc00").status_code == 302

    @pytest.mark.parametrize("colour", ["red", "#fff", "#ffcc00;}body{display:none", "%2523ffcc00", "#ffcc0g"])
    def test_nothing_but_colours_gets_into_the_style_sheet(
        self, client: CheckedClient, admin: Account, colour: str
    ) -> None:
        assert client.get(f"{PAGE}/entwurf.css", query_string={"brand": colour}).status_code == 404

    def test_the_colours_are_shown_in_words_with_what_was_adjusted(self, client: CheckedClient, admin: Account) -> None:
        page = client.post(PAGE, data=form_of(client, brand_colour="#ffcc00")).get_data(as_text=True)
        assert re.search(r"hätte Ihre Farbe nur einen Kontrast von 1,\d\s:\s1", page)
        assert palette_of("#ffcc00", "#f2c230").light["action"] in page
        assert re.search(r"\d,\d\s:\s1 – (sehr )?gut lesbar", page)
        english = client.get(f"{PAGE}?lang=en").get_data(as_text=True)
        assert re.search(r"\d\.\d\s:\s1 – (very )?easy to read", english)


class TestMistakes:
    def test_they_are_told_beside_the_field_and_nothing_is_lost(
        self, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        sent = form_of(client, platform_name=" ", brand_colour="rot", claim="Neu", logo=image_file())
        wrong = client.post(PAGE, data={**sent, "do": "save"})
        page = wrong.get_data(as_text=True)
        assert wrong.status_code == 422
        for name in ("platform_name", "brand_colour", "logo_alt"):
            assert f'id="{name}-error"' in page
        kept = fields_of(wrong)
        assert (kept["brand_colour"], kept["claim"]) == (["rot"], ["Neu"])
        assert kept["kept_logo"][0]
        session.expire_all()
        assert current_look(session).claim == "Gemeinsam geht mehr"

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            ((io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), "logo.svg"), "SVG"),
            ((io.BytesIO(b"%PDF-1.7"), "logo.pdf"), "JPEG, PNG"),
            ((io.BytesIO(b""), "leer.png"), "leer"),
        ],
        ids=["svg", "pdf", "empty"],
    )
    def test_what_is_no_picture_is_refused_with_the_reason(
        self, client: CheckedClient, admin: Account, file: tuple[io.BytesIO, str], words: str
    ) -> None:
        copy = (io.BytesIO(file[0].getvalue()), file[1])
        response = client.post(PAGE, data=form_of(client, logo=copy, logo_alt="Logo", do="save"))
        assert response.status_code == 422
        error = response.get_data(as_text=True).split('id="logo-error"')[1].split("</p>")[0]
        assert words in error

    @pytest.mark.parametrize("state", ["0", "", "x", "9" * 5000])
    def test_who_was_slower_is_warned_and_may_insist(
        self, session: Session, client: CheckedClient, admin: Account, state: str
    ) -> None:
        sent = form_of(client, claim="Langsamer")
        make_look(session, claim="Schneller")
        session.commit()
        late = client.post(PAGE, data={**sent, "seen": state, "do": "save"})
        assert late.status_code == 409
        assert fields_of(late)["claim"] == ["Langsamer"]
        assert client.post(PAGE, data={**fields_of(late), "do": "save"}).status_code == 303
        session.expire_all()
        assert current_look(session).claim == "Langsamer"
        assert kept_looks(session)[0].look.claim == "Schneller"

    def test_a_mark_of_another_place_or_a_forged_one_brings_no_picture(
        self, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        kept = fields_of(client.post(PAGE, data=form_of(client, picture=image_file(), picture_alt="Park")))
        for mark in (kept["kept_picture"][0], "forged"):
            response = client.post(PAGE, data=form_of(client, kept_logo=mark, logo_alt="Logo", do="save"))
            assert response.status_code == 422
            assert fields_of(response)["kept_logo"] == [""]


class TestThePast:
    def test_one_click_brings_a_look_back(
        self, app: Flask, session: Session, client: CheckedClient, admin: Account
    ) -> None:
        first = current_look(session)
        save(client, claim="Neu", brand_colour="#123456")
        page = client.get(PAGE).get_data(as_text=True)
        assert "Danach geändert: Namen, Farben" in page
        address = re.search(rf'action="({PAGE}/\d+/wiederherstellen)"', page)
        assert address is not None
        assert client.post(address[1]).status_code == 303
        session.expire_all()
        assert current_look(session) == first
        assert "Gemeinsam geht mehr" in visitor(app).get("/").get_data(as_text=True)

    def test_one_that_is_not_there_is_not_found(self, client: CheckedClient, admin: Account) -> None:
        assert client.post(f"{PAGE}/999/wiederherstellen").status_code == 404


class TestElsewhere:
    def test_the_list_of_cities_shows_the_logo_from_its_own_host(
        self, app: Flask, session: Session, client: CheckedClient, ettlingen: int
    ) -> None:
        digest = kept_image(session)
        make_look(session, logo_sha256=digest, logo_alt="Logo", logo_width=120, logo_height=60)
        session.commit()
        client.host = "localhost"
        page = client.get("/").get_data(as_text=True)
        address = f"/staedte/bretten/{digest}-480.webp"
        assert address in page
        assert page.count("brand__logo") == 1
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert client.get(f"/staedte/ettlingen/{digest}-480.webp").status_code == 404
        assert client.get(f"/staedte/bretten/{'0' * 64}-480.webp").status_code == 404
        client.host = "bretten.localhost"
        assert client.get(address).status_code == 404

    def test_pages_of_no_town_have_neutral_colours(self, client: CheckedClient) -> None:
        client.host = "localhost"
        page = client.get("/").get_data(as_text=True)
        address = re.search(r'href="(/thema\.css\?v=\w+)"', page)
        assert address is not None
        assert "--brand:#1f4e9e" in client.get(address[1]).get_data(as_text=True)

    def test_another_town_sees_nothing_of_it(
        self, app: Flask, session: Session, client: CheckedClient, admin: Account, ettlingen: int
    ) -> None:
        save(client, claim="Nur hier", brand_colour="#123456", logo=image_file(), logo_alt="Logo")
        client.host = "ettlingen.localhost"
        page = client.get("/").get_data(as_text=True)
        assert "Nur hier" not in page
        assert "brand__logo" not in page
        assert "#123456" not in client.get("/thema.css").get_data(as_text=True)

    def test_moderators_do_not_find_the_page(self, session: Session, client: CheckedClient) -> None:
        account = make_account(session, staff=Role.MODERATOR)
        session.commit()
        sign_in(client, account)
        assert client.get(PAGE).status_code == 404
        assert "erscheinungsbild" not in client.get("/verwaltung/").get_data(as_text=True)
