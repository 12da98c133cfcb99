"""The operators' list of towns, a town's page, and what is done to a town as a whole."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engagement.accounts.models import StaffRole
from engagement.kernel.audit import AuditRecord
from engagement.kernel.db import current_session, db, open_for_tenant, opened_for_installation
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.tenancy.models import Tenant, TenantHost
from tests.factories.operators import INSTALLATION_HOST, MadeOperator, make_operator, sign_in_operator
from tests.factories.people import make_account, make_organisation
from tests.support.pages import CheckedClient
from tests.support.statements import watched

NEW = {
    "name": "Musterstadt",
    "host": "Engagement.Musterstadt.example",
    "admin": "anna.muster@musterstadt.example",
    "federal_state": "08",
    "official_key": "08215007",
}


@pytest.fixture
def ada(app: Flask) -> MadeOperator:
    return make_operator(app, "Ada Betrieb")


@pytest.fixture
def desk(client: CheckedClient, ada: MadeOperator) -> CheckedClient:
    sign_in_operator(client, ada)
    return client


def page(desk: CheckedClient, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def deeds(desk: CheckedClient) -> str:
    return page(desk, "/betrieb/protokoll")


def make_towns(number: int) -> None:
    """Make bare tenants: a list needs no more."""
    session = current_session()
    with opened_for_installation(session, "test"):
        made = [Tenant(slug=f"ort-{one}", name=f"Ort {one:05}", platform_name="Ort") for one in range(number)]
        session.add_all(made)
        session.flush()
        session.add_all(TenantHost(host=f"{one.slug}.example", tenant_id=one.id, is_primary=True) for one in made)
        session.commit()


class TestList:
    def test_it_shows_numbers_and_state(self, desk: CheckedClient, session: Session) -> None:
        make_organisation(session)
        make_account(session)
        session.commit()
        told = page(desk, "/betrieb/")
        assert "Bretten" in told
        assert "bretten.localhost" in told
        assert re.search(r"1 \w+ · 0 Angebote · 1 Konto · \d+ kB", told)
        assert "in Betrieb" in told
        assert "Es läuft kein Worker" in told

    def test_it_is_searched_by_name_and_address(self, desk: CheckedClient, ettlingen: int) -> None:
        found = page(desk, "/betrieb/?q=ETTLING")
        assert "ettlingen.localhost" in found
        assert "bretten.localhost" not in found
        assert "bretten.localhost" in page(desk, "/betrieb/?q=bretten.local")
        assert "Keine Kommune hat das" in page(desk, "/betrieb/?q=xyz")

    def test_it_is_paged_and_takes_as_many_statements_for_a_thousand_towns(
        self, app: Flask, desk: CheckedClient
    ) -> None:
        with app.app_context():
            make_towns(9)
            engine = db.engine
        with watched(engine) as few:
            desk.get("/betrieb/")
        with app.app_context():
            session = current_session()
            with opened_for_installation(session, "test"):
                session.execute(
                    text(
                        "INSERT INTO tenant (slug, name, platform_name, claim, introduction, brand_colour, "
                        "accent_colour, languages, time_zone, mail_from, postal_address, contact_email, official_key, "
                        "created_at) SELECT 'viele-' || n, 'Viele ' || n, 'x', '', '', '#1f4e9e', '#f2c230', "
                        "'{de}', 'Europe/Berlin', '', '', '', '', now() FROM generate_series(1, :number) AS n"
                    ),
                    {"number": 1000},
                )
                session.commit()
        with watched(engine) as many:
            answer = desk.get("/betrieb/")
        assert len(many) == len(few)
        told = answer.get_data(as_text=True)
        assert "1010 Kommunen" in told
        assert told.count('class="line__title"') == 25
        assert "Viele" in page(desk, "/betrieb/?seite=41")
        assert desk.get("/betrieb/?seite=99999").status_code == 200

    @pytest.mark.parametrize("asked", ["0", "-1", "x", "²", "99999999999999999999"])
    def test_a_page_that_is_none_is_the_first_or_the_last(self, desk: CheckedClient, asked: str) -> None:
        assert desk.get("/betrieb/", query_string={"seite": asked}).status_code == 200


class TestPage:
    def test_it_counts_people_and_names_none(self, desk: CheckedClient, session: Session) -> None:
        make_account(session, name="Martina Vogt", email="vogt@example.org", staff=Role.ADMIN)
        session.commit()
        told = page(desk, "/betrieb/bretten")
        assert "1 Person in der Leitung, 0 Personen in der Moderation" in told
        assert "Vogt" not in told
        assert "vogt@example.org" not in told

    def test_it_speaks_english_too(self, desk: CheckedClient) -> None:
        desk.language = "en"
        assert "Taking the site off" in page(desk, "/betrieb/bretten")
        assert "set the town up" in deeds(desk)


class TestSuspending:
    def test_the_site_is_off_until_it_is_put_on_again(self, app: Flask, desk: CheckedClient) -> None:
        visitor = app.test_client()
        assert "Niemand kann sich anmelden" in page(desk, "/betrieb/bretten/sperren")
        assert desk.post("/betrieb/bretten/sperren", data={"reason": " "}).status_code == 422
        assert visitor.get("/", base_url="http://bretten.localhost").status_code == 200
        assert desk.post("/betrieb/bretten/sperren", data={"reason": "Rechnung offen"}).status_code == 303
        assert visitor.get("/", base_url="http://bretten.localhost").status_code == 503
        told = page(desk, "/betrieb/bretten")
        assert "Gesperrt seit" in told
        assert "Rechnung offen" in told
        assert desk.post("/betrieb/bretten/sperren", data={"reason": "noch einmal"}).status_code == 409
        assert desk.post("/betrieb/bretten/fortsetzen").status_code == 303
        assert visitor.get("/", base_url="http://bretten.localhost").status_code == 200
        record = deeds(desk)
        assert "<strong>Ada Betrieb</strong>: Kommune gesperrt (bretten)</span>" in record
        assert '<span class="muted">Rechnung offen</span>' in record
        assert "Kommune wieder eingeschaltet" in record


class TestDeleting:
    def test_the_name_is_typed_and_it_can_be_undone(self, app: Flask, desk: CheckedClient) -> None:
        wrong = desk.post("/betrieb/bretten/loeschen", data={"slug": "ettlingen", "days": "90"})
        assert wrong.status_code == 422
        told = wrong.get_data(as_text=True)
        assert "Das ist nicht der Kurzname dieser Kommune" in told
        assert re.search(r'checked[^>]*value="90"', told)
        assert desk.post("/betrieb/bretten/loeschen", data={"slug": "bretten", "days": "30"}).status_code == 303
        assert app.test_client().get("/", base_url="http://bretten.localhost").status_code == 503
        shown = page(desk, "/betrieb/bretten")
        assert "wird am" in shown
        assert re.search(
            r"Löschung beantragt</span> <span class=\"muted\">frühestens am \w\w\., \d", page(desk, "/betrieb/bretten")
        )
        assert desk.post("/betrieb/bretten/loeschen/abbrechen").status_code == 303
        assert app.test_client().get("/", base_url="http://bretten.localhost").status_code == 200
        assert "Löschung zurückgenommen" in deeds(desk)


class TestAddresses:
    def test_one_is_added_made_canonical_and_the_old_one_removed(self, app: Flask, desk: CheckedClient) -> None:
        added = desk.post("/betrieb/bretten/adressen", data={"host": "Ehrenamt.Bretten.Example "})
        assert added.status_code == 303
        visitor = app.test_client()
        moved = visitor.get("/angebote?q=x", base_url="http://ehrenamt.bretten.example")
        assert (moved.status_code, moved.headers["Location"]) == (308, "http://bretten.localhost:8000/angebote?q=x")
        assert desk.post("/betrieb/bretten/adressen/ehrenamt.bretten.example/hauptadresse").status_code == 303
        assert visitor.get("/", base_url="http://ehrenamt.bretten.example").status_code == 200
        assert "findet nichts mehr" in page(desk, "/betrieb/bretten/adressen/bretten.localhost/entfernen")
        assert desk.post("/betrieb/bretten/adressen/bretten.localhost/entfernen").status_code == 303
        assert visitor.get("/", base_url="http://bretten.localhost").status_code == 404

    @pytest.mark.parametrize(
        ("host", "told"),
        [("", "Bitte füllen"), ("kein host", "kein host"), ("ettlingen.localhost", "ettlingen.localhost")],
    )
    def test_what_cannot_be_added_is_said_at_the_field(
        self, desk: CheckedClient, ettlingen: int, host: str, told: str
    ) -> None:
        answer = desk.post("/betrieb/bretten/adressen", data={"host": host})
        assert answer.status_code == 422
        found = answer.get_data(as_text=True)
        assert 'id="host-error"' in found
        assert told in found

    def test_the_canonical_one_stays(self, desk: CheckedClient) -> None:
        assert desk.post("/betrieb/bretten/adressen/bretten.localhost/entfernen").status_code == 409

    def test_anothers_address_is_not_found(self, desk: CheckedClient, ettlingen: int) -> None:
        for step in ("hauptadresse", "entfernen"):
            assert desk.post(f"/betrieb/bretten/adressen/ettlingen.localhost/{step}").status_code == 404


class TestSettingUp:
    def test_a_town_is_made_with_its_first_admin(self, app: Flask, desk: CheckedClient) -> None:
        assert "Bundesland" in page(desk, "/betrieb/neu")
        answer = desk.post("/betrieb/neu", data=NEW)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/betrieb/musterstadt")
        assert "Ein Link zum Anmelden geht an anna.muster@musterstadt.example" in page(desk, "/betrieb/musterstadt")
        site = app.test_client().get("/", base_url="http://engagement.musterstadt.example")
        assert site.status_code == 200
        with app.app_context():
            session = current_session()
            with opened_for_installation(session, "test"):
                made = session.scalars(select(Tenant).where(Tenant.slug == "musterstadt")).one()
                tenant_id, key = made.id, made.official_key
            assert key == "08215007"
            open_for_tenant(session, tenant_id)
            assert session.scalars(select(StaffRole.role)).all() == [Role.ADMIN]
            assert session.scalars(select(OutgoingMail.to_address)).all() == ["anna.muster@musterstadt.example"]
            made_by = session.scalars(select(AuditRecord.operator_name).where(AuditRecord.action == "tenant.create"))
            assert made_by.all() == ["Ada Betrieb"]
        assert "Kommune eingerichtet" in deeds(desk)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"host": "https://x.example/"}, "host"),
            ({"host": "bretten.localhost"}, "host"),
            ({"slug": "bretten"}, "slug"),
            ({"slug": "Groß Stadt"}, "slug"),
            ({"slug": "protokoll"}, "slug"),
            ({"name": "Neu"}, "slug"),
            ({"admin": "keine"}, "admin"),
            ({"federal_state": ""}, "federal_state"),
            ({"official_key": "123"}, "official_key"),
            ({"official_key": "09215007"}, "official_key"),
        ],
    )
    def test_mistakes_are_named_and_what_was_typed_is_kept(
        self, desk: CheckedClient, changes: dict[str, str], field: str
    ) -> None:
        answer = desk.post("/betrieb/neu", data={"name": "Musterdorf", **NEW, **changes})
        assert answer.status_code == 422
        told = answer.get_data(as_text=True)
        assert f'id="{field}-error"' in told
        assert (changes.get("admin") or NEW["admin"]) in told
        with desk.application.app_context():
            session = current_session()
            with opened_for_installation(session, "test"):
                assert session.scalars(select(Tenant.slug)).all() == ["bretten"]

    def test_nothing_is_there_for_others(self, app: Flask, bretten: int) -> None:
        visitor = app.test_client()
        assert visitor.post("/betrieb/neu", data=NEW, base_url=f"http://{INSTALLATION_HOST}").status_code == 302
        assert visitor.post("/betrieb/neu", data=NEW, base_url="http://bretten.localhost").status_code == 404


def test_the_list_tells_how_the_queue_is(desk: CheckedClient, app: Flask) -> None:
    with app.app_context():
        session = current_session()
        with opened_for_installation(session, "test"):
            for status, number in (("todo", 2), ("failed", 3)):
                session.execute(
                    text(
                        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
                        "SELECT 'default', 'x', '{}', CAST(:status AS procrastinate_job_status) "
                        "FROM generate_series(1, :number)"
                    ),
                    {"status": status, "number": number},
                )
            session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), ('2026-01-01')"))
            session.commit()
    told = page(desk, "/betrieb/")
    assert "<dt>Worker</dt><dd>1</dd>" in told
    assert re.search(r"<dt>Wartende Aufgaben</dt><dd>2 <span class=\"muted small\">seit ", told)
    assert "<dt>Fehlgeschlagene Aufgaben</dt><dd>3</dd>" in told
    assert "Es läuft kein Worker" not in told


def test_the_stroke_at_the_end_of_the_address_may_be_left_out(client: CheckedClient) -> None:
    answer = client.get("/betrieb", base_url=f"http://{INSTALLATION_HOST}")
    assert answer.status_code == 308
    assert answer.location == f"http://{INSTALLATION_HOST}/betrieb/"


def test_the_stroke_leads_nowhere_on_an_unknown_host(client: CheckedClient) -> None:
    assert client.get("/betrieb", base_url="http://unknown.example").status_code == 404
