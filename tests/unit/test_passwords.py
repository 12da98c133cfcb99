"""What is accepted as a password, and how it is kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.accounts.common_passwords import COMMON_PASSWORDS
from engagement.accounts.passwords import LONGEST, SHORTEST, hash_password, is_outdated, matches, problem_with

EMAIL = "margit.sommerfeld@example.org"


@pytest.fixture(autouse=True)
def _words(application: Flask) -> object:
    with application.app_context():
        yield


@pytest.mark.parametrize(
    "password",
    [
        "",
        "kurz",
        "elf Zeichen",
        "   zwölf       ",
        "passwort1234",
        "PASSWORT1234",
        "123123123123",
        "abababababab",
        EMAIL,
        EMAIL.upper(),
        "margit.sommerfeld",
        "ab cd" * LONGEST,
    ],
)
def test_what_is_refused(password: str) -> None:
    assert problem_with(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    ["vier warme Worte", "demo-engagement", "ÄÖÜäöüß€12345", "鳥が空を飛んでいる朝に歌", "       x7!kW2       zz"],
)
def test_what_is_accepted(password: str) -> None:
    assert problem_with(password, EMAIL) == ""


def test_the_list_holds_only_what_length_would_let_through() -> None:
    assert [word for word in COMMON_PASSWORDS if len(word) < SHORTEST or word != word.lower()] == []


@settings(max_examples=12, deadline=None)
@given(st.text(min_size=SHORTEST, max_size=LONGEST))
def test_a_kept_password_matches_itself_and_nothing_longer(password: str) -> None:
    kept = hash_password(password)
    assert matches(password, kept)
    assert not matches(f"{password}x", kept)


def test_the_same_character_typed_otherwise_matches() -> None:
    assert matches("scho\u0308ne Grüße aus Bretten", hash_password("sch\u00f6ne Grüße aus Bretten"))


def test_nothing_kept_matches_nothing() -> None:
    assert not matches("", None)
    assert not matches("nobody has this one", None)
    assert not matches("anything", "not a hash")


def test_an_older_way_of_keeping_is_seen() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
    assert not is_outdated(hash_password("vier warme Worte"))
