"""Shared links carry a picture of what they lead to, and nothing that visitors may not see."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from engagement.kernel.db import current_session, open_for_tenant
from engagement.opportunities.kinds import State
from engagement.opportunities.service import pause, update_opportunity
from engagement.organisations.kinds import Verification
from engagement.web.public import sharing
from tests.factories.offers import make_opportunity, offer_values
from tests.factories.people import make_organisation
from tests.factories.pictures import kept_photo
from tests.support.pages import CheckedClient

IMAGE = re.compile(r'<meta property="og:image" content="([^"]+)">')


def offer(session: Session, **values: object) -> str:
    club = make_organisation(session)
    number = make_opportunity(session, club.id, title="Vorlesen in der Bücherei", **values)
    session.commit()
    return f"/angebote/{number}-vorlesen-in-der-buecherei"


def picture_of(client: CheckedClient, page: str) -> str:
    """Return the path of the picture that a page names."""
    found = IMAGE.search(client.get(page).get_data(as_text=True))
    assert found
    whole = found[1].replace("&amp;", "&")
    assert whole.startswith("http://bretten.localhost:8000/")
    return whole.removeprefix("http://bretten.localhost:8000")


class TestOffers:
    def test_the_page_names_it_and_it_is_kept_for_a_year(self, session: Session, client: CheckedClient) -> None:
        address = picture_of(client, offer(session))
        assert "/teilen.png?" in address
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000"
        assert "Set-Cookie" not in answer.headers
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    def test_without_the_mark_it_is_kept_for_a_day(self, session: Session, client: CheckedClient) -> None:
        answer = client.get(f"{offer(session)}/teilen.png")
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        assert "Accept-Language" in answer.headers["Vary"]

    def test_the_mark_changes_with_what_is_said(self, session: Session, client: CheckedClient) -> None:
        page = offer(session)
        before = picture_of(client, page)
        number = int(page.split("/")[2].partition("-")[0])
        values = offer_values(session, title="Vorlesen in der Bücherei", place_kind="remote", district_id=None)
        update_opportunity(session, number, values)
        session.commit()
        assert picture_of(client, page) != before

    def test_its_own_picture_is_in_it(self, session: Session, client: CheckedClient) -> None:
        kept = kept_photo(session, colour=(20, 200, 90))
        page = offer(session, picture_file_id=kept.file_id, picture_alt="Ein Beet")
        image = Image.open(io.BytesIO(client.get(picture_of(client, page)).data)).convert("RGB")
        red, green, _ = image.getpixel((1180, 20))
        assert green > red + 60

    def test_another_tail_leads_to_the_right_one(self, session: Session, client: CheckedClient) -> None:
        page = offer(session)
        answer = client.get(f"{page}-alt/teilen.png")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{page}/teilen.png")

    def test_what_visitors_do_not_see_has_none(self, app: Flask, session: Session, client: CheckedClient) -> None:
        club = make_organisation(session)
        draft = make_opportunity(session, club.id, title="Idee", state=State.DRAFT)
        page = offer(session)
        pause(session, int(page.split("/")[2].partition("-")[0]))
        session.commit()
        assert client.get(f"{page}/teilen.png").status_code == 404
        assert client.get(f"/angebote/{draft}-idee/teilen.png").status_code == 404
        assert client.get("/angebote/987654321-x/teilen.png").status_code == 404

    def test_another_towns_is_not_there(self, session: Session, client: CheckedClient, ettlingen: int) -> None:
        page = offer(session)
        client.host = "ettlingen.localhost"
        assert client.get(f"{page}/teilen.png").status_code == 404


class TestOrganisationsAndTown:
    def test_an_organisation_has_one_if_it_is_verified(self, session: Session, client: CheckedClient) -> None:
        club = make_organisation(session, "Lesebrücke")
        hidden = make_organisation(session, "Noch nicht", verification=Verification.PENDING)
        session.commit()
        page = f"/organisationen/{club.id}-{club.slug}"
        assert client.get(picture_of(client, page)).mimetype == "image/png"
        assert client.get(f"{page}-alt/teilen.png").headers["Location"] == f"{page}/teilen.png"
        assert client.get(f"/organisationen/{hidden.id}-{hidden.slug}/teilen.png").status_code == 404

    def test_the_home_page_has_one_in_each_language(self, client: CheckedClient) -> None:
        german, english = picture_of(client, "/?lang=de"), picture_of(client, "/?lang=en")
        assert german != english
        assert client.get(german).data != client.get(english).data

    def test_each_town_has_its_own_colours(
        self, app: Flask, client: CheckedClient, bretten: int, ettlingen: int
    ) -> None:
        with app.app_context():
            open_for_tenant(current_session(), ettlingen)
            from engagement.tenancy.models import Tenant  # noqa: PLC0415

            town = current_session().get(Tenant, ettlingen)
            assert town
            town.brand_colour = "#b3121d"
            current_session().commit()
        app.extensions["engagement"].tenants.forget()
        first = client.get("/teilen.png").data
        client.host = "ettlingen.localhost"
        assert client.get("/teilen.png").data != first


def test_drawing_is_limited(client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "DRAWINGS", sharing.Limit("few share pictures", 2, timedelta(hours=1)))
    answers = [client.get("/teilen.png") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert client.get("/teilen.png", headers={"If-None-Match": answers[0].headers["ETag"]}).status_code == 304
