"""Groups of words, compounds and slips of the pen: where a word of the query leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.catalogue.concepts import ALSO, MISTYPED, SAME, TYPED, Concepts, Group, product_groups
from engagement.catalogue.strengths import Kind, is_slip, slips, splits, strength
from engagement.catalogue.words import words_of

LETTERS = st.text("abcdeköß", min_size=1, max_size=12)
GROUPS = {
    "kasse": Group(same=("Kassenwart", "Kasse"), typed=("Buchhalter", "mit Zahlen"), also=("Vorstand",)),
    "senioren": Group(same=("Senior",), typed=("alte Leute",)),
    "pflege": Group(same=("Betreuung",)),
}


def concepts(groups: dict[str, Group] = GROUPS) -> Concepts:
    """Groups whose words are their own stems, in small letters."""
    words = {word for group in groups.values() for phrase in group.words for word in words_of(phrase)}
    return Concepts(groups, {word: word for word in words})


def led(text: str, off: frozenset[str] = frozenset()) -> dict[str, float]:
    found: dict[str, float] = {}
    for expansion in concepts().expand([[word] for word in words_of(text)], off):
        found |= expansion.targets
    return found


class TestGroups:
    def test_words_of_a_group_stand_for_each_other_and_lead_on(self) -> None:
        assert led("kasse") == {"kassenwart": SAME, "vorstand": ALSO}

    def test_what_people_type_leads_to_the_field_and_not_back(self) -> None:
        assert led("buchhalter") == {"kassenwart": TYPED, "kasse": TYPED, "vorstand": ALSO}
        assert led("vorstand") == {}

    def test_a_phrase_leads_on_only_as_a_whole(self) -> None:
        assert led("für alte leute da sein") == {"senior": TYPED}
        assert led("alte häuser") == led("zahlen") == {}

    def test_a_group_can_be_off(self) -> None:
        assert led("buchhalter", frozenset({"kasse"})) == {}

    def test_a_slip_is_forgiven_in_long_words_only(self) -> None:
        assert concepts().expand_mistyped("kassenwrat")["kassenwart"] == MISTYPED
        assert concepts().expand_mistyped("kasn") == {}

    def test_parts_of_a_compound(self) -> None:
        assert concepts().parts("seniorenbetreuung") == ("senior", "betreuung")
        assert concepts().parts("xylophon") is None

    def test_what_stands_before_a_verb_is_no_part(self) -> None:
        known = concepts({"vor": Group(same=("vor", "trag"))})
        assert known.parts("vortrag") is None

    @given(st.lists(st.lists(LETTERS, max_size=3), max_size=8))
    def test_whatever_is_asked_strengths_stay_below_one(self, stems: list[list[str]]) -> None:
        known = concepts({"a": Group(same=("a", "b", "abc"), typed=("c d", "e"), also=("k",))})
        for expansion in known.expand(stems):
            assert 0 <= expansion.start < expansion.end <= len(stems)
            assert all(0 < value < 1 for value in expansion.targets.values())

    @given(LETTERS, LETTERS)
    def test_one_group_never_leads_into_another(self, one: str, other: str) -> None:
        mine = concepts({"mine": Group(same=(one,), typed=("zzz",))})
        both = concepts({"mine": Group(same=(one,), typed=("zzz",)), "other": Group(same=(other + "q",))})
        assert mine.lead("zzz") == both.lead("zzz")


class TestProduct:
    def test_there_are_plenty_of_groups_and_each_is_of_use(self) -> None:
        groups = product_groups()
        assert len(groups) >= 250
        for key, group in groups.items():
            assert len(key) <= 60, key
            assert group.same, key
            assert len(group.words) >= 2, key
            assert all(word == " ".join(word.split()) and words_of(word) for word in group.words), key

    def test_no_word_stands_twice_in_one_list(self) -> None:
        for key, group in product_groups().items():
            for words in (group.same, group.typed, group.also):
                assert len({word.casefold() for word in words}) == len(words), key


class TestStrengths:
    def test_their_order(self) -> None:
        tier = [strength(Kind.SAME, "tier", "tier"), strength(Kind.AROUND, "tier", "tierheim")]
        tier += [strength(Kind.AROUND, "tier", "haustier"), strength(Kind.AROUND, "alt", "veranstaltung")]
        assert tier == sorted(tier, reverse=True)
        assert strength(Kind.AROUND, "les", "vorles") > strength(Kind.AROUND, "les", "erles")

    def test_a_few_letters_before_it_are_hardly_a_word(self) -> None:
        assert strength(Kind.AROUND, "einsam", "vereinsam") < strength(Kind.AROUND, "einsam", "zweieinsam")
        assert strength(Kind.AROUND, "einsam", "gemeinsam") < strength(Kind.AROUND, "zimmer", "wartezimmer")

    @given(LETTERS, LETTERS, LETTERS)
    def test_they_stay_between_nothing_and_the_same(self, before: str, asked: str, after: str) -> None:
        for known in (asked + after, before + asked, before + asked + after):
            assert 0 <= strength(Kind.AROUND, asked, known) < 1

    def test_compounds_are_cut_with_and_without_what_links_them(self) -> None:
        assert ("besuch", "dienst") in splits("besuchsdienst")
        assert ("garten", "arbeit") in splits("gartenarbeit")
        assert splits("tag") == []

    @given(LETTERS, LETTERS)
    def test_slips_are_a_distance(self, one: str, other: str) -> None:
        assert slips(one, one) == 0
        assert slips(one, other) == slips(other, one) <= max(len(one), len(other))

    @pytest.mark.parametrize(
        ("typed", "meant", "forgiven"),
        [("senjor", "senior", True), ("hudn", "hund", False), ("fluchtlnigshlf", "fluchtlingshilf", True),
         ("garten", "karton", False)],
    )  # fmt: skip
    def test_how_many_slips_are_forgiven(self, typed: str, meant: str, forgiven: bool) -> None:
        assert is_slip(typed, meant) is forgiven
