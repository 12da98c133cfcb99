"""No page says anything past gettext: each is drawn in an invented language, and every word must come marked.

What is left over has to be data: what the test wrote into the database, names of languages and dates, legal texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, text

from engagement.kernel import migration
from engagement.kernel.i18n import LANGUAGES
from engagement.legal.facts import Facts
from engagement.legal.kinds import LegalPage
from engagement.legal.templates import template
from engagement.tenancy.vocabulary import LISTS, german_words, shipped_name
from tests.conftest import empty
from tests.factories.tenants import make_tenant
from tests.support import matrix
from tests.support.matrix import Route, Who, World
from tests.support.pseudo import WORD, PseudoTranslations, messages, speaking_pseudo, unmarked
from tests.web.test_access_matrix import ROUTES, make_cast

READERS = {"own": Who.ACCOUNT, "club": Who.OWNER, "tenant": Who.ADMIN, "installation": Who.OPERATOR}
NOT_TYPED = {"audit_record", "alembic_version", "queue_version", "rate_limit"}
CODE_WORD = re.compile(r"[a-z0-9_.:-]+")
NAMES = {"engagement", "kern", "csv", "xlsx", "json", "html", "kb", "mb", "gb", "km", "smtp", "starttls", "tls", "pdf"}
PAGES = [route for route in ROUTES if route.method in {"GET", "POST"}]


@pytest.fixture(scope="module")
def world(application: Flask, database_url: URL) -> Iterator[World]:
    with application.app_context():
        bretten = make_tenant("bretten", "Bretten", commit=True)
    with application.app_context():
        ettlingen = make_tenant("ettlingen", "Ettlingen", commit=True)
    cast, sessions = make_cast(application, bretten, ettlingen)
    with matrix.nothing_stays():
        yield World(application, sessions, cast.own, cast.foreign)
    application.extensions["engagement"].tenants.forget()
    empty(database_url)


@pytest.fixture(scope="module")
def known() -> set[str]:
    return messages()


@pytest.fixture(scope="module")
def data(world: World, database_url: URL) -> set[str]:
    """Words that are not the product's to translate, casefolded."""
    return typed_words(database_url) | words_of_locales() | words_of_texts() | NAMES


def typed_words(url: URL) -> set[str]:
    """What stands in the database, without what only code writes: a raw "in_review" on a page is a mistake."""
    with migration.owner_connection(url) as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^procrastinate'")
        ).all()
        rows = [
            line
            for table in set(tables) - NOT_TYPED
            for line in connection.scalars(text(f'SELECT value FROM "{table}" t, json_each_text(row_to_json(t))')).all()
        ]
    return {word.casefold() for line in rows if line and not CODE_WORD.fullmatch(line) for word in WORD.findall(line)}


def words_of_locales() -> set[str]:
    english = Locale("en")
    names = [str(name) for code in LANGUAGES for name in (*english.languages.values(), Locale(code).display_name or "")]
    for table in (english.months, english.days):
        names += [name for width in table["format"].values() for name in width.values()]
    units = "am pm in ago second seconds minute minutes hour hours day days week weeks month months year years"
    return {word.casefold() for name in (*names, units) for word in WORD.findall(name)}


def words_of_texts() -> set[str]:
    texts = [Facts().legal_form]
    texts += [f"{one.title} {one.text}" for page in LegalPage for one in (template(page, "en"), template(page, "de"))]
    for name in LISTS:
        texts += [f"{word} {shipped_name(word, 'en')}" for word in getattr(german_words(), name)]
    authorities = Path(__file__).parents[2] / "engagement/legal/data/authorities.toml"
    return {word.casefold() for one in (*texts, authorities.read_text(encoding="utf-8")) for word in WORD.findall(one)}


def page_of(world: World, route: Route) -> str:
    """Return the page that the right person gets for an address or an empty form; "" if that is no page."""
    mark = str(route.mark)
    who = READERS.get(mark.partition(":")[0], Who.VISITOR)
    client = FlaskClient(world.app, world.app.response_class, use_cookies=True)
    if who in world.sessions:
        for name in matrix.COOKIES:
            client.set_cookie(name, world.sessions[who], domain=route.host)
    address = world.own(who, mark).address(world.app, route.rule)
    with world.app.app_context():
        answer = client.open(
            address,
            method=route.method,
            base_url=f"http://{route.host}",
            headers={"Accept-Language": "en", "Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
            query_string={"lang": "en"},
        )
    is_page = answer.mimetype == "text/html" and answer.status_code not in range(300, 400)
    return answer.get_data(as_text=True) if is_page else ""


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_every_word_of_a_page_has_passed_gettext(world: World, known: set[str], data: set[str], route: Route) -> None:
    with speaking_pseudo(world.app, known):
        html = page_of(world, route)
    assert not html or "⟦" in html
    assert unmarked(html, data) == []


def test_enough_pages_are_drawn(world: World, known: set[str]) -> None:
    """A loop over redirects would pass."""
    with speaking_pseudo(world.app, known):
        drawn = [route for route in PAGES if "<main" in page_of(world, route)]
    assert len(drawn) > 100


def test_the_check_would_see_a_word_that_was_forgotten() -> None:
    page = '<html><title>⟦Home⟧</title><p>⟦Hello ⟦you⟧ Anna⟧ Welcome <img alt="A house"> Bretten</p></html>'
    assert unmarked(page, {"bretten"}) == ["house", "Welcome"]
    assert PseudoTranslations({"Hello"}).gettext("Hello") == "⟦Hello⟧"
    assert PseudoTranslations({"Hello"}).gettext("not extracted") == "not extracted"
