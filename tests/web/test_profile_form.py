"""The form in which a club presents itself: everything typed is kept, nothing is saved that is wrong."""

from __future__ import annotations

import io
import re
from datetime import time
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engagement.accounts.models import Account
from engagement.kernel.week import Weekday
from engagement.organisations.kinds import Occasion
from engagement.organisations.models import Organisation
from engagement.organisations.profiles import ProfileParts, profile_parts
from engagement.tenancy.queries import load_vocabulary
from tests.factories.people import make_member, make_organisation, sign_in
from tests.factories.profiles import give_profile, time_of_week
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("member")


@pytest.fixture
def typed(session: Session, club: Organisation) -> dict[str, Any]:
    """What a browser sends of a form that says little."""
    kind = load_vocabulary(session).organisation_kinds[0]
    return {"name": "Lesebrücke", "kind_id": str(kind.id), "city": "Bretten", "contact_name": "Margit Sommer"}


def line(number: int, **values: str) -> dict[str, str]:
    """A line of the times as a browser sends it."""
    usual = {"weekday": "mon", "starts_at": "18:00", "ends_at": "19:30", "occasion": "meeting", "what": "Probe"}
    blank = {"place": "", "last_day": ""}
    return {f"times-{number}-{name}": value for name, value in (usual | blank | values).items()}


def blank(number: int) -> dict[str, str]:
    return line(number, weekday="", starts_at="", ends_at="", what="")


def picture() -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (900, 600), "#336699").save(file, "PNG")
    file.seek(0)
    return file, "bild.png"


def send(client: CheckedClient, club: Organisation, data: dict[str, Any], status: int) -> TestResponse:
    response = client.post(f"/verein/{club.id}/profil", data=data)
    assert response.status_code == status
    return response


def parts(session: Session, club: Organisation) -> ProfileParts:
    session.expire_all()
    return profile_parts(session, [club.id])[club.id]


def value_of(html: str, name: str) -> str:
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert field, name
    found = re.search(r' value="([^"]*)"', field[0])
    return found[1] if found else ""


def test_everything_is_saved(
    session: Session, client: CheckedClient, club: Organisation, typed: dict[str, Any]
) -> None:
    fields = [term.id for term in load_vocabulary(session).categories[:2]]
    said = {
        "summary": " Wir lesen vor. ",
        "founded_year": "1987",
        "links": "netz.example/lesen\n\nhttps://lesen.example/@49.0,8.7;z=15",
        "category_ids": [str(number) for number in fields],
        "picture": picture(),
        "picture_alt": "Zwei Kinder mit Buch",
        "picture_focus": "n",
        **line(0),
        **blank(1),
        **line(4, weekday="sat", occasion="opening", what="", ends_at="", place="Bücherei", last_day="2027-03-31",
               not_in_holidays="y"),
    }  # fmt: skip
    response = send(client, club, typed | said, 303)
    assert response.location == f"/verein/{club.id}/profil"
    kept = parts(session, club)
    assert kept.category_ids == tuple(sorted(fields))
    assert [(one.weekday, one.starts_at, one.ends_at, one.occasion) for one in kept.times] == [
        (Weekday.MONDAY, time(18), time(19, 30), Occasion.MEETING),
        (Weekday.SATURDAY, time(18), None, Occasion.OPENING),
    ]
    assert (kept.times[1].place, kept.times[1].not_in_holidays, str(kept.times[1].last_day)) == (
        "Bücherei", True, "2027-03-31",
    )  # fmt: skip
    assert (club.summary, club.founded_year) == ("Wir lesen vor.", 1987)
    assert club.links == ["https://netz.example/lesen", "https://lesen.example/@49.0,8.7;z=15"]
    assert (club.picture_alt, club.picture_focus) == ("Zwei Kinder mit Buch", "n")
    again = client.get(response.location).get_data(as_text=True)
    assert "https://netz.example/lesen\nhttps://lesen.example/@49.0,8.7;z=15" in again
    assert value_of(again, "times-1-place") == "Bücherei"
    assert value_of(again, "times-0-starts_at") == "18:00"


