"""The picture of an offer: chosen, kept, shown, removed."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.catalogue.queries import find_entry
from engagement.organisations.models import Organisation
from engagement.web.shared import upload
from tests.factories.people import make_member, make_organisation
from tests.support.offer_form import fields_of, full_form, picture, the_only
from tests.support.pages import CheckedClient


class TestThePicture:
    def new(self, club: Organisation) -> str:
        return f"/verein/{club.id}/angebote/neu"

    def test_a_chosen_picture_survives_mistakes_and_is_saved(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        sent = full_form(session) | {"picture": picture(), "do": "publish"}
        wrong = client.post(self.new(club), data=sent)
        assert wrong.status_code == 422
        assert 'id="picture_alt-error"' in wrong.get_data(as_text=True)
        shown = fields_of(wrong)
        assert shown["kept_picture"][0]
        right = client.post(self.new(club), data={**shown, "picture_alt": "Ein Regal", "do": "publish"})
        assert right.status_code == 303
        entry = find_entry(session, the_only(session, club).id)
        assert entry is not None
        assert entry.picture_alt == "Ein Regal"
        assert client.get(f"/bilder/{entry.picture_sha256}.webp").status_code == 200

    def test_removed_it_is_gone(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        sent = full_form(session) | {"picture": picture(), "picture_alt": "Ein Regal"}
        client.post(self.new(club), data={**sent, "do": "save"})
        info = the_only(session, club)
        assert info.picture_file_id
        address = f"/verein/{club.id}/angebote/{info.id}/bearbeiten"
        shown = fields_of(client.get(address))
        client.post(address, data={**shown, "remove_picture": "y", "do": "save"})
        assert (the_only(session, club).picture_file_id, the_only(session, club).picture_alt) == (None, "")

    @pytest.mark.parametrize(
        "sent",
        [
            (io.BytesIO(b"no picture at all"), "bild.jpg"),
            (io.BytesIO(b""), "leer.png"),
            picture("GIF", "bild.gif"),
            (io.BytesIO(picture()[0].read()[:200]), "halb.jpg"),
        ],
        ids=["text", "empty", "gif", "cut short"],
    )
    def test_what_is_no_picture_is_explained_and_the_rest_kept(
        self,
        session: Session,
        client: CheckedClient,
        club: Organisation,
        member: Account,
        sent: tuple[io.BytesIO, str],
    ) -> None:
        copy = (io.BytesIO(sent[0].getvalue()), sent[1])
        response = client.post(self.new(club), data=full_form(session) | {"picture": copy, "do": "publish"})
        assert response.status_code == 422
        assert 'id="picture-error"' in response.get_data(as_text=True)
        assert fields_of(response)["title"] == ["Vorlesen in der Bücherei"]

    def test_what_matters_is_chosen_kept_and_gone_with_the_picture(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        sent = full_form(session) | {"picture": picture(), "picture_alt": "Ein Regal", "picture_focus": "se"}
        client.post(self.new(club), data={**sent, "do": "publish"})
        info = the_only(session, club)
        assert info.picture_focus == "se"
        entry = find_entry(session, info.id)
        assert entry is not None
        assert entry.picture_focus == "se"
        address = f"/verein/{club.id}/angebote/{info.id}/bearbeiten"
        shown = fields_of(client.get(address))
        assert shown["picture_focus"] == ["se"]
        client.post(address, data={**shown, "remove_picture": "y", "do": "save"})
        assert the_only(session, club).picture_focus == ""

    def test_there_is_no_other_place_to_choose(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        answer = client.post(self.new(club), data=full_form(session) | {"picture_focus": "x", "do": "save"})
        assert answer.status_code == 422
        assert 'id="picture_focus-error"' in answer.get_data(as_text=True)

    def test_many_uploads_in_a_row_are_put_off_and_nothing_typed_is_lost(
        self,
        session: Session,
        client: CheckedClient,
        club: Organisation,
        member: Account,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(upload, "UPLOADS", upload.Limit("few uploads", 1, timedelta(hours=1)))
        sent = full_form(session) | {"picture_alt": "Ein Regal", "do": "preview"}
        assert client.post(self.new(club), data=sent | {"picture": picture()}).status_code == 200
        answer = client.post(self.new(club), data=sent | {"picture": picture()})
        assert answer.status_code == 422
        assert 'id="picture-error"' in answer.get_data(as_text=True)
        assert fields_of(answer)["title"] == ["Vorlesen in der Bücherei"]

    def test_one_that_is_too_large_is_told_kindly(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
        body = part.format("title", "") + "Idee\r\n" + part.format("picture", '; filename="gross.jpg"')
        large = body.encode() + b"x" * (11 * 1024 * 1024) + b"\r\n--x--\r\n"
        response = client.post(self.new(club), data=large, content_type="multipart/form-data; boundary=x")
        assert response.status_code == 422
        assert "10 MB" in response.get_data(as_text=True)

    def test_a_foreign_or_forged_mark_brings_no_picture(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        other = make_organisation(session)
        make_member(session, other, member)
        session.commit()
        kept = fields_of(client.post(f"/verein/{other.id}/angebote/neu", data={"picture": picture(), "do": "preview"}))
        for mark in (kept["kept_picture"][0], "forged"):
            response = client.post(self.new(club), data={"title": "Idee", "kept_picture": mark, "do": "save"})
            assert response.status_code == 422
            assert fields_of(response)["kept_picture"] == [""]
