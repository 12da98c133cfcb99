"""An offer on paper: its short address, its code, and what the page holds for the printer."""

from __future__ import annotations

import segno
from defusedxml.ElementTree import fromstring
from sqlalchemy.orm import Session

from tests.factories.catalogue import make_entry
from tests.support.pages import CheckedClient

SVG = "{http://www.w3.org/2000/svg}"


def test_the_short_address_leads_to_the_page(client: CheckedClient, session: Session) -> None:
    number = make_entry(session, title="Vorlesen", slug="vorlesen")
    session.commit()
    response = client.get(f"/angebote/{number}", follow_redirects=True)
    assert response.request.path == f"/angebote/{number}-vorlesen"
    assert [one.status_code for one in response.history] == [301]


def test_a_short_address_of_nothing_is_not_found(client: CheckedClient) -> None:
    assert client.get("/angebote/999").status_code == 404


def test_the_code_is_a_drawing_that_can_be_kept(client: CheckedClient, session: Session) -> None:
    number = make_entry(session, title="Vorlesen", slug="vorlesen")
    session.commit()
    response = client.get(f"/angebote/{number}-vorlesen/qr.svg")
    assert response.mimetype == "image/svg+xml"
    assert "public" in response.headers["Cache-Control"]
    root = fromstring(response.data)
    code = segno.make_qr(f"http://bretten.localhost:8000/angebote/{number}", error="q", boost_error=False)
    side = str(code.symbol_size(border=2)[0])
    assert (root.tag, root.attrib["viewBox"]) == (f"{SVG}svg", f"0 0 {side} {side}")
    assert code.svg_inline(border=2, light="white", omitsize=True).split('d="')[-1] in response.get_data(as_text=True)


def test_the_code_of_another_address_leads_on_and_of_none_is_not_found(client: CheckedClient, session: Session) -> None:
    number = make_entry(session, title="Vorlesen", slug="vorlesen")
    session.commit()
    assert client.get(f"/angebote/{number}-alt/qr.svg").headers["Location"] == f"/angebote/{number}-vorlesen/qr.svg"
    assert client.get("/angebote/999-nichts/qr.svg").status_code == 404


def test_page_and_list_hold_what_only_paper_shows(client: CheckedClient, session: Session) -> None:
    number = make_entry(session, title="Vorlesen", slug="vorlesen")
    session.commit()
    page = client.get(f"/angebote/{number}-vorlesen").get_data(as_text=True)
    assert f'src="/angebote/{number}-vorlesen/qr.svg"' in page
    assert page.count(f"<span>bretten.localhost:8000/angebote/{number}</span>") == 8
    listed = client.get("/angebote").get_data(as_text=True)
    assert f'<p class="offer__address print-only">bretten.localhost:8000/angebote/{number}</p>' in listed
