"""The demo's mails as pages: found, shown harmlessly, and nothing else of the disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from engagement.cli.demo.mailbox import Mailbox, linked
from engagement.cli.demo.operator import EMAIL, PASSWORD, seed_operator
from engagement.kernel.settings import Settings
from tests.support.pages import CheckedClient, problems_of

Get = Callable[..., TestResponse]
FIRST, SECOND = "20261124T030912.237348Z-0001", "20261124T030913.000001Z-0002"
HARM = "<script>alert(1)</script>"


def keep(folder: Path, name: str, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "Jörg <joerg@example.org>", subject
    message.set_content(f"Hallo {HARM}\nhttp://bretten.localhost:8000/anmelden/link/a.b-c?x=1&y=2.")
    message.add_alternative(f"<html><head></head><body>{HARM}</body></html>", subtype="html")
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


@pytest.fixture
def get(application: Flask, tmp_path: Path) -> Get:
    keep(tmp_path, FIRST, f"Erste {HARM}")
    keep(tmp_path, SECOND, "Zweite")
    client = Client(Mailbox(application, application, tmp_path))

    def send(path: str, host: str = "mail.localhost:8000") -> TestResponse:
        return client.get(path, headers={"Host": host, "Accept-Language": "de"})

    return send


def test_the_newest_mail_comes_first(get: Get) -> None:
    page = get("/")
    assert problems_of(page.text) == []
    assert page.text.index("Zweite") < page.text.index("Erste")
    assert HARM not in page.text


def test_a_mail_is_shown_with_links_that_work(get: Get) -> None:
    page = get(f"/{FIRST}")
    assert problems_of(page.text) == []
    assert '<a href="http://bretten.localhost:8000/anmelden/link/a.b-c?x=1&amp;y=2">' in page.text
    assert HARM not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_layout_is_shown_where_it_can_do_nothing(get: Get) -> None:
    page = get(f"/{FIRST}/html")
    policy = page.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", ["/x", f"/{FIRST}/x", "/..%2fsecret_key", f"/{FIRST}.eml", "/../../etc/passwd"])
def test_there_is_nothing_else(get: Get, path: str) -> None:
    assert get(path).status_code == 404


def test_other_hosts_reach_the_application(get: Get) -> None:
    assert get("/healthz", host="localhost:8000").text == "ok\n"


def test_a_full_stop_after_an_address_is_not_part_of_it() -> None:
    assert linked("Siehe http://a.example/x.") == 'Siehe <a href="http://a.example/x">http://a.example/x</a>.'


def test_the_code_of_the_demos_operator_signs_in(get: Get, app: Flask, settings: Settings) -> None:
    with app.app_context():
        seed_operator(settings)
        seed_operator(settings)
    page = get("/code").get_data(as_text=True)
    assert problems_of(page) == []
    shown = re.search(r'class="code">([\d ]+)<', page)
    assert shown
    office = app.test_client()
    sent = {"email": EMAIL, "password": PASSWORD, "code": shown.group(1)}
    assert office.post("/betrieb/anmelden", data=sent, base_url="http://localhost").status_code == 303


def test_the_code_is_on_the_mailbox_only(get: Get, client: CheckedClient) -> None:
    assert get("/code", "bretten.localhost").status_code == 404
    assert client.get("/code").status_code == 404
