"""Makes what leaves the house: a town with offers of every kind, and dates that were called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.clock import now
from engagement.kernel.geo import Point
from engagement.opportunities.kinds import HoursPer, PlaceKind
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from tests.factories.offers import dated, make_opportunity
from tests.factories.people import make_organisation

AWKWARD = "=SUMME(1;1) & </script><b>„Größe“</b>"
"""What people never type, and what must do no harm anywhere."""


@dataclass(frozen=True)
class Town:
    """One organisation with an offer that goes on, one from home, one on a date, and one whose words are awkward."""

    club: Organisation
    ongoing: int
    remote: int
    dated: int
    awkward: int

    def path(self, session: Session, opportunity_id: int) -> str:
        """Return the path of an offer's page."""
        return f"/angebote/{opportunity_id}-{session.get_one(Opportunity, (self.club.tenant_id, opportunity_id)).slug}"


def make_town(session: Session) -> Town:
    """Make and commit it."""
    club = make_organisation(session, "Lesebrücke e. V.", website="https://lesen.example.org", city="Bretten")
    full: dict[str, Any] = {
        "place_kind": PlaceKind.ADDRESS,
        "street": "Schulgasse 1",
        "postcode": "75015",
        "city": "Bretten",
        "point": Point(49.0401, 8.7012),
        "slots": ("sat-morning",),
        "hours": 2,
        "hours_per": HoursPer.WEEK,
        "places": 3,
        "skills": ("Geduld",),
        "minimum_age": 16,
        "contact_name": "Margit Sommerfeld",
        "contact_email": "margit@example.org",
        "contact_phone": "07252 998877",
    }
    town = Town(
        club,
        make_opportunity(session, club.id, title="Vorlesen", **full),
        make_opportunity(session, club.id, title="Briefe schreiben", place_kind=PlaceKind.REMOTE, district_id=None),
        make_opportunity(session, club.id, title="Bücherflohmarkt", **(full | dated(7))),
        make_opportunity(session, club.id, title=AWKWARD, summary=AWKWARD),
    )
    session.commit()
    return town


def close_entry(session: Session, opportunity_id: int, at: datetime | None = None) -> None:
    """Note that an offer was closed while its address stays, and commit."""
    mine = CatalogueEntry.opportunity_id == opportunity_id
    session.execute(update(CatalogueEntry).where(mine).values(closed_at=at or now()))
    session.commit()
