"""The demo's towns as neighbours: two share their offers, and a third one asks one of them."""

from __future__ import annotations

from flask import Flask

from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.unit_of_work import unit_of_work
from engagement.neighbours.queries import find_town, has_spoken
from engagement.neighbours.service import agree
from engagement.tenancy.queries import tenant_by_slug

WORDS = (
    ("bretten", "ettlingen", ""),
    ("ettlingen", "bretten", "Sehr gern, wir freuen uns auf gemeinsame Angebote."),
    ("baden-baden", "bretten", "Viele Menschen pendeln zwischen uns. Wollen wir es ein Jahr lang versuchen?"),
)


def introduce(app: Flask) -> None:
    """Let the towns say their words; one that has spoken to the other before, whatever it said, is left alone."""
    for slug, other, note in WORDS:
        with app.app_context():
            session = current_session()
            tenant = tenant_by_slug(session, slug)
            if tenant is None:
                continue
            open_for_tenant(session, tenant.id)
            with unit_of_work(session):
                town = find_town(session, other)
                if town and not has_spoken(session, town.id):
                    agree(session, other, note)
