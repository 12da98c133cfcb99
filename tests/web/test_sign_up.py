"""A guest signs up: the form, the mailed link, what goes wrong on the way, and what nobody may learn."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications import service
from engagement.applications.kinds import ApplicationState
from engagement.applications.models import Application, SignUp
from engagement.kernel.clock import now
from engagement.kernel.signing import Purpose
from engagement.opportunities import publication
from engagement.opportunities.models import Opportunity
from tests.factories.applications import end_offer, mails, make_application, make_offer, make_sign_up
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient

GISELA = {"name": "Gisela Brandt", "email": "gisela@example.org", "phone": "07252 1234", "message": "Ich lese vor."}


@pytest.fixture
def offer(session: Session) -> Opportunity:
    made = make_offer(session, make_organisation(session, "Lesebrücke e. V."), places=3)
    session.commit()
    return made


def form_of(offer: Opportunity) -> str:
    return f"/angebote/{offer.id}-{offer.slug}/mitmachen"


def rows(session: Session, kind: type[Any]) -> list[Any]:
    return list(session.scalars(select(kind)))


def confirm_path(app: Flask, session: Session, row: SignUp) -> str:
    session.commit()
    signer = app.extensions["engagement"].signer
    return f"/mitmachen/bestaetigen/{signer.sign(Purpose.CONFIRM_SIGN_UP, row.tenant_id, row.id)}"


def link_in(text: str, beginning: str) -> str:
    found = re.search(rf"http://bretten\.localhost:8000({beginning}\S+)", text)
    assert found
    return found.group(1)


@pytest.mark.parametrize("name", sorted(GISELA))
def test_a_file_where_text_is_meant_is_not_taken(client: CheckedClient, offer: Opportunity, name: str) -> None:
    sent = {**GISELA, name: (io.BytesIO(b"x"), "x.png")}
    expected = 422 if name in {"name", "email"} else 303
    assert client.post(form_of(offer), data=sent, content_type="multipart/form-data").status_code == expected


def test_the_form_asks_for_little_and_says_who_gets_them(client: CheckedClient, offer: Opportunity) -> None:
    response = client.get(form_of(offer))
    page = response.get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main")]
    names = set(re.findall(r'<(?:input|textarea|select)[^>]*\bname="(\w+)"', main))
    assert names == {"name", "email", "wish", "phone", "message", "website_url"}
    assert "Lesebrücke e.\u00a0V." in main
    assert "7 Tagen" in main
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"].startswith("public")


def test_from_the_form_to_the_private_page(client: CheckedClient, session: Session, offer: Opportunity) -> None:
    response = client.post(form_of(offer), data=GISELA)
    assert response.status_code == 303
    assert "Set-Cookie" not in response.headers
    assert not any(word in response.location.lower() for word in ("gisela", "example", "brandt"))
    assert "E-Mail-Postfach" in client.get(response.location).get_data(as_text=True)
    (mail,) = mails(session)
    confirm = link_in(mail.text, "/mitmachen/bestaetigen/")

    for _ in range(2):
        assert client.get(confirm).status_code == 200
    assert rows(session, Application) == []

    response = client.post(confirm)
    assert response.status_code == 303
    success = client.get(response.location).get_data(as_text=True)
    assert "Vielen Dank" in success
    private = re.search(r'href="(/mitmachen/anfrage/[^"/]+)"', success)
    assert private
    page = client.get(private.group(1))
    assert "Ich lese vor." in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    session.rollback()
    (application,) = rows(session, Application)
    assert (application.state, application.language) == (ApplicationState.NEW, "de")
    assert link_in(mails(session, "sign-up-confirmed")[0].text, "/mitmachen/anfrage/")


def test_the_language_of_the_page_is_the_language_of_the_mail(
    client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    page = client.get(f"{form_of(offer)}?lang=en").get_data(as_text=True)
    assert "Your name" in page
    assert 'action="' + form_of(offer) + '?lang=en"' in page
    response = client.post(f"{form_of(offer)}?lang=en", data=GISELA)
    assert response.location.endswith("?lang=en")
    (mail,) = mails(session)
    assert mail.language == "en"
    confirm = link_in(mail.text, "/mitmachen/bestaetigen/")
    assert "Yes, I want to join in" in client.get(confirm).get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Bitte füllen Sie dieses Feld aus."),
        ("name", "   ", "Bitte füllen Sie dieses Feld aus."),
        ("name", "Gewinnen Sie auf www.casino.example", "Namen"),
        ("name", "x" * 121, "120"),
        ("email", "", "Bitte füllen Sie dieses Feld aus."),
        ("email", "gisela@", "E-Mail-Adresse"),
        ("email", "gisela@example.org\nBcc: all@example.org", "E-Mail-Adresse"),
        ("phone", "ruf mich an", "Telefonnummer"),
        ("message", "x" * 4001, "4000"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_everything_typed_is_kept(
    client: CheckedClient, session: Session, offer: Opportunity, field: str, value: str, message: str
) -> None:
    response = client.post(form_of(offer), data={**GISELA, field: value})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    error = re.search(rf'id="{field}-error">(.*?)</p>', page, re.DOTALL)
    assert error
    assert message in error.group(1)
    for kept in set(GISELA) - {field}:
        assert GISELA[kept] in page
    assert rows(session, SignUp) == []
    assert mails(session) == []


def test_the_message_counts_a_line_break_as_one_character(
    client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    message = "\r\n".join(["x" * 1332] * 3)
    assert client.post(form_of(offer), data={**GISELA, "message": message}).status_code == 303
    (row,) = rows(session, SignUp)
    assert row.message == "\n".join(["x" * 1332] * 3)


def test_signs_that_nobody_types_are_left_out(client: CheckedClient, session: Session, offer: Opportunity) -> None:
    assert client.post(form_of(offer), data={**GISELA, "name": "Gisela\0 Brandt"}).status_code == 303
    (row,) = rows(session, SignUp)
    assert row.name == "Gisela Brandt"


def test_a_robot_is_thanked_and_forgotten(client: CheckedClient, session: Session, offer: Opportunity) -> None:
    response = client.post(form_of(offer), data={**GISELA, "website_url": "http://spam.example"})
    assert response.status_code == 303
    assert rows(session, SignUp) == []
    assert mails(session) == []


def test_one_address_gets_five_mails_an_hour(client: CheckedClient, session: Session, offer: Opportunity) -> None:
    for number in range(5):
        email = "GISELA@example.org" if number % 2 else "gisela@example.org"
        assert client.post(form_of(offer), data={**GISELA, "email": email}).status_code == 303
    refused = client.post(form_of(offer), data=GISELA)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert len(mails(session)) == 5


def test_one_visitor_signs_up_twenty_times_an_hour(client: CheckedClient, session: Session, offer: Opportunity) -> None:
    codes = [
        client.post(form_of(offer), data={**GISELA, "email": f"gisela{number}@example.org"}).status_code
        for number in range(21)
    ]
    assert codes == [303] * 20 + [429]
    assert len(mails(session)) == 20


def test_the_page_does_not_tell_who_has_applied_already(
    client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    make_application(session, offer, email="gisela@example.org", state=ApplicationState.DECLINED)
    session.commit()
    answers = [client.post(form_of(offer), data={**GISELA, "email": f"{name}@example.org"}) for name in ("gisela", "x")]
    assert [(answer.status_code, answer.location, answer.data) for answer in answers[:1]] == [
        (answer.status_code, answer.location, answer.data) for answer in answers[1:]
    ]
    known, _ = mails(session)
    assert known.kind == "already-signed-up"
    assert client.get(link_in(known.text, "/mitmachen/anfrage/")).status_code == 200


def test_clicked_twice_it_says_so_and_leads_on(
    app: Flask, client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    path = confirm_path(app, session, make_sign_up(session, offer))
    client.post(path)
    again = client.post(path)
    assert again.status_code == 303
    for address in (again.location, path):
        page = client.get(address)
        assert page.status_code == 200
        assert "Sie haben schon bestätigt" in page.get_data(as_text=True)
        private = re.search(r'href="(/mitmachen/anfrage/[^"]+)"', page.get_data(as_text=True))
        assert private
        assert client.get(private.group(1)).status_code == 200
    assert len(rows(session, Application)) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_link_leads_to_the_form(
    app: Flask, client: CheckedClient, session: Session, offer: Opportunity, method: str
) -> None:
    path = confirm_path(app, session, make_sign_up(session, offer, created_at=now() - timedelta(hours=49)))
    response = getattr(client, method)(path)
    assert response.status_code == 410
    assert "abgelaufen" in response.get_data(as_text=True)
    assert f'href="{form_of(offer)}"' in response.get_data(as_text=True)
    assert rows(session, Application) == []


def test_a_link_whose_sign_up_was_deleted_is_an_old_link(
    app: Flask, client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    path = confirm_path(app, session, make_sign_up(session, offer, created_at=now() - timedelta(days=8)))
    assert service.forget_unconfirmed(session) == 1
    session.commit()
    assert client.get(path).status_code == client.post(path).status_code == 410


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_to_an_offer_that_ended_says_so(
    app: Flask, client: CheckedClient, session: Session, offer: Opportunity, method: str
) -> None:
    row = make_sign_up(session, offer)
    end_offer(session, offer)
    response = getattr(client, method)(confirm_path(app, session, row))
    assert response.status_code == 410
    assert "inzwischen beendet" in response.get_data(as_text=True)
    assert rows(session, Application) == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("way", ["bestaetigen", "anfrage"])
@pytest.mark.parametrize("token", ["x", "WzEsIiJd.aSfqpA.x", "%00", "x" * 3000])
def test_forged_links_are_404(client: CheckedClient, method: str, way: str, token: str) -> None:
    assert getattr(client, method)(f"/mitmachen/{way}/{token}").status_code == 404


def test_a_link_of_one_city_is_nothing_in_another(
    app: Flask, client: CheckedClient, session: Session, offer: Opportunity, ettlingen: int
) -> None:
    path = confirm_path(app, session, make_sign_up(session, offer))
    other = {"Host": "ettlingen.localhost"}
    assert client.get(path, headers=other).status_code == 404
    assert client.post(path, headers=other).status_code == 404
    assert client.get(form_of(offer), headers=other).status_code == 404
    assert client.post(form_of(offer), data=GISELA, headers=other).status_code == 404


def test_what_visitors_cannot_see_cannot_be_signed_up_for(
    client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    end_offer(session, offer)
    session.commit()
    assert client.get("/angebote/999999-x/mitmachen").status_code == 404
    for path in (form_of(offer), f"{form_of(offer)}/danke"):
        assert client.get(path).status_code == 410
    assert client.post(form_of(offer), data=GISELA).status_code == 410
    assert rows(session, SignUp) == []


def test_an_old_name_in_the_address_leads_to_the_present_one(client: CheckedClient, offer: Opportunity) -> None:
    for tail in ("", "/danke"):
        response = client.get(f"/angebote/{offer.id}-frueher/mitmachen{tail}")
        assert (response.status_code, response.location) == (301, form_of(offer) + tail)


def test_a_full_offer_says_so_and_still_takes_sign_ups(
    client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    publication.note_places_taken(session, offer.id, 3)
    session.commit()
    assert "Zurzeit sind alle Plätze vergeben" in client.get(form_of(offer)).get_data(as_text=True)
    assert client.post(form_of(offer), data=GISELA).status_code == 303


def test_an_account_applies_at_once(client: CheckedClient, session: Session, offer: Opportunity) -> None:
    account = make_account(session, name="Anna Becker")
    member = make_member(session, session.get_one(type(offer.organisation), (offer.tenant_id, offer.organisation_id)))
    session.commit()
    sign_in(client, account)
    page = client.get(form_of(offer)).get_data(as_text=True)
    assert account.email in page
    assert 'name="email"' not in page
    response = client.post(form_of(offer), data={"message": "Gern!"})
    assert response.status_code == 303
    assert "Vielen Dank" in client.get(response.location).get_data(as_text=True)
    (application,) = rows(session, Application)
    assert (application.account_id, application.message) == (account.id, "Gern!")
    assert {mail.to_address for mail in mails(session)} == {account.email, member.email}


def test_an_account_is_told_beside_the_form_that_once_is_enough(
    client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    account = make_account(session)
    session.commit()
    sign_in(client, account)
    first = client.post(form_of(offer), data={})
    again = client.post(form_of(offer), data={"message": "Noch einmal"})
    page = again.get_data(as_text=True)
    assert again.status_code == 409
    assert "Dafür haben Sie sich schon gemeldet." in page
    assert "Noch einmal" in page
    assert f'href="{first.location.split("?")[0]}"' in page
    assert len(rows(session, Application)) == 1


def test_bad_input_of_an_account_is_kept(client: CheckedClient, session: Session, offer: Opportunity) -> None:
    account = make_account(session)
    session.commit()
    sign_in(client, account)
    response = client.post(form_of(offer), data={"phone": "später", "message": "Gern!"})
    assert response.status_code == 422
    assert "Gern!" in response.get_data(as_text=True)


def test_public_pages_change_by_the_free_places_only(
    client: CheckedClient, session: Session, offer: Opportunity
) -> None:
    paths = ("/", "/angebote", f"/angebote/{offer.id}-{offer.slug}", form_of(offer), "/organisationen")
    before = {path: client.get(path).get_data(as_text=True) for path in paths}
    for state in ApplicationState:
        make_application(session, offer, name=f"Person {state}", state=state, message="Geheim")
    make_sign_up(session, offer, name="Person sign-up", message="Geheim")
    session.commit()
    assert {path: client.get(path).get_data(as_text=True) for path in paths} == before

    publication.note_places_taken(session, offer.id, 1)
    session.commit()
    for path in paths:
        after = client.get(path).get_data(as_text=True).splitlines()
        changed = {line.strip() for line in set(after) ^ set(before[path].splitlines())} - {""}
        assert all(re.search(r"Pl(atz|ätze)|places?|frei|free|offer__notes|ld\+json", line) for line in changed), (
            changed
        )
