"""The operators' pages: on the installation's own hosts, behind two factors; entering a town with a reason."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.operators.second_factor import code_at
from engagement.web.shared.sessions import OPERATOR_COOKIE
from tests.factories.operators import (
    INSTALLATION_HOST,
    PASSWORD,
    REASON,
    MadeOperator,
    entry_of,
    go_inside,
    make_entry,
    make_operator,
    sign_in_operator,
    token_of,
)
from tests.factories.people import make_account, make_organisation, sign_in
from tests.support.pages import CheckedClient
from tests.support.statements import watched

LATER = timedelta(minutes=2)
"""The code of the set-up is used up; by then there is another."""


@pytest.fixture
def ada(app: Flask) -> MadeOperator:
    return make_operator(app, "Ada Betrieb")


@pytest.fixture
def desk(client: CheckedClient, ada: MadeOperator) -> CheckedClient:
    """Ada, signed in on the installation's own host."""
    sign_in_operator(client, ada)
    return client


def another(app: Flask, host: str = "bretten.localhost") -> CheckedClient:
    made = app.test_client()
    assert isinstance(made, CheckedClient)
    made.host = host
    return made


def credentials(operator: MadeOperator, **changes: str) -> dict[str, str]:
    return {"email": operator.email, "password": PASSWORD, "code": code_at(operator.secret, now()), **changes}


class TestSigningIn:
    def test_both_factors_let_in_for_eight_hours(self, app: Flask, ada: MadeOperator) -> None:
        client = another(app, INSTALLATION_HOST)
        with stopped(now() + LATER) as then:
            answer = client.post("/betrieb/anmelden", data=credentials(ada))
            assert (answer.status_code, answer.headers["Location"]) == (303, "/betrieb/")
            assert "Ada Betrieb" in client.get("/betrieb/").get_data(as_text=True)
        with stopped(then + timedelta(hours=7, minutes=59)):
            assert client.get("/betrieb/").status_code == 200
        with stopped(then + timedelta(hours=8)):
            assert client.get("/betrieb/").status_code == 302

    @pytest.mark.parametrize(
        "changes",
        [{"password": "ganz etwas anderes"}, {"code": "000000"}, {"email": "niemand@example.org"}, {"code": "abc"}],
    )
    def test_what_was_wrong_is_not_told_apart(self, app: Flask, ada: MadeOperator, changes: dict[str, str]) -> None:
        client = another(app, INSTALLATION_HOST)
        with stopped(now() + LATER):
            answer = client.post("/betrieb/anmelden", data=credentials(ada, **changes))
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "Das passt nicht zusammen" in page
        assert PASSWORD not in page
        assert client.get_cookie(OPERATOR_COOKIE, domain=INSTALLATION_HOST) is None

    def test_an_empty_form_names_every_field(self, app: Flask, bretten: int) -> None:
        answer = another(app, INSTALLATION_HOST).post("/betrieb/anmelden", data={})
        assert answer.status_code == 422
        assert answer.get_data(as_text=True).count("Bitte füllen Sie dieses Feld aus") >= 3

    def test_trying_on_and_on_is_stopped(self, app: Flask, ada: MadeOperator) -> None:
        client = another(app, INSTALLATION_HOST)
        statuses = [
            client.post("/betrieb/anmelden", data=credentials(ada, password="falsch falsch")).status_code
            for _ in range(11)
        ]
        assert statuses == [422] * 10 + [429]

    def test_the_cookie_is_strict_and_ends_with_the_browser(self, app: Flask, ada: MadeOperator) -> None:
        with stopped(now() + LATER):
            answer = another(app, INSTALLATION_HOST).post("/betrieb/anmelden", data=credentials(ada))
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(f"{OPERATOR_COOKIE}=")
        assert "SameSite=Strict" in cookie
        assert "HttpOnly" in cookie
        assert "Expires" not in cookie
        assert "Domain" not in cookie

    def test_signing_out_ends_it_also_for_a_copy_of_the_cookie(self, desk: CheckedClient, app: Flask) -> None:
        kept = desk.get_cookie(OPERATOR_COOKIE, domain=INSTALLATION_HOST)
        assert kept is not None
        assert desk.post("/betrieb/abmelden").status_code == 303
        thief = another(app, INSTALLATION_HOST)
        thief.set_cookie(OPERATOR_COOKIE, kept.value, domain=INSTALLATION_HOST)
        assert thief.get("/betrieb/").status_code == 302

    def test_it_speaks_english_too(self, app: Flask, bretten: int) -> None:
        client = another(app, INSTALLATION_HOST)
        client.language = "en"
        assert "Sign in to operate" in client.get("/betrieb/anmelden").get_data(as_text=True)


