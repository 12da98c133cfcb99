"""The request pipeline: origin, headers, caching, languages, one commit at the edge."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.test import TestResponse

from engagement.kernel.audit import AuditRecord, record
from engagement.kernel.db import current_session
from engagement.tenancy.deciding import change_languages
from engagement.web.shared.headers import CONTENT_SECURITY_POLICY
from engagement.web.shared.request import EngagementApp
from engagement.wiring import create_app
from tests.support.pages import CheckedClient


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"Sec-Fetch-Site": "same-origin"}, 404),
        ({"Sec-Fetch-Site": "none"}, 404),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://bretten.localhost"}, 404),
        ({"Origin": "http://ettlingen.localhost"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, 404),
    ],
)
def test_forms_are_taken_from_our_own_pages_only(client: CheckedClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/gibt-es-nicht", headers=headers).status_code == status


def test_every_answer_carries_the_protecting_headers(client: CheckedClient) -> None:
    for path in ("/", "/thema.css", "/gibt-es-nicht", "/healthz"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-Id"]


def test_public_pages_can_be_cached_and_set_no_cookie(client: CheckedClient) -> None:
    response = client.get("/")
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in response.headers
    assert "Accept-Language" in response.headers["Vary"]


def test_the_theme_holds_the_tenants_colour(client: CheckedClient) -> None:
    address = re.search(r'href="(/thema\.css\?v=\w+)"', client.get("/").get_data(as_text=True))
    assert address is not None
    css = client.get(address[1])
    assert css.mimetype == "text/css"
    assert "#0b5cad" in css.get_data(as_text=True)
    assert "max-age=31536000" in css.headers["Cache-Control"]


def test_browsers_keep_a_static_file_as_long_as_its_content_is_the_same(client: CheckedClient) -> None:
    address = re.search(r'href="(/static/css/public\.css\?v=\w+)"', client.get("/").get_data(as_text=True))
    assert address is not None
    marked, plain = address[1], address[1].partition("?")[0]
    assert kept(client, marked) == "public, max-age=31536000, immutable"
    assert kept(client, plain) == "public, max-age=300"
    assert kept(client, "/static/css/none.css?v=0") == "private, no-store"


def kept(client: CheckedClient, address: str) -> str:
    with client.get(address) as answer:
        return answer.headers["Cache-Control"]


def test_the_font_is_asked_for_once(client: CheckedClient) -> None:
    """A preload under another address than the style sheet's own would load the file twice."""
    page = client.get("/").get_data(as_text=True)
    preloads = re.findall(r'<link rel="preload" href="([^"]+)" as="font"', page)
    theme = re.search(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert theme
    with client.get(theme[1]) as css:
        used = re.findall(r'url\("?(/[^")]+\.woff2[^")]*)', css.get_data(as_text=True))
    assert preloads
    assert set(preloads) <= set(used)


def test_a_theme_is_not_kept_under_the_mark_of_another(client: CheckedClient) -> None:
    """A process that has not heard of new colours yet must not fill caches with the old ones."""
    assert client.get("/thema.css?v=0123456789ab").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("mark", "kept"), [("?v=1", "public, max-age=31536000, immutable"), ("", "public, max-age=300")]
)
def test_files_are_kept_for_good_under_a_mark_of_their_content(client: CheckedClient, mark: str, kept: str) -> None:
    response = client.get(f"/static/css/public.css{mark}", buffered=True)
    assert response.headers["Cache-Control"] == kept


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "de", "de"),
        ("", "en-GB,en;q=0.9", "en"),
        ("?lang=en", "de", "en"),
        ("?lang=xx", "de", "de"),
        ("", "fr", "de"),
    ],
)
def test_the_language_comes_from_the_address_or_the_browser(
    client: CheckedClient, query: str, accepted: str, language: str
) -> None:
    page = client.get(f"/gibt-es-nicht{query}", headers={"Accept-Language": accepted}).get_data(as_text=True)
    assert f'<html lang="{language}" dir="ltr">' in page


def test_answers_say_their_language_and_that_it_depends_on_the_browser(client: CheckedClient) -> None:
    for path in ("/", "/gibt-es-nicht", "/anmelden"):
        headers = client.get(f"{path}?lang=en").headers
        assert headers["Content-Language"] == "en", path
        assert "Accept-Language" in headers["Vary"], path
    problem = client.get("/gibt-es-nicht", headers={"Accept": "application/json", "Accept-Language": "en"})
    assert problem.headers["Content-Language"] == "en"
    assert "Content-Language" not in client.get("/thema.css").headers


