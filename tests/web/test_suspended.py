"""A town's host names lead to the canonical one, and a site that is off says so calmly, on every address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.kernel.db import current_session, open_for_installation
from engagement.kernel.permissions import Role
from engagement.tenancy import hosts, lifecycle
from tests.factories.people import make_account, sign_in
from tests.support.pages import CheckedClient

OTHER = "ehrenamt-bretten.example"


@contextmanager
def operating(app: Flask) -> Iterator[Session]:
    with app.app_context():
        open_for_installation(current_session(), "test")
        yield current_session()
        current_session().commit()
    app.extensions["engagement"].tenants.forget()


@pytest.fixture
def suspended(app: Flask, bretten: int) -> None:
    with operating(app) as session:
        lifecycle.suspend(session, bretten, "Rechnung offen")


@pytest.fixture
def two_names(app: Flask, bretten: int) -> None:
    with operating(app) as session:
        hosts.add_host(session, bretten, OTHER)


@pytest.mark.parametrize(
    ("path", "goal"),
    [
        ("/", "/"),
        ("/angebote?q=garten+%26+hof&kategorie=a&kategorie=b", "/angebote?q=garten+%26+hof&kategorie=a&kategorie=b"),
        ("/angebote/7-gr%C3%BCnes%3F%2525", "/angebote/7-gr%C3%BCnes%3F%2525"),
        ("/gibt/es/nicht?lang=en", "/gibt/es/nicht?lang=en"),
    ],
)
def test_other_names_lead_to_the_canonical_one(client: CheckedClient, two_names: None, path: str, goal: str) -> None:
    for method in ("GET", "HEAD"):
        answer = client.open(path, method=method, base_url=f"http://{OTHER.upper()}:8000")
        assert answer.status_code == 308
        assert answer.headers["Location"] == f"http://bretten.localhost:8000{goal}"


def test_forms_and_health_are_answered_under_any_name(client: CheckedClient, two_names: None) -> None:
    answer = client.post("/anmelden", data={"email": "x"}, base_url=f"http://{OTHER}:8000")
    assert answer.status_code not in {308, 404}
    for path in ("/healthz", "/readyz"):
        assert client.get(path, base_url=f"http://{OTHER}").status_code == 200


@pytest.mark.parametrize("path", ["/", "/angebote", "/anmelden", "/impressum", "/verwaltung/", "/gibt-es-nicht"])
def test_every_address_of_a_suspended_town_says_when_to_come_back(
    client: CheckedClient, suspended: None, path: str
) -> None:
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3600")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Vorübergehend nicht erreichbar" in page
    assert "Engagement vernetzt Bretten" in page
    assert "ehrenamt@bretten.example" in page
    assert "Rechnung" not in page
    assert "Temporarily not available" in client.get(path, query_string={"lang": "en"}).get_data(as_text=True)


def test_nobody_signs_in_or_works_while_the_site_is_off(
    app: Flask, client: CheckedClient, session: Session, suspended: None
) -> None:
    admin = make_account(session, staff=Role.ADMIN)
    session.commit()
    sign_in(client, admin)
    assert client.get("/verwaltung/").status_code == 503
    assert client.post("/anmelden", data={"email": "x@example.org"}).status_code == 503


def test_programs_get_a_problem_document(client: CheckedClient, suspended: None) -> None:
    answer = client.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "3600"


def test_colours_health_and_neighbours_go_on(
    app: Flask, client: CheckedClient, suspended: None, ettlingen: int
) -> None:
    for path in ("/thema.css", "/healthz", "/readyz"):
        assert client.get(path).status_code == 200
    assert client.get("/", base_url="http://ettlingen.localhost").status_code == 200
    cities = client.get("/", base_url="http://localhost").get_data(as_text=True)
    assert "Ettlingen" in cities
    assert "Bretten" not in cities


def test_a_resumed_site_is_as_it_was(app: Flask, client: CheckedClient, bretten: int, suspended: None) -> None:
    assert client.get("/").status_code == 503
    with operating(app) as session:
        lifecycle.resume(session, bretten)
    assert client.get("/").status_code == 200
