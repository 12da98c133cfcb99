"""Every string that the product says has words in each language, whole and well formed, and no word is left over.

English is the source: its words are the message ids themselves, so it has no catalogue that could lack any.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from flask import Flask

from engagement.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES, SOURCE_LANGUAGE, force_locale, ngettext
from engagement.tenancy.vocabulary import LISTS, german_words, shipped_name
from tests.support.pseudo import KEYWORDS

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
SIGN = re.compile(r"\w[*:_](in|innen)\b|[a-zäöüß]Innen\b|\(in(nen)?\)|/-?in(nen)?\b")
BARE_MAIL = re.compile(r"(?<![\w-])Mails?\b")
TAG = re.compile(r"</?(\w+)[^>]*>")
ADDRESS = re.compile(r"https?://\S+")
LATIN_QUESTION = re.compile(r"\?")
BROKEN_FRENCH = re.compile(
    r"(?<=\S) [?!;:»]|\w[?!;»](?=\s|$)|\w:(?=\s|$)|«[^\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
)
"""A sign that may come to stand at the beginning of a line, or that has lost the space before it."""
LONG_WORD = re.compile(r"[^\W\d_]{2,}")
WORDS_OF_A_SENTENCE = 4
SAME_EVERYWHERE = {"%(platform)s <%(address)s>"}
"""Sentences that are no words of any language."""
OTHERS = tuple(code for code in LANGUAGES if code != SOURCE_LANGUAGE)
LIKELY_NUMBERS = range(200)
Key = tuple[object, str | None]


@pytest.fixture(scope="module")
def said() -> set[Key]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT), methods, options, KEYWORDS)
    return {(_key(message), context) for _, _, message, _, context in found}


@pytest.fixture(scope="module", params=OTHERS)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


@lru_cache(maxsize=8)
def read(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


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


def test_the_compiler_finds_nothing_wrong(catalogue: Catalog) -> None:
    assert [(message.id, [str(error) for error in errors]) for message, errors in catalogue.check()] == []


def test_every_form_that_several_numbers_share_names_the_number(catalogue: Catalog) -> None:
    """ "21 person" is what Ukrainian says: a form that drops the number would say "one" for twenty-one."""
    numbers = numbers_by_form(catalogue)
    for message in entries(catalogue):
        if not isinstance(message.id, tuple) or "%(num)s" not in message.id[1]:
            continue
        assert len(words(message)) == catalogue.num_plurals, message.id
        silent = [form for form, text in enumerate(words(message)) if "%(num)s" not in text]
        assert [form for form in silent if numbers[form] - {0, 1} and len(numbers[form]) > 1] == [], message.id


def numbers_by_form(catalogue: Catalog) -> dict[int, set[int]]:
    rule = c2py(catalogue.plural_expr)
    forms: dict[int, set[int]] = defaultdict(set)
    for number in LIKELY_NUMBERS:
        forms[rule(number)].add(number)
    return forms


def test_html_is_kept(catalogue: Catalog) -> None:
    for message in entries(catalogue):
        allowed = {tuple(sorted(TAG.findall(source))) for source in sources(message)}
        assert {tuple(sorted(TAG.findall(text))) for text in words(message)} <= allowed, message.id


def test_no_sentence_was_left_in_english(catalogue: Catalog) -> None:
    same = {text for message in entries(catalogue) for text in words(message) if text in sources(message)}
    sentences = {
        text for text in same if len(re.findall(r"[^\W\d_]{2,}", PLACEHOLDER.sub("", text))) >= WORDS_OF_A_SENTENCE
    }
    assert sentences <= SAME_EVERYWHERE


def test_placeholders_are_kept(catalogue: Catalog) -> None:
    for message in entries(catalogue):
        allowed = set(PLACEHOLDER.findall(" ".join(sources(message))))
        for text in words(message):
            used = set(PLACEHOLDER.findall(text))
            assert used <= allowed, message.id
            assert used | {"num"} >= allowed, message.id


def all_words(language: str) -> list[str]:
    return [text for message in entries(read(language)) for text in words(message)]


def test_german_is_inclusive_without_signs_that_screen_readers_stumble_over() -> None:
    assert [text for text in all_words(DEFAULT_LANGUAGE) if SIGN.search(text)] == []


def test_german_calls_a_mail_by_one_word() -> None:
    assert [text for text in all_words(DEFAULT_LANGUAGE) if BARE_MAIL.search(text)] == []


def test_french_signs_stay_with_the_word_before_them() -> None:
    assert [text for text in all_words("fr") if BROKEN_FRENCH.search(ADDRESS.sub("", text))] == []


@pytest.mark.parametrize("file", sorted((ROOT / "engagement/legal/data/fr").glob("*.md")), ids=lambda file: file.stem)
def test_french_signs_stay_with_the_word_before_them_in_texts_too(file: Path) -> None:
    text = file.read_text(encoding="utf-8").split("+++\n", 2)[2]
    assert BROKEN_FRENCH.findall(re.sub(r"\]\(.*?\)|\{\{.*?\}\}|<.*?>", "]x", ADDRESS.sub("", text))) == []


def test_arabic_asks_with_its_own_sign() -> None:
    assert [text for text in all_words("ar") if LATIN_QUESTION.search(ADDRESS.sub("", text))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_that_a_town_starts_with_have_names_in_every_language(language: str) -> None:
    german = [word for name in LISTS for word in getattr(german_words(), name)]
    if language != DEFAULT_LANGUAGE:
        assert [word for word in german if not shipped_name(word, language)] == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", {1: "1 Angebot", 2: "2 Angebote"}),
        ("en", {1: "1 offer", 2: "2 offers"}),
        ("fr", {0: "0 offre", 1: "1 offre", 2: "2 offres"}),
    ],
)
def test_numbers_take_their_form(application: Flask, language: str, expected: dict[int, str]) -> None:
    with application.test_request_context(), force_locale(language):
        assert {number: ngettext("%(num)s offer", "%(num)s offers", number) for number in expected} == expected


@pytest.mark.parametrize(("language", "numbers"), [("uk", (1, 3, 5, 21)), ("ar", (0, 1, 2, 3, 11, 100))])
def test_many_forms_are_told_apart(application: Flask, language: str, numbers: tuple[int, ...]) -> None:
    """Ukrainian has three, Arabic six; 21 counts as 1 in Ukrainian, and 11 to 99 have a form of their own in Arabic."""
    catalogue = read(language)
    message = catalogue.get("%(num)s offer")
    assert message is not None
    forms = {number: words(message)[form] for form, held in numbers_by_form(catalogue).items() for number in held}
    with application.test_request_context(), force_locale(language):
        for number in numbers:
            said = ngettext("%(num)s offer", "%(num)s offers", number)
            assert said == forms[number] % {"num": number}


def test_the_plural_rule_of_arabic_is_the_order_that_translators_write_in() -> None:
    """CLDR's order: zero, one, two, few (3–10), many (11–99), other."""
    forms = numbers_by_form(read("ar"))
    assert [min(forms[form]) for form in range(6)] == [0, 1, 2, 3, 11, 100]
    assert get_plural("ar").num_plurals == 6


def test_the_check_would_see_each_sign() -> None:
    for text in ("Helfer*innen", "Helfer:innen", "HelferInnen", "Helfer(innen)", "Helfer/-innen", "Helfer_innen"):
        assert SIGN.search(text), text
    assert BARE_MAIL.search("Sie bekommen eine Mail.")