def test_an_arabic_page_is_written_from_right_to_left(session: Session, client: CheckedClient) -> None:
    change_languages(session, ("en", "fr", "tr", "uk", "ar"))
    session.commit()
    page = client.get("/gibt-es-nicht", headers={"Accept-Language": "ar-SY,ar;q=0.9"}).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in page
    assert re.search(r'hreflang="uk"\s*>Українська<', page)
    assert re.search(r'lang="de" dir="ltr" hreflang="de"\s*>Deutsch<', page)


def test_a_town_offers_the_languages_that_it_wants(session: Session, client: CheckedClient) -> None:
    change_languages(session, ("fr",))
    session.commit()
    page = client.get("/?lang=ar", headers={"Accept-Language": "ar"}).get_data(as_text=True)
    assert '<html lang="de" dir="ltr">' in page
    assert "العربية" not in page
    assert '<html lang="fr" dir="ltr">' in client.get("/?lang=fr").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/anmelden", "/impressum", "/gibt-es-nicht"])
def test_every_header_leads_to_easy_language_and_sign_language(client: CheckedClient, path: str) -> None:
    header = client.get(path).get_data(as_text=True).partition("<header")[2].partition("</header>")[0]
    assert 'href="/leichte-sprache"' in header
    assert 'href="/gebaerdensprache"' in header


def test_a_chosen_language_is_carried_on(client: CheckedClient) -> None:
    assert 'href="/impressum?lang=en"' in client.get("/gibt-es-nicht?lang=en").get_data(as_text=True)


def test_the_bare_host_lists_the_cities(client: CheckedClient, ettlingen: int) -> None:
    page = client.get("/", headers={"Host": "localhost:8000"}).get_data(as_text=True)
    assert "http://bretten.localhost:8000/" in page
    assert "http://ettlingen.localhost:8000/" in page


def test_health_needs_no_tenant(client: CheckedClient) -> None:
    assert client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200
    assert client.get("/readyz", headers={"Host": "10.0.0.7"}).status_code == 200


def test_an_error_is_problem_json_for_programs(client: CheckedClient) -> None:
    response = client.get("/gibt-es-nicht", headers={"Accept": "application/json"})
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["status"] == 404


class TestOneCommitAtTheEdge:
    """What a view wrote is kept when it ends well, and only then."""

    def ask(self, app: Flask, view: object) -> TestResponse:
        assert isinstance(app, EngagementApp)
        endpoint = app.view_functions["public.home"]
        app.view_functions["public.home"] = view
        view.access_mark = endpoint.access_mark
        try:
            client = app.test_client()
            return client.get("/", headers={"Host": "bretten.localhost"})
        finally:
            app.view_functions["public.home"] = endpoint

    def test_a_mistake_of_ours_is_a_calm_page_without_details(self, app: Flask, bretten: int) -> None:
        def view() -> str:
            raise RuntimeError("the-secret-detail")

        app.config["PROPAGATE_EXCEPTIONS"] = False
        try:
            response = self.ask(app, view)
        finally:
            app.config["PROPAGATE_EXCEPTIONS"] = True
        assert response.status_code == 500
        assert "the-secret-detail" not in response.get_data(as_text=True)

    def kept(self, session: Session) -> int:
        session.rollback()
        return session.scalar(select(func.count()).where(AuditRecord.action == "test.note")) or 0

    def write(self) -> None:
        record(current_session(), "test.note", "test", None)

    def test_a_good_answer_keeps_it(self, app: Flask, session: Session) -> None:
        def view() -> tuple[str, int, dict[str, str]]:
            self.write()
            return "", 200, {"Content-Type": "text/plain"}

        self.ask(app, view)
        assert self.kept(session) == 1

    def test_an_error_status_keeps_nothing(self, app: Flask, session: Session) -> None:
        def view() -> tuple[str, int, dict[str, str]]:
            self.write()
            return "", 422, {"Content-Type": "text/plain"}

        self.ask(app, view)
        assert self.kept(session) == 0

    def test_an_exception_keeps_nothing(self, app: Flask, session: Session) -> None:
        def view() -> str:
            self.write()
            current_session().flush()
            raise BadRequest

        self.ask(app, view)
        assert self.kept(session) == 0


def test_a_host_that_cannot_be_one_is_told_so(client: CheckedClient) -> None:
    response = client.get("/", headers={"Host": "a" * 300})
    assert (response.status_code, response.mimetype) == (404, "text/plain")


@pytest.mark.parametrize(("path", "status"), [("/", 503), ("/readyz", 503), ("/healthz", 200), ("/konto", 503)])
def test_without_database_the_answer_is_to_come_again(app: Flask, path: str, status: int) -> None:
    settings = app.extensions["engagement"].settings
    away = create_app(settings, make_url("postgresql://nobody@127.0.0.1:1/nowhere"))
    response = away.test_client().get(path, base_url="http://bretten.localhost")
    assert (response.status_code, "Retry-After" in response.headers) == (status, status == 503)
