"""What a row of an export becomes here."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.kernel.geo import Point
from engagement.opportunities.freinet.access import Access, access_of
from engagement.opportunities.freinet.columns import SAID, columns_of, digest
from engagement.opportunities.freinet.mapping import LONGEST_DESCRIPTION, Mapped, Setting, UnusableRowError, map_offer
from engagement.opportunities.freinet.notes import cut_at_word
from engagement.opportunities.freinet.place import Town
from engagement.opportunities.freinet.record import FreinetOffer, Layout
from engagement.opportunities.freinet.source import opened
from engagement.opportunities.freinet.words import key, match_all, matching_terms
from engagement.opportunities.kinds import PlaceKind
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import DistrictTerm, Term, Vocabulary
from tests.factories.freinet import FOLDER

CATEGORIES = (
    "Kinder und Jugend", "Bildung und Lernen", "Freizeit und Sport", "Leben im Alter", "Natur, Tiere und Umwelt",
    "Menschen mit Behinderungen", "Junges Engagement",
)  # fmt: skip
GROUPS = ("Kinder", "Jugendliche", "Seniorinnen und Senioren", "Menschen mit Behinderung", "Menschen mit Erkrankung")
DISTRICTS = (
    DistrictTerm(1, "kernstadt", "Kernstadt", postcodes=("75015",), point=Point(49.0369, 8.7074)),
    DistrictTerm(2, "diedelsheim", "Diedelsheim", postcodes=("75015",), point=Point(49.0412, 8.6802)),
    DistrictTerm(3, "buechig", "Büchig", postcodes=("75015",), point=Point(49.0740, 8.7104)),
)
WORDS = Vocabulary(
    categories=tuple(Term(number, key(name), name) for number, name in enumerate(CATEGORIES, 1)),
    target_groups=tuple(Term(number, key(name), name) for number, name in enumerate(GROUPS, 1)),
    organisation_kinds=(),
    districts=DISTRICTS,
)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTING = Setting(Town("Bretten", WORDS), ZoneInfo("Europe/Berlin"), NOW)
PLAIN = FreinetOffer(
    row=1,
    line=3,
    layout=Layout.FULL_XML,
    external_id="7",
    title="Vorlesen",
    organisation_name="Lesewelt",
    description="<p>Wir lesen vor.</p>",
    contactable="1",
)


def mapped(**fields: Any) -> Mapped:
    return map_offer(dataclasses.replace(PLAIN, **fields), SETTING)


def test_maps_the_short_layout() -> None:
    with opened(FOLDER / "short.xml") as rows:
        first, second, third = [map_offer(row, SETTING) for row in list(rows)[:3] if isinstance(row, FreinetOffer)]
    values = first.values
    assert values.title == "Vorlesen in der Grundschule (m/w/d)"
    assert values.summary == "Einmal in der Woche vorlesen & zuhören"
    assert values.description == (
        "Liebe Interessierte,\n\nwir suchen **Lesepat\\*innen** für die Klassen 1 und 2:\n\n- vorlesen\n- zuhören"
    )
    assert (values.place_kind, values.street, values.district_id) == (PlaceKind.ADDRESS, "Schulgasse 1", 2)
    assert values.point == Point(49.041, 8.681)
    assert (values.places, values.time_note) == (4, "montags 10–11 Uhr")
    assert (first.created_at, first.edited_at) == (
        datetime(2016, 7, 4, 13, 19, tzinfo=UTC),
        datetime(2025, 3, 5, 14, 45, 12, tzinfo=UTC),
    )
    assert first.is_shown
    assert first.notes == ()
    assert (second.is_open, second.is_described) == (False, True)
    assert (second.values.place_kind, second.values.district_id, second.values.point) == (PlaceKind.DISTRICT, 2, None)
    assert second.values.places is None
    assert second.values.summary.startswith("Die Bücherei braucht Hilfe")
    assert (third.is_described, third.values.district_id, third.edited_at) == (False, None, None)
    assert (third.values.place_kind, third.values.city) == (PlaceKind.ADDRESS, "Karlsruhe")


def test_maps_the_full_layout() -> None:
    with opened(FOLDER / "full.xml") as rows:
        (row,) = rows
    assert isinstance(row, FreinetOffer)
    result = map_offer(row, SETTING)
    values = result.values
    assert values.category_ids == (4,)
    assert values.target_group_ids == (3,)
    assert "category unknown here: 'Raumfahrt'" in result.notes
    assert values.time_note == "nachmittags · 2 Stunden in der Woche"
    assert (values.step_free, values.public_transport, values.hearing_support) == (True, True, None)
    assert (values.contact_name, values.contact_email, values.contact_phone) == (
        "Maria Muster", "maria@heim.example", "07252 1234",
    )  # fmt: skip
    assert "### Das bringen Sie mit\n\nGeduld und ein offenes Ohr" in values.description
    assert values.description.endswith("[www.heim.example/besuch](https://www.heim.example/besuch)")
    assert result.organisation.website == "https://heim.example"
    assert result.organisation.description == "Ein Haus mit Garten."


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"external_id": " "}, "no id"),
        ({"external_id": "1" * 81}, "id longer"),
        ({"title": "<b> </b>"}, "no title"),
        ({"organisation_name": "&nbsp;"}, "no organisation"),
    ],
)
def test_refuses_rows_that_lack_what_counts(fields: dict[str, str], reason: str) -> None:
    with pytest.raises(UnusableRowError, match=reason):
        mapped(**fields)


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"title": "Helfen " * 40}, "title cut from 279 to 160 characters"),
        ({"description": "<p>" + "Text. " * 5_000 + "</p>"}, "description cut from 29999"),
        ({"description": "<p>Absatz</p>" * 9_000}, "HTML of the description cut"),
        ({"contact_email": "bitte anrufen"}, "e-mail of the contact left out: 'bitte anrufen'"),
        ({"organisation_website": "keine"}, "website of the organisation left out"),
        ({"website": "javascript:alert(1)"}, "website left out"),
        ({"places_wanted": "viele"}, "places left out: 'viele' is no number"),
        ({"places_wanted": "99999"}, "too many"),
        ({"created": "gestern"}, "time created left out: 'gestern'"),
        ({"edited": "9999999999"}, "time edited left out"),
        ({"latitude": "8.7", "longitude": "49.0"}, "outside Central Europe"),
        ({"latitude": "49,O", "longitude": "8,7"}, "coordinates left out: they are no numbers"),
        ({"latitude": "nan", "longitude": "8,7"}, "coordinates left out: they are no numbers"),
        ({"postcode": "unbekannt"}, "postcode left out: 'unbekannt'"),
        ({"districts": ("Mond",)}, "district unknown here: 'Mond'"),
        ({"districts": ("Büchig", "Diedelsheim")}, "several districts named"),
        ({"target_groups": ("Drachen",)}, "target group unknown here: 'Drachen'"),
    ],
)
def test_nothing_is_left_out_in_silence(fields: dict[str, Any], note: str) -> None:
    assert any(note in said for said in mapped(**fields).notes)


@pytest.mark.parametrize(
    ("text", "places"), [("3", 3), ("3,0", 3), ("0", None), ("", None), ("-1", None), ("10000", None), ("1e3", None)]
)
def test_places(text: str, places: int | None) -> None:
    assert mapped(places_wanted=text).values.places == places


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1741185912", datetime(2025, 3, 5, 14, 45, 12, tzinfo=UTC)),
        ("05.03.2025 15:45", datetime(2025, 3, 5, 14, 45, tzinfo=UTC)),
        ("2025-07-05", datetime(2025, 7, 4, 22, tzinfo=UTC)),
        ("0", None),
        ("1", None),
        ("999999999999", None),
    ],
)
def test_times(text: str, moment: datetime | None) -> None:
    assert mapped(created=text).created_at == moment


@pytest.mark.parametrize(
    ("fields", "kind", "district"),
    [
        ({"city": "Bretten"}, PlaceKind.DISTRICT, None),
        ({"city": "Bretten-Büchig"}, PlaceKind.DISTRICT, 3),
        ({"city": "75015 Bretten/Diedelsheim"}, PlaceKind.DISTRICT, 2),
        ({"districts": ("Stadtteil Buechig",)}, PlaceKind.DISTRICT, 3),
        ({"districts": ("BÜCHIG",), "latitude": "49.0412", "longitude": "8.6802"}, PlaceKind.ADDRESS, 3),
        ({"latitude": "49,0412", "longitude": "8,6802"}, PlaceKind.ADDRESS, 2),
        ({"latitude": "49.20", "longitude": "8.70"}, PlaceKind.ADDRESS, None),
        ({"latitude": "0.000000", "longitude": "8.70"}, PlaceKind.DISTRICT, None),
        ({"city": "Pforzheim", "latitude": "49.0412", "longitude": "8.6802"}, PlaceKind.ADDRESS, None),
        (
            {"city": "Brettheim", "postcode": "D-75015", "latitude": "49.0412", "longitude": "8.6802"},
            PlaceKind.ADDRESS,
            2,
        ),
        ({"city": "online"}, PlaceKind.REMOTE, None),
        ({"districts": ("ortsunabhängig",), "street": "Weg 1"}, PlaceKind.REMOTE, None),
    ],
)
def test_places_on_the_map(fields: dict[str, Any], kind: PlaceKind, district: int | None) -> None:
    values = mapped(**fields).values
    assert (values.place_kind, values.district_id) == (kind, district)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("kinder und jugend", ["Kinder und Jugend"]),
        ("Kinder / Jugend", ["Kinder und Jugend"]),
        ("Sport", ["Freizeit und Sport"]),
        ("Umwelt & Natur", ["Natur, Tiere und Umwelt"]),
        ("Menschen mit Behinderung", ["Menschen mit Behinderungen"]),
        ("Behinderung", ["Menschen mit Behinderungen"]),
        ("Menschen", []),
        ("Raumfahrt", []),
        ("", []),
    ],
)
def test_finds_categories_by_their_words(name: str, found: list[str]) -> None:
    assert [term.name for term in matching_terms(name, WORDS.categories)] == found


def test_what_is_for_companies_and_groups_suits_groups() -> None:
    assert mapped(fields=("Kinder und Jugend", "Unternehmen &amp; Gruppen")).values.suited_for == ("group",)
    assert mapped(fields=("Kinder und Jugend",)).values.suited_for == ()


def test_one_name_may_mean_several_groups() -> None:
    assert match_all(["Kinder und Jugendliche", "Roboter"], WORDS.target_groups) == ((1, 2), ["Roboter"])


@pytest.mark.parametrize(
    ("text", "access"),
    [
        ("ja", Access(step_free=True)),
        ("Nein.", Access(step_free=False)),
        ("nicht barrierefrei", Access(step_free=False)),
        ("Rollstuhlgerecht mit Behinderten-WC, Haltestelle nebenan", Access(None, True, True, None)),
        ("rollstuhlgerecht, Behinderten-WC", Access(step_free=True, accessible_toilet=True)),
        ("nicht rollstuhlgerecht", Access(step_free=False)),
        ("teilweise rollstuhlgerecht", Access()),
        ("barrierefreier Zugang; keine Behindertentoilette", Access(step_free=True, accessible_toilet=False)),
        ("Induktionsschleife vorhanden", Access(hearing_support=True)),
        ("stufenlos. Aufzug leider nicht", Access()),
        ("Bitte fragen Sie uns", Access()),
        ("", Access()),
    ],
)
def test_takes_only_clear_words_on_access(text: str, access: Access) -> None:
    assert access_of(text) == access


def test_cuts_at_a_word() -> None:
    assert cut_at_word("eins zwei drei", 10) == "eins zwei…"
    assert cut_at_word("a" * 20, 10) == "a" * 9 + "…"
    assert cut_at_word("kurz", 10) == "kurz"


TEXTS = {part.name: st.text(max_size=400) for part in dataclasses.fields(FreinetOffer) if part.type == "str"}
LISTS = {
    part.name: st.lists(st.text(max_size=80), max_size=3).map(tuple)
    for part in dataclasses.fields(FreinetOffer)
    if part.type == "tuple[str, ...]"
}


@settings(deadline=None, max_examples=150)
@given(st.fixed_dictionaries({}, optional=TEXTS | LISTS))
def test_whatever_a_row_says_fits_the_tables(fields: dict[str, Any]) -> None:
    try:
        result = mapped(**fields)
    except UnusableRowError:
        return
    _assert_fits(Opportunity, result.values.columns() | {"external_id": result.external_id})
    _assert_fits(Organisation, dataclasses.asdict(result.organisation) | {"external_id": result.organisation_id})
    assert len(result.values.description) <= LONGEST_DESCRIPTION
    assert result.values.title
    assert result.values.places is None or result.values.places > 0


@given(st.fixed_dictionaries({}, optional=TEXTS | LISTS), st.sampled_from(Layout))
def test_the_digest_is_stable_and_speaks_of_the_layouts_columns(fields: dict[str, Any], layout: Layout) -> None:
    fields = {**fields, "layout": layout, "title": "Vorlesen", "organisation_name": "Lesewelt", "external_id": "7"}
    columns = columns_of(mapped(**fields), 1, layout)
    assert set(columns) == SAID[layout]
    assert digest(columns) == digest(columns_of(mapped(**fields), 1, layout))
    assert digest(columns) != digest(columns | {"title": "Vorlesen!"})


def _assert_fits(table: type[Opportunity | Organisation], values: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, str) and name in table.__table__.columns:
            longest = getattr(table.__table__.columns[name].type, "length", None)
            assert longest is None or len(value) <= longest, name
            assert "\x00" not in value, name
