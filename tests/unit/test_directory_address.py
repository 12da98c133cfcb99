"""The directory's address: everything in it is read kindly, kept, and can be taken away again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engagement.directory.queries import Order, Wish
from engagement.tenancy.queries import DistrictTerm, Term, Vocabulary
from engagement.web.shared.chips import taken_away
from engagement.web.shared.directory import Directory, chips_of, loosened, read_directory

WORDS = Vocabulary(
    categories=(Term(1, "sport", "Sport"), Term(2, "kultur", "Kultur")),
    target_groups=(),
    organisation_kinds=(Term(5, "verein", "Verein", former_slugs=("e-v",)), Term(6, "schule", "Schule")),
    districts=(DistrictTerm(8, "ruit", "Ruit"), DistrictTerm(9, "buechig", "Büchig")),
)
NAMES = ["q", "art", "ortsteil", "kategorie", "angebote", "schnuppern", "sortierung", "seite"]
VALUES = st.sampled_from(
    ["sport", "kultur", "verein", "e-v", "schule", "ruit", "buechig", "1", "aktiv", "name", "chor"]
)


def read(*pairs: tuple[str, str]) -> Directory:
    return read_directory(MultiDict(pairs), WORDS)


def test_everything_can_be_asked_for() -> None:
    asked = read(
        ("q", " Chor "), ("art", "e-v"), ("art", "schule"), ("ortsteil", "ruit"), ("kategorie", "kultur"),
        ("angebote", "1"), ("schnuppern", "1"), ("sortierung", "aktiv"), ("seite", "3"),
    )  # fmt: skip
    query = asked.query()
    assert (query.text, query.kind_ids, query.district_ids, query.category_ids) == ("Chor", (5, 6), (8,), (2,))
    assert (query.offers, query.taster, query.order, query.page) == (True, True, Order.ACTIVE, 3)


def test_nonsense_was_not_asked_for() -> None:
    nonsense = read(("art", "x"), ("angebote", "ja"), ("sortierung", "zufall"), ("seite", "-1"), ("q", " \0 "))
    assert nonsense == Directory()


@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES | st.text(max_size=20)), max_size=8))
def test_any_address_is_read_and_written_back_the_same(pairs: list[tuple[str, str]]) -> None:
    asked = read(*pairs)
    arguments = asked.arguments()
    flat = [(name, one) for name, held in arguments.items() for one in (held if isinstance(held, list) else [held])]
    assert read(*flat).arguments() == arguments
    chips = chips_of(asked)
    for chip in chips:
        left = taken_away(arguments, chip)
        assert left != arguments
        assert len(chips_of(read(*[(n, o) for n, h in left.items() for o in (h if isinstance(h, list) else [h])]))) == (
            len(chips) - 1
        )
    for one in loosened(asked):
        assert len(one.directory.arguments()) < len(arguments)


def test_one_wish_alone_cannot_be_loosened() -> None:
    assert loosened(read(("q", "chor"))) == []
    assert loosened(read(("art", "verein"), ("art", "schule"))) == []
    looser = loosened(read(("q", "chor"), ("angebote", "1")))
    assert [one.wishes for one in looser] == [{Wish.WORDS}, {Wish.OFFERS}]
    assert [one.directory.arguments() for one in looser] == [{"angebote": "1"}, {"q": "chor"}]
