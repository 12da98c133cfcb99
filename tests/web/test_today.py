"""The municipality's start page and the two lists behind it: numbers that lead to a cure, and nobody's name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from tests.factories.applications import mails, make_application, make_offer
from tests.factories.offers import make_opportunity
from tests.factories.people import make_member, make_organisation
from tests.support.pages import CheckedClient
from tests.support.statements import watched


def late_club(session: Session, days: int = 9) -> Organisation:
    """A club that has let Gisela Brandt wait."""
    club = make_organisation(session, "Lesekreis", email="kontakt@lesekreis.example", phone="07252 1234")
    moment = now() - timedelta(days=days)
    make_application(session, make_offer(session, club), created_at=moment, waiting_since=moment)
    session.commit()
    return club


def ending_offer(session: Session) -> int:
    club = make_organisation(session, "Gartenfreunde", email="kontakt@garten.example")
    opportunity_id = make_opportunity(session, club.id, title="Beete jäten")
    expire(session, opportunity_id)
    session.commit()
    return opportunity_id


def expire(session: Session, opportunity_id: int, days: int = 5) -> None:
    row = session.scalars(select(Opportunity).where(Opportunity.id == opportunity_id)).one()
    row.expires_at = now() + timedelta(days=days)


def text_of(client: CheckedClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_start_page_says_how_late_it_is_and_what_is_done(
    client: CheckedClient, session: Session, moderator: Account
) -> None:
    late_club(session, days=15)
    page = text_of(client, "/verwaltung/")
    assert ">1</span> Anfrage ohne Antwort" in page
    assert "1 davon wartet seit 14 Tagen oder länger." in page
    assert page.index("Anfrage ohne Antwort") < page.index("Hier ist alles erledigt") < page.index("in Prüfung")


def test_the_list_names_the_club_and_not_who_waits(client: CheckedClient, session: Session, moderator: Account) -> None:
    late_club(session)
    page = text_of(client, "/verwaltung/unbeantwortet")
    assert "Lesekreis" in page
    assert "07252 1234" in page
    assert "Gisela" not in page


def test_a_reminder_is_sent_and_a_second_one_explained(
    client: CheckedClient, session: Session, moderator: Account
) -> None:
    club = late_club(session)
    address = f"/verwaltung/unbeantwortet/{club.id}/erinnern"
    assert client.post(address).status_code == 303
    assert "erinnert am" in text_of(client, "/verwaltung/unbeantwortet")
    again = client.post(address)
    assert again.status_code == 409
    assert "weniger als drei Tagen" in again.get_data(as_text=True)
    assert len(mails(session, "requests-wait")) == 1


def test_who_owes_nothing_cannot_be_reminded(client: CheckedClient, session: Session, moderator: Account) -> None:
    club = make_organisation(session)
    session.commit()
    assert client.post(f"/verwaltung/unbeantwortet/{club.id}/erinnern").status_code == 409


def test_an_offer_that_ends_is_asked_about_or_kept(client: CheckedClient, session: Session, moderator: Account) -> None:
    opportunity_id = ending_offer(session)
    assert "Beete jäten" in text_of(client, "/verwaltung/auslaufend")
    assert client.post(f"/verwaltung/auslaufend/{opportunity_id}/erinnern").status_code == 303
    assert "erinnert am" in text_of(client, "/verwaltung/auslaufend")
    assert client.post(f"/verwaltung/auslaufend/{opportunity_id}/verlaengern").status_code == 303
    assert "Kein Angebot läuft bald aus" in text_of(client, "/verwaltung/auslaufend")


@pytest.mark.parametrize("path", ["/verwaltung/unbeantwortet", "/verwaltung/auslaufend", "/verwaltung/"])
def test_ten_or_a_thousand_clubs_take_the_same_questions(
    client: CheckedClient, session: Session, moderator: Account, path: str
) -> None:
    counts = []
    for number in (10, 60):
        for _ in range(number):
            club = make_organisation(session)
            make_member(session, club)
            moment = now() - timedelta(days=9)
            make_application(session, make_offer(session, club), waiting_since=moment)
            expire(session, make_opportunity(session, club.id))
        session.commit()
        client.get(path)
        with watched(db.engine) as seen:
            client.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_pages_of_the_lists(client: CheckedClient, session: Session, moderator: Account) -> None:
    for number in range(51):
        club = make_organisation(session, f"Verein {number:02}")
        moment = now() - timedelta(days=100 - number)
        make_application(session, make_offer(session, club), waiting_since=moment)
    session.commit()
    assert "Verein 50" not in text_of(client, "/verwaltung/unbeantwortet")
    assert "Verein 50" in text_of(client, "/verwaltung/unbeantwortet?seite=2")
    for nonsense in ("0", "-1", "x", "99", "9" * 30):
        assert "Verein" in text_of(client, f"/verwaltung/unbeantwortet?seite={nonsense}")
