"""The prepared texts of a municipality: written, changed, thrown away, taken over."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.moderation.texts import delete_prepared_text, prepared_texts
from tests.factories.moderation import make_text
from tests.support.pages import CheckedClient


def page(client: CheckedClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.usefixtures("moderator")
class TestPreparedTexts:
    def test_the_way_of_a_text(self, client: CheckedClient, session: Session) -> None:
        form = {"purpose": "send_back", "title": "Ort fehlt", "text": "Bitte nennen Sie den Ort."}
        assert client.post("/verwaltung/textbausteine/neu", data={**form, "text": " "}).status_code == 422
        assert client.post("/verwaltung/textbausteine/neu", data={**form, "purpose": "x"}).status_code == 422
        assert client.post("/verwaltung/textbausteine/neu", data=form).status_code == 303
        (made,) = [one for one in prepared_texts(session) if one.title == "Ort fehlt"]
        address = f"/verwaltung/textbausteine/{made.id}"
        assert "Bitte nennen Sie den Ort." in page(client, address)
        assert client.post(address, data={**form, "title": "Wo?"}).status_code == 303
        assert "Wo?" in page(client, "/verwaltung/textbausteine")
        assert "„Wo?“ löschen?" in page(client, f"{address}/loeschen")
        assert client.post(f"{address}/loeschen", data={}).status_code == 422
        assert client.post(f"{address}/loeschen", data={"do": "delete"}).status_code == 303
        assert client.get(address).status_code == 404

    def test_who_has_none_can_take_over_the_first_ones(self, client: CheckedClient, session: Session) -> None:
        before = prepared_texts(session)
        for one in before:
            delete_prepared_text(session, one.id)
        session.commit()
        assert "noch keine vorbereiteten Texte" in page(client, "/verwaltung/textbausteine")
        client.post("/verwaltung/textbausteine/anfang")
        assert [one.title for one in prepared_texts(session)] == [one.title for one in before]

    def test_too_many_are_refused_with_what_was_typed(
        self, client: CheckedClient, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_text(session)
        session.commit()
        monkeypatch.setattr("engagement.moderation.texts.MOST", 1)
        form = {"purpose": "answer", "title": "Danke", "text": "Vielen Dank."}
        answer = client.post("/verwaltung/textbausteine/neu", data=form)
        assert answer.status_code == 422
        assert "Vielen Dank." in answer.get_data(as_text=True)
