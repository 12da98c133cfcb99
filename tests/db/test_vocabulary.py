"""Words are renamed, merged, ordered and retired, and nothing that uses them is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue.queries import SearchQuery, find_entry, search
from engagement.kernel.audit import AuditRecord
from engagement.kernel.db import db
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.geo import Point
from engagement.opportunities.kinds import PlaceKind
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.vocabulary import Uses, change_word, delete_word, merge_words, merged_uses, uses
from engagement.organisations.queries import find_organisation
from engagement.tenancy import words
from engagement.tenancy.queries import Vocabulary, load_vocabulary
from engagement.tenancy.words import WordKind, WordValues
from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
from tests.support.statements import watched

CATEGORY = WordKind.CATEGORY
_FIELDS = {CATEGORY: "category_ids", WordKind.TARGET_GROUP: "target_group_ids"}


def vocabulary(session: Session, language: str = "de") -> Vocabulary:
    return load_vocabulary(session, language)


def categories(session: Session) -> list[int]:
    return [term.id for term in vocabulary(session).categories]


def offer_with(session: Session, *category_ids: int) -> int:
    return make_opportunity(session, make_organisation(session).id, category_ids=category_ids)


def entry_categories(session: Session, offer_id: int) -> tuple[int, ...]:
    entry = find_entry(session, offer_id)
    assert entry is not None
    return entry.category_ids


class TestLanguages:
    def test_shipped_words_are_shown_in_the_language_of_the_page(self, session: Session) -> None:
        assert vocabulary(session, "en").categories[0].name == "Children and young people"
        assert vocabulary(session).categories[0].name == "Kinder und Jugend"

    def test_own_words_fall_back_to_german(self, session: Session) -> None:
        first = categories(session)[0]
        change_word(session, CATEGORY, first, WordValues("Junge Leute"))
        assert vocabulary(session, "en").categories[0].name == "Junge Leute"
        change_word(session, CATEGORY, first, WordValues("Junge Leute", {"en": "Young people"}))
        assert vocabulary(session, "en").categories[0].name == "Young people"


class TestRenaming:
    def test_offers_follow_and_old_addresses_keep_their_meaning(self, session: Session) -> None:
        first = categories(session)[0]
        offer_id = offer_with(session, first)
        change_word(session, CATEGORY, first, WordValues("Junge Leute", icon="kinder-und-jugend"))
        term = vocabulary(session).categories[0]
        assert (term.slug, term.former_slugs, term.icon) == ("junge-leute", ("kinder-und-jugend",), "kinder-und-jugend")
        assert term.answers_to({"kinder-und-jugend"})
        assert [card.opportunity_id for card in search(session, SearchQuery(text="Junge Leute")).cards] == [offer_id]

    def test_back_to_an_old_name_is_no_former_one(self, session: Session) -> None:
        first = categories(session)[0]
        for name in ("Junge Leute", "Kinder und Jugend"):
            change_word(session, CATEGORY, first, WordValues(name))
        term = vocabulary(session).categories[0]
        assert (term.slug, term.former_slugs) == ("kinder-und-jugend", ("junge-leute",))

    def test_a_new_word_does_not_take_over_an_old_address(self, session: Session) -> None:
        change_word(session, CATEGORY, categories(session)[0], WordValues("Junge Leute"))
        words.add_word(session, CATEGORY, WordValues("Kinder und Jugend"))
        assert vocabulary(session).categories[-1].slug == "kinder-und-jugend-2"

    def test_two_words_of_one_name_are_refused(self, session: Session) -> None:
        first, second, *_ = categories(session)
        with pytest.raises(InvalidInputError):
            change_word(session, CATEGORY, first, WordValues("BILDUNG und Lernen"))
        with pytest.raises(InvalidInputError):
            words.add_word(session, CATEGORY, WordValues("Bildung und Lernen"))
        change_word(session, CATEGORY, second, WordValues("Bildung und lernen"))

    def test_a_district_takes_its_offers_along(self, session: Session) -> None:
        district = vocabulary(session).districts[0]
        offer_id = make_opportunity(session, make_organisation(session).id, district_id=district.id)
        change_word(
            session,
            WordKind.DISTRICT,
            district.id,
            WordValues("Innenstadt", postcodes=("75015",), point=Point(49, 8.7)),
        )
        entry = find_entry(session, offer_id)
        assert entry is not None
        assert (entry.district_name, entry.latitude, entry.longitude) == ("Innenstadt", 49, 8.7)

    def test_a_new_point_reaches_offers_that_only_have_a_postcode(self, session: Session) -> None:
        offer_id = make_opportunity(
            session, make_organisation(session).id, district_id=None, place_kind=PlaceKind.ADDRESS,
            street="Marktplatz 1", postcode="75015", city="Bretten",
        )  # fmt: skip
        for district in vocabulary(session).districts:
            values = WordValues(district.name, postcodes=("75015",), point=Point(49.5, 8.5))
            change_word(session, WordKind.DISTRICT, district.id, values)
        entry = find_entry(session, offer_id)
        assert entry is not None
        assert (entry.latitude, entry.longitude) == (49.5, 8.5)


class TestMerging:
    def test_offers_have_the_other_word_once_at_once(self, session: Session) -> None:
        first, second, third, _ = categories(session)
        only, both, other = (offer_with(session, *ids) for ids in ((first,), (first, second), (third,)))
        assert merged_uses(session, CATEGORY, first, second) == Uses(offers=2)
        assert merge_words(session, CATEGORY, first, second) == Uses(offers=2)
        assert entry_categories(session, only) == entry_categories(session, both) == (second,)
        assert entry_categories(session, other) == (third,)
        assert uses(session, CATEGORY) == {second: Uses(offers=2), third: Uses(offers=1)}
        assert first not in categories(session)
        found = search(session, SearchQuery(category_ids=(second,)))
        assert {card.opportunity_id for card in found.cards} == {only, both}
        info = find_opportunity(session, both)
        assert info is not None
        assert info.category_ids == (second,)

    def test_old_addresses_mean_the_word_that_stayed(self, session: Session) -> None:
        first, second, *_ = categories(session)
        change_word(session, CATEGORY, first, WordValues("Junge Leute"))
        merge_words(session, CATEGORY, first, second)
        term = vocabulary(session).category(second)
        assert term is not None
        assert term.former_slugs == ("junge-leute", "kinder-und-jugend")

    def test_kinds_of_organisations(self, session: Session) -> None:
        first, second, _ = (term.id for term in vocabulary(session).organisation_kinds)
        organisation = make_organisation(session, kind_id=first)
        assert merge_words(session, WordKind.ORGANISATION_KIND, first, second) == Uses(organisations=1)
        session.expire_all()
        info = find_organisation(session, organisation.id)
        assert info is not None
        assert info.kind_id == second

    def test_districts_take_offers_and_organisations_along_and_keep_their_postcodes(self, session: Session) -> None:
        first, second, _ = vocabulary(session).districts
        change_word(
            session, WordKind.DISTRICT, first.id, WordValues(first.name, postcodes=("76646",), point=first.point)
        )
        organisation = make_organisation(session, district_id=first.id)
        offer_id = make_opportunity(session, organisation.id, district_id=first.id)
        assert merge_words(session, WordKind.DISTRICT, first.id, second.id) == Uses(offers=1, organisations=1)
        entry = find_entry(session, offer_id)
        assert entry is not None
        assert (entry.district_id, entry.district_name) == (second.id, second.name)
        term = vocabulary(session).district(second.id)
        assert term is not None
        assert term.postcodes == ("75015", "76646")

    @pytest.mark.parametrize("kind", [CATEGORY, WordKind.TARGET_GROUP, WordKind.DISTRICT])
    def test_it_takes_the_same_statements_however_many_offers_have_it(self, session: Session, kind: WordKind) -> None:
        first, second, *_ = (word.id for word in words.words_of(session, kind))
        organisation_id, counts = make_organisation(session).id, []
        for number in (10, 200):
            source_id = words.add_word(session, kind, WordValues(f"Wort {number}"))
            has = {"district_id": source_id} if kind is WordKind.DISTRICT else {_FIELDS[kind]: (first, source_id)}
            for _ in range(number):
                make_opportunity(session, organisation_id, **has)
            session.flush()
            with watched(db.engine) as seen:
                assert merge_words(session, kind, source_id, second).offers == number
                session.flush()
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 35

    def test_it_is_noted(self, session: Session) -> None:
        first, second, *_ = categories(session)
        offer_with(session, first)
        merge_words(session, CATEGORY, first, second)
        note = session.scalars(select(AuditRecord).where(AuditRecord.action == "word.merge")).one()
        assert note.before == {"name": "Kinder und Jugend"}
        assert note.after == {"into": second, "name": "Bildung und Lernen", "offers": 1, "organisations": 0}

    def test_what_cannot_be_merged(self, session: Session) -> None:
        first = categories(session)[0]
        with pytest.raises(InvalidInputError):
            merge_words(session, CATEGORY, first, first)
        for pair in ((first, 999_999), (999_999, first)):
            with pytest.raises(NotFoundError):
                merge_words(session, CATEGORY, *pair)


class TestOrderAndEnd:
    def test_the_order_is_the_towns(self, session: Session) -> None:
        turned = categories(session)[::-1]
        words.order_words(session, CATEGORY, turned)
        assert categories(session) == turned
        for wrong in (turned[1:], [*turned, turned[0]], [*turned[1:], 999_999]):
            with pytest.raises(ConflictError):
                words.order_words(session, CATEGORY, wrong)

    def test_a_retired_word_stays_where_it_is_and_is_not_offered(self, session: Session) -> None:
        first = categories(session)[0]
        offer_id = offer_with(session, first)
        words.retire_word(session, CATEGORY, first)
        found = vocabulary(session)
        assert found.categories[0].retired
        assert first not in {term.id for term in found.offered().categories}
        assert first in {term.id for term in found.in_use(categories=[first]).categories}
        assert entry_categories(session, offer_id) == (first,)
        words.bring_back_word(session, CATEGORY, first)
        assert first in {term.id for term in vocabulary(session).offered().categories}

    def test_only_an_unused_word_is_deleted(self, session: Session) -> None:
        first, second, *_ = categories(session)
        offer_with(session, first)
        with pytest.raises(ConflictError):
            delete_word(session, CATEGORY, first)
        delete_word(session, CATEGORY, second)
        assert second not in categories(session)
        with pytest.raises(NotFoundError):
            delete_word(session, CATEGORY, second)


@pytest.mark.parametrize("kind", WordKind)
def test_uses_are_counted_with_one_question(session: Session, kind: WordKind) -> None:
    district = vocabulary(session).districts[0].id
    group = vocabulary(session).target_groups[0].id
    for _ in range(3):
        organisation = make_organisation(session, district_id=district)
        make_opportunity(session, organisation.id, district_id=district, target_group_ids=(group,))
    with watched(db.engine) as seen:
        uses(session, kind)
    assert len(seen) == 1
