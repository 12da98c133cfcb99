"""Every string that the product says has German words, with the same placeholders, and no word is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
SIGN = re.compile(r"\w[*:_](in|innen)\b|[a-zäöüß]Innen\b|\(in(nen)?\)|/-?in(nen)?\b")
BARE_MAIL = re.compile(r"(?<![\w-])Mails?\b")
Key = tuple[object, str | None]


@pytest.fixture(scope="module")
def said() -> set[Key]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT), methods, options, KEYWORDS)
    return {(_key(message), context) for _, _, message, _, context in found}


@pytest.fixture(scope="module", params=["de"])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with (ROOT / "translations" / request.param / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=request.param)


def _key(message: object) -> object:
    return tuple(message) if isinstance(message, (tuple, list)) else message


def entries(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def words(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (tuple, list)) else [str(message.string)]


def sources(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, (tuple, list)) else [str(message.id)]


def test_everything_said_is_in_the_catalogue_and_nothing_else(said: set[Key], catalogue: Catalog) -> None:
    known = {(_key(message.id), message.context) for message in entries(catalogue)}
    assert sorted(map(str, said - known)) == [], "missing; run `make messages`"
    assert sorted(map(str, known - said)) == [], "left over; run `make messages`"


def test_every_message_has_words(catalogue: Catalog) -> None:
    assert [message.id for message in entries(catalogue) if not all(words(message))] == []
    assert [message.id for message in entries(catalogue) if message.fuzzy] == []


def test_placeholders_are_kept(catalogue: Catalog) -> None:
    for message in entries(catalogue):
        allowed = set(PLACEHOLDER.findall(" ".join(sources(message))))
        for text in words(message):
            used = set(PLACEHOLDER.findall(text))
            assert used <= allowed, message.id
            assert used | {"num"} >= allowed, message.id


def test_german_is_inclusive_without_signs_that_screen_readers_stumble_over(catalogue: Catalog) -> None:
    assert [text for message in entries(catalogue) for text in words(message) if SIGN.search(text)] == []


def test_german_calls_a_mail_by_one_word(catalogue: Catalog) -> None:
    assert [text for message in entries(catalogue) for text in words(message) if BARE_MAIL.search(text)] == []


def test_the_check_would_see_each_sign() -> None:
    for text in ("Helfer*innen", "Helfer:innen", "HelferInnen", "Helfer(innen)", "Helfer/-innen", "Helfer_innen"):
        assert SIGN.search(text), text
    assert BARE_MAIL.search("Sie bekommen eine Mail.")