@pytest.mark.parametrize(
    "wrong",
    [
        ({"founded_year": "2099"}, "founded_year", "Jahr"),
        ({"founded_year": "früher"}, "founded_year", "ganze Zahl"),
        ({"links": "nicht so eine"}, "links", "Internetadresse"),
        ({"links": f"{'a' * 280}.example/{'x' * 8}"}, "links", "Internetadresse"),
        ({"website": f"{'a' * 50}.example/{'x' * 238}"}, "website", "Internetadresse"),
        (line(0, ends_at="17:00"), "times-0-ends_at", "Ende"),
        (line(0, weekday=""), "times-0-weekday", "Tag"),
        (line(0, starts_at="", ends_at=""), "times-0-starts_at", "Uhr"),
        (line(0, starts_at="halb acht"), "times-0-starts_at", "14:30"),
        (line(0, what=" "), "times-0-what", "stattfindet"),
        (line(0, occasion="party"), "times-0-occasion", ""),
        (line(0, weekday="never"), "times-0-weekday", ""),
        (line(0, last_day="irgendwann"), "times-0-last_day", "Datum"),
        ({"picture": picture()}, "picture_alt", "Bild"),
        ({"category_ids": ["999999"]}, "category_ids", ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    session: Session,
    client: CheckedClient,
    club: Organisation,
    typed: dict[str, Any],
    wrong: tuple[dict[str, Any], str, str],
) -> None:
    sent, field, message = wrong
    fresh = {name: picture() if name == "picture" else value for name, value in sent.items()}
    data = {**typed, "summary": "Das bleibt stehen.", **line(7, what="Auch das bleibt"), **fresh}
    html = send(client, club, data, 422).get_data(as_text=True)
    error = re.search(rf'id="{field}-error".*?</p>', html, re.DOTALL)
    assert error
    assert message in error[0]
    assert f'href="#{field}"' in html.split('id="form-errors"')[1].split("</ul>")[0]
    assert value_of(html, "summary") == "Das bleibt stehen."
    assert "Auch das bleibt" in html
    assert parts(session, club) == ProfileParts()
    assert club.summary == ""


def test_pictures_outlive_a_mistake_elsewhere(
    session: Session, client: CheckedClient, club: Organisation, typed: dict[str, Any]
) -> None:
    first = {**typed, "name": "", "picture": picture(), "picture_alt": "Ein Bild", "logo": picture()}
    html = send(client, club, first, 422).get_data(as_text=True)
    kept = {name: value_of(html, name) for name in ("kept_picture", "kept_logo")}
    send(client, club, {**typed, **kept, "picture_alt": "Ein Bild"}, 303)
    session.refresh(club)
    assert club.picture_file_id
    assert club.logo_file_id
    html = client.get(f"/verein/{club.id}/profil").get_data(as_text=True)
    kept = {name: value_of(html, name) for name in ("kept_picture", "kept_logo")}
    send(client, club, {**typed, **kept, "picture_alt": "Ein Bild", "remove_picture": "y"}, 303)
    session.refresh(club)
    assert (club.picture_file_id, club.picture_alt) == (None, "")
    assert club.logo_file_id


def test_the_mark_of_another_clubs_picture_is_worth_nothing(
    session: Session, client: CheckedClient, club: Organisation, member: Account, typed: dict[str, Any]
) -> None:
    other = make_organisation(session, "Zweiter Verein")
    make_member(session, other, member)
    session.commit()
    html = send(client, other, {**typed, "name": "", "picture": picture()}, 422).get_data(as_text=True)
    data = {**typed, "kept_picture": value_of(html, "kept_picture"), "picture_alt": "Ein Bild"}
    send(client, club, data, 422)


class TestLines:
    def test_one_more_keeps_what_was_typed(
        self, session: Session, client: CheckedClient, club: Organisation, typed: dict[str, Any]
    ) -> None:
        data = {**typed, "name": "", "summary": "Bleibt.", **line(0, what="Chor"), "do": "add"}
        html = send(client, club, data, 200).get_data(as_text=True)
        assert (value_of(html, "times-0-what"), value_of(html, "times-1-what")) == ("Chor", "")
        assert value_of(html, "summary") == "Bleibt."
        assert "kern-error" not in html
        assert parts(session, club).times == ()

    def test_one_less_leaves_the_others(self, client: CheckedClient, club: Organisation, typed: dict[str, Any]) -> None:
        data = {**typed, **line(0, what="Chor"), **line(1, what="Band", starts_at="krumm"), "do": "drop:0"}
        html = send(client, club, data, 200).get_data(as_text=True)
        assert (value_of(html, "times-0-what"), value_of(html, "times-0-starts_at")) == ("Band", "krumm")
        assert html.count('class="time-row"') == 1
        added = send(client, club, {**typed, **line(0, what="Band"), "do": "add"}, 200).get_data(as_text=True)
        assert f'formaction="/verein/{club.id}/profil#times-1"' in html
        assert 'id="times-1"' in added

    @pytest.mark.parametrize("do", ["drop:", "drop:99", "drop:x", "drop:-1", "tanzen"])
    def test_buttons_that_there_are_not(
        self, client: CheckedClient, club: Organisation, typed: dict[str, Any], do: str
    ) -> None:
        response = client.post(f"/verein/{club.id}/profil", data={**typed, **line(0, what="Chor"), "do": do})
        assert response.status_code == (303 if do == "tanzen" else 200)

    def test_the_last_one_leaves_a_blank_one(
        self, client: CheckedClient, club: Organisation, typed: dict[str, Any]
    ) -> None:
        html = send(client, club, {**typed, **line(0), "do": "drop:0"}, 200).get_data(as_text=True)
        assert html.count('class="time-row"') == 1
        assert value_of(html, "times-0-what") == ""

    def test_a_refused_file_is_told_of(self, client: CheckedClient, club: Organisation, typed: dict[str, Any]) -> None:
        for do in ("add", "drop:0"):
            data = {**typed, **line(0), "do": do, "picture": (io.BytesIO(b"no picture"), "bild.png")}
            assert 'id="picture-error"' in send(client, club, data, 200).get_data(as_text=True)

    def test_there_are_not_more_than_anybody_reads(
        self, client: CheckedClient, club: Organisation, typed: dict[str, Any]
    ) -> None:
        many = {name: value for number in range(40) for name, value in line(number).items()}
        html = send(client, club, {**typed, **many, "do": "add"}, 200).get_data(as_text=True)
        assert html.count('class="time-row"') == 40
        assert 'value="add"' not in html

    def test_without_lines_the_times_are_gone(
        self, session: Session, client: CheckedClient, club: Organisation, typed: dict[str, Any]
    ) -> None:
        give_profile(session, club, times=(time_of_week(),))
        session.commit()
        send(client, club, {**typed, **blank(0)}, 303)
        assert parts(session, club).times == ()


def test_a_preview_shows_the_profile_and_saves_nothing(
    session: Session, client: CheckedClient, club: Organisation, typed: dict[str, Any]
) -> None:
    data = {
        **typed,
        **line(0, what="Märchenstunde"),
        "summary": "Wir lesen.",
        "links": "lesen.example",
        "do": "preview",
    }
    html = send(client, club, data, 200).get_data(as_text=True)
    shown = html.split('id="preview"')[1].split('id="form"')[0]
    for told in (
        "Lesebrücke",
        "Wir lesen.",
        "Märchenstunde",
        "18:00 bis 19:30\N{NO-BREAK SPACE}Uhr",
        "Montag",
        "lesen.example",
    ):
        assert told in shown
    assert parts(session, club) == ProfileParts()
    session.refresh(club)
    assert club.summary == ""


def test_it_speaks_english(client: CheckedClient, club: Organisation) -> None:
    html = client.get(f"/verein/{club.id}/profil?lang=en").get_data(as_text=True)
    assert "Regular times" in html
    assert "Monday" in html


def test_others_cannot_change_it(session: Session, client: CheckedClient, club: Organisation) -> None:
    stranger = make_member(session, make_organisation(session))
    session.commit()
    sign_in(client, stranger)
    assert client.get(f"/verein/{club.id}/profil").status_code == 404
    assert client.post(f"/verein/{club.id}/profil", data={"name": "Gekapert"}).status_code == 404
