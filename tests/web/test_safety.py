"""What an attacker tries from outside: addresses with options, shared caches, other people's mailboxes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.db import db
from engagement.mail.models import OutgoingMail
from engagement.web.shared.context import network_of
from tests.factories.people import PASSWORD, make_account, sign_in
from tests.support.pages import CheckedClient

LINK = re.compile(r"http://[^/\s]+(/anmelden/link/\S+)")


@pytest.mark.parametrize("query", ["endpoint=1", "_anchor=x", "_method=POST", "_scheme=javascript&_external=1"])
def test_an_address_holds_no_options_of_ours(client: CheckedClient, query: str) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    assert "javascript:" not in answer.get_data(as_text=True)


def test_a_picture_is_named_by_letters_and_digits(client: CheckedClient) -> None:
    assert client.get("/bilder/" + "%00" * 64 + ".webp").status_code == 404


def test_what_caches_keep_for_everybody_carries_no_session(client: CheckedClient, session: Session) -> None:
    made = make_account(session, email="anna@example.org", password=PASSWORD)
    session.commit()
    client.post("/anmelden", data={"email": made.email, "password": PASSWORD, "way": "password"})
    assert client.get("/konto").status_code == 200
    assert "Set-Cookie" not in client.get("/thema.css?v=1").headers


def test_only_who_asked_for_a_new_address_may_confirm_it(client: CheckedClient, session: Session) -> None:
    made = make_account(session, email="anna@example.org", password=PASSWORD)
    session.commit()
    sign_in(client, made)
    client.post("/konto/e-mail", data={"email": "fremd@example.org"})
    found = LINK.search(session.scalars(select(OutgoingMail.text)).one())
    assert found
    stranger = client.application.test_client()
    path = found.group(1)
    answer = stranger.post(path)
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/anmelden")
    assert stranger.get("/konto").status_code == 302
    session.refresh(made)
    assert made.email == "anna@example.org"
    assert client.post(path).location == "/konto"


def test_errors_of_the_database_do_not_name_people(client: CheckedClient) -> None:
    assert client.get("/").status_code == 200
    with client.application.app_context():
        assert db.engine.hide_parameters


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "", True),
    ],
)
def test_a_line_counts_once(one: str, other: str, *, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same
