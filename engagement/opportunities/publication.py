"""What the public sees of opportunities: each one's entry in the catalogue, in step with every change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm import Session

from engagement.catalogue import service as catalogue
from engagement.catalogue.entries import ADDRESS_KEPT, PAUSED
from engagement.catalogue.queries import Entry
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import NotFoundError
from engagement.kernel.geo import Point
from engagement.kernel.markdown import plain_text
from engagement.kernel.slugs import slugify
from engagement.opportunities.kinds import PlaceKind, State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.policy import is_visible, keeps_address
from engagement.opportunities.queries import opportunity_info, whole
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.queries import find_organisation
from engagement.tenancy.queries import Term, Vocabulary, load_vocabulary

BATCH = 200
SAME_COLUMN = (
    "title", "summary", "category_ids", "target_group_ids", "district_id", "place_kind", "time_kind", "slots", "hours",
    "hours_per", "starts_at", "ends_at", "places", "picture_alt", "picture_focus",
    "languages", "minimum_age", "suited_for", "taster",
)  # fmt: skip
"""Values that have the same name in the catalogue."""
SAME_FACT = (
    "plain_summary", "translations", "skills", "driving_licence", "certificate_of_conduct", "training", "insurance",
    "expenses", "allowance", "step_free", "accessible_toilet", "public_transport", "hearing_support",
    "description", "street", "postcode", "city", "time_note",
)  # fmt: skip
"""Values that have the same name among an entry's facts."""
ACCESS = ("step_free", "accessible_toilet", "public_transport", "hearing_support")
"""Values that are in the catalogue as a list of what is known to be there, so that they can be searched."""
ON_CARD = ("title", "summary")
"""Of a translation, what lists show."""
NOT_SAID = {"tenant_id", "places_taken"}
"""What an entry holds besides what is written into it."""


def write_catalogue(session: Session, opportunity_id: int) -> None:
    """Bring the catalogue in step with an opportunity: write its entry, or take it out.

    One that has left the public pages keeps an entry that only its own address shows. To be called after every change
    of its state, its content or its organisation, in the same transaction.
    """
    session.flush()
    statement = whole().where(Opportunity.id == opportunity_id).execution_options(populate_existing=True)
    row = session.scalar(statement)
    if row is not None:
        _write(session, [row])
    else:
        catalogue.remove_entries(session, [opportunity_id])


def write_catalogue_of(session: Session, opportunity_ids: Collection[int]) -> None:
    """Do the same for many opportunities at once, as an import changes them."""
    session.flush()
    statement = whole().where(Opportunity.id.in_(opportunity_ids)).order_by(Opportunity.id)
    _write(session, session.scalars(statement.execution_options(populate_existing=True)).all())


def refresh_organisation(session: Session, organisation_id: int) -> None:
    """Bring the catalogue in step with an organisation that was renamed, verified, rejected or suspended."""
    session.flush()
    for rows in _addressed(session, Opportunity.organisation_id == organisation_id):
        _write(session, rows)


def note_places_taken(session: Session, opportunity_id: int, taken: int) -> None:
    """Note how many places of an opportunity are taken; kept with it, so that it outlives its entry."""
    session.execute(update(Opportunity).where(Opportunity.id == opportunity_id).values(places_taken=taken))
    catalogue.set_places_taken(session, {opportunity_id: taken})


def rebuild(session: Session) -> int:
    """Make the tenant's catalogue anew from its opportunities, and return how many of them visitors see.

    Visitors see the old one until the transaction ends. What has been over for less than 180 days keeps its address.
    """
    session.flush()
    catalogue.clear(session)
    return sum(_write(session, rows) for rows in _addressed(session))


def _addressed(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Sequence[Opportunity]]:
    """Yield the published opportunities and those that were until lately, in batches, so that memory stays flat."""
    last, lately = 0, Opportunity.closed_at > now() - ADDRESS_KEPT
    while True:
        rows = session.scalars(
            whole()
            .where(or_(Opportunity.state == State.PUBLISHED, lately), Opportunity.id > last, *conditions)
            .order_by(Opportunity.id)
            .limit(BATCH)
            .execution_options(populate_existing=True)
        ).all()
        yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1].id
        for row in rows:
            session.expunge(row)


def preview(session: Session, organisation_id: int, values: OpportunityValues, picture_sha256: str = "") -> Entry:
    """Return what visitors would see if ``values`` were published now; nothing is written.

    Raises:
        NotFoundError: there is no such organisation.
    """
    organisation = find_organisation(session, organisation_id)
    if organisation is None:
        raise NotFoundError
    moment = now()
    frame = _Frame(0, slugify(values.title), picture_sha256 or None, moment, None, moment)
    data = _entry(values, frame, organisation, load_vocabulary(session))
    shown = {name: getattr(data, name) for name in Entry.__dataclass_fields__ if name not in NOT_SAID}
    return Entry(**shown, tenant_id=tenant_of(session), places_taken=0)


