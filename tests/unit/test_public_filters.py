"""Reading a search address: whatever it holds, it becomes something that can be asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engagement.kernel.geo import Point
from engagement.tenancy.queries import DistrictTerm, Term, Vocabulary
from engagement.web.shared.filters import Filters, read_directory, read_filters
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
NAMES = ("q", "kategorie", "zielgruppe", "ortsteil", "umkreis", "plz", "art", "wann", "seite")


def read(*pairs: tuple[str, str]) -> Filters:
    return read_filters(MultiDict(pairs), WORDS, make_tenant_info())


def test_nothing_asked_for() -> None:
    filters = read()
    assert filters.arguments() == {}
    assert (filters.chips(), filters.problems, filters.query().page) == ([], {}, 1)


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
    left = {chip.label: filters.without(chip) for chip in filters.chips()}
    assert left["“x”"] == {"kategorie": ["kinder", "natur"], "plz": "75015", "umkreis": "5"}
    assert left["Natur"] == {"q": "x", "kategorie": ["kinder"], "plz": "75015", "umkreis": "5"}
    assert left["5 km around 75015"] == {"q": "x", "kategorie": ["kinder", "natur"]}


def test_what_can_be_left_out() -> None:
    assert read(("q", "x")).loosened() == []
    looser = dict(read(("q", "x"), ("art", "remote"), ("wann", "sat")).loosened())
    assert looser["the kind"].arguments() == {"q": "x", "wann": ["sat"]}
    assert looser["all filters"].arguments() == {"q": "x"}


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=30) | st.sampled_from(["sat", "75015", "kinder"]))))
def test_any_address_is_read_and_written_back_the_same(pairs: list[tuple[str, str]]) -> None:
    filters = read(*pairs)
    again = [
        (name, value)
        for name, values in filters.arguments().items()
        for value in (values if isinstance(values, list) else [values])
    ]
    assert read(*again).arguments() == filters.arguments()
    filters.query()
    filters.chips()


@given(st.dictionaries(st.sampled_from(["q", "art", "ortsteil", "seite"]), st.text(max_size=30)))
def test_any_address_of_the_directory_is_read(values: dict[str, str]) -> None:
    asked = read_directory(MultiDict(values), WORDS)
    assert asked.page >= 1
