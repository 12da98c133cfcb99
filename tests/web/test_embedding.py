"""Offers on other sites' pages."""

from __future__ import annotations

import html as entities
import re

import pytest
from sqlalchemy.orm import Session

from engagement.tenancy.settings import Module
from engagement.web.shared.headers import CONTENT_SECURITY_POLICY
from tests.factories.outward import Town, make_town
from tests.factories.people import make_organisation
from tests.factories.tenants import decide
from tests.support.pages import CheckedClient

HOST = "http://bretten.localhost:8000"


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def titles(client: CheckedClient, query: str) -> list[str]:
    page = client.get(f"/einbetten?{query}").get_data(as_text=True)
    return [entities.unescape(title) for title in re.findall(r'offer__title"><a [^>]*>([^<]+)', page)]


def test_anybody_may_frame_it_and_nothing_else(client: CheckedClient, town: Town) -> None:
    framed = client.get("/einbetten")
    policy = framed.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert policy.replace("frame-ancestors *", "frame-ancestors 'none'") == CONTENT_SECURITY_POLICY
    assert "Set-Cookie" not in framed.headers
    for path in ("/einbetten/anleitung", "/angebote", "/"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


def test_links_leave_the_frame(client: CheckedClient, town: Town) -> None:
    page = client.get("/einbetten").get_data(as_text=True)
    assert '<base target="_top">' in page
    assert page.count("<form") == 0
    assert '<meta name="robots" content="noindex">' in page


def test_it_shows_what_was_chosen(client: CheckedClient, session: Session, town: Town) -> None:
    other = make_organisation(session, "Andere")
    session.commit()
    assert len(titles(client, "")) == 4
    assert len(titles(client, "anzahl=2")) == 2
    assert titles(client, "art=einmalig") == ["Bücherflohmarkt"]
    assert titles(client, f"organisation={town.club.id}&art=remote") == ["Briefe schreiben"]
    assert titles(client, f"organisation={other.id}") == []
    assert len(titles(client, "anzahl=999&organisation=abc&farben=quatsch&anzahl=x")) == 4


@pytest.mark.parametrize(
    ("look", "scheme"), [("hell", ' data-kern-theme="light"'), ("dunkel", ' data-kern-theme="dark"'), ("auto", "")]
)
def test_it_takes_the_colours_that_were_asked_for(client: CheckedClient, look: str, scheme: str) -> None:
    page = client.get(f"/einbetten?farben={look}").get_data(as_text=True)
    opened = re.search(r'<html lang="de" dir="ltr"( data-kern-theme="\w+")? ?>', page)
    assert opened is not None
    assert (opened[1] or "") == scheme
    assert f"embed--{look}" in page


def test_the_guide_gives_the_line_that_shows_the_same(client: CheckedClient, town: Town) -> None:
    query = f"art=einmalig&anzahl=3&farben=stadt&organisation={town.club.id}"
    page = client.get(f"/einbetten/anleitung?{query}").get_data(as_text=True)
    lines = [entities.unescape(line) for line in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)]
    assert len(lines) == 3
    source = entities.unescape(re.search(r'src="([^"]+)"', lines[0])[1])
    assert source.startswith(f"{HOST}/einbetten?")
    assert titles(client, source.partition("?")[2]) == ["Bücherflohmarkt"]
    assert f'<script src="{HOST}/einbetten.js" async></script>' in lines[0]
    assert "<script" not in lines[1]
    assert f'href="{HOST}/angebote?art=einmalig"' in lines[2]
    assert "frame-src 'self'" in client.get("/einbetten/anleitung").headers["Content-Security-Policy"]


def test_other_sites_may_load_the_script(client: CheckedClient) -> None:
    script = client.get("/einbetten.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    with client.get("/static/js/tick-all.js") as ours:
        assert ours.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/einbetten", "/einbetten.js", "/einbetten/anleitung"])
def test_a_town_can_do_without(client: CheckedClient, session: Session, path: str) -> None:
    assert client.get(path).status_code == 200
    decide(session, modules=frozenset(Module) - {Module.EMBEDDING})
    assert client.get(path).status_code == 404
    assert "/einbetten" not in client.get("/api").get_data(as_text=True)
    assert "/einbetten" not in client.get("/fuer-vereine").get_data(as_text=True)
