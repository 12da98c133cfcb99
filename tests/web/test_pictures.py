"""Pictures are served for ever to everybody, and only those of the tenant."""

from __future__ import annotations

import io
from datetime import timedelta

from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from engagement.kernel import clock
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.files import find_file, keep_file
from engagement.kernel.pictures import find_picture, keep_picture
from engagement.opportunities.pictures import FRAME, forget_unused_pictures
from engagement.organisations.service import set_logo
from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
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
