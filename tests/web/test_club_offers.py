"""Posting: one form that keeps everything typed, with a preview; and every step of an offer's life."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.catalogue.queries import find_entry
from engagement.kernel.clock import now
from engagement.opportunities import service
from engagement.opportunities.kinds import PlaceKind, State
from engagement.opportunities.queries import find_opportunity, opportunities_of
from engagement.organisations.models import Organisation
from tests.factories.offers import make_opportunity
from tests.support.offer_form import fields_of, full_form, term, the_only
from tests.support.pages import CheckedClient

BERLIN = ZoneInfo("Europe/Berlin")


class TestTheForm:
    def new(self, club: Organisation) -> str:
        return f"/verein/{club.id}/angebote/neu"

    def test_everything_said_is_kept_and_published(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        sent = full_form(session)
        response = client.post(self.new(club), data={**sent, "do": "publish"})
        assert response.status_code == 303
        info = the_only(session, club)
        assert info.state is State.PUBLISHED
        assert response.headers["Location"] == f"/verein/{club.id}/angebote/{info.id}"
        assert info.skills == ("Geduld", "Humor", "Freude am Lesen")
        assert info.languages == ("de", "tr", "fa", "hr")
        assert info.slots == ("tue-morning", "sat-evening")
        assert (str(info.hours), info.hours_per, info.places, info.minimum_age) == ("1.5", "month", 3, 16)
        assert (info.step_free, info.accessible_toilet, info.public_transport) == (True, False, None)
        assert (info.certificate_of_conduct, info.insurance) == (True, True)
        assert info.starts_at == datetime(2026, 1, 15, tzinfo=BERLIN)
        assert len(info.category_ids) == 2
        assert info.description.endswith("- eins\n- zwei")
        assert find_entry(session, info.id)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("category_ids", "0"),
            ("category_ids", "x"),
            ("slots", "xyz"),
            ("languages", "😀"),
            ("target_group_ids", "-1"),
        ],
    )
    def test_a_choice_that_is_none_is_refused(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account, name: str, value: str
    ) -> None:
        response = client.post(self.new(club), data={**full_form(session), name: value, "do": "save"})
        assert response.status_code == 422

    def test_asking_for_the_headers_of_the_form_saves_nothing(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        client.post(self.new(club), data={**full_form(session), "do": "save"})
        before = the_only(session, club)
        address = f"/verein/{club.id}/angebote/{before.id}/bearbeiten"
        assert (client.head(address).status_code, client.head(self.new(club)).status_code) == (200, 200)
        session.rollback()
        assert the_only(session, club) == before

    def test_the_form_shows_again_what_was_saved(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        sent = full_form(session)
        client.post(self.new(club), data={**sent, "do": "save"})
        info = the_only(session, club)
        page = client.get(f"/verein/{club.id}/angebote/{info.id}/bearbeiten")
        shown = fields_of(page)
        different = {"seen", "start_time", "skills", "more_languages", "picture"}
        for name, value in sent.items():
            if name not in different:
                assert shown.get(name, []) == (value if isinstance(value, list) else [value]), name
        again = client.post(page.request.path, data={**shown, "do": "save"})
        assert again.status_code == 303
        assert replace(the_only(session, club), updated_at=info.updated_at) == info

    def test_a_mistake_loses_nothing_that_was_typed(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        wrong = {
            "title": "",
            "postcode": "7501",
            "hours": "viel",
            "places": "-3",
            "contact_email": "kein",
            "contact_phone": "gar nicht",
            "more_languages": "Klingonisch-Nord",
            "start_date": "2026-13-45",
            "end_time": "25:99",
        }
        sent = full_form(session) | wrong
        response = client.post(self.new(club), data={**sent, "do": "publish"})
        assert response.status_code == 422
        shown = fields_of(response)
        for name, value in sent.items():
            if name != "picture":
                assert shown.get(name, []) == (value if isinstance(value, list) else [value]), name
        page = response.get_data(as_text=True)
        assert all(f'id="{name}-error"' in page for name in wrong)
        assert opportunities_of(session, club.id) == []

    def test_a_draft_needs_only_a_title(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        assert client.post(self.new(club), data={"title": "Idee", "do": "save"}).status_code == 303
        assert the_only(session, club).state is State.DRAFT

    def test_what_is_missing_to_publish_stands_beside_its_field_and_nothing_is_kept(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        response = client.post(self.new(club), data={"title": "Idee", "do": "publish"})
        assert response.status_code == 422
        page = response.get_data(as_text=True)
        for name in ("summary", "description", "category_ids", "street"):
            assert f'id="{name}-error"' in page
        assert opportunities_of(session, club.id) == []

    def test_a_date_is_in_the_towns_own_time(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        day = (now() + timedelta(days=30)).date()
        sent = full_form(session) | {
            "time_kind": "dated",
            "start_date": f"{day:%d.%m.%Y}",
            "start_time": "14.30",
            "end_time": "17:00",
        }
        assert client.post(self.new(club), data={**sent, "do": "publish"}).status_code == 303
        info = the_only(session, club)
        assert info.starts_at == datetime(day.year, day.month, day.day, 14, 30, tzinfo=BERLIN)
        assert info.ends_at == datetime(day.year, day.month, day.day, 17, 0, tzinfo=BERLIN)
        assert info.slots == ()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"start_date": "2026-01-15"}, "start_time"),
            ({"start_time": "10:00"}, "start_time"),
            ({"start_date": "2030-01-15", "start_time": "10:00", "end_time": "09:00"}, "end_time"),
            ({"start_date": "2030-01-15", "start_time": "10:00", "end_date": "2030-01-16"}, "end_time"),
            ({"start_date": "0001-01-01", "start_time": "10:00"}, "start_date"),
            ({"start_date": "2024-01-15", "start_time": "10:00"}, "start_date"),
            ({}, "start_date"),
        ],
    )
    def test_half_or_past_dates_are_refused(
        self,
        session: Session,
        client: CheckedClient,
        club: Organisation,
        member: Account,
        wrong: dict[str, str],
        field: str,
    ) -> None:
        sent = full_form(session) | {"time_kind": "dated", "start_date": "", **wrong}
        response = client.post(self.new(club), data={**sent, "do": "publish"})
        assert response.status_code == 422
        assert f'id="{field}-error"' in response.get_data(as_text=True)

    def test_what_does_not_apply_is_left_out(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        client.post(self.new(club), data={**full_form(session), "place_kind": "remote", "do": "publish"})
        info = the_only(session, club)
        assert (info.place_kind, info.street, info.district_id) == (PlaceKind.REMOTE, "", None)

    def test_a_preview_shows_the_offer_keeps_the_form_and_saves_nothing(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        sent = full_form(session)
        response = client.post(self.new(club), data={**sent, "do": "preview"})
        page = response.get_data(as_text=True)
        assert response.status_code == 200
        assert "<li>zwei</li>" in page
        assert "Ina Rot" in page
        assert "/mitmachen" not in page
        shown = fields_of(response)
        assert (shown["title"], shown["slots"]) == ([sent["title"]], sent["slots"])
        assert opportunities_of(session, club.id) == []

    def test_a_preview_says_what_is_still_missing(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        page = client.post(self.new(club), data={"title": "Idee", "do": "preview"})
        assert page.status_code == 200
        assert page.get_data(as_text=True).count("<li>") >= 4

    def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id, title="Alt")
        session.commit()
        address = f"/verein/{club.id}/angebote/{number}/bearbeiten"
        mine = {**fields_of(client.get(address)), "title": "Meine Fassung", "do": "save"}
        seen = find_opportunity(session, number)
        assert seen is not None
        service.update_opportunity(session, number, replace(seen.values(), title="Fremde Fassung"))
        session.commit()
        response = client.post(address, data=mine)
        assert response.status_code == 409
        shown = fields_of(response)
        assert shown["title"] == ["Meine Fassung"]
        assert the_only(session, club).title == "Fremde Fassung"
        assert client.post(address, data={**shown, "do": "save"}).status_code == 303
        assert the_only(session, club).title == "Meine Fassung"

    def test_a_form_without_its_mark_overwrites_nothing(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        response = client.post(
            f"/verein/{club.id}/angebote/{number}/bearbeiten", data={**full_form(session), "do": "save"}
        )
        assert response.status_code == 409

    def test_a_known_point_stays_while_the_place_stays(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        from engagement.kernel.geo import Point  # noqa: PLC0415

        number = make_opportunity(session, club.id, point=Point(49.5, 8.5))
        session.commit()
        address = f"/verein/{club.id}/angebote/{number}/bearbeiten"
        client.post(address, data={**fields_of(client.get(address)), "title": "Neu", "do": "save"})
        assert the_only(session, club).point == Point(49.5, 8.5)
        moved = {"place_kind": "district", "district_id": term(session, "district", 2)}
        client.post(address, data={**fields_of(client.get(address)), **moved, "do": "save"})
        assert the_only(session, club).point is None
