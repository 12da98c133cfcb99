"""No page of a workspace asks the database more often because a town has grown: counted for each, from the routes."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.kernel.db import db
from engagement.kernel.permissions import Role
from engagement.web.shared.access import mark_of
from tests.factories.crowd import make_crowd
from tests.factories.people import make_account, sign_in
from tests.support.pages import CheckedClient
from tests.support.statements import watched

SMALL, LARGE = 10, 1000
MOST = 15
"""Statements of one page, those that find out who asks among them; the figures take most."""


def pages(app: Flask) -> list[str]:
    """Return the addresses of the municipality's pages that stand alone; a file of everything is read in batches."""
    return sorted(
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("municipality.")
        and "GET" in (rule.methods or ())
        and not rule.arguments
        and mark_of(app, rule.endpoint)
        and not rule.endpoint.endswith("export")
    )


def count(app: Flask, client: CheckedClient, path: str) -> int:
    app.extensions["engagement"].tenants.forget()
    client.get(path)  # the town is remembered from here on, and for longer than a page takes
    with watched(db.engine) as seen:
        assert client.get(path).status_code in {200, 303}, path
    return len(seen)


@pytest.mark.usefixtures("bretten")
def test_a_town_with_a_thousand_organisations_asks_no_more_often(
    app: Flask, client: CheckedClient, session: Session
) -> None:
    admin = make_account(session, staff=Role.ADMIN)
    make_crowd(session, SMALL)
    sign_in(client, admin)
    small = {path: count(app, client, path) for path in pages(app)}
    make_crowd(session, LARGE - SMALL)
    large = {path: count(app, client, path) for path in pages(app)}
    assert large == small
    assert {path: number for path, number in small.items() if number > MOST} == {}
    assert "/verwaltung/" in small
    assert len(small) > 5
