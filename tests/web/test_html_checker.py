"""Every page that visitors reach, in the words of the Nu Html Checker: no error."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.kernel.i18n import LANGUAGES
from engagement.web.shared.access import ACROSS_TENANTS, mark_of
from tests.factories.offers import make_opportunity
from tests.factories.outward import make_town
from tests.factories.people import make_organisation
from tests.support.html_checker import errors_of, missing, must_run
from tests.support.pages import CheckedClient

MORE = ("/angebote?q=vorlesen&art=regelmaessig", "/angebote?q=xyzzy", "/angebote?seite=2", "/einbetten?farben=stadt",
        "/organisationen?q=xyzzy", "/gibt-es-nicht", "/barrierefreiheit/feedback?seite=/angebote")  # fmt: skip


@pytest.fixture(autouse=True)
def _checker() -> None:
    """Without Java there is nothing to say; where CI runs, that is a failure."""
    if reason := missing():
        (pytest.fail if must_run() else pytest.skip)(reason)


def addresses(app: Flask) -> list[str]:
    """Return the addresses that are open to everybody and name nothing in particular."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments
        and "GET" in (rule.methods or ())
        and rule.endpoint != "static"
        and (str(mark_of(app, rule.endpoint)).startswith("public:") or mark_of(app, rule.endpoint) == ACROSS_TENANTS)
    )


def test_no_public_page_has_an_error(app: Flask, client: CheckedClient, session: Session, tmp_path: Path) -> None:
    town = make_town(session)
    for _ in range(25):
        make_opportunity(session, make_organisation(session).id)
    session.commit()
    offers = [town.path(session, number) for number in (town.ongoing, town.remote, town.dated, town.awkward)]
    steps = [f"{offers[0]}/mitmachen", f"{offers[0]}/melden"]
    paths = [*addresses(app), *MORE, *offers, *steps, f"/organisationen/{town.club.id}-{town.club.slug}"]
    for language in LANGUAGES:
        for number, path in enumerate(paths):
            answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
            if answer.mimetype == "text/html" and answer.status_code in {200, 404}:
                name = "".join(letter if letter.isalnum() else "_" for letter in path)[:60]
                (tmp_path / f"{language}-{number}-{name}.html").write_bytes(answer.data)
    assert len(list(tmp_path.glob("*.html"))) >= 25 * len(LANGUAGES)
    assert errors_of(tmp_path) == []


def test_the_checker_finds_mistakes(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<!doctype html><html lang=de><title>x</title><p><div></p>", encoding="utf-8")
    assert errors_of(tmp_path)