class TestHosts:
    @pytest.mark.parametrize(
        "path", ["/betrieb/", "/betrieb/anmelden", "/betrieb/bretten", "/betrieb/protokoll", "/betrieb/einrichten/x"]
    )
    def test_on_a_towns_host_there_is_no_such_page(
        self, app: Flask, session: Session, ada: MadeOperator, path: str
    ) -> None:
        admin = make_account(session, staff=Role.ADMIN)
        session.commit()
        visitor, signed_in = another(app), another(app)
        sign_in(signed_in, admin)
        assert visitor.get(path).status_code == 404
        assert signed_in.get(path).status_code == 404
        assert another(app, "unknown.localhost").get(path).status_code == 404

    def test_the_cookie_of_one_is_nothing_on_the_host_of_the_other(
        self, app: Flask, session: Session, desk: CheckedClient
    ) -> None:
        """Carried over under either name; the signatures differ as well as the names."""
        kept = desk.get_cookie(OPERATOR_COOKIE, domain=INSTALLATION_HOST)
        assert kept is not None
        town = another(app)
        for name in ("engagement", OPERATOR_COOKIE):
            town.set_cookie(name, kept.value, domain="bretten.localhost")
        assert town.get("/verwaltung/").status_code == 302
        admin = make_account(session, staff=Role.ADMIN)
        session.commit()
        sign_in(town, admin)
        own = town.get_cookie("engagement", domain="bretten.localhost")
        assert own is not None
        office = another(app, INSTALLATION_HOST)
        for name in ("engagement", OPERATOR_COOKIE):
            office.set_cookie(name, own.value, domain=INSTALLATION_HOST)
        assert office.get("/betrieb/").status_code == 302

    def test_a_town_has_no_page_on_the_installations_host(self, desk: CheckedClient) -> None:
        assert desk.get("/verwaltung/").status_code == 404
        assert desk.get("/angebote").status_code == 404

    def test_pages_are_private(self, desk: CheckedClient) -> None:
        answer = desk.get("/betrieb/")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"

    def test_another_sites_form_is_refused(self, desk: CheckedClient) -> None:
        answer = desk.post("/betrieb/abmelden", headers={"Sec-Fetch-Site": "same-site"})
        assert answer.status_code == 403


