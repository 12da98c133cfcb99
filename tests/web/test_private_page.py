"""The applicant follows, replies and withdraws: with the private link, and with an account."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.applications import service
from engagement.applications.kinds import ApplicationState, Author
from engagement.applications.links import follow_token
from engagement.applications.models import Application
from engagement.kernel.errors import NotFoundError
from engagement.mail.service import Postbox
from tests.factories.applications import end_offer, mails, make_application, make_offer
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient

NEW, IN_CONTACT, ACCEPTED, DECLINED, WITHDRAWN, *_ = ApplicationState


@dataclass
class Way:
    """How the applicant gets to the page, and what is behind it."""

    application: Application
    path: str
    member_id: int
    post: Postbox

    @property
    def withdraw(self) -> str:
        return f"{self.path}/zurueckziehen"


@pytest.fixture(params=["link", "account"])
def way(request: pytest.FixtureRequest, app: Flask, client: CheckedClient, session: Session) -> Way:
    organisation = make_organisation(session, "Lesebrücke e. V.")
    member = make_member(session, organisation, make_account(session, name="Margit Sommerfeld"))
    offer = make_offer(session, organisation, title="Vorlesen in der Kita")
    real = make_postbox(session)
    post = Postbox(real.tenant, real.links, real.default_sender, app.extensions["engagement"].signer)
    if request.param == "account":
        account = make_account(session, language="de")
        application = make_application(session, offer, account_id=account.id, email=account.email, message="Hallo!")
        path = f"/konto/anfragen/{application.id}"
        session.commit()
        sign_in(client, account)
    else:
        application = make_application(session, offer, message="Hallo!")
        path = f"/mitmachen/anfrage/{follow_token(post, application.id)}"
        session.commit()
    return Way(application, path, member.id, post)


def words(client: CheckedClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


WORDS = {
    NEW: "Sie müssen jetzt nichts tun",
    IN_CONTACT: "Bitte antworten Sie unten",
    ACCEPTED: "Sie haben von Lesebrücke e.\u00a0V. eine Zusage bekommen",
    DECLINED: "Diesmal hat es leider nicht geklappt",
    WITHDRAWN: "Sie haben diese Anfrage zurückgezogen",
}


@pytest.mark.parametrize("state", WORDS)
def test_each_state_is_said_in_plain_words_with_what_can_be_done(
    client: CheckedClient, session: Session, way: Way, state: ApplicationState
) -> None:
    way.application.state, way.application.waiting_since = state, None
    session.commit()
    page = words(client, way.path)
    assert WORDS[state] in page
    assert ("<textarea" in page) is (state is not WITHDRAWN)
    assert (f'href="{way.withdraw}"' in page) is (state in {NEW, IN_CONTACT, ACCEPTED})


def test_it_is_in_english_too(client: CheckedClient, way: Way) -> None:
    page = words(client, f"{way.path}?lang=en")
    assert "You need not do anything now" in page
    assert "Withdraw the request" in page


def test_it_is_kept_private(client: CheckedClient, way: Way) -> None:
    for path in (way.path, way.withdraw):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_it_names_the_organisation_not_the_member_who_wrote(client: CheckedClient, session: Session, way: Way) -> None:
    service.ask(session, way.post, way.application.id, way.member_id, "Passt Ihnen <b>Dienstag</b>?")
    session.commit()
    page = words(client, way.path)
    assert "Passt Ihnen &lt;b&gt;Dienstag&lt;/b&gt;?" in page
    assert "Margit Sommerfeld" not in page


def test_a_reply_stands_in_the_thread_and_reaches_the_club(client: CheckedClient, session: Session, way: Way) -> None:
    response = client.post(way.path, data={"text": "Dienstag passt.\r\nBis dann"})
    assert response.status_code == 303
    page = words(client, response.location)
    assert "Ihre Nachricht ist gesendet." in page
    assert "Dienstag passt.\nBis dann" in page
    session.rollback()
    (mail,) = mails(session)
    assert mail.kind == "application-reply"


def test_an_empty_reply_is_told_beside_the_field(client: CheckedClient, session: Session, way: Way) -> None:
    response = client.post(way.path, data={"text": "  "})
    assert response.status_code == 422
    assert re.search(r'id="text-error"', response.get_data(as_text=True))
    assert mails(session) == []


def test_a_reply_to_what_was_withdrawn_meanwhile_is_refused_and_kept(
    client: CheckedClient, session: Session, way: Way
) -> None:
    service.withdraw(session, way.post, way.application.id)
    session.commit()
    response = client.post(way.path, data={"text": "Ich komme!"})
    assert response.status_code == 409
    assert "zurückgezogen" in response.get_data(as_text=True)


def test_withdrawing_asks_first_then_tells_the_club(client: CheckedClient, session: Session, way: Way) -> None:
    assert "Möchten Sie Ihre Anfrage zurückziehen?" in words(client, way.withdraw)
    session.refresh(way.application)
    assert way.application.state is NEW
    session.rollback()
    response = client.post(way.withdraw)
    assert response.status_code == 303
    assert "Ihre Anfrage ist zurückgezogen." in words(client, response.location)
    session.refresh(way.application)
    assert way.application.state is WITHDRAWN
    assert [mail.kind for mail in mails(session)] == ["application-withdrawn"]


def test_withdrawing_twice_leads_back_and_mails_once(client: CheckedClient, session: Session, way: Way) -> None:
    client.post(way.withdraw)
    for response in (client.get(way.withdraw), client.post(way.withdraw)):
        assert (response.status_code, response.location) == (303, way.path)
    assert len(mails(session)) == 1


def test_it_stays_when_the_offer_has_ended(client: CheckedClient, session: Session, way: Way) -> None:
    offer = session.merge(way.application).opportunity
    assert "Angebot noch einmal ansehen" in words(client, way.path)
    end_offer(session, offer)
    session.commit()
    page = words(client, way.path)
    assert "Vorlesen in der Kita" in page
    assert "Angebot noch einmal ansehen" not in page


def test_an_account_lists_its_own_and_nobody_elses(client: CheckedClient, session: Session) -> None:
    account, other = make_account(session), make_account(session)
    offer = make_offer(session)
    mine = make_application(session, offer, account_id=account.id, email=account.email)
    theirs = make_application(session, offer, account_id=other.id, email=other.email)
    session.commit()
    sign_in(client, account)
    page = words(client, "/konto/anfragen")
    assert f"/konto/anfragen/{mine.id}" in page
    assert f"/konto/anfragen/{theirs.id}" not in page
    for path in (f"/konto/anfragen/{theirs.id}", f"/konto/anfragen/{theirs.id}/zurueckziehen"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"text": "Hallo"}).status_code == 404
    session.refresh(theirs)
    assert theirs.state is NEW


def test_an_account_without_any_is_helped_on(client: CheckedClient, session: Session) -> None:
    account = make_account(session)
    session.commit()
    sign_in(client, account)
    page = words(client, "/konto/anfragen")
    assert "Sie haben sich noch nirgends gemeldet" in page
    assert 'href="/angebote"' in page


def test_a_visitor_is_asked_to_sign_in(client: CheckedClient, session: Session) -> None:
    for path in ("/konto/anfragen", "/konto/anfragen/1", "/konto/anfragen/1/zurueckziehen"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.location.startswith("/anmelden")


def test_a_private_link_opens_one_application_in_one_city(
    app: Flask, client: CheckedClient, session: Session, ettlingen: int
) -> None:
    post = make_postbox(session)
    offer = make_offer(session)
    first, second = make_application(session, offer, name="Erste"), make_application(session, offer, name="Zweite")
    signer = app.extensions["engagement"].signer
    token = follow_token(Postbox(post.tenant, post.links, "", signer), first.id)
    session.commit()
    page = words(client, f"/mitmachen/anfrage/{token}")
    assert "Erste" in page
    assert "Zweite" not in page
    assert client.get(f"/mitmachen/anfrage/{token}", headers={"Host": "ettlingen.localhost"}).status_code == 404
    assert client.get(f"/mitmachen/bestaetigen/{token}").status_code == 404
    assert Author.CLUB not in page
    with pytest.raises(NotFoundError):
        service.withdraw(session, post, second.id + 1000)
