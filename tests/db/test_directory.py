"""The directory finds organisations, counts what each choice would leave, and says where letters begin."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.directory.queries import DirectoryQuery, Order, Wish, listed, tally, without_each
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, open_for_tenant
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import Vocabulary, load_vocabulary
from tests.factories.catalogue import make_entry
from tests.factories.people import make_organisation
from tests.factories.profiles import give_profile


@pytest.fixture
def words(session: Session) -> Vocabulary:
    return load_vocabulary(session)


def names(session: Session, query: DirectoryQuery) -> list[str]:
    return [one.organisation.name for one in listed(session, query, load_vocabulary(session))]


class TestWords:
    @pytest.fixture(autouse=True)
    def some(self, session: Session, words: Vocabulary) -> None:
        make_organisation(session, "Müllers Mühlenfreunde e. V.", description="Wir mahlen Getreide.")
        choir = make_organisation(session, "Liederkranz Ruit")
        give_profile(session, choir, summary="Singen für alle.", category_ids=(words.categories[0].id,))
        make_entry(session, title="Vorlesepatin", organisation_id=choir.id)
        make_organisation(session, "Straßenhilfe Café", kind_id=words.organisation_kinds[0].id)
        make_organisation(session, "100 % Garten", verification=Verification.PENDING)

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("müllers", ["Müllers Mühlenfreunde e. V."]),
            ("MUELLERS", ["Müllers Mühlenfreunde e. V."]),
            ("mullers", ["Müllers Mühlenfreunde e. V."]),
            ("Mülers Mühlenfreude", ["Müllers Mühlenfreunde e. V."]),
            ("getreide", ["Müllers Mühlenfreunde e. V."]),
            ("liederkrans", ["Liederkranz Ruit"]),
            ("singen", ["Liederkranz Ruit"]),
            ("kranz ruit", ["Liederkranz Ruit"]),
            ("vorlese", ["Liederkranz Ruit"]),
            ("strassenhilfe cafe", ["Straßenhilfe Café"]),
            ("kranz getreide", []),
            ("garten", []),
            ("%", []),
            ("_", []),
        ],
    )
    def test_what_is_typed_finds(self, session: Session, typed: str, found: list[str]) -> None:
        assert names(session, DirectoryQuery(text=typed)) == found

    def test_words_of_the_town_find_who_has_them(self, session: Session, words: Vocabulary) -> None:
        assert names(session, DirectoryQuery(text=words.categories[0].name)) == ["Liederkranz Ruit"]
        assert names(session, DirectoryQuery(text=words.organisation_kinds[0].name)) == ["Straßenhilfe Café"]

    def test_the_nearest_name_comes_first(self, session: Session) -> None:
        make_organisation(session, "Alte Freunde", description="Wie der Liederkranz, nur leiser.")
        assert names(session, DirectoryQuery(text="liederkranz"))[0] == "Liederkranz Ruit"


class TestFilters:
    @pytest.fixture
    def made(self, session: Session, words: Vocabulary) -> list[Organisation]:
        """Six organisations of two kinds, two districts, two fields; every third has an offer."""
        made = []
        for number, (kind, district, field) in enumerate(product((0, 1), (0, 1), (0, 1))):
            one = make_organisation(
                session,
                f"Verein {number}",
                kind_id=words.organisation_kinds[kind].id,
                district_id=words.districts[district].id,
            )
            if number % 2:
                give_profile(session, one, category_ids=(words.categories[field].id,))
            if number % 3 == 0:
                ids = (words.categories[field].id,)
                make_entry(session, organisation_id=one.id, category_ids=ids, taster=number == 3)
            made.append(one)
        make_entry(session, organisation_id=made[1].id, closed_at=now())
        return made

    @pytest.mark.usefixtures("made")
    def test_each_count_is_what_its_choice_leaves(self, session: Session, words: Vocabulary) -> None:
        kinds, fields = words.organisation_kinds, words.categories
        asked = DirectoryQuery(kind_ids=(kinds[0].id,), category_ids=(fields[1].id,))
        counts = tally(session, asked, words)
        assert counts.total == len(names(session, asked)) == 2
        for kind in kinds[:2]:
            only = DirectoryQuery(kind_ids=(kind.id,), category_ids=asked.category_ids)
            assert counts.of(Wish.KIND, kind.id) == len(names(session, only))
        for field in fields[:2]:
            only = DirectoryQuery(kind_ids=asked.kind_ids, category_ids=(field.id,))
            assert counts.of(Wish.CATEGORY, field.id) == len(names(session, only))
        for district in words.districts[:2]:
            also = DirectoryQuery(kind_ids=asked.kind_ids, category_ids=asked.category_ids, district_ids=(district.id,))
            assert counts.of(Wish.DISTRICT, district.id) == len(names(session, also))
        for wish, also in (
            (Wish.OFFERS, DirectoryQuery(kind_ids=asked.kind_ids, category_ids=asked.category_ids, offers=True)),
            (Wish.TASTER, DirectoryQuery(kind_ids=asked.kind_ids, category_ids=asked.category_ids, taster=True)),
        ):
            assert counts.of(wish, 1) == len(names(session, also))

    @pytest.mark.usefixtures("made")
    def test_only_offers_that_are_open_now_count(self, session: Session, words: Vocabulary) -> None:
        found = listed(session, DirectoryQuery(offers=True), words)
        assert [(one.organisation.name, one.offers) for one in found] == [
            ("Verein 0", 1),
            ("Verein 3", 1),
            ("Verein 6", 1),
        ]
        assert names(session, DirectoryQuery(taster=True)) == ["Verein 3"]

    @pytest.mark.usefixtures("made")
    def test_it_says_what_leaving_out_a_wish_would_bring(self, session: Session, words: Vocabulary) -> None:
        asked = DirectoryQuery(text="gibtesnicht", kind_ids=(words.organisation_kinds[0].id,), taster=True)
        variants = [frozenset({Wish.WORDS}), frozenset({Wish.KIND}), frozenset({Wish.WORDS, Wish.TASTER})]
        assert without_each(session, asked, words, variants) == [1, 0, 4]
        assert without_each(session, asked, words, []) == []

    def test_the_most_recently_active_come_first(self, session: Session, made: list[Organisation]) -> None:
        made[4].confirmed_at = now() + timedelta(minutes=1)
        make_entry(session, organisation_id=made[2].id, published_at=now() + timedelta(minutes=2))
        session.flush()
        assert names(session, DirectoryQuery(order=Order.ACTIVE))[:2] == ["Verein 2", "Verein 4"]

    @pytest.mark.usefixtures("made")
    def test_pages_follow_each_other(self, session: Session) -> None:
        pages = [names(session, DirectoryQuery(page=page, per_page=3)) for page in (1, 2, 3)]
        assert [len(page) for page in pages] == [3, 3, 2]
        assert [name for page in pages for name in page] == names(session, DirectoryQuery())


def test_names_are_sorted_as_a_german_expects_and_letters_counted(session: Session, words: Vocabulary) -> None:
    for name in ("Zebra", "Ärztehaus", "apfel", "„Brücke“", "1. FC Bretten", "Özgür", "Oase"):
        make_organisation(session, name)
    found = listed(session, DirectoryQuery(), words)
    assert [one.organisation.name for one in found] == [
        "1. FC Bretten", "apfel", "Ärztehaus", "„Brücke“", "Oase", "Özgür", "Zebra",
    ]  # fmt: skip
    assert [one.letter for one in found] == ["#", "A", "A", "B", "O", "O", "Z"]
    assert list(tally(session, DirectoryQuery(), words).letters.items()) == [
        ("#", 1), ("A", 2), ("B", 1), ("O", 2), ("Z", 1),
    ]  # fmt: skip


def test_another_towns_organisations_and_offers_are_not_counted(app: Flask, bretten: int, ettlingen: int) -> None:
    with app.app_context():
        open_for_tenant(current_session(), ettlingen)
        theirs = make_organisation(current_session(), "Fremder Verein")
        make_entry(current_session(), title="Fremdes Angebot", organisation_id=theirs.id)
        current_session().commit()
    with app.app_context():
        session = current_session()
        open_for_tenant(session, bretten)
        ours = make_organisation(session, "Unser Verein")
        assert ours.id
        assert names(session, DirectoryQuery()) == ["Unser Verein"]
        assert names(session, DirectoryQuery(text="fremd")) == []
        assert names(session, DirectoryQuery(offers=True)) == []
        assert tally(session, DirectoryQuery(), load_vocabulary(session)).total == 1
