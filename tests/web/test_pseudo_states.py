"""No page says anything past gettext in any state: what ``test_pseudo_language`` cannot reach by addresses alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import URL
from sqlalchemy.orm import Session

from engagement.applications.changes import count_places
from engagement.applications.kinds import ApplicationState
from engagement.applications.links import follow_token
from engagement.applications.models import Application
from engagement.catalogue.entries import ADDRESS_KEPT
from engagement.kernel.clock import now, stopped
from engagement.mail.service import Postbox
from engagement.opportunities import service
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import load_vocabulary, own_tenant
from tests.factories.applications import make_application, make_offer
from tests.factories.mails import LINKS
from tests.factories.offers import dated, make_opportunity
from tests.support.offer_form import full_form
from tests.support.pages import CheckedClient
from tests.support.pseudo import messages, speaking_pseudo, unmarked
from tests.support.pseudo_data import words_of_data

ANSWERS = "kategorie=kinder-und-jugend&tun=reden&zeit=wochenende&dauer=bis-2&mit=tandem&zugang=stufenlos&alter=21"
PATHS = (
    "/",
    "/angebote?q=Vorlesen",
    "/angebote?q=Raumfahrt&kategorie=kinder-und-jugend&art=remote",
    f"/angebote?{ANSWERS}&plz=75015&umkreis=5&schnuppern=1&sprache=tr&sortierung=nah&wann=sat-morning",
    "/angebote?plz=Atlantis",
    *(f"/passt-zu-mir?frage={number}&{ANSWERS}" for number in range(1, 7)),
    "/passt-zu-mir?frage=6&alter=alt&plz=Atlantis",
    f"/passt-zu-mir/vorschlaege?{ANSWERS}",
    "/passt-zu-mir/vorschlaege?alter=alt",
    "/passt-zu-mir/vorschlaege?kategorie=natur-tiere-und-umwelt&dauer=bis-2&zeit=abends&zugang=stufenlos",
    "/einbetten?kategorie=kinder-und-jugend",
    "/einbetten?q=Raumfahrt",
    "/einbetten/anleitung?farben=stadt",
    "/organisationen?q=Raumfahrt",
)


@pytest.fixture(scope="module")
def known() -> set[str]:
    return messages()


@pytest.fixture
def full(session: Session, club: Organisation) -> Opportunity:
    """An offer whose places are all taken."""
    offer = make_offer(session, club, places=1)
    make_application(session, offer, state=ApplicationState.ACCEPTED)
    count_places(session, offer.id)
    session.commit()
    return offer


@pytest.fixture
def shown(app: Flask, client: CheckedClient, known: set[str], database_url: URL) -> Shown:
    return Shown(app, client, known, database_url)


class Shown:
    """Asks for pages in the invented language, and finds the words that did not pass gettext."""

    def __init__(self, app: Flask, client: CheckedClient, known: set[str], url: URL) -> None:
        self._app, self._client, self._known, self._url = app, client, known, url

    def unmarked(self, path: str, status: int = 200, **sent: str) -> list[str]:
        """Return the words of a page that is got, or of the answer to a form."""
        part = {"HX-Request": "true"} if path.startswith("/angebote/vorschlaege") else {}
        address = f"{path}{'&' if '?' in path else '?'}lang=en"
        with speaking_pseudo(self._app, self._known):
            response = self._client.post(address, data=sent) if sent else self._client.get(address, headers=part)
        assert response.status_code == status, path
        assert "⟦" in response.text, path
        asked_for = "Raumfahrt Atlantis alt"
        return unmarked(response.text, words_of_data(self._url) | set(asked_for.casefold().split()))


@pytest.fixture
def offers(session: Session, club: Organisation) -> None:
    """Offers that say everything that can be said, and one that says nothing."""
    words = load_vocabulary(session)
    children = next(term.id for term in words.categories if term.slug == "kinder-und-jugend")
    everything = {
        "category_ids": (children,),
        "languages": ("de", "tr"),
        "minimum_age": 16,
        "suited_for": ("tandem", "group", "family"),
        "taster": True,
        "certificate_of_conduct": True,
        "insurance": True,
        "slots": ("sat-morning", "sun-evening"),
        "hours": 2,
        "hours_per": "week",
        "places": 3,
    }
    make_opportunity(session, club.id, **everything)
    make_opportunity(session, club.id, **dated())
    make_opportunity(session, club.id)
    session.commit()


@pytest.mark.usefixtures("offers")
@pytest.mark.parametrize("path", PATHS)
def test_lists_and_questions(shown: Shown, path: str) -> None:
    assert shown.unmarked(path) == []


@pytest.mark.usefixtures("offers")
def test_suggestions(shown: Shown) -> None:
    assert shown.unmarked("/angebote/vorschlaege?q=Vorlesen") == []


def test_an_offer_that_says_everything(
    session: Session, client: CheckedClient, club: Organisation, member: object, shown: Shown
) -> None:
    client.post(f"/verein/{club.id}/angebote/neu", data={**full_form(session), "do": "publish"})
    session.rollback()
    client.get("/")  # shows in German what was done
    row = session.query(Opportunity).one()
    assert shown.unmarked(f"/angebote/{row.id}-{row.slug}") == []


def test_an_offer_that_is_full(session: Session, full: Opportunity, shown: Shown) -> None:
    path = f"/angebote/{full.id}-{full.slug}"
    assert shown.unmarked(path) == []
    assert shown.unmarked(f"{path}/mitmachen") == []
    assert shown.unmarked(f"{path}/mitmachen", 422, name="", email="falsch") == []


@pytest.mark.parametrize("kept", [False, True])
def test_the_waiting_list(app: Flask, session: Session, full: Opportunity, shown: Shown, kept: bool) -> None:
    place = {"keeps_place": True, "kept_until": now() + timedelta(days=2)} if kept else {}
    row: Application = make_application(session, full, state=ApplicationState.QUEUED, queued_at=now(), **place)
    session.commit()
    post = Postbox(own_tenant(session), LINKS, "noreply@example.org", app.extensions["engagement"].signer)
    path = f"/mitmachen/anfrage/{follow_token(post, row.id)}"
    assert shown.unmarked(path) == []
    assert shown.unmarked(f"{path}/bestaetigt") == []
    if kept:
        assert shown.unmarked(f"{path}/platz") == []


def test_offers_that_are_over(session: Session, club: Organisation, shown: Shown) -> None:
    closed = make_opportunity(session, club.id, title="Kaffee kochen")
    paused = make_opportunity(session, club.id, title="Pause")
    past = make_opportunity(session, club.id, title="Fest", **dated(days=1))
    service.close(session, closed)
    service.pause(session, paused)
    session.commit()
    assert shown.unmarked(f"/angebote/{closed}-kaffee-kochen") == []
    assert shown.unmarked(f"/angebote/{paused}-pause") == []
    with stopped(now() + timedelta(days=3)):
        assert shown.unmarked(f"/angebote/{past}-fest") == []
    with stopped(now() + ADDRESS_KEPT + timedelta(days=1)):
        assert shown.unmarked(f"/angebote/{closed}-kaffee-kochen", 410) == []
