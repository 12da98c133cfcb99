"""smoke"""
from __future__ import annotations
import pytest
from sqlalchemy.orm import Session
from tests.factories.offers import make_opportunity, dated
from tests.factories.people import make_organisation
from tests.support.pages import CheckedClient

@pytest.mark.parametrize("path", ["/", "/angebote", "/organisationen", "/api", "/einbetten", "/einbetten?farben=stadt&anzahl=3", "/einbetten/anleitung?art=einmalig", "/einbetten.js", "/feeds/angebote.atom", "/feeds/termine.ics", "/feeds/angebote.jsonld","/feeds/freinet.xml","/feeds/angebote.csv","/sitemap.xml","/robots.txt","/manifest.webmanifest","/zeichen/192.png","/zeichen/512-voll.png","/api/v1/openapi.json","/api/v1/opportunities","/api/v1/organisations","/api/v1/vocabulary","/api/v1/opportunities/{0}","/api/v1/organisations/{1}","/angebote/{2}-x.ics","/angebote/{0}-{3}","/organisationen/{1}-{4}", "/api/v1/opportunities?kategorie=quatsch","/api/v1/opportunities?foo=1","/api/v1/nix"])
def test_smoke(session: Session, client: CheckedClient, path: str) -> None:
    club = make_organisation(session, "Lesebrücke e. V.", description="Wir <b>lesen</b>")
    a = make_opportunity(session, club.id, title="Lesen & <Schreiben>")
    b = make_opportunity(session, club.id, **dated())
    session.commit()
    from engagement.opportunities.queries import find_opportunity
    r = client.get(path.format(a, club.id, b, find_opportunity(session, a).slug, club.slug))
    print(r.status_code, r.headers.get("Content-Type"), r.headers.get("ETag"), r.headers.get("Location"))
    print(r.get_data(as_text=True)[:3500] if not path.endswith("png") else len(r.data))
    assert r.status_code in (200, 400, 404)