class _Organisation(Protocol):
    """What is shown of the organisation."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def contact_name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def website(self) -> str: ...


@dataclass(frozen=True)
class _Frame:
    """What an entry holds besides the values that describe the opportunity."""

    opportunity_id: int
    slug: str
    picture_sha256: str | None
    published_at: datetime
    expires_at: datetime | None
    updated_at: datetime


def _write(session: Session, rows: Sequence[Opportunity]) -> int:
    """Write the entries of those that visitors may see, take out the others, and return how many were written."""
    vocabulary, moment = load_vocabulary(session), now()
    shown = [row for row in rows if _is_shown(row, moment)]
    over = {row.id: since for row in rows if row not in shown and (since := _closed_at(row, moment))}
    kept = [row for row in rows if row in shown or row.id in over]
    catalogue.remove_entries(session, {row.id for row in rows} - {row.id for row in kept})
    catalogue.write_entries(session, [_entry_of(row, vocabulary, over.get(row.id)) for row in kept])
    catalogue.set_places_taken(session, {row.id: row.places_taken for row in kept})
    return len(shown)


def _is_shown(row: Opportunity, moment: datetime) -> bool:
    organisation = row.organisation
    suspended = organisation.suspended_at is not None
    return is_visible(row.state, organisation.verification, row.expires_at, moment, suspended=suspended)


def _entry_of(row: Opportunity, vocabulary: Vocabulary, closed_at: datetime | None) -> catalogue.EntryData:
    info = opportunity_info(row)
    since = info.published_at or info.updated_at
    frame = _Frame(info.id, info.slug, info.picture_sha256 or None, since, info.expires_at, info.updated_at)
    data = _entry(info, frame, row.organisation, vocabulary)
    if closed_at:
        data = _signpost(data, row.state, closed_at)
    return replace(data, facts={**data.facts, **_origin(row)})


def _closed_at(row: Opportunity, moment: datetime) -> datetime | None:
    """Return since when an opportunity that nobody sees has been over, None if its address is to say nothing of it."""
    organisation = row.organisation
    suspended = organisation.suspended_at is not None
    if not keeps_address(row.state, organisation.verification, suspended=suspended, taken_off=row.needs_look):
        return None
    since = row.expires_at if row.state is State.PUBLISHED else row.closed_at
    return since if since and since > moment - ADDRESS_KEPT else None


def _signpost(entry: catalogue.EntryData, state: State, closed_at: datetime) -> catalogue.EntryData:
    """Return what stays of an entry for its address: no description, no picture and nobody's name or number."""
    closed_as = PAUSED if state in {State.PAUSED, State.IN_REVIEW} else ""
    return replace(
        entry, closed_at=closed_at, facts={"closed_as": closed_as}, search_body="", picture_sha256=None, picture_alt=""
    )


def _entry(
    values: OpportunityValues, frame: _Frame, organisation: _Organisation, vocabulary: Vocabulary
) -> catalogue.EntryData:
    point = _point(values, vocabulary)
    district = vocabulary.district(values.district_id)
    return catalogue.EntryData(
        **asdict(frame),
        **{name: getattr(values, name) for name in SAME_COLUMN},
        **_words("category", values.category_ids, vocabulary.category),
        **_words("target_group", values.target_group_ids, vocabulary.target_group),
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        organisation_slug=organisation.slug,
        district_name=district.name if district else "",
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        access=tuple(name for name in ACCESS if getattr(values, name)),
        translations=_on_cards(values),
        facts=_facts(values, organisation),
        search_body=_search_body(values, vocabulary),
    )


def _on_cards(values: OpportunityValues) -> dict[str, dict[str, str]]:
    return {
        language: {name: words[name] for name in ON_CARD if words.get(name)}
        for language, words in values.translations.items()
    }


def _words(kind: str, ids: tuple[int, ...], find: Callable[[int], Term | None]) -> dict[str, Any]:
    terms = [term for number in ids if (term := find(number))]
    return {f"{kind}_slugs": tuple(term.slug for term in terms), f"{kind}_names": tuple(term.name for term in terms)}


def _point(values: OpportunityValues, vocabulary: Vocabulary) -> Point | None:
    """Return the best known point: the opportunity's own, else its district's, else that of its postcode."""
    if values.place_kind is PlaceKind.REMOTE:
        return None
    district = vocabulary.district(values.district_id)
    return values.point or (district and district.point) or vocabulary.postcode_point(values.postcode)


def _facts(values: OpportunityValues, organisation: _Organisation) -> dict[str, object]:
    said = {name: getattr(values, name) for name in SAME_FACT}
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in said.items()},
        **_contact(values, organisation),
        "organisation_website": organisation.website,
    }


def _origin(row: Opportunity) -> dict[str, object]:
    """Return what programs need to know an offer again: how often it has changed, and what it is called elsewhere."""
    imported = {"source": {"system": row.source, "id": row.external_id}} if row.source and row.external_id else {}
    return {"revision": row.revision, **imported}


def _contact(values: OpportunityValues, organisation: _Organisation) -> dict[str, str]:
    """Return whom visitors may ask: the opportunity's contact, or the organisation's if it names none at all."""
    own = {name: getattr(values, name) for name in ("contact_name", "contact_email", "contact_phone")}
    if any(own.values()):
        return own
    return {
        "contact_name": organisation.contact_name,
        "contact_email": organisation.email,
        "contact_phone": organisation.phone,
    }


def _search_body(values: OpportunityValues, vocabulary: Vocabulary) -> str:
    terms = [vocabulary.category(number) for number in values.category_ids]
    terms += [vocabulary.target_group(number) for number in values.target_group_ids]
    words = [term.name for term in terms if term]
    translated = [text for said in _on_cards(values).values() for text in said.values()]
    parts = [plain_text(values.description), *values.skills, *words, values.time_note, values.training, values.city]
    return "\n".join(part for part in (*parts, *translated) if part)
