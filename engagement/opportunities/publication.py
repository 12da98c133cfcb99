"""What the public sees of opportunities: each one's entry in the catalogue, in step with every change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from engagement.catalogue import service as catalogue
from engagement.kernel.clock import now
from engagement.kernel.geo import Point
from engagement.kernel.markdown import plain_text
from engagement.opportunities.kinds import PlaceKind, State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.policy import is_visible
from engagement.opportunities.queries import whole
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import Vocabulary, load_vocabulary

BATCH = 200
SAME_NAME = (
    "skills", "languages", "minimum_age", "driving_licence", "certificate_of_conduct", "training", "insurance",
    "expenses", "allowance", "step_free", "accessible_toilet", "public_transport", "hearing_support",
    "description", "street", "postcode", "city", "time_note",
)  # fmt: skip
"""Facts that have the same name in the catalogue."""


def write_catalogue(session: Session, opportunity_id: int) -> None:
    """Bring the catalogue in step with an opportunity: write its entry, or take it out.

    To be called after every change of its state, its content or its organisation, in the same transaction.
    """
    session.flush()
    statement = whole().where(Opportunity.id == opportunity_id).execution_options(populate_existing=True)
    row = session.scalar(statement)
    if row is not None:
        _write(session, row, load_vocabulary(session), now())
    else:
        catalogue.remove_entry(session, opportunity_id)


def refresh_organisation(session: Session, organisation_id: int) -> None:
    """Bring the catalogue in step with an organisation that was renamed, verified or rejected."""
    session.flush()
    vocabulary, moment = load_vocabulary(session), now()
    for row in _published(session, Opportunity.organisation_id == organisation_id):
        _write(session, row, vocabulary, moment)


def note_places_taken(session: Session, opportunity_id: int, taken: int) -> None:
    """Note how many places of an opportunity are taken; kept with it, so that it outlives its entry."""
    session.execute(update(Opportunity).where(Opportunity.id == opportunity_id).values(places_taken=taken))
    catalogue.set_places_taken(session, opportunity_id, taken)


def rebuild(session: Session) -> int:
    """Make the tenant's catalogue anew from its opportunities, and return how many entries it has.

    Visitors see the old one until the transaction ends.
    """
    session.flush()
    catalogue.clear(session)
    vocabulary, moment = load_vocabulary(session), now()
    return sum(_write(session, row, vocabulary, moment) for row in _published(session))


def _published(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Opportunity]:
    """Yield published opportunities in batches, so that memory stays flat however many there are."""
    last = 0
    while True:
        rows = session.scalars(
            whole()
            .where(Opportunity.state == State.PUBLISHED, Opportunity.id > last, *conditions)
            .order_by(Opportunity.id)
            .limit(BATCH)
            .execution_options(populate_existing=True)
        ).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1].id
        for row in rows:
            session.expunge(row)


def _write(session: Session, row: Opportunity, vocabulary: Vocabulary, moment: datetime) -> bool:
    if not is_visible(row.state, row.organisation.verification, row.expires_at, moment):
        catalogue.remove_entry(session, row.id)
        return False
    catalogue.write_entry(session, _entry(row, vocabulary))
    catalogue.set_places_taken(session, row.id, row.places_taken)
    return True


def _entry(row: Opportunity, vocabulary: Vocabulary) -> catalogue.EntryData:
    point = _point(row, vocabulary)
    return catalogue.EntryData(
        opportunity_id=row.id,
        title=row.title,
        slug=row.slug,
        summary=row.summary,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        organisation_slug=row.organisation.slug,
        category_ids=tuple(word.id for word in row.categories),
        target_group_ids=tuple(word.id for word in row.target_groups),
        district_id=row.district_id,
        district_name=row.district.name if row.district else "",
        place_kind=row.place_kind,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        time_kind=row.time_kind,
        slots=tuple(row.slots),
        hours=row.hours,
        hours_per=row.hours_per,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        places=row.places,
        picture_sha256=row.picture.sha256 if row.picture else None,
        picture_alt=row.picture_alt,
        published_at=row.published_at or row.updated_at,
        expires_at=row.expires_at,
        updated_at=row.updated_at,
        facts=_facts(row),
        search_body=_search_body(row),
    )


def _point(row: Opportunity, vocabulary: Vocabulary) -> Point | None:
    """Return the best known point: the opportunity's own, else its district's, else that of its postcode."""
    if row.place_kind is PlaceKind.REMOTE:
        return None
    if row.latitude is not None and row.longitude is not None:
        return Point(row.latitude, row.longitude)
    district = vocabulary.district(row.district_id)
    return (district and district.point) or vocabulary.postcode_point(row.postcode)


def _facts(row: Opportunity) -> dict[str, object]:
    return {
        **{name: getattr(row, name) for name in SAME_NAME},
        **_contact(row, row.organisation),
        "organisation_website": row.organisation.website,
    }


def _contact(row: Opportunity, organisation: Organisation) -> dict[str, str]:
    """Return whom visitors may ask: the opportunity's contact, or the organisation's if it names none at all."""
    own = {name: getattr(row, name) for name in ("contact_name", "contact_email", "contact_phone")}
    if any(own.values()):
        return own
    return {
        "contact_name": organisation.contact_name,
        "contact_email": organisation.email,
        "contact_phone": organisation.phone,
    }


def _search_body(row: Opportunity) -> str:
    words = [category.name for category in row.categories] + [group.name for group in row.target_groups]
    parts = [plain_text(row.description), *row.skills, *words, row.time_note, row.training, row.city]
    return "\n".join(part for part in parts if part)
