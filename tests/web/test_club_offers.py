"""Posting: one form that keeps everything typed, with a preview; and every step of an offer's life."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import html5lib
import pytest
from PIL import Image
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engagement.accounts.models import Account
from engagement.catalogue.queries import find_entry
from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.kernel.permissions import Role
from engagement.opportunities import service
from engagement.opportunities.kinds import PlaceKind, State
from engagement.opportunities.queries import OpportunityInfo, find_opportunity, opportunities_of
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from tests.factories.offers import DESCRIPTION, dated, make_opportunity
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import NAMESPACE, CheckedClient

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def club(session: Session) -> Organisation:
    return make_organisation(session, "Lesebrücke", contact_name="Margit Sommer", email="lesen@example.org")


@pytest.fixture
def member(session: Session, club: Organisation, client: CheckedClient) -> Account:
    """An editor of the club, signed in."""
    account = make_member(session, club, role=Role.EDITOR)
    session.commit()
    sign_in(client, account)
    return account


def term(session: Session, table: str, number: int = 0) -> str:
    return str(session.scalars(text(f"SELECT id FROM {table} ORDER BY position")).all()[number])


def full_form(session: Session) -> dict[str, Any]:
    """Every field of the form, as a browser sends it."""
    return {
        "title": "Vorlesen in der Bücherei",
        "summary": "Kindern vorlesen, einmal in der Woche.",
        "description": DESCRIPTION + "\n\n- eins\n- zwei",
        "category_ids": [term(session, "category", 1), term(session, "category", 2)],
        "target_group_ids": [term(session, "target_group")],
        "place_kind": "address",
        "street": "Marktplatz 1",
        "postcode": "75015",
        "city": "Bretten",
        "district_id": term(session, "district", 1),
        "time_kind": "ongoing",
        "slots": ["tue-morning", "sat-evening"],
        "start_date": "2026-01-15",
        "start_time": "",
        "end_date": "",
        "end_time": "",
        "hours": "1,5",
        "hours_per": "month",
        "time_note": "nicht in den Ferien",
        "places": "3",
        "minimum_age": "16",
        "skills": "Geduld, Humor\nFreude am Lesen",
        "languages": ["de", "tr"],
        "more_languages": "Persisch, kroatisch",
        "driving_licence": "B",
        "certificate_of_conduct": "y",
        "training": "ein Abend",
        "insurance": "y",
        "expenses": "Fahrkarten",
        "allowance": "Ehrenamtspauschale",
        "step_free": "yes",
        "accessible_toilet": "no",
        "public_transport": "",
        "hearing_support": "yes",
        "contact_name": "Ina Rot",
        "contact_email": "ina@example.org",
        "contact_phone": "07252 12345",
        "picture_alt": "",
        "kept_picture": "",
        "seen": "",
    }


def picture(kind: str = "JPEG", name: str = "bild.jpg") -> tuple[io.BytesIO, str]:
    output = io.BytesIO()
    Image.new("RGB", (64, 36), (10, 120, 60)).save(output, kind)
    output.seek(0)
    return output, name


def fields_of(response: TestResponse) -> dict[str, list[str]]:
    """What the form of a page would send."""
    root = html5lib.parse(response.get_data(as_text=True))
    form = next(form for form in root.iter(f"{NAMESPACE}form") if form.get("id") == "form")
    found: dict[str, list[str]] = {}
    for element in form.iter():
        name, value = element.get("name"), element.get("value") or ""
        kind = str(element.tag).removeprefix(NAMESPACE)
        ticked = element.get("type") not in {"checkbox", "radio"} or element.get("checked") is not None
        if kind == "input" and name and ticked:
            found.setdefault(name, []).append(value)
        if kind == "textarea" and name:
            found.setdefault(name, []).append((element.text or "").removeprefix("\n"))
        if kind == "select" and name:
            options = list(element.iter(f"{NAMESPACE}option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            found.setdefault(name, []).append(chosen[0].get("value") or "")
    return found


def the_only(session: Session, organisation: Organisation) -> OpportunityInfo:
    (line,) = opportunities_of(session, organisation.id)
    found = find_opportunity(session, line.id)
    assert found is not None
    return found


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


class TestWhoMay:
    PAGES = ("", "/angebote", "/angebote/neu", "/angebote/{id}", "/angebote/{id}/bearbeiten")

    def test_visitors_are_sent_to_sign_in(self, session: Session, client: CheckedClient, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        for page in self.PAGES:
            response = client.get(f"/verein/{club.id}{page.format(id=number)}")
            assert response.status_code == 302
            assert "/anmelden" in response.headers["Location"]

    def test_others_find_nothing(self, session: Session, client: CheckedClient, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        stranger = make_member(session, make_organisation(session))
        session.commit()
        sign_in(client, stranger)
        for page in self.PAGES:
            assert client.get(f"/verein/{club.id}{page.format(id=number)}").status_code == 404
        assert client.post(f"/verein/{club.id}/angebote/{number}/pausieren").status_code == 404
        assert client.post(f"/verein/{club.id}/angebote/neu", data={"title": "x"}).status_code == 404

    def test_an_offer_is_found_under_its_own_organisation_only(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, make_organisation(session).id)
        session.commit()
        for page in ("", "/bearbeiten"):
            assert client.get(f"/verein/{club.id}/angebote/{number}{page}").status_code == 404
        assert client.post(f"/verein/{club.id}/angebote/{number}/pausieren").status_code == 404
        found = find_opportunity(session, number)
        assert found is not None
        assert found.state is State.PUBLISHED

    def test_the_workspace_is_private(self, client: CheckedClient, club: Organisation, member: Account) -> None:
        response = client.get(f"/verein/{club.id}")
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


class TestTheStart:
    def test_one_organisation_leads_straight_to_it(
        self, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        assert client.get("/verein/").headers["Location"] == f"/verein/{club.id}"

    def test_several_are_chosen_from(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        make_member(session, make_organisation(session, "Zweiter Verein"), member)
        session.commit()
        page = client.get("/verein/").get_data(as_text=True)
        assert "Zweiter Verein" in page
        assert "Lesebrücke" in page

    def test_without_one_it_says_how_to_register(self, session: Session, client: CheckedClient) -> None:
        account = make_account(session)
        session.commit()
        sign_in(client, account)
        assert "/registrieren/verein" in client.get("/verein/").get_data(as_text=True)

    def test_it_shows_what_waits(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        make_opportunity(session, club.id, title="Bald vorbei", **dated(days=5))
        draft = make_opportunity(session, club.id, title="Zu verbessern", state=State.DRAFT)
        service.submit_for_review(session, draft)
        service.send_back(session, draft, "Bitte kürzer")
        session.commit()
        page = client.get(f"/verein/{club.id}").get_data(as_text=True)
        assert page.count("Bald vorbei") == 2
        assert "Bitte kürzer" in page

    @pytest.mark.parametrize("verification", [Verification.PENDING, Verification.REJECTED])
    def test_who_is_not_verified_is_told(
        self,
        session: Session,
        client: CheckedClient,
        club: Organisation,
        member: Account,
        verification: Verification,
    ) -> None:
        club.verification, club.verification_note = verification, "Bitte Satzung schicken"
        session.commit()
        page = client.get(f"/verein/{club.id}").get_data(as_text=True)
        assert "kern-alert" in page
        assert ("Bitte Satzung schicken" in page) is (verification is Verification.REJECTED)

    @pytest.mark.parametrize("page", ["", "/angebote"])
    def test_long_lists_take_as_few_queries_as_short_ones(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account, page: str
    ) -> None:
        def count() -> int:
            statements: list[str] = []
            listener = lambda *args: statements.append(args[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", listener)
            client.get(f"/verein/{club.id}{page}")
            event.remove(db.engine, "before_cursor_execute", listener)
            return len(statements)

        make_opportunity(session, club.id)
        session.commit()
        count()
        few = count()
        for _ in range(8):
            make_opportunity(session, club.id)
        session.commit()
        assert count() == few
        assert few <= 10


class TestSteps:
    def test_every_step_has_its_button_and_its_effect(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        steps = [
            ("bestaetigen", State.PUBLISHED),
            ("pausieren", State.PAUSED),
            ("fortsetzen", State.PUBLISHED),
            ("beenden", State.CLOSED),
            ("archivieren", State.ARCHIVED),
            ("zurueckholen", State.DRAFT),
            ("veroeffentlichen", State.PUBLISHED),
        ]
        for word, state in steps:
            page = client.get(f"/verein/{club.id}/angebote/{number}").get_data(as_text=True)
            assert f'action="/verein/{club.id}/angebote/{number}/{word}"' in page
            assert client.post(f"/verein/{club.id}/angebote/{number}/{word}").status_code == 303
            assert the_only(session, club).state is state

    def test_nothing_changes_by_looking(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        assert client.get(f"/verein/{club.id}/angebote/{number}/pausieren").status_code == 405
        assert client.post(f"/verein/{club.id}/angebote/{number}/loeschen").status_code == 404

    def test_a_step_that_is_not_possible_any_more_is_explained(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        response = client.post(f"/verein/{club.id}/angebote/{number}/archivieren", follow_redirects=True)
        assert response.status_code == 200
        assert "kern-alert--warning" in response.get_data(as_text=True)

    def test_publishing_an_incomplete_draft_leads_to_the_form_with_what_is_missing(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id, state=State.DRAFT, summary="")
        session.commit()
        response = client.post(f"/verein/{club.id}/angebote/{number}/veroeffentlichen", follow_redirects=True)
        assert 'id="summary-error"' in response.get_data(as_text=True)

    def test_a_new_organisation_hands_in_and_takes_back(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        club.verification = Verification.PENDING
        number = make_opportunity(session, club.id, state=State.DRAFT)
        session.commit()
        client.post(f"/verein/{club.id}/angebote/{number}/veroeffentlichen")
        assert the_only(session, club).state is State.IN_REVIEW
        client.post(f"/verein/{club.id}/angebote/{number}/zuruecknehmen")
        assert the_only(session, club).state is State.DRAFT

    def test_a_rejected_organisation_can_save_but_not_publish(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        club.verification = Verification.REJECTED
        session.commit()
        page = client.get(f"/verein/{club.id}/angebote/neu").get_data(as_text=True)
        assert 'value="publish"' not in page
        client.post(f"/verein/{club.id}/angebote/neu", data={**full_form(session), "do": "publish"})
        assert the_only(session, club).state is State.DRAFT

    def test_the_archive_cannot_be_edited(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id, state=State.DRAFT)
        service.archive(session, number)
        session.commit()
        address = f"/verein/{club.id}/angebote/{number}"
        assert client.get(f"{address}/bearbeiten").headers["Location"] == address
