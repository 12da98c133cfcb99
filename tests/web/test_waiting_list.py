"""The waiting list as people see it: signing up for it, the place in line, saying yes or no to a place."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications import queue
from engagement.applications.changes import count_places
from engagement.applications.kinds import ApplicationState, Wish
from engagement.applications.links import follow_token
from engagement.applications.models import Application, SignUp
from engagement.kernel.clock import now, stopped
from engagement.mail.service import Postbox
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import own_tenant
from tests.factories.applications import mails, make_application, make_offer
from tests.factories.mails import LINKS
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient

ANNA = {"name": "Anna Becker", "email": "anna@example.org"}


@pytest.fixture
def post(app: Flask, session: Session) -> Postbox:
    return Postbox(own_tenant(session), LINKS, "noreply@example.org", app.extensions["engagement"].signer)


@pytest.fixture
def full(session: Session) -> Opportunity:
    """An offer whose only place is taken."""
    offer = make_offer(session, make_organisation(session, "Lesebrücke e. V."), places=1)
    make_application(session, offer, state=ApplicationState.ACCEPTED)
    count_places(session, offer.id)
    session.commit()
    return offer


def form_of(offer: Opportunity) -> str:
    return f"/angebote/{offer.id}-{offer.slug}/mitmachen"


def queued(session: Session, offer: Opportunity, **values: object) -> Application:
    row = make_application(session, offer, state=ApplicationState.QUEUED, queued_at=now(), **values)
    session.commit()
    return row


def kept(session: Session, offer: Opportunity, **values: object) -> Application:
    taken = session.scalars(select(Application).where(Application.state == ApplicationState.ACCEPTED)).one()
    taken.state = ApplicationState.WITHDRAWN
    return queued(session, offer, keeps_place=True, kept_until=now() + queue.KEPT_FOR, **values)


def private(post: Postbox, row: Application) -> str:
    return f"/mitmachen/anfrage/{follow_token(post, row.id)}"


def test_the_full_offer_leads_to_the_waiting_list(client: CheckedClient, full: Opportunity) -> None:
    page = client.get(f"/angebote/{full.id}-{full.slug}")
    assert page.text.count("Zur Warteliste") == 2
    assert "Auf der Warteliste werden Sie gefragt" in page.text
    assert "Auf die Warteliste setzen" in client.get(form_of(full)).text


def test_a_guest_gets_onto_it_and_sees_the_place_in_line(
    client: CheckedClient, session: Session, full: Opportunity
) -> None:
    queued(session, full)
    assert client.post(form_of(full), data=ANNA).status_code == 303
    link = re.search(r"http://bretten\.localhost:8000(/mitmachen/bestaetigen/\S+)", mails(session)[-1].text)
    assert link
    confirmed = client.post(link.group(1).partition("?")[0])
    page = client.get(confirmed.location)
    assert "Sie stehen auf Platz 2 der Warteliste" in page.text
    assert "Sie stehen auf Platz 2 der Warteliste" in client.get(confirmed.location.removesuffix("/bestaetigt")).text
    assert mails(session)[-1].kind == "on-waiting-list"


def test_looking_at_the_offered_place_changes_nothing(
    client: CheckedClient, session: Session, full: Opportunity, post: Postbox
) -> None:
    row = kept(session, full)
    page = client.get(f"{private(post, row)}/platz")
    assert page.status_code == 200
    assert "Ja, ich möchte den Platz" in page.text
    assert client.get(f"{private(post, row)}/platz?lang=en").text.count("Yes, I want the place") == 1
    assert "Zu- oder absagen" in client.get(private(post, row)).text
    session.refresh(row)
    assert row.state is ApplicationState.QUEUED
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize(
    "said",
    [("ja", ApplicationState.NEW, "platz"), ("nein", ApplicationState.WITHDRAWN, "zurueckgezogen")],
)
def test_a_click_says_yes_or_no(
    client: CheckedClient,
    session: Session,
    full: Opportunity,
    post: Postbox,
    said: tuple[str, ApplicationState, str],
) -> None:
    answer, state, done = said
    row = kept(session, full)
    page = client.post(f"{private(post, row)}/platz", data={"antwort": answer})
    assert page.status_code == 303
    assert page.location.endswith(f"?fertig={done}")
    assert client.get(page.location).status_code == 200
    session.refresh(row)
    assert row.state is state


def test_an_answer_that_means_nothing_asks_again(
    client: CheckedClient, session: Session, full: Opportunity, post: Postbox
) -> None:
    row = kept(session, full)
    assert client.post(f"{private(post, row)}/platz", data={"antwort": "vielleicht"}).status_code == 422
    session.refresh(row)
    assert row.state is ApplicationState.QUEUED


def test_too_late_is_said_kindly(client: CheckedClient, session: Session, full: Opportunity, post: Postbox) -> None:
    row = kept(session, full)
    with stopped(now() + queue.KEPT_FOR + timedelta(hours=1)):
        page = client.post(f"{private(post, row)}/platz", data={"antwort": "ja"})
        assert page.location.endswith("?fertig=zu-spaet")
        assert "nicht mehr für Sie freigehalten" in client.get(page.location).text


def test_a_forged_link_opens_nothing(client: CheckedClient) -> None:
    assert client.get("/mitmachen/anfrage/erfunden/platz").status_code == 404
    assert client.post("/mitmachen/anfrage/erfunden/platz", data={"antwort": "ja"}).status_code == 404


def test_with_an_account_only_the_own_place_can_be_taken(
    client: CheckedClient, session: Session, full: Opportunity
) -> None:
    owner, other = make_account(session), make_account(session)
    row = kept(session, full, account_id=owner.id, email=owner.email)
    sign_in(client, other)
    assert client.get(f"/konto/anfragen/{row.id}/platz").status_code == 404
    sign_in(client, owner)
    page = client.post(f"/konto/anfragen/{row.id}/platz", data={"antwort": "ja"})
    assert page.location == f"/konto/anfragen/{row.id}?fertig=platz"
    assert "Der Platz ist für Sie frei gehalten" in client.get(page.location).text


def test_the_club_sees_the_list_in_order(client: CheckedClient, session: Session, full: Opportunity) -> None:
    member = make_account(session)
    make_member(session, full_organisation(session, full), member)
    rows = [queued(session, full, name=name) for name in ("Erste Person", "Zweite Person")]
    sign_in(client, member)
    page = client.get(f"/verein/{full.organisation_id}/anfragen?status=warteliste")
    assert "Warteliste, in der Reihenfolge der Anmeldung" in page.text
    assert page.text.index("Erste Person") < page.text.index("Zweite Person")
    page = client.get(f"/verein/{full.organisation_id}/anfragen/{rows[1].id}")
    assert "Platz 2 in der Reihe" in page.text
    assert "Zusagen" in page.text


def full_organisation(session: Session, offer: Opportunity) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.id == offer.organisation_id)).one()


@pytest.fixture
def open_offer(session: Session) -> Opportunity:
    offer = make_offer(session, make_organisation(session, "Lesebrücke e. V."), places=3)
    session.commit()
    return offer


def test_a_question_needs_words(client: CheckedClient, session: Session, open_offer: Opportunity) -> None:
    page = client.post(form_of(open_offer), data={**ANNA, "wish": "question"})
    assert page.status_code == 422
    assert "Bitte schreiben Sie, was Sie wissen möchten." in page.text
    assert 'value="anna@example.org"' in page.text
    page = client.post(form_of(open_offer), data={**ANNA, "wish": "question", "message": "Wann?"})
    assert page.status_code == 303
    assert session.scalars(select(SignUp.wish)).one() is Wish.QUESTION


def test_a_taster_is_only_there_where_it_is_offered(
    client: CheckedClient, session: Session, open_offer: Opportunity
) -> None:
    assert "hineinschnuppern" not in client.get(form_of(open_offer)).text
    assert client.post(form_of(open_offer), data={**ANNA, "wish": "taster"}).status_code == 422
    assert session.scalars(select(SignUp)).all() == []


def test_the_form_asks_for_little(client: CheckedClient, open_offer: Opportunity) -> None:
    """Two things have to be typed; what is chosen is chosen already."""
    page = client.get(form_of(open_offer)).text
    form = page[page.index('<form class="stack"') : page.rindex("</form>")]
    assert len(re.findall(r"<input[^>]*\brequired\b", form)) <= 2
    assert len(re.findall(r'type="radio"', form)) == 2
    assert re.search(r'<input[^>]*checked[^>]*value="join"', form)
    assert "Wie es weitergeht" in form
