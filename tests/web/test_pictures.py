"""Pictures are served for ever to everybody, and only those of the tenant."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from engagement.kernel import clock
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.files import find_file, keep_file
from engagement.kernel.pictures import find_picture, keep_picture
from engagement.kernel.variants import HERO, make_variants
from engagement.opportunities.pictures import FRAME, forget_unused_pictures
from engagement.organisations.service import set_logo
from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
from tests.factories.pictures import kept_photo
from tests.support.pages import CheckedClient


def jpeg(colour: tuple[int, int, int] = (10, 120, 60)) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(output, "JPEG")
    return output.getvalue()


def test_a_picture_is_served_for_ever(session: Session, client: CheckedClient) -> None:
    kept = keep_picture(session, jpeg(), FRAME)
    session.commit()
    address = f"/bilder/{kept.sha256}.webp"
    response = client.get(address)
    assert response.mimetype == "image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers
    assert Image.open(io.BytesIO(response.data)).size == (60, 40)
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_tenants_picture_is_not_there(app: Flask, bretten: int, ettlingen: int, client: CheckedClient) -> None:
    with app.app_context():
        open_for_tenant(current_session(), bretten)
        address = f"/bilder/{keep_picture(current_session(), jpeg(), FRAME).sha256}.webp"
        current_session().commit()
    assert client.get(address).status_code == 200
    client.host = "ettlingen.localhost"
    assert client.get(address).status_code == 404


def test_nothing_but_pictures_is_served(session: Session, client: CheckedClient) -> None:
    file = keep_file(session, b"<script>", "text/html", width=1, height=1)
    session.commit()
    assert client.get(f"/bilder/{file.sha256}.webp").status_code == 404
    assert client.get(f"/bilder/{'0' * 64}.webp").status_code == 404
    assert client.get("/bilder/kurz.webp").status_code == 404


class TestVariants:
    def test_until_it_is_made_the_original_is_there_for_a_moment(self, session: Session, client: CheckedClient) -> None:
        kept = kept_photo(session)
        session.commit()
        for ending in ("avif", "webp", "jpg"):
            answer = client.get(f"/bilder/{kept.sha256}-400-wide.{ending}")
            assert (answer.status_code, answer.mimetype) == (200, "image/webp")
            assert answer.headers["Cache-Control"] == "public, max-age=60"
            assert Image.open(io.BytesIO(answer.data)).size == (1600, 1200)

    @pytest.mark.parametrize(
        ("ending", "media_type", "kind"),
        [("avif", "image/avif", "AVIF"), ("webp", "image/webp", "WEBP"), ("jpg", "image/jpeg", "JPEG")],
    )
    def test_made_it_is_served_for_ever(
        self, session: Session, client: CheckedClient, ending: str, media_type: str, kind: str
    ) -> None:
        kept = kept_photo(session)
        before = client.get(f"/bilder/{kept.sha256}-400-wide.{ending}")
        make_variants(session, kept.file_id)
        session.commit()
        address = f"/bilder/{kept.sha256}-400-wide.{ending}"
        answer = client.get(address, headers={"If-None-Match": before.headers.get("ETag", "")})
        assert (answer.status_code, answer.mimetype) == (200, media_type)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        image = Image.open(io.BytesIO(answer.data))
        assert (image.format, image.size) == (kind, (400, 225))
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    def test_a_whole_picture_has_the_address_without_a_shape(self, session: Session, client: CheckedClient) -> None:
        kept = kept_photo(session, cut=HERO)
        make_variants(session, kept.file_id)
        session.commit()
        answer = client.get(f"/bilder/{kept.sha256}-800.webp")
        assert Image.open(io.BytesIO(answer.data)).size == (800, 600)

    def test_there_are_no_other_addresses(self, session: Session, client: CheckedClient) -> None:
        kept = kept_photo(session)
        make_variants(session, kept.file_id)
        session.commit()
        for tail in ("401-wide.webp", "400-tall.webp", "400-wide-x.webp", "400-wide.gif", "99999999999999-wide.webp"):
            assert client.get(f"/bilder/{kept.sha256}-{tail}").status_code == 404, tail
        assert client.get(f"/bilder/{'0' * 64}-400-wide.webp").status_code == 404

    def test_another_tenants_are_not_there(self, session: Session, client: CheckedClient, ettlingen: int) -> None:
        kept = kept_photo(session)
        make_variants(session, kept.file_id)
        session.commit()
        client.host = "ettlingen.localhost"
        for ending in ("avif", "webp", "jpg"):
            assert client.get(f"/bilder/{kept.sha256}-400-wide.{ending}").status_code == 404


class TestPages:
    def test_a_page_offers_each_format_and_width_cut_round_what_matters(
        self, session: Session, client: CheckedClient
    ) -> None:
        kept, club = kept_photo(session), make_organisation(session)
        number = make_opportunity(
            session,
            club.id,
            title="Beete pflegen",
            picture_file_id=kept.file_id,
            picture_alt="Ein Beet",
            picture_focus="n",
        )
        session.commit()
        page = client.get(f"/angebote/{number}-beete-pflegen").get_data(as_text=True)
        sources = re.findall(r'<source type="([^"]+)" srcset="([^"]+)" sizes="([^"]+)">', page)
        assert [kind for kind, _, _ in sources] == ["image/avif", "image/webp"]
        widths = [f"/bilder/{kept.sha256}-{width}-wide-n.avif {width}w" for width in (400, 800, 1200)]
        assert sources[0][1].split(", ") == widths
        image = re.search(r'<img src="([^"]+)"[^>]*alt="Ein Beet"[^>]*>', page)
        assert image
        assert image[1] == f"/bilder/{kept.sha256}-800-wide-n.jpg"
        assert 'width="800" height="450"' in image[0]
        assert 'fetchpriority="high"' in image[0]
        assert "loading" not in image[0]

    def test_pictures_further_down_are_put_off(self, session: Session, client: CheckedClient) -> None:
        kept, club = kept_photo(session), make_organisation(session)
        for number in range(5):
            make_opportunity(
                session, club.id, title=f"Beet {number}", picture_file_id=kept.file_id, picture_alt="Ein Beet"
            )
        session.commit()
        page = client.get("/angebote").get_data(as_text=True)
        assert page.count("<picture>") == 5
        assert page.count('loading="lazy"') == 2


def test_equal_pictures_are_kept_once(session: Session) -> None:
    assert keep_picture(session, jpeg(), FRAME) == keep_picture(session, jpeg(), FRAME)


def test_pictures_that_nothing_shows_are_thrown_away_after_a_while(session: Session) -> None:
    club = make_organisation(session)
    with clock.stopped(now() - timedelta(days=3)):
        shown, unused = keep_picture(session, jpeg(), FRAME), keep_picture(session, jpeg((1, 2, 3)), FRAME)
        set_logo(session, club.id, b"logo", "image/webp", width=1, height=1)
    fresh = keep_picture(session, jpeg((200, 0, 0)), FRAME)
    make_opportunity(session, club.id, picture_file_id=shown.file_id, picture_alt="Ein Beet")
    assert forget_unused_pictures(session) == 1
    assert find_picture(session, unused.file_id) is None
    assert find_picture(session, shown.file_id)
    assert find_picture(session, fresh.file_id)
    assert find_file(session, fresh.sha256)
