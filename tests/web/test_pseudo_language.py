"""No page says anything past gettext: each is drawn in an invented language, and every word must come marked.

What is left over has to be data: what the test wrote into the database, names of languages and dates, legal texts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL

from tests.support import matrix
from tests.support.matrix import Route, Who, World
from tests.support.pseudo import PseudoTranslations, messages, speaking_pseudo, unmarked
from tests.support.pseudo_data import words_of_data, words_of_the_search
from tests.web.test_access_matrix import ROUTES, two_towns

READERS = {"own": Who.ACCOUNT, "club": Who.OWNER, "tenant": Who.ADMIN, "installation": Who.OPERATOR}
PAGES = [route for route in ROUTES if route.method in {"GET", "POST"}]


@pytest.fixture(scope="module")
def world(application: Flask, database_url: URL) -> Iterator[World]:
    yield from two_towns(application, database_url)


@pytest.fixture(scope="module")
def known() -> set[str]:
    return messages()


@pytest.fixture(scope="module")
def data(world: World, database_url: URL) -> set[str]:
    return words_of_data(database_url)


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
    words = data | words_of_the_search() if route.rule.endpoint == "municipality.search_words" else data
    assert not html or "⟦" in html
    assert unmarked(html, words) == []


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
