"""The worker's own clock, queue and mail server: from a new offer to the mailbox and out of it with one click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg
from flask import Flask
from sqlalchemy import URL, select
from sqlalchemy.orm import Session

from engagement.alerts.models import SavedSearch
from engagement.alerts.noticing import notice
from engagement.alerts.offers import item_of
from engagement.catalogue.queries import find_entry
from engagement.kernel.clock import now, stopped
from engagement.kernel.database import WEB_OPTIONS, libpq_url
from engagement.kernel.i18n import force_locale
from tests.factories.catalogue import make_entry
from tests.factories.mails import make_postbox
from tests.factories.searches import make_search
from tests.support.jobs import jobs, work_off
from tests.support.mailserver import mail_server
from tests.support.pages import CheckedClient


def look_now(url: URL) -> None:
    with psycopg.connect(libpq_url(url), options=WEB_OPTIONS) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
            "VALUES ('default', 'alerts.look', '{\"timestamp\": 0}')"
        )


def test_from_a_new_offer_to_the_mailbox_and_out_again(
    app: Flask, client: CheckedClient, session: Session, database_url: URL
) -> None:
    two_days_ago = now() - timedelta(days=2)
    with stopped(two_days_ago):
        make_search(session, label="Alle Angebote")
    make_entry(session, title="Nachtwache im Tierheim", district_name="Ruit", organisation_name="Tierfreunde e. V.")
    session.commit()
    with psycopg.connect(libpq_url(database_url), options=WEB_OPTIONS) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    with stopped(now() - timedelta(days=1)):
        notice(session)
        session.commit()
    look_now(database_url)
    with mail_server() as (box, port):
        for _ in ("the look writes it", "the next job sends it"):
            work_off(app, database_url, port)
    (message,) = box.messages
    assert message["To"] == "gisela@example.org"
    assert message["Subject"] == "Ein neues Angebot für Sie"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = message.get_body(("plain",)).get_content()
    for words in ("Nachtwache im Tierheim", "Tierfreunde e. V.", "Ruit", "Nach Absprache"):
        assert words in text
    html = message.get_body(("html",)).get_content()
    assert "<img" not in html
    assert [job for job in jobs(database_url, "alerts.look") if job["args"]["timestamp"] == 0] == []

    address = str(message["List-Unsubscribe"]).strip("<>")
    path = f"{urlsplit(address).path}?{urlsplit(address).query}"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    session.expire_all()
    assert session.scalars(select(SavedSearch)).all() == []


def test_the_moments_are_told_in_the_town_s_own_time(app: Flask, session: Session) -> None:

    starts_at = datetime(2030, 7, 6, 12, tzinfo=UTC)
    number = make_entry(session, time_kind="dated", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    entry = find_entry(session, number)
    assert entry
    with force_locale("de"):
        item = item_of(entry, make_postbox(session), None, language="de")
    assert item.lines[-1] == "Sa., 6. Juli 2030, 14:00 bis 16:00\N{NO-BREAK SPACE}Uhr"
