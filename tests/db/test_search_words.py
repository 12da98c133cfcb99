"""Groups of words, hints, what is ruled out: whole wishes against a town's offers, and whose words count."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue import groups
from engagement.catalogue.groups import GroupValues
from engagement.catalogue.models import CataloguePosting
from engagement.catalogue.queries import SearchQuery, search
from engagement.catalogue.service import remove_entries
from engagement.kernel.audit import AuditRecord
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from tests.factories.catalogue import make_entry


def titles(session: Session, typed: str, **query: object) -> list[str]:
    return [card.title for card in search(session, SearchQuery(text=typed, **query)).cards]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Buchhalter", "Kassenwart gesucht"),
        ("was mit Tieren", "Gassi gehen mit Hunden"),
        ("alte Leute", "Besuche im Pflegeheim"),
        ("oma und opa", "Senioren begleiten"),
        ("Hocketse", "Straßenfest am Markt"),
        ("nach dem Abi", "FSJ im Kindergarten"),
        ("Seniorenbegleitung", "Spaziergänge mit Senioren"),
        ("Kinderbetreuungshelfer", "Kinderbetreuung am Nachmittag"),
        ("Vor lesen", "Vorlesen am Nachmittag"),
        ("Repair Cafe", "Repair-Café"),
        ("Flüchtlnigshilfe", "Geflüchtete begleiten"),
        ("Senjoren", "Seniorennachmittag"),
    ],
)
def test_lay_words_find_the_words_of_the_field(session: Session, typed: str, found: str) -> None:
    for title in (found, "Schlagzeug"):
        make_entry(session, title=title, summary="Ganz was anderes.")
    assert titles(session, typed) == [found]


def test_the_very_word_comes_before_what_it_leads_to(session: Session) -> None:
    for title in ("Kassenwart gesucht", "Buchhalter gesucht"):
        make_entry(session, title=title)
    assert titles(session, "Buchhalter") == ["Buchhalter gesucht", "Kassenwart gesucht"]


def test_a_rare_word_comes_before_the_common_ones_that_it_leads_to(session: Session) -> None:
    make_entry(session, title="Samstags in der Halle", summary="Wir suchen Hilfe beim Trampolin.")
    for number in range(30):
        make_entry(session, title=f"Kinderturnen {number}", summary="Turnen mit den Kleinen.")
    found = titles(session, "Trampolin")
    assert found[0] == "Samstags in der Halle"
    assert len(found) > 1, "what it leads to is found as well"


def test_a_compound_is_known_by_the_word_though_its_stem_is_short(session: Session) -> None:
    for title in ("Elternabend", "Weltreise"):
        make_entry(session, title=title, summary="Ganz was anderes.")
    assert titles(session, "Eltern") == ["Elternabend"]


def test_what_people_lack_is_not_ruled_out(session: Session) -> None:
    make_entry(session, title="Arztbesuche, auch ohne Versicherung", summary="Für Menschen in Not.")
    assert titles(session, "Menschen ohne Versicherung") == ["Arztbesuche, auch ohne Versicherung"]
    assert titles(session, "Arztbesuche ohne Versicherung") == []


def test_what_is_not_wanted_is_left_out_also_alone(session: Session) -> None:
    for title in ("Lesen mit Kindern", "Lesen mit Senioren", "Tennis"):
        make_entry(session, title=title, summary="Ganz was anderes.")
    assert titles(session, "lesen, aber nicht mit Kindern") == ["Lesen mit Senioren"]
    assert set(titles(session, "keine Kinder")) == {"Lesen mit Senioren", "Tennis"}
    assert titles(session, "keine Kinder", category_ids=(1,)) == []


def test_hints_lift_what_fits_and_hide_nothing(session: Session) -> None:
    make_entry(session, title="Chor eins", slots=("mon-morning",))
    make_entry(session, title="Chor zwei", slots=("sat-evening",))
    make_entry(session, title="Chor drei", place_kind="remote")
    make_entry(session, title="Chor vier", suited_for=("family",))
    make_entry(session, title="Tennis", slots=("sat-evening",))
    for typed, first in (
        ("singen am Wochenende", "Chor zwei"),
        ("singen von zu Hause aus", "Chor drei"),
        ("singen mit meiner Familie", "Chor vier"),
    ):
        found = titles(session, typed)
        assert found[0] == first
        assert {"Chor eins", "Chor zwei", "Chor drei", "Chor vier"} <= set(found)
    assert "Tennis" not in titles(session, "Chor am Samstagabend")
    assert titles(session, "samstags")[:2] == ["Tennis", "Chor zwei"]


def test_what_is_for_older_ones_is_left_out_if_somebody_is_under_age(session: Session) -> None:
    make_entry(session, title="Chor ab 16", minimum_age=16)
    make_entry(session, title="Chor für alle")
    assert titles(session, "ich bin 15 und singe gern im Chor") == ["Chor für alle"]
    assert set(titles(session, "Chor")) == {"Chor ab 16", "Chor für alle"}


def test_a_changed_or_removed_entry_leaves_no_posting_behind(session: Session) -> None:
    make_entry(session, opportunity_id=1, title="Orgel", slots=("sat-evening",))
    make_entry(session, opportunity_id=1, title="Tennis", time_kind="dated")
    stems = set(session.scalars(select(CataloguePosting.stem)))
    assert {"tennis", ":dated"} <= stems
    assert not {"orgel", ":sat-evening", ":ongoing"} & stems
    remove_entries(session, [1])
    assert session.scalars(select(CataloguePosting.stem)).all() == []


class TestOwnGroups:
    def test_they_count_at_once_one_way_or_both(self, session: Session) -> None:
        make_entry(session, title="Peter-und-Paul-Fest")
        make_entry(session, title="Zehnthof fegen")
        assert titles(session, "Stadtbörse") == []
        group_id = groups.add_group(session, GroupValues("Stadtbörse\nauf der Gass", "Zehnthof"))
        assert titles(session, "Stadtbörse") == titles(session, "auf der Gass") == ["Zehnthof fegen"]
        make_entry(session, title="Stadtbörse aufbauen")
        assert titles(session, "Zehnthof") == ["Zehnthof fegen"]
        groups.change_group(session, group_id, GroupValues("Stadtbörse", "Zehnthof", both_ways=True))
        assert titles(session, "Zehnthof") == ["Zehnthof fegen", "Stadtbörse aufbauen"]
        groups.delete_group(session, group_id)
        assert titles(session, "Zehnthof") == ["Zehnthof fegen"]

    def test_a_group_of_the_product_can_be_switched_off_and_on(self, session: Session) -> None:
        make_entry(session, title="Kassenwart gesucht")
        groups.switch_off(session, "kasse")
        groups.switch_off(session, "kasse")
        assert titles(session, "Buchhalter") == []
        assert [one.is_on for one in groups.groups_of_product(session, "Buchhalter")] == [False]
        groups.switch_on(session, "kasse")
        groups.switch_on(session, "kasse")
        assert titles(session, "Buchhalter") == ["Kassenwart gesucht"]
        actions = session.scalars(
            select(AuditRecord.action).where(AuditRecord.action.like("search_group.%")).order_by(AuditRecord.id)
        ).all()
        assert actions == ["search_group.switch_off", "search_group.switch_on"]

    def test_another_towns_words_change_nothing(self, app: Flask, bretten: int, ettlingen: int) -> None:
        for tenant_id in (bretten, ettlingen):
            with app.app_context():
                session = current_session()
                open_for_tenant(session, tenant_id)
                make_entry(session, title="Zehnthof fegen")
                make_entry(session, title="Kassenwart gesucht")
                if tenant_id == ettlingen:
                    groups.add_group(session, GroupValues("Xylophon", "Zehnthof"))
                    groups.switch_off(session, "kasse")
                session.commit()
        found = {}
        for tenant_id, other in ((bretten, ettlingen), (ettlingen, bretten)):
            with app.app_context():
                open_for_tenant(current_session(), tenant_id)
                found[tenant_id] = [
                    search(current_session(), SearchQuery(text=typed, also_tenants=(other,))).total
                    for typed in ("Xylophon", "Buchhalter")
                ]
                assert groups.own_groups(current_session()) == [] or tenant_id == ettlingen
        assert found == {bretten: [0, 2], ettlingen: [2, 0]}

    @pytest.mark.parametrize(
        ("typed", "found", "wrong"),
        [
            ("", "Fest", {"typed"}),
            ("Fest", " , ;\n", {"found"}),
            ("123", "!!", {"typed", "found"}),
            ("x" * 61, "Fest", {"typed"}),
            ("\n".join(f"wort {number}" for number in range(41)), "Fest", {"typed"}),
            ("Fest", "fest", {"found"}),
        ],
    )
    def test_what_makes_no_sense_is_refused_field_by_field(
        self, session: Session, typed: str, found: str, wrong: set[str]
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            groups.add_group(session, GroupValues(typed, found))
        assert set(refused.value.problems) == wrong

    def test_there_are_only_so_many(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(groups, "MOST_GROUPS", 1)
        groups.add_group(session, GroupValues("a", "b"))
        with pytest.raises(ConflictError):
            groups.add_group(session, GroupValues("c", "d"))

    def test_what_is_not_there_is_not_found(self, session: Session) -> None:
        assert groups.find_group(session, 1) is None
        for act in (
            lambda: groups.delete_group(session, 1),
            lambda: groups.change_group(session, 1, GroupValues("a", "b")),
            lambda: groups.switch_off(session, "gibt es nicht"),
            lambda: groups.switch_on(session, "gibt es nicht"),
        ):
            with pytest.raises(NotFoundError):
                act()

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(typed=st.text(max_size=30), found=st.text(max_size=30), asked=st.text(max_size=40))
    def test_whatever_words_are_added_the_search_answers(
        self, session: Session, typed: str, found: str, asked: str
    ) -> None:
        make_entry(session, opportunity_id=1, title="Kinder & Garten")
        try:
            groups.add_group(session, GroupValues(typed.replace("\0", ""), found.replace("\0", "")))
        except (InvalidInputError, ConflictError):
            assert groups.own_groups(session) is not None
        for text in (asked, typed):
            assert 0 <= search(session, SearchQuery(text=text)).total <= 1
