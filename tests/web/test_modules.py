"""A part of the site that is switched off is gone: its pages, the ways to them, and the mails that point there."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.permissions import Role
from engagement.tenancy.settings import Module
from tests.factories.applications import mails
from tests.factories.moderation import make_report
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.factories.tenants import decide
from tests.support.pages import CheckedClient

PAGES = {
    Module.ACCOUNTS: ("/registrieren", "/registrieren/fast-fertig"),
    Module.ORGANISATION_REGISTRATION: ("/registrieren/verein", "/registrieren/verein/danke"),
}


def without(session: Session, module: Module) -> None:
    decide(session, modules=frozenset(Module) - {module})


@pytest.mark.parametrize("module", PAGES)
def test_its_pages_are_there_only_while_it_is_on(client: CheckedClient, session: Session, module: Module) -> None:
    assert [client.get(path).status_code for path in PAGES[module]] == [200, 200]
    without(session, module)
    assert [client.get(path).status_code for path in PAGES[module]] == [404, 404]
    assert client.post(PAGES[module][0], data={"name": "x"}).status_code == 404
    others = [path for other in PAGES if other is not module for path in PAGES[other]]
    assert [client.get(path).status_code for path in others] == [200, 200]


@pytest.mark.parametrize("path", ["/anmelden", "/registrieren", "/fuer-vereine", "/konto", "/verein/"])
def test_no_page_leads_to_what_is_off(client: CheckedClient, session: Session, path: str) -> None:
    person = make_account(session)
    session.commit()
    if path in {"/konto", "/verein/"}:
        sign_in(client, person)
    decide(session, modules=frozenset(Module) - {Module.ORGANISATION_REGISTRATION})
    assert "/registrieren/verein" not in client.get(path).get_data(as_text=True)
    decide(session, modules=frozenset(Module) - {Module.ACCOUNTS})
    assert 'href="/registrieren"' not in client.get(path).get_data(as_text=True)


def test_members_of_an_organisation_see_no_way_to_another_one(client: CheckedClient, session: Session) -> None:
    person = make_member(session, make_organisation(session))
    session.commit()
    sign_in(client, person)
    assert "/registrieren/verein" in client.get("/konto").get_data(as_text=True)
    without(session, Module.ORGANISATION_REGISTRATION)
    assert "/registrieren/verein" not in client.get("/konto").get_data(as_text=True)


def test_the_mail_to_an_unknown_address_names_no_closed_door(client: CheckedClient, session: Session) -> None:
    for expected in (True, False):
        client.post("/anmelden", data={"email": "niemand@example.org", "way": "link"})
        session.rollback()
        assert ("/registrieren" in mails(session, "no-account")[-1].text) is expected
        without(session, Module.ACCOUNTS)


@pytest.mark.parametrize(
    ("module", "path", "title"),
    [
        (Module.REPORTS, "/verwaltung/meldungen", "Melden ist abgeschaltet"),
        (Module.NEIGHBOURS, "/verwaltung/nachbarn", "Das gemeinsame Zeigen ist abgeschaltet"),
    ],
)
def test_the_workspace_offers_no_page_of_it_and_the_page_says_why(
    client: CheckedClient, session: Session, module: Module, path: str, title: str
) -> None:
    admin = make_account(session, staff=Role.ADMIN)
    session.commit()
    sign_in(client, admin)
    assert f'href="{path}"' in client.get("/verwaltung/team").get_data(as_text=True)
    assert title not in client.get(path).get_data(as_text=True)
    without(session, module)
    assert f'href="{path}"' not in client.get("/verwaltung/team").get_data(as_text=True)
    page = client.get(path).get_data(as_text=True)
    assert title in page
    assert 'href="/verwaltung/einstellungen/bereiche"' in page


def test_moderators_are_not_led_to_settings_that_they_cannot_open(client: CheckedClient, session: Session) -> None:
    moderator = make_account(session, staff=Role.MODERATOR)
    sign_in(client, moderator)
    without(session, Module.REPORTS)
    page = client.get("/verwaltung/meldungen").get_data(as_text=True)
    assert "Melden ist abgeschaltet" in page
    assert "/verwaltung/einstellungen" not in page


def test_reports_that_came_in_before_still_wait(client: CheckedClient, session: Session) -> None:
    admin = make_account(session, staff=Role.ADMIN)
    sign_in(client, admin)
    without(session, Module.REPORTS)
    assert "/verwaltung/meldungen" not in client.get("/verwaltung/").get_data(as_text=True)
    make_report(session, make_opportunity(session, make_organisation(session).id))
    session.commit()
    assert "/verwaltung/meldungen" in client.get("/verwaltung/").get_data(as_text=True)
