"""Makes offers that people can sign up for, sign-ups and applications."""

from __future__ import annotations

from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications.kinds import ApplicationState
from engagement.applications.models import Application, SignUp
from engagement.catalogue.service import remove_entries
from engagement.kernel.clock import now
from engagement.kernel.slugs import slugify
from engagement.mail.models import OutgoingMail
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from tests.factories.catalogue import make_entry
from tests.factories.people import make_organisation

_numbers = count(1)
Row = TypeVar("Row", SignUp, Application)


def make_offer(
    session: Session,
    organisation: Organisation | None = None,
    *,
    title: str = "Vorlesen in der Kita",
    places: int | None = None,
    contact_email: str = "",
) -> Opportunity:
    """Make an opportunity that visitors see."""
    organisation = organisation or make_organisation(session)
    row = Opportunity(
        organisation_id=organisation.id,
        title=title,
        slug=slugify(title),
        summary="Wir freuen uns auf Sie.",
        state=State.PUBLISHED,
        places=places,
        contact_email=contact_email,
        published_at=now(),
    )
    session.add(row)
    session.flush()
    make_entry(
        session,
        opportunity_id=row.id,
        title=title,
        slug=row.slug,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        organisation_slug=organisation.slug,
        places=places,
        published_at=now(),
        updated_at=now(),
    )
    return row


def end_offer(session: Session, offer: Opportunity) -> None:
    """Close an offer, so that visitors no longer see it."""
    offer.state = State.CLOSED
    remove_entries(session, [offer.id])
    session.flush()


def make_sign_up(session: Session, offer: Opportunity, **values: Any) -> SignUp:
    """Make a guest's sign-up that waits for its mailed link."""
    return _add(session, SignUp(**{**_person(), "opportunity_id": offer.id, **values}))


def make_application(session: Session, offer: Opportunity, **values: Any) -> Application:
    """Make an application; a new one waits for an answer, another one only if ``waiting_since`` is given."""
    if values.get("state", ApplicationState.NEW) is ApplicationState.NEW:
        values.setdefault("waiting_since", now())
    return _add(session, Application(**{**_person(), "opportunity_id": offer.id, **values}))


def mails(session: Session, kind: str = "") -> list[OutgoingMail]:
    """Return the queued mails in their order, those of one kind if it is given."""
    statement = select(OutgoingMail).order_by(OutgoingMail.id)
    return list(session.scalars(statement.where(OutgoingMail.kind == kind) if kind else statement))


def _person() -> dict[str, Any]:
    return {"name": "Gisela Brandt", "email": f"gisela{next(_numbers)}@example.org", "language": "de"}


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
