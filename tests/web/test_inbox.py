"""The club's side: its inbox, one application, three answers, and two members at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.applications import service
from engagement.applications.kinds import ApplicationState
from engagement.applications.models import Application
from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.kernel.permissions import Role
from engagement.organisations.models import Organisation
from tests.factories.applications import mails, make_application, make_offer
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient
from tests.support.statements import watched

NEW, IN_CONTACT, ACCEPTED, DECLINED, WITHDRAWN, *_ = ApplicationState


@pytest.fixture
def club(session: Session) -> Organisation:
    return make_organisation(session, "Lesebrücke e. V.")


@pytest.fixture
def member(client: CheckedClient, session: Session, club: Organisation) -> Account:
    """A member of the club, signed in."""
    account = make_member(session, club, make_account(session, name="Margit Sommerfeld"), role=Role.EDITOR)
    session.commit()
    sign_in(client, account)
    return account


@pytest.fixture
def applied(session: Session, club: Organisation, member: Account) -> Application:
    row = make_application(
        session,
        make_offer(session, club, title="Vorlesen in der Kita", places=1),
        name="Gisela Brandt",
        phone="07252 1234",
        message="Ich lese gern vor.",
        created_at=now() - timedelta(days=3),
        waiting_since=now() - timedelta(days=3),
    )
    session.commit()
    return row


def inbox_of(club: Organisation) -> str:
    return f"/verein/{club.id}/anfragen"


def page_of(club: Organisation, row: Application) -> str:
    return f"{inbox_of(club)}/{row.id}"


def words(client: CheckedClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.get_data(as_text=True)


def typed(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", page, re.DOTALL)
    assert found
    return found.group(1)


def version(page: str) -> str:
    found = re.search(r'name="version" type="hidden" value="(\d+)"', page)
    assert found
    return found.group(1)


def test_the_inbox_shows_who_waits_and_how_long(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    page = words(client, inbox_of(club))
    assert "1 Anfrage wartet auf Ihre Antwort." in page
    assert "hat vor 3 Tagen geschrieben" in page
    for said in ("Gisela Brandt", "Vorlesen in der Kita", "Ich lese gern vor.", page_of(club, applied)):
        assert said in page
    assert "1 person is waiting for your answer." in words(client, f"{inbox_of(club)}?lang=en")


def test_an_empty_inbox_helps_on(client: CheckedClient, session: Session, club: Organisation, member: Account) -> None:
    page = words(client, inbox_of(club))
    assert "Noch keine Anfragen" in page
    assert "<select" not in page


def test_groups_follow_each_other(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    for state in (WITHDRAWN, ACCEPTED, IN_CONTACT):
        make_application(session, session.merge(applied).opportunity, state=state)
    session.commit()
    headings = re.findall(r'id="group-(\w+)"', words(client, inbox_of(club)))
    assert headings == ["waiting", "in_contact", "accepted", "closed"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=wartend", True),
        ("status=neu", True),
        ("status=zugesagt", False),
        ("status=im-kontakt", False),
        ("status=abgesagt", False),
        ("status=zurueckgezogen", False),
        ("status=unsinn&angebot=unsinn&seite=unsinn", True),
        ("angebot=1&seite=-3", False),
        ("angebot=99999999999999999999999999", True),
        ("seite=99999999999999999999999999", True),
    ],
)
def test_it_can_be_narrowed_and_takes_any_nonsense(
    client: CheckedClient, club: Organisation, applied: Application, query: str, found: bool
) -> None:
    page = words(client, f"{inbox_of(club)}?{query}")
    assert ("Gisela Brandt" in page) is found
    assert ("Zu dieser Auswahl gibt es keine Anfrage" in page) is not found


def test_long_inboxes_have_pages_that_keep_the_filter(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    offer = session.merge(applied).opportunity
    for number in range(25):
        make_application(session, offer, name=f"Person {number}")
    session.commit()
    page = words(client, f"{inbox_of(club)}?status=neu&angebot={offer.id}")
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    second = words(client, following.group(1).replace("&amp;", "&"))
    assert "Seite 2 von 2" in second
    assert "status=neu" in second
    assert second.count('class="tile__link"') == 6


def test_the_number_of_queries_does_not_grow_with_the_inbox(
    app: Flask, client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    def queries() -> int:
        with app.app_context(), watched(db.engine) as statements:
            assert client.get(inbox_of(club)).status_code == 200
        return len(statements)

    queries()  # finds the tenant, which is then remembered
    before = queries()
    for title in ("Begleiten", "Kochen", "Singen"):
        offer = make_offer(session, club, title=title)
        for _ in range(4):
            make_application(session, offer)
    session.commit()
    assert queries() == before
    assert before < 12


def test_one_application_shows_what_the_club_needs(
    client: CheckedClient, club: Organisation, applied: Application
) -> None:
    page = words(client, page_of(club, applied))
    for said in ("Gisela Brandt", f"mailto:{applied.email}", "tel:072521234", "Ich lese gern vor.", "0 von 1 vergeben"):
        assert said in page
    for word in ("zusage", "frage", "absage"):
        assert f"?antwort={word}" in page


ANSWERS = {
    "zusage": (ACCEPTED, "application-accepted"),
    "frage": (IN_CONTACT, "application-question"),
    "absage": (DECLINED, "application-declined"),
}


@pytest.mark.parametrize("word", ANSWERS)
def test_each_answer_opens_a_prepared_text_and_sends_it(
    client: CheckedClient, session: Session, club: Organisation, applied: Application, word: str
) -> None:
    state, kind = ANSWERS[word]
    path = f"{page_of(club, applied)}?antwort={word}"
    page = words(client, path)
    for part in ("Guten Tag Gisela Brandt,", "Vorlesen in der Kita", "Lesebrücke e. V."):
        assert part in typed(page)
    assert mails(session) == []
    session.rollback()
    response = client.post(path, data={"text": "Liebe Gisela, …", "version": version(page)})
    assert (response.status_code, response.location) == (303, page_of(club, applied))
    after = words(client, response.location)
    assert "Ihre Antwort ist unterwegs zu Gisela Brandt." in after
    assert "Liebe Gisela, …" in after
    assert "Margit Sommerfeld" in after
    session.refresh(applied)
    assert applied.state is state
    assert [(mail.kind, mail.to_address) for mail in mails(session)] == [(kind, applied.email)]


def test_the_text_is_prepared_in_the_language_of_the_applicant(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    applied.language = "en"
    session.commit()
    page = words(client, f"{page_of(club, applied)}?antwort=zusage")
    assert typed(page).startswith("Hello Gisela Brandt,")
    assert 'lang="en"' in page
    assert "in dieser Sprache geschrieben: English" in page


@pytest.mark.parametrize("text", ["", " ", "x" * 4001])
def test_a_bad_text_is_told_beside_the_field(
    client: CheckedClient, session: Session, club: Organisation, applied: Application, text: str
) -> None:
    response = client.post(f"{page_of(club, applied)}?antwort=frage", data={"text": text, "version": "1"})
    assert response.status_code == 422
    assert 'id="text-error"' in response.get_data(as_text=True)
    assert text in response.get_data(as_text=True)
    assert mails(session) == []


@pytest.mark.parametrize("sent", ["", "abc", "-1", "١"])
def test_a_form_without_a_version_that_was_seen_sends_nothing(
    client: CheckedClient, session: Session, club: Organisation, applied: Application, sent: str
) -> None:
    response = client.post(f"{page_of(club, applied)}?antwort=zusage", data={"text": "Ja", "version": sent})
    assert response.status_code == 409
    assert mails(session) == []


def test_of_two_members_the_second_sees_what_the_first_did(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    path = f"{page_of(club, applied)}?antwort=absage"
    seen = version(words(client, path))
    other = make_member(session, club)
    service.accept(session, make_postbox(session), applied.id, other.id, "Schön, dass Sie kommen!")
    session.commit()
    response = client.post(path, data={"text": "Leider nein", "version": seen})
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Ihr Text wurde nicht gesendet." in page
    assert "Schön, dass Sie kommen!" in page
    assert typed(page) == "Leider nein"
    assert [mail.kind for mail in mails(session)] == ["application-accepted"]
    session.rollback()
    assert client.post(path, data={"text": "Leider doch nicht", "version": version(page)}).status_code == 303


def test_a_text_that_no_longer_fits_is_kept_to_copy(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    path = f"{page_of(club, applied)}?antwort=zusage"
    seen = version(words(client, path))
    service.withdraw(session, make_postbox(session), applied.id)
    session.commit()
    response = client.post(path, data={"text": "Willkommen!", "version": seen})
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "<textarea" not in page
    assert "Willkommen!" in page
    assert not [mail for mail in mails(session) if mail.kind == "application-accepted"]


@pytest.mark.parametrize(
    ("state", "words_possible"),
    [(ACCEPTED, {"frage", "absage"}), (DECLINED, {"zusage", "frage"}), (WITHDRAWN, set())],
)
def test_only_what_the_state_allows_is_offered(
    client: CheckedClient,
    session: Session,
    club: Organisation,
    applied: Application,
    state: ApplicationState,
    words_possible: set[str],
) -> None:
    applied.state, applied.waiting_since = state, None
    session.commit()
    page = words(client, page_of(club, applied))
    assert set(re.findall(r"antwort=(\w+)", page)) == words_possible
    for word in {"zusage", "frage", "absage"} - words_possible:
        assert client.get(f"{page_of(club, applied)}?antwort={word}").location == page_of(club, applied)


def test_a_full_offer_is_shown_before_accepting_and_allowed(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    offer = session.merge(applied).opportunity
    make_application(session, offer, state=ACCEPTED)
    session.commit()
    assert "Alle Plätze sind schon vergeben (1 von 1)" in words(client, page_of(club, applied))
    path = f"{page_of(club, applied)}?antwort=zusage"
    page = words(client, path)
    assert "1 von 1 Plätzen sind vergeben" in page
    assert client.post(path, data={"text": "Ja", "version": version(page)}).status_code == 303


def test_an_answer_nobody_knows_is_no_answer(
    client: CheckedClient, session: Session, club: Organisation, applied: Application
) -> None:
    path = f"{page_of(club, applied)}?antwort=loeschen"
    assert "<textarea" not in words(client, path)
    assert client.post(path, data={"text": "Weg damit", "version": "1"}).status_code == 303
    assert mails(session) == []


def test_strangers_find_nothing(
    client: CheckedClient, session: Session, club: Organisation, applied: Application, ettlingen: int
) -> None:
    other = make_organisation(session)
    moderator = make_account(session, staff=Role.MODERATOR)
    foreign = make_member(session, other)
    session.commit()
    body = {"text": "Ja", "version": "1"}
    paths = (inbox_of(club), page_of(club, applied), f"{page_of(club, applied)}?antwort=zusage")
    for account in (moderator, foreign):
        sign_in(client, account)
        for path in paths:
            assert client.get(path).status_code == 404
        assert client.post(paths[2], data=body).status_code == 404
    borrowed = f"/verein/{other.id}/anfragen/{applied.id}"
    assert client.get(borrowed).status_code == 404
    assert client.post(f"{borrowed}?antwort=zusage", data=body).status_code == 404
    for path in paths:
        response = client.get(path, headers={"Host": "ettlingen.localhost"})
        assert (response.status_code, "Gisela" in response.get_data(as_text=True)) in {(302, False), (404, False)}
    assert mails(session) == []


def test_a_visitor_is_asked_to_sign_in(app: Flask, session: Session, club: Organisation, applied: Application) -> None:
    visitor = app.test_client()
    visitor.environ_base["HTTP_HOST"] = "bretten.localhost"
    for path in (inbox_of(club), page_of(club, applied)):
        assert visitor.get(path).location.startswith("/anmelden?next=")


def test_nothing_of_it_is_cached(client: CheckedClient, club: Organisation, applied: Application) -> None:
    for path in (inbox_of(club), page_of(club, applied)):
        assert client.get(path).headers["Cache-Control"] == "private, no-store"
