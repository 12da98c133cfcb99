"""Reading a search address: whatever it holds, it becomes something that can be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engagement.catalogue.queries import Effort, Order
from engagement.catalogue.slots import DAYS
from engagement.kernel.geo import Point
from engagement.tenancy.queries import DistrictTerm, Term, Vocabulary
from engagement.web.shared.chips import chips_of, in_a_line, loosened, without
from engagement.web.shared.directory import read_directory
from engagement.web.shared.filters import Filters, read_filters
from tests.factories.mails import make_tenant_info

WORDS = Vocabulary(
    categories=(Term(1, "kinder", "Kinder"), Term(2, "natur", "Natur")),
    target_groups=(Term(7, "tiere", "Tiere"),),
    organisation_kinds=(Term(5, "verein", "Verein"),),
    districts=(
        DistrictTerm(3, "kernstadt", "Kernstadt", postcodes=("75015",), point=Point(49.0, 8.7)),
        DistrictTerm(4, "ruit", "Ruit", postcodes=("75015",), point=Point(49.02, 8.72)),
    ),
)
NAMES = (
    "q", "kategorie", "zielgruppe", "ortsteil", "umkreis", "plz", "ort", "art", "wann", "dauer", "sprache", "alter",
    "zugang", "mit", "schnuppern", "ortlos", "nachbarn", "sortierung", "seite", "ansicht",
)  # fmt: skip


def read(*pairs: tuple[str, str]) -> Filters:
    return read_filters(MultiDict(pairs), WORDS, make_tenant_info())


def test_nothing_asked_for() -> None:
    filters = read()
    assert filters.arguments() == {}
    assert (chips_of(filters), filters.problems, filters.query().page) == ([], {}, 1)


def test_everything_that_is_known_becomes_part_of_the_query() -> None:
    filters = read(
        ("q", " Kinder  lesen "), ("kategorie", "natur"), ("kategorie", "kinder"), ("zielgruppe", "tiere"),
        ("ortsteil", "ruit"), ("umkreis", "10"), ("plz", "75015"), ("art", "einmalig"), ("wann", "sat"),
        ("wann", "evening"), ("seite", "3"),
    )  # fmt: skip
    query = filters.query()
    assert (query.text, query.category_ids, query.target_group_ids, query.district_ids) == (
        "Kinder lesen",
        (1, 2),
        (7,),
        (4,),
    )
    assert (query.radius_km, query.time_kinds, query.slots, query.page) == (10.0, ("dated",), {"sat-evening"}, 3)
    assert query.centre is not None
    assert abs(query.centre.latitude - 49.01) < 1e-6
    assert filters.problems == {}


def test_what_is_unknown_is_passed_over() -> None:
    filters = read(
        ("kategorie", "gibt-es-nicht"), ("art", "quatsch"), ("wann", "fri-night"), ("umkreis", "-3"), ("seite", "null")
    )
    assert filters.arguments() == {}
    assert filters.problems == {}


def test_an_unknown_place_is_explained_and_not_used() -> None:
    filters = read(("plz", "99999"), ("umkreis", "5"))
    assert "plz" in filters.problems
    assert filters.query().centre is None
    assert filters.place == "99999"


def test_a_distance_without_a_place_asks_for_one() -> None:
    assert "plz" in read(("umkreis", "5")).problems


def test_a_place_may_be_a_part_of_town_and_has_a_usual_distance() -> None:
    filters = read(("plz", "ruit"))
    assert (filters.centre, filters.radius) == (Point(49.02, 8.72), 5)


def test_taking_a_chip_away_leaves_the_others() -> None:
    filters = read(("q", "x"), ("kategorie", "natur"), ("kategorie", "kinder"), ("plz", "75015"), ("umkreis", "5"))
    left = {chip.label: without(filters, chip) for chip in chips_of(filters)}
    assert left["“x”"] == {"kategorie": ["kinder", "natur"], "plz": "75015", "umkreis": "5"}
    assert left["Natur"] == {"q": "x", "kategorie": ["kinder"], "plz": "75015", "umkreis": "5"}
    assert left["5 km around 75015"] == {"q": "x", "kategorie": ["kinder", "natur"]}


def test_what_can_be_left_out() -> None:
    assert loosened(read(("q", "x"))) == []
    looser = {one.label: one.filters for one in loosened(read(("q", "x"), ("art", "remote"), ("wann", "sat")))}
    assert looser["the kind"].arguments() == {"q": "x", "wann": ["sat"]}
    assert looser["all filters"].arguments() == {"q": "x"}


def test_a_place_that_is_left_out_takes_its_order_along() -> None:
    filters = read(("q", "x"), ("plz", "75015"), ("umkreis", "5"), ("sortierung", "nah"))
    (place,) = (chip for chip in chips_of(filters) if chip.name == "plz")
    assert without(filters, place) == {"q": "x"}
    (looser,) = (one.filters for one in loosened(filters) if one.label == "the distance")
    assert looser.arguments() == {"q": "x"}


def test_where_a_visitor_is_is_known_roughly_and_a_typed_place_goes_before_it() -> None:
    filters = read(("ort", "49.0369,8.7074"))
    assert (filters.here, filters.centre, filters.radius) == (Point(49.035, 8.705), Point(49.035, 8.705), 5)
    assert filters.arguments() == {"ort": "49.035,8.705", "umkreis": "5"}
    assert [chip.label for chip in chips_of(filters)] == ["5 km around you"]
    assert read(("ort", "49.0369,8.7074"), ("plz", "ruit")).here is None
    assert read(("ort", "49.0369,8.7074"), ("plz", "99999")).centre is None
    assert [read(("ort", text)).here for text in ("", "x", "95,8", "49.03", "nan,nan")] == [None] * 5


def test_the_nearest_first_needs_a_place() -> None:
    assert "plz" in read(("sortierung", "nah")).problems
    assert read(("sortierung", "nah"), ("plz", "ruit")).problems == {}
    assert read(("sortierung", "nah"), ("ort", "49,8")).problems == {}


def test_who_looks_and_what_is_needed() -> None:
    filters = read(
        ("sprache", "tr"), ("sprache", "quatsch"), ("sprache", "DE"), ("alter", "15"), ("zugang", "toilette"),
        ("zugang", "stufenlos"), ("mit", "familie"), ("schnuppern", "1"), ("dauer", "bis-5"), ("sortierung", "bald"),
    )  # fmt: skip
    query = filters.query()
    assert (query.languages, query.age, query.taster, query.effort, query.order) == (
        ("de", "tr"), 15, True, Effort.SOME, Order.SOONEST,
    )  # fmt: skip
    assert (query.access, query.suited_for) == (("step_free", "accessible_toilet"), ("family",))
    assert [chip.name for chip in chips_of(filters)] == [
        "dauer", "sprache", "sprache", "alter", "zugang", "zugang", "mit", "schnuppern",
    ]  # fmt: skip


SAID = {
    "q": "lesen", "kategorie": "natur", "zielgruppe": "tiere", "ortsteil": "ruit", "plz": "75015", "ort": "49,9",
    "umkreis": "20", "art": "einmalig", "wann": "sat", "dauer": "mehr", "sprache": "tr", "alter": "15",
    "zugang": "stufenlos", "mit": "familie", "schnuppern": "1", "nachbarn": "1", "ortlos": "1", "sortierung": "neu",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SAID))
def test_every_argument_is_said_in_the_line(name: str) -> None:
    assert set(SAID) == set(NAMES) - {"seite", "ansicht"}
    place = [("plz", "75015")] if name == "umkreis" else []
    assert in_a_line(read(*place, (name, SAID[name]))) != in_a_line(read(*place))


def test_the_line_of_no_filters_and_of_several() -> None:
    assert in_a_line(read()) == "All offers"
    line = in_a_line(read(("q", "lesen"), ("alter", "15"), ("sortierung", "bald")))
    assert line == "“lesen” · I am 15 years old · comes first: Starting soonest"


def test_times_are_said_in_as_few_words_as_they_can_be() -> None:
    every_saturday = (("wann", f"sat-{part}") for part in ("morning", "afternoon", "evening"))
    assert read(*every_saturday, ("wann", "sun-evening")).slots == ("sat", "sun-evening")
    assert read(("wann", "sat"), ("wann", "evening")).slots == ("sat-evening",)
    assert read(*(("wann", f"{day}-evening") for day in DAYS)).slots == ("evening",)


def test_a_part_of_town_keeps_neighbours_out_of_what_is_left() -> None:
    looser = loosened(read(("q", "x"), ("ortsteil", "ruit"), ("nachbarn", "1")))
    assert [one.filters.arguments() for one in looser] == [{"ortsteil": ["ruit"]}, {"q": "x"}, {"q": "x"}]


VALUES = st.sampled_from(
    ["sat", "evening", "sun-morning", "75015", "ruit", "kinder", "tiere", "einmalig", "remote", "bis-2", "mehr", "de",
     "tr", "stufenlos", "oepnv", "gruppe", "1", "karte", "15", "49.03691,8.7074", "-0.001 179.999", "nah", "neu"]
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=30) | VALUES)))
def test_any_address_is_read_and_written_back_the_same(pairs: list[tuple[str, str]]) -> None:
    filters = read(*pairs)
    again = [
        (name, value)
        for name, values in filters.arguments().items()
        for value in (values if isinstance(values, list) else [values])
    ]
    assert read(*again) == replace(filters, page=1)
    filters.query()
    for chip in chips_of(filters):
        assert without(filters, chip) != filters.arguments()
    for one in loosened(filters):
        assert len(one.filters.arguments()) < len(filters.arguments())


@given(st.dictionaries(st.sampled_from(["q", "art", "ortsteil", "seite"]), st.text(max_size=30)))
def test_any_address_of_the_directory_is_read(values: dict[str, str]) -> None:
    asked = read_directory(MultiDict(values), WORDS)
    assert asked.page >= 1
