"""What an operator writes for a new town: read as meant, and every mistake told at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.accounts.founding import name_from
from engagement.cli.town_plan import Wish, plan, read_districts, read_point, read_table
from engagement.kernel.errors import InvalidInputError
from engagement.kernel.geo import Point
from engagement.tenancy.service import NewDistrict
from engagement.tenancy.states import STATES, state_named, state_of

WISH = Wish(slug="oos", name="Oos", admin="Anna.Becker@Oos.example", host=("OOS.example", "www.oos.example."))


def test_the_least_that_is_needed_makes_a_whole_town() -> None:
    made = plan(WISH)
    assert made.new.hosts == ("oos.example", "www.oos.example")
    assert (made.admin.email, made.new.contact_email) == ("Anna.Becker@oos.example", "Anna.Becker@oos.example")
    assert len(made.new.categories) > 10
    assert made.new.districts == ()


def test_everything_is_taken_over() -> None:
    wish = replace(
        WISH, admin_name="Dr. Anna Becker", brand_colour="#AABBCC", contact_email="rathaus@oos.example",
        address="Rathausplatz 1, 76532 Oos", state="bw", official_key="08 211 000",
        district=("Altstadt;76530;48.76;8.24", "Am Wald"),
    )  # fmt: skip
    made = plan(wish)
    assert (made.new.official_key, made.new.brand_colour) == ("08211000", "#aabbcc")
    assert made.new.districts == (NewDistrict("Altstadt", Point(48.76, 8.24), "76530"), NewDistrict("Am Wald"))
    assert made.new.centre == Point(48.76, 8.24)
    assert made.admin.name == "Dr. Anna Becker"


def test_postcodes_stand_for_districts_where_there_are_none() -> None:
    (one,) = plan(replace(WISH, postcode=("76532",), centre="48,77; 8,2")).new.districts
    assert one == NewDistrict("Oos", Point(48.77, 8.2), "76532")
    two = plan(replace(WISH, postcode=("76532", "76534"))).new.districts
    assert [(district.name, district.postcode) for district in two] == [("Oos 76532", "76532"), ("Oos 76534", "76534")]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("admin", "nobody", "@-sign"),
        ("contact_email", "x@", "@-sign"),
        ("brand_colour", "1f4e9e", "#rrggbb"),
        ("accent_colour", "#12345g", "#rrggbb"),
        ("official_key", "123", "eight digits"),
        ("official_key", "17000000", "eight digits"),
        ("centre", "8.2;48.7", "latitude comes first"),
        ("centre", "Mitte", "48.94;8.40"),
    ],
)
def test_a_mistake_is_told_at_its_field(field: str, value: str, told: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        plan(replace(WISH, **{field: value}))
    assert told in refused.value.problems[field]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"state": "Bayern", "official_key": "08211000"}, "not in Bayern"),
        ({"state": "Tirol"}, "not a federal state"),
        ({"postcode": ("7653",)}, "postcode"),
        ({"district": (";76530",)}, "has no name"),
        ({"district": ("Ort;7653",)}, "postcode"),
        ({"district": ("Am Wald", "am-wald")}, "named twice"),
    ],
)
def test_what_does_not_fit_together_is_told(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        plan(replace(WISH, **changes))


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InvalidInputError) as refused:
        plan(Wish(name="Oos", admin="x", brand_colour="blue", centre="?"))
    assert set(refused.value.problems) == {"admin", "brand_colour", "centre"}


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_is_read_row_by_row(tmp_path: Path, separator: str) -> None:
    rows = [
        ["Name", "host", "admin", "postcode", "district"],
        ["Oos", "oos.example|www.oos.example", "a@oos.example", "76530 | 76532", '"Ort;76530|Wald"'],
        ["", "", "", "", ""],
        ["kurz", "x"],
        ["Ulm", "ulm.example", "a@ulm.example", "", ""],
    ]
    file = tmp_path / "towns.csv"
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(separator.join(row) for row in rows).encode())
    read = dict(read_table(file))
    first, short, last = read[2], read[4], read[5]
    assert isinstance(first, Wish)
    assert (first.host, first.postcode) == (("oos.example", "www.oos.example"), ("76530", "76532"))
    assert first.district == ("Ort;76530", "Wald")
    assert isinstance(short, InvalidInputError)
    assert isinstance(last, Wish)
    assert last.name == "Ulm"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"name,colour\nOos,red\n", "'colour'"),
        (b"name,name\nOos,Oos\n", "'name'"),
        (b"", "nothing"),
        (b'name\n"Oos', "line 2"),
        ("name\nMünchen\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "towns.csv"
    file.write_bytes(content)
    with pytest.raises(InvalidInputError, match=told):
        list(read_table(file))


def test_districts_come_from_a_table_too(tmp_path: Path) -> None:
    file = tmp_path / "districts.csv"
    file.write_text("name;postcode;latitude;longitude\nAltstadt;76530;48,76;8,24\nWald;;;\n", encoding="utf-8")
    found = plan(replace(WISH, district=read_districts(file))).new.districts
    assert found == (NewDistrict("Altstadt", Point(48.76, 8.24), "76530"), NewDistrict("Wald"))


@given(st.floats(45, 56), st.floats(5, 16))
def test_a_point_is_read_as_it_is_written(latitude: float, longitude: float) -> None:
    assert read_point(f"{latitude};{longitude}") == Point(latitude, longitude)


@given(st.text(max_size=30))
def test_any_text_for_a_point_is_read_or_refused(text: str) -> None:
    try:
        found = read_point(text)
    except ValueError:
        return
    assert found is None or 45 <= found.latitude <= 56


@pytest.mark.parametrize(
    ("email", "name"),
    [("anna.becker@x", "Anna Becker"), ("max-von_ulm2@x", "Max Von Ulm"), ("rathaus@x", "Rathaus"), ("7@x", "7@x")],
)
def test_a_name_to_greet_by_is_made_of_an_address(email: str, name: str) -> None:
    assert name_from(email) == name


def test_states_are_known_by_name_code_and_key() -> None:
    assert len({state.key for state in STATES}) == len({state.code for state in STATES}) == 16
    assert state_named(" baden-WÜRTTEMBERG ") == state_named("BW") == state_of("08211000") == state_of("08")
    assert state_of("") is None
