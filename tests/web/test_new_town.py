"""A fourth town beside the demo's three: whole from its first minute, and without a word about the others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from engagement.accounts.founding import found_town
from engagement.cli.demo.content import load_cities
from engagement.cli.demo.seed import seed
from engagement.cli.town_plan import Wish, plan
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.settings import Settings
from engagement.mail.models import OutgoingMail
from engagement.mail.service import Postbox
from engagement.tenancy.queries import TenantInfo
from engagement.web.shared.access import ACROSS_TENANTS, belongs_to_installation, mark_of
from tests.support.pages import CheckedClient

HOST = "ehrenamt.musterstadt.example"
NOT_ASKED = {"static", "public.rules"}  # a town switches its house rules on itself
STRANGERS = re.compile(r"bretten|ettlingen|baden-baden", re.IGNORECASE)
PLACEHOLDERS = re.compile(r"%\(|\{\{|\{%|[Ll]orem|TODO|XXX|[Uu]ndefined|\bNone\b|Muster(mann|frau)")
LEAST = Wish(slug="musterstadt", name="Musterstadt", admin="anna.becker@musterstadt.example", host=(HOST,))


@pytest.fixture
def three_towns(app: Flask, settings: Settings) -> None:
    for city in load_cities():
        with app.app_context():
            seed(settings, city)


@pytest.fixture
def musterstadt(app: Flask, settings: Settings) -> int:
    """Made with nothing but what the command cannot do without."""
    kit = app.extensions["engagement"]

    def post_of(tenant: TenantInfo) -> Postbox:
        return Postbox(tenant, kit.links, settings.mail_from, kit.signer)

    with app.app_context():
        wanted = plan(LEAST)
        tenant_id = found_town(current_session(), wanted.new, wanted.admin, post_of)
        current_session().commit()
        return tenant_id


@pytest.fixture
def mail(app: Flask, musterstadt: int) -> OutgoingMail:
    with app.app_context():
        open_for_tenant(current_session(), musterstadt)
        return current_session().scalars(select(OutgoingMail)).one()


@pytest.fixture
def visitor(app: Flask, musterstadt: int) -> CheckedClient:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    client.host = HOST
    return client


@pytest.fixture
def admin(visitor: CheckedClient, mail: OutgoingMail) -> CheckedClient:
    """Signed in by the mail that founding the town has sent."""
    found = re.search(rf"http://{re.escape(HOST)}:8000(/anmelden/link/\S+)", mail.text)
    assert found
    path = found.group(1)
    assert visitor.get(path).status_code == 200
    answer = visitor.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/verwaltung/")
    return visitor


def addresses(app: Flask) -> Iterator[str]:
    """Return every address of a town that can be asked without an id."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint in NOT_ASKED:
            continue
        mark = mark_of(app, rule.endpoint)
        if not belongs_to_installation(mark) and (mark != ACROSS_TENANTS or rule.rule == "/"):
            yield rule.rule


def problems(client: CheckedClient, address: str) -> list[str]:
    found = []
    for language in ("de", "en"):
        answer = client.get(address, query_string={"lang": language})
        text = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""
        if answer.status_code >= 400:
            found.append(f"{address}: {answer.status_code}")
        found += [f"{address} speaks of {hit}" for hit in STRANGERS.findall(text)]
        visible = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
        if answer.mimetype == "text/html":
            found += [f"{address} has {hit.group()!r} in it" for hit in PLACEHOLDERS.finditer(visible)]
    return found


def test_every_page_is_whole_and_speaks_of_nobody_else(
    app: Flask, three_towns: None, visitor: CheckedClient, request: pytest.FixtureRequest
) -> None:
    """The client itself refuses a page without a title or with broken HTML."""
    pages = list(addresses(app))
    assert {"/", "/angebote", "/impressum", "/verwaltung/", "/konto"} <= set(pages)
    assert [problem for page in pages for problem in problems(visitor, page)] == []
    request.getfixturevalue("admin")
    assert [problem for page in pages for problem in problems(visitor, page)] == []


def test_the_home_page_helps_although_there_is_nothing_yet(visitor: CheckedClient) -> None:
    home = visitor.get("/").get_data(as_text=True)
    assert "Die ersten Angebote sind unterwegs" in home
    assert "Kinder und Jugend" in home
    assert "anna.becker@musterstadt.example" in home
    for path in ("/angebote", "/organisationen"):
        page = visitor.get(path).get_data(as_text=True)
        assert "sind unterwegs" in page
        assert "/fuer-vereine" in page
    assert "Nichts passt" in visitor.get("/angebote?q=garten").get_data(as_text=True)


def test_legal_pages_name_the_town_and_its_contact(visitor: CheckedClient) -> None:
    for path in ("/impressum", "/datenschutz", "/barrierefreiheit", "/leichte-sprache", "/gebaerdensprache"):
        page = visitor.get(path).get_data(as_text=True)
        assert "Musterstadt" in page
        assert "anna.becker@musterstadt.example" in page


def test_the_administrator_is_told_what_to_do_first(admin: CheckedClient, mail: OutgoingMail) -> None:
    assert mail.subject == "Musterstadt ist bereit für Sie"
    assert mail.to_name == "Anna Becker"
    for body in (mail.text, mail.html):
        assert "Guten Tag Anna Becker" in body
        assert "ersten Schritte" in body
        assert STRANGERS.search(body) is None
    page = admin.get("/verwaltung/").get_data(as_text=True)
    assert "Erste Schritte" in page
    assert "Anschrift und Kontakt ergänzen" in page
    assert 'href="/fuer-vereine"' in page
