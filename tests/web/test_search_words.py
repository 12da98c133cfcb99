"""The municipality's page for the words of the search."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.catalogue import groups
from engagement.catalogue.concepts import product_groups
from engagement.catalogue.groups import GroupValues
from engagement.kernel.permissions import Role
from tests.factories.catalogue import make_entry
from tests.factories.people import make_account, sign_in
from tests.support.pages import CheckedClient

PAGE = "/verwaltung/suche"


@pytest.fixture(autouse=True)
def admin(session: Session, client: CheckedClient) -> None:
    """Somebody who may change the vocabulary, signed in."""
    made = make_account(session, staff=Role.ADMIN)
    session.commit()
    sign_in(client, made)


def test_every_group_of_the_product_is_on_some_page_and_can_be_looked_for(client: CheckedClient) -> None:
    first = client.get(PAGE).text
    assert f"{len(product_groups())} Wortgruppen" in first
    found = client.get(f"{PAGE}?q=buchhalter").text
    assert "1 Wortgruppe<" in found
    assert "Kassenwart" in found
    assert "Keine Wortgruppe enthält dieses Wort" in client.get(f"{PAGE}?q=xyzxyz").text
    assert "Words of the search" in client.get(f"{PAGE}?lang=en").text
    assert client.get(f"{PAGE}?seite=9999").status_code == 200


def test_a_group_is_switched_off_and_on(client: CheckedClient, session: Session) -> None:
    make_entry(session, title="Kassenwart gesucht")
    session.commit()
    for do, word, total in (("off", "ausgeschaltet", 0), ("on", "gilt wieder", 1)):
        sent = client.post(f"{PAGE}/gruppen/kasse", data={"q": "buchhalter", "do": do})
        assert sent.status_code == 303
        assert sent.location.endswith("/verwaltung/suche?q=buchhalter#gruppe-kasse")
        assert word in client.get(sent.location).text
        assert ("Kassenwart gesucht" in client.get("/angebote?q=Buchhalter").text) is bool(total)
    assert client.post(f"{PAGE}/gruppen/gibt-es-nicht", data={"do": "off"}).status_code == 404


def test_a_group_of_their_own_is_added_changed_and_deleted(client: CheckedClient, session: Session) -> None:
    make_entry(session, title="Zehnthof fegen")
    session.commit()
    typed = {"typed": "Hirschle\nauf der Gass", "found": "Zehnthof"}
    assert client.post(f"{PAGE}/neu", data=typed).status_code == 303
    assert "Zehnthof fegen" in client.get("/angebote?q=Hirschle").text
    (group,) = groups.own_groups(session)
    assert "Hirschle, auf der Gass" in client.get(PAGE).text
    assert "auf der Gass" in client.get(f"{PAGE}/{group.id}").text

    changed = {"typed": "Gässle", "found": "Zehnthof", "both_ways": "y"}
    assert client.post(f"{PAGE}/{group.id}", data=changed).status_code == 303
    assert "in beide Richtungen" in client.get(PAGE).text
    assert "Zehnthof fegen" not in client.get("/angebote?q=Hirschle").text

    assert "Gässle" in client.get(f"{PAGE}/{group.id}/loeschen").text
    assert client.post(f"{PAGE}/{group.id}/loeschen").status_code == 303
    assert client.get(f"{PAGE}/{group.id}").status_code == 404
    log = client.get("/verwaltung/protokoll").text
    assert "eine Wortgruppe der Suche geändert" in log


@pytest.mark.parametrize(
    ("typed", "found", "message"),
    [
        ("", "Fest", "fehlt"),
        ("123", "Fest", "ist kein Wort"),
        ("Fest", "fest", "auf beiden Seiten"),
        ("x" * 70, "Fest", "ist zu lang"),
    ],
)
def test_mistakes_stand_beside_their_field_and_nothing_typed_is_lost(
    client: CheckedClient, session: Session, typed: str, found: str, message: str
) -> None:
    groups.add_group(session, GroupValues("alt", "neu"))
    session.commit()
    (group,) = groups.own_groups(session)
    for address in (f"{PAGE}/neu", f"{PAGE}/{group.id}"):
        page = client.post(address, data={"typed": typed, "found": found})
        assert page.status_code == 422
        assert message in page.text or message == "fehlt"
        assert found in page.text
    assert groups.own_groups(session) == [group]
