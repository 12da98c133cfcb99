"""A fourth town beside the demo's three: whole from its first minute, and without a word about the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import URL, select

from engagement.accounts.founding import found_town
from engagement.cli.demo.content import load_cities
from engagement.cli.town_plan import Wish, plan
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.settings import Settings
from engagement.mail.models import OutgoingMail
from engagement.mail.service import Postbox
from engagement.moderation.kinds import TextPurpose
from engagement.moderation.texts import PreparedTextValues, add_prepared_text, prepared_texts
from engagement.tenancy.branding import change_look, current_look, state_of_look
from engagement.tenancy.queries import TenantInfo, own_settings, own_tenant, tenant_by_slug
from engagement.tenancy.service import change_settings
from engagement.tenancy.settings import ModerationPolicy, Retention
from engagement.tenancy.template import Template, read_template
from engagement.tenancy.words import WordKind, WordValues, add_word, order_words, words_of
from engagement.web.shared.access import ACROSS_TENANTS, belongs_to_installation, mark_of
from tests.support.pages import CheckedClient
from tests.support.seeded import seed_towns

pytestmark = pytest.mark.xdist_group("seeded")

HOST = "ehrenamt.musterstadt.example"
NOT_ASKED = {"static", "public.rules"}  # a town switches its house rules on itself
STRANGERS = re.compile(r"bretten|ettlingen|baden-baden", re.IGNORECASE)
PLACEHOLDERS = re.compile(r"%\(|\{\{|\{%|[Ll]orem|TODO|XXX|[Uu]ndefined|(?<!If-)\bNone\b(?!-Match)|Muster(mann|frau)")
LEAST = Wish(slug="musterstadt", name="Musterstadt", admin="anna.becker@musterstadt.example", host=(HOST,))


@pytest.fixture
def three_towns(app: Flask, settings: Settings, database_url: URL) -> None:
    seed_towns(app, settings, database_url, load_cities())


@pytest.fixture
def musterstadt(app: Flask, settings: Settings, request: pytest.FixtureRequest) -> int:
    """Made with nothing but what the command cannot do without, and like Bretten for a test that asks for that."""
    template = request.getfixturevalue("like_bretten") if "like_bretten" in request.fixturenames else None
    return founded(app, settings, template)


def founded(app: Flask, settings: Settings, template: Template | None = None) -> int:
    kit = app.extensions["engagement"]

    def post_of(tenant: TenantInfo) -> Postbox:
        return Postbox(tenant, kit.links, settings.mail_from, kit.signer)

    with app.app_context():
        wanted = plan(LEAST)
        tenant_id = found_town(current_session(), wanted.new, wanted.admin, post_of, template)
        current_session().commit()
        return tenant_id


@pytest.fixture
def like_bretten(app: Flask, settings: Settings, three_towns: None) -> Template:
    """What Bretten hands on after its staff have written texts with and without facts of the town."""
    with app.app_context():
        session = current_session()
        town = tenant_by_slug(session, "bretten")
        assert town
        open_for_tenant(session, town.id)
        look = replace(
            current_look(session), headline="Bretten packt an", box_title="Der Brettener Weg",
            box_text="Rufen Sie an: 07252 921-100", brand_colour="#7a1f4e",
        )  # fmt: skip
        change_look(session, look, seen=state_of_look(session))
        add_word(session, WordKind.CATEGORY, WordValues("Feste in Bretten"))
        add_word(session, WordKind.CATEGORY, WordValues("Brettener Heimatpflege"))
        order_words(session, WordKind.CATEGORY, [word.id for word in words_of(session, WordKind.CATEGORY)][::-1])
        for title, words in (
            ("Ort fehlt", "Bitte nennen Sie den Ort in Bretten."),
            ("Rückfrage", "Schreiben Sie an engagement@bretten.example."),
        ):
            add_prepared_text(session, PreparedTextValues(TextPurpose.SEND_BACK, title, words))
        rules = {"retention": Retention(mail_days=7), "moderation": ModerationPolicy.REVIEW_ALL}
        change_settings(session, own_settings(session).model_copy(update=rules))
        session.commit()
        return read_template(session)


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
        found += [f"{address} speaks of {text[hit.start() - 90 : hit.end() + 40]}" for hit in STRANGERS.finditer(text)]
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


def test_a_town_made_like_another_speaks_of_nobody_else_either(
    app: Flask, like_bretten: Template, visitor: CheckedClient, request: pytest.FixtureRequest
) -> None:
    test_every_page_is_whole_and_speaks_of_nobody_else(app, None, visitor, request)
    home = visitor.get("/").get_data(as_text=True)
    assert "Musterstadt packt an" in home
    assert "Feste in Musterstadt" in home


def test_what_a_town_hands_on_and_what_it_keeps(app: Flask, like_bretten: Template, musterstadt: int) -> None:
    with app.app_context():
        session = current_session()
        open_for_tenant(session, musterstadt)
        town, words = own_tenant(session), words_of(session, WordKind.CATEGORY)
        texts = prepared_texts(session, TextPurpose.SEND_BACK)
    assert (town.brand_colour, town.headline, town.box_title, town.box_text) == (
        "#7a1f4e", "Musterstadt packt an", "", ""
    )  # fmt: skip
    assert (town.name, town.platform_name, town.logo, town.picture) == ("Musterstadt", "Musterstadt", None, None)
    assert (town.settings.retention.mail_days, town.settings.moderation) == (7, ModerationPolicy.REVIEW_ALL)
    assert (words[0].name, words[0].slug) == ("Feste in Musterstadt", "feste-in-musterstadt")
    assert words[-1].name == "Kinder und Jugend"
    assert [text.text for text in texts if text.title == "Ort fehlt"] == ["Bitte nennen Sie den Ort in Musterstadt."]
    assert "Rückfrage" not in {text.title for text in texts}


def test_what_stays_behind_is_named(like_bretten: Template) -> None:
    assert {"Brettener Heimatpflege", "Rückfrage", "Der Brettener Weg", "Rufen Sie an: 07252 921-100"} <= set(
        like_bretten.left_out
    )


def test_a_town_does_not_share_the_texts_that_it_has_handed_on(
    app: Flask, like_bretten: Template, musterstadt: int
) -> None:
    """Every text has an id of its own, so that the next one that is written meets none of them."""
    with app.app_context():
        session = current_session()
        open_for_tenant(session, musterstadt)
        added = add_prepared_text(session, PreparedTextValues(TextPurpose.ANSWER, "Danke", "Vielen Dank."))
        assert len({text.id for text in prepared_texts(session)} | {added}) == len(prepared_texts(session))
