"""What visitors find at the address of an offer that is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.catalogue.entries import ADDRESS_KEPT
from engagement.kernel.clock import now, stopped
from engagement.opportunities import review, service
from engagement.opportunities.kinds import State
from engagement.organisations.models import Organisation
from tests.factories.mails import make_postbox
from tests.factories.offers import dated, make_opportunity
from tests.factories.people import make_organisation
from tests.support.pages import CheckedClient


@pytest.fixture
def organisation(session: Session) -> Organisation:
    return make_organisation(session, "Lesebrücke e. V.")


def make_closed(session: Session, organisation: Organisation) -> str:
    number = make_opportunity(session, organisation.id, title="Kaffee kochen")
    make_opportunity(session, organisation.id, title="Kuchen backen")
    service.close(session, number)
    session.commit()
    return f"/angebote/{number}-kaffee-kochen"


@pytest.mark.parametrize(
    ("language", "says", "instead"),
    [
        ("de", "Dieses Angebot ist beendet", "Hier können Sie stattdessen mitmachen"),
        ("en", "This offer has ended", "You can join in here instead"),
    ],
)
def test_a_closed_offer_says_so_and_shows_others(
    client: CheckedClient, session: Session, organisation: Organisation, language: str, says: str, instead: str
) -> None:
    page = client.get(f"{make_closed(session, organisation)}?lang={language}")
    assert page.status_code == 200
    for words in (
        says,
        instead,
        "Kaffee kochen",
        "Lesebrücke",
        "Kuchen backen",
        '<meta name="robots" content="noindex">',
    ):
        assert words in page.text
    assert "Vorlesen an Ort" not in page.text


def test_a_paused_one_and_one_that_took_place_have_their_own_words(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    paused = make_opportunity(session, organisation.id, title="Pause")
    service.pause(session, paused)
    past = make_opportunity(session, organisation.id, title="Fest", **dated(days=1))
    session.commit()
    assert "macht gerade Pause" in client.get(f"/angebote/{paused}-pause").text
    with stopped(now() + timedelta(days=3)):
        page = client.get(f"/angebote/{past}-fest")
    assert page.status_code == 200
    assert "Dieser Termin ist vorbei" in page.text


def test_the_address_on_paper_leads_on_after_the_offer_is_over(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    address = make_closed(session, organisation)
    short = address.split("-")[0]
    page = client.get(short)
    assert (page.status_code, page.location) == (303, address)
    with stopped(now() + ADDRESS_KEPT + timedelta(days=1)):
        assert client.get(short).status_code == 410
    assert client.get(f"{address}/qr.svg").status_code == 404


def test_the_old_slug_leads_to_the_right_one(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    address = make_closed(session, organisation)
    page = client.get(address.replace("kaffee-kochen", "tee"))
    assert (page.status_code, page.location) == (301, address)


def test_after_180_days_it_is_gone_and_the_way_on_is_shown(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    address = make_closed(session, organisation)
    with stopped(now() + ADDRESS_KEPT + timedelta(days=1)):
        service.confirm(session, make_opportunity(session, organisation.id, title="Noch da"))
        session.commit()
        page = client.get(address)
    assert page.status_code == 410
    assert "Kaffee kochen" not in page.text
    assert "Noch da" in page.text


def test_what_the_municipality_took_off_is_gone_without_a_word_of_it(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    number = make_opportunity(session, organisation.id, title="Unfug treiben")
    review.unpublish(session, make_postbox(session), number, "Das geht nicht.")
    session.commit()
    page = client.get(f"/angebote/{number}-unfug-treiben")
    assert page.status_code == 410
    assert "Unfug" not in page.text.replace(f"/angebote/{number}-unfug-treiben", "")
    assert "Lesebrücke" not in page.text
    assert "Das geht nicht" not in page.text


def test_what_was_never_published_is_not_found(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    number = make_opportunity(session, organisation.id, title="Entwurf", state=State.DRAFT)
    session.commit()
    assert client.get(f"/angebote/{number}-entwurf").status_code == 404
    assert client.get("/angebote/999999-nichts").status_code == 404


def test_signing_up_for_a_closed_one_leads_to_its_page(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    address = make_closed(session, organisation)
    for page in (client.get(f"{address}/mitmachen"), client.post(f"{address}/mitmachen", data={"name": "Anna"})):
        assert (page.status_code, page.location) == (303, address)


def test_lists_and_site_map_do_not_name_it(client: CheckedClient, session: Session, organisation: Organisation) -> None:
    address = make_closed(session, organisation)
    number = address.split("/")[2].split("-")[0]
    for path in ("/", "/angebote", "/sitemap.xml", f"/organisationen/{organisation.id}-{organisation.slug}"):
        page = client.get(path)
        assert page.status_code == 200
        assert f"/angebote/{number}-" not in page.text