class TestSettingUp:
    @pytest.fixture
    def path(self, app: Flask) -> tuple[str, MadeOperator]:
        from engagement.kernel.db import new_session, open_for_installation  # noqa: PLC0415
        from engagement.operators.service import new_set_up_link  # noqa: PLC0415

        operator = make_operator(app, set_up=False)
        with app.app_context(), new_session() as fresh:
            open_for_installation(fresh, "test")
            path = new_set_up_link(fresh, app.extensions["engagement"].signer, operator.id)
            fresh.commit()
        return path, operator

    def test_password_and_first_code_finish_it(self, app: Flask, bretten: int, path: tuple[str, MadeOperator]) -> None:
        address, operator = path
        client = another(app, INSTALLATION_HOST)
        page = client.get(address).get_data(as_text=True)
        assert operator.email in page
        assert "otpauth://totp/" in page
        sent = {"password": PASSWORD, "code": code_at(operator.secret, now())}
        answer = client.post(address, data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/betrieb/anmelden")
        assert client.get(address).status_code == 404, "used up"
        with stopped(now() + LATER):
            assert client.post("/betrieb/anmelden", data=credentials(operator)).status_code == 303

    def test_mistakes_are_named_and_the_link_still_works(self, app: Flask, path: tuple[str, MadeOperator]) -> None:
        client = another(app, INSTALLATION_HOST)
        answer = client.post(path[0], data={"password": "kurz", "code": "123456"})
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "mindestens 12 Zeichen" in page
        assert "Dieser Code ist nicht der richtige" in page
        assert client.get(path[0]).status_code == 200

    def test_a_forged_link_is_not_found(self, app: Flask, bretten: int) -> None:
        assert another(app, INSTALLATION_HOST).get("/betrieb/einrichten/abc.def.ghi").status_code == 404


class TestEntering:
    def ask(self, desk: CheckedClient, reason: str = REASON, minutes: str = "60") -> str:
        answer = desk.post("/betrieb/bretten/betreten", data={"reason": reason, "minutes": minutes})
        assert answer.status_code == 303
        return str(answer.headers["Location"])

    def hand_over(self, desk: CheckedClient) -> str:
        page = desk.get(self.ask(desk)).get_data(as_text=True)
        found = re.search(r'href="http://bretten\.localhost:8000(/verwaltung/betreten/[^"]+)"', page)
        assert found, page
        return found.group(1)

    def test_the_whole_way_in_and_out(self, app: Flask, session: Session, desk: CheckedClient) -> None:
        admin = make_account(session, name="Martina Vogt", staff=Role.ADMIN)
        moderator = make_account(session, name="Mo Derator", staff=Role.MODERATOR)
        club = make_organisation(session)
        session.commit()
        link = self.hand_over(desk)
        inside = another(app)
        assert "Ada Betrieb" in inside.get(link).get_data(as_text=True)
        answer = inside.post(link)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/verwaltung/")
        page = inside.get("/verwaltung/").get_data(as_text=True)
        assert re.search(r"Betrieb: Ada Betrieb ist bis \d+([.:]\d\d)?\sUhr hier\.", page)
        assert REASON in page
        assert (
            inside.post(f"/verwaltung/organisationen/{club.id}/ablehnen", data={"reason": "Doppelt"}).status_code == 303
        )
        assert inside.post("/verwaltung/verlassen").status_code == 303
        assert inside.get("/verwaltung/").status_code == 302
        session.rollback()
        log = session.scalars(select(AuditRecord).where(AuditRecord.actor_kind == "operator").order_by(AuditRecord.id))
        assert [(one.action, one.operator_name, one.operator_reason) for one in log] == [
            (action, "Ada Betrieb", REASON) for action in ("operator.enter", "organisation.reject", "operator.leave")
        ]
        told = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "operator-entered")).all()
        assert [mail.to_address for mail in told] == [admin.email]
        assert "Ada Betrieb" in told[0].text
        assert REASON in told[0].text
        assert moderator.email not in {mail.to_address for mail in told}

    def test_every_page_says_so_and_none_is_cached(self, app: Flask, bretten: int, ada: MadeOperator) -> None:
        client = another(app)
        go_inside(client, bretten, make_entry(app, ada, bretten))
        for path in ("/", "/angebote", "/verwaltung/organisationen", "/impressum"):
            answer = client.get(path)
            assert "Betrieb: Ada Betrieb ist bis" in answer.get_data(as_text=True), path
            assert answer.headers["Cache-Control"] == "private, no-store"

    def test_the_municipality_sees_that_somebody_is_inside(
        self, app: Flask, session: Session, bretten: int, ettlingen: int, ada: MadeOperator
    ) -> None:
        admin, citizen = make_account(session, staff=Role.ADMIN), make_account(session)
        session.commit()
        make_entry(app, ada, bretten)
        staff, other = another(app), another(app)
        sign_in(staff, admin)
        sign_in(other, citizen)
        page = staff.get("/verwaltung/").get_data(as_text=True)
        assert "Betrieb: Ada Betrieb ist bis" in page
        assert "/verwaltung/verlassen" not in page, "only the operator can leave"
        assert "Ada Betrieb" not in other.get("/konto").get_data(as_text=True)

    def test_telling_it_costs_nothing_while_nobody_is_inside(
        self, app: Flask, session: Session, bretten: int, ada: MadeOperator
    ) -> None:
        admin = make_account(session, staff=Role.ADMIN)
        session.commit()
        client = another(app)
        sign_in(client, admin)
        counts = []
        for _ in range(2):
            client.get("/verwaltung/team")  # the town is remembered from here on
            with watched(db.engine) as seen:
                assert client.get("/verwaltung/team").status_code == 200
            counts.append(len([statement for statement, _ in seen.sent if "FROM operator_entry" in statement]))
            make_entry(app, ada, bretten)
        assert counts == [1, 2], "one of them is part of the question who is here"

    def test_inside_an_operator_is_an_admin_and_nothing_else(
        self, app: Flask, session: Session, bretten: int, ada: MadeOperator
    ) -> None:
        club = make_organisation(session)
        session.commit()
        client = another(app)
        go_inside(client, bretten, make_entry(app, ada, bretten))
        assert client.get("/verwaltung/").status_code == 200
        for path in ("/konto", "/konto/anfragen", f"/verein/{club.id}", "/betrieb/"):
            assert client.get(path).status_code == 404, path

    def test_an_entry_is_nothing_in_another_town(
        self, app: Flask, bretten: int, ettlingen: int, ada: MadeOperator
    ) -> None:
        entry_id = make_entry(app, ada, bretten)
        for tenant_id in (bretten, ettlingen):
            client = another(app, "ettlingen.localhost")
            go_inside(client, tenant_id, entry_id, "ettlingen.localhost")
            assert client.get("/verwaltung/").status_code == 302

    def test_it_ends_by_itself(self, app: Flask, bretten: int, ada: MadeOperator) -> None:
        client = another(app)
        go_inside(client, bretten, make_entry(app, ada, bretten, minutes=15))
        assert client.get("/verwaltung/").status_code == 200
        with stopped(now() + timedelta(minutes=15)):
            assert client.get("/verwaltung/").status_code == 302

    def test_it_can_be_revoked(self, app: Flask, session: Session, desk: CheckedClient, bretten: int) -> None:
        bea = make_operator(app, "Bea Betrieb")
        entry_id = make_entry(app, bea, bretten)
        client = another(app)
        go_inside(client, bretten, entry_id)
        assert "ist gerade drin" in desk.get("/betrieb/bretten").get_data(as_text=True)
        assert desk.post(f"/betrieb/bretten/eintritte/{entry_id}/beenden").status_code == 303
        assert client.get("/verwaltung/").status_code == 302
        left = session.scalars(select(AuditRecord).where(AuditRecord.action == "operator.leave")).one()
        assert left.operator_name == "Bea Betrieb"
        assert "Ada Betrieb" in desk.get("/betrieb/protokoll").get_data(as_text=True)

    def test_the_link_works_once_and_for_two_minutes(
        self, app: Flask, bretten: int, ettlingen: int, ada: MadeOperator
    ) -> None:
        entry = entry_of(app, make_entry(app, ada, bretten, begun=False))
        token = token_of(app, entry)
        assert another(app, "ettlingen.localhost").get(f"/verwaltung/betreten/{token}").status_code == 404
        client = another(app)
        assert client.post(f"/verwaltung/betreten/{token}").status_code == 303
        assert another(app).post(f"/verwaltung/betreten/{token}").status_code == 404
        assert another(app).get("/verwaltung/betreten/forged").status_code == 404

    def test_only_who_asked_gets_the_link(self, app: Flask, desk: CheckedClient, bretten: int) -> None:
        bea = make_operator(app, "Bea Betrieb")
        entry_id = make_entry(app, bea, bretten, begun=False)
        page = desk.get(f"/betrieb/bretten/eintritte/{entry_id}").get_data(as_text=True)
        assert "/verwaltung/betreten/" not in page

    def test_what_was_typed_is_kept(self, desk: CheckedClient) -> None:
        answer = desk.post("/betrieb/bretten/betreten", data={"reason": "zu kurz", "minutes": "240"})
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "zu kurz" in page
        assert "mindestens 10 Zeichen" in page
        assert re.search(r'<input[^>]*checked[^>]*value="240"', page)

    def test_what_is_not_there_is_not_found(self, app: Flask, desk: CheckedClient, ettlingen: int) -> None:
        elsewhere = make_entry(app, make_operator(app), ettlingen)
        assert desk.get("/betrieb/nirgends").status_code == 404
        assert desk.get("/betrieb/nirgends/betreten").status_code == 404
        assert desk.get(f"/betrieb/bretten/eintritte/{elsewhere}").status_code == 404
        assert desk.post(f"/betrieb/bretten/eintritte/{elsewhere}/beenden").status_code == 404
        assert not entry_of(app, elsewhere).is_over

    def test_a_session_that_was_here_before_is_over(self, app: Flask, session: Session, bretten: int) -> None:
        admin = make_account(session, staff=Role.ADMIN)
        session.commit()
        client = another(app)
        sign_in(client, admin)
        entry = entry_of(app, make_entry(app, make_operator(app), bretten, begun=False))
        client.post(f"/verwaltung/betreten/{token_of(app, entry)}")
        client.post("/verwaltung/verlassen")
        assert client.get("/konto").status_code == 302


def test_the_audit_of_ordinary_people_stays_without_operator(session: Session, app: Flask, bretten: int) -> None:
    make_account(session)
    assert session.scalars(select(AuditRecord.operator_name)).unique().all() == [None]
    with app.app_context():
        open_for_tenant(current_session(), bretten)
