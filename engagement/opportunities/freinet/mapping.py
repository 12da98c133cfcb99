"""From what a row says to what is kept here. Pure: the same row and town always make the same values."""

from __future__ import annotations

import html
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engagement.kernel.markdown import plain_text
from engagement.opportunities.freinet.access import access_of, is_mere_answer
from engagement.opportunities.freinet.html import LONGEST_INPUT, to_line, to_markdown
from engagement.opportunities.freinet.notes import Notes, cut_at_word
from engagement.opportunities.freinet.place import Town, place_of, postcode_of
from engagement.opportunities.freinet.record import FreinetOffer
from engagement.opportunities.freinet.words import match_all
from engagement.opportunities.kinds import Company
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.service import OrganisationValues

LONGEST_TITLE = 160
LONGEST_DESCRIPTION = 20_000
LONGEST_SUMMARY = 400
EXCERPT = 240
"""Length of a summary made from the description when the export has none, in characters."""
MOST_PLACES = 9_999
LONGEST_ID = 80
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CONTACTABLE = "1"
_DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")


class UnusableRowError(ValueError):
    """A row lacks what an offer cannot do without; the message is the reason in the report."""


@dataclass(frozen=True)
class Setting:
    """What the mapping needs to know besides the row.

    Args:
        moment: the present, aware.
    """

    town: Town
    zone: ZoneInfo
    moment: datetime


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A row in our words.

    Args:
        external_id: of the offer in Freinet.
        organisation_id: of the organisation in Freinet, "" if the row does not name it.
        is_described: without a description it stays a draft.
        is_open: people may get in touch; else it is paused.
        notes: what was left out or cut, for the report.
    """

    external_id: str
    organisation_id: str
    organisation: OrganisationValues
    values: OpportunityValues
    is_described: bool
    is_open: bool
    created_at: datetime | None
    edited_at: datetime | None
    notes: tuple[str, ...]

    @property
    def is_shown(self) -> bool:
        """Tell whether visitors should see it."""
        return self.is_open and self.is_described


def map_offer(offer: FreinetOffer, setting: Setting) -> Mapped:
    """Return the offer in our words.

    Raises:
        UnusableRowError: it has no id, title or organisation.
    """
    notes = Notes()
    _refuse_unusable(offer)
    return Mapped(
        external_id=to_line(offer.external_id),
        organisation_id=notes.line("id of the organisation", offer.organisation_id, LONGEST_ID),
        organisation=_organisation(offer, notes),
        values=_values(offer, setting.town, notes),
        is_described=bool(to_line(offer.description)),
        is_open=offer.contactable.strip() in {CONTACTABLE, ""},
        created_at=_time("created", offer.created, setting, notes),
        edited_at=_time("edited", offer.edited, setting, notes),
        notes=tuple(notes.said),
    )


def _refuse_unusable(offer: FreinetOffer) -> None:
    if not to_line(offer.external_id):
        raise UnusableRowError("no id (angebotsId)")
    if len(to_line(offer.external_id)) > LONGEST_ID:
        raise UnusableRowError(f"id longer than {LONGEST_ID} characters")
    if not to_line(offer.title):
        raise UnusableRowError("no title (angebotsname)")
    if not to_line(offer.organisation_name):
        raise UnusableRowError("no organisation (einrichtungsname)")


def _organisation(offer: FreinetOffer, notes: Notes) -> OrganisationValues:
    return OrganisationValues(
        name=notes.line("name of the organisation", offer.organisation_name, 200),
        description=_markdown("description of the organisation", offer.organisation_description, notes),
        street=notes.line("street of the organisation", offer.organisation_street, 200),
        postcode=postcode_of(offer.organisation_postcode, notes),
        city=notes.line("city of the organisation", offer.organisation_city, 120),
        email=notes.email("e-mail of the organisation", offer.organisation_email),
        phone=notes.line("telephone of the organisation", offer.organisation_phone, 40),
        website=notes.website("website of the organisation", offer.organisation_website),
    )


def _values(offer: FreinetOffer, town: Town, notes: Notes) -> OpportunityValues:
    words = town.vocabulary
    categories, unknown_fields = match_all(map(to_line, offer.fields), words.categories)
    groups, unknown_groups = match_all(map(to_line, offer.target_groups), words.target_groups)
    for name, unknown in (("category", unknown_fields), ("target group", unknown_groups)):
        for word in unknown:
            notes.add(f"{name} unknown here: {cut_at_word(word, 60)!r}")
    description = _description(offer, notes)
    place = place_of(offer, town, notes)
    return OpportunityValues(
        title=notes.line("title", offer.title, LONGEST_TITLE),
        summary=notes.line("summary", offer.summary, LONGEST_SUMMARY) or _excerpt(description),
        description=description,
        category_ids=categories,
        target_group_ids=groups,
        suited_for=_suited_for(offer),
        place_kind=place.kind,
        street=place.street,
        postcode=place.postcode,
        city=place.city,
        district_id=place.district_id,
        point=place.point,
        time_note=notes.cut("time frame", " · ".join(dict.fromkeys(filter(None, map(to_line, offer.time_frame)))), 300),
        places=_places(offer.places_wanted, notes),
        contact_name=notes.line("name of the contact", offer.contact_name, 120),
        contact_email=notes.email("e-mail of the contact", offer.contact_email),
        contact_phone=notes.line("telephone of the contact", offer.contact_phone, 40),
        **asdict(access_of(to_line(offer.accessibility))),
    )


def _suited_for(offer: FreinetOffer) -> tuple[str, ...]:
    """Return who can come together: Freinet knows it only as the field "Unternehmen und Gruppen"."""
    fields = " ".join(map(to_line, offer.fields)).casefold()
    return (Company.GROUP.value,) if "gruppen" in fields else ()


def _description(offer: FreinetOffer, notes: Notes) -> str:
    """Put the description together with what the full layout keeps in fields of its own.

    The headings are German like the texts around them: this is content, not interface.
    """
    parts = [to_markdown(offer.description)]
    access = "" if is_mere_answer(to_line(offer.accessibility)) else offer.accessibility
    for heading, text in (
        ("Das bringen Sie mit", offer.requirements),
        ("Das wird geboten", offer.benefits),
        ("Barrierefreiheit", access),
    ):
        if said := to_markdown(text):
            parts.append(f"### {heading}\n\n{said}")
    if website := notes.website("website", offer.website):
        label = website.partition("://")[2].rstrip("/")
        parts.append(to_markdown(f'<a href="{html.escape(website)}">{html.escape(label)}</a>'))
    if len(offer.description) > LONGEST_INPUT:
        notes.add(f"HTML of the description cut to {LONGEST_INPUT:,} characters")
    return _within_limit("description", "\n\n".join(filter(None, parts)), notes)


def _markdown(name: str, text: str, notes: Notes) -> str:
    return _within_limit(name, to_markdown(text), notes)


def _within_limit(name: str, text: str, notes: Notes) -> str:
    """Cut between paragraphs where possible, so that no list, link or emphasis is torn."""
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    notes.add(f"{name} cut from {len(text)} to at most {LONGEST_DESCRIPTION} characters")
    kept = text[:LONGEST_DESCRIPTION].rpartition("\n\n")[0]
    return kept or cut_at_word(text, LONGEST_DESCRIPTION)


def _excerpt(description: str) -> str:
    """Return the first sentences of a description, as long as they fit."""
    text = plain_text(description)
    if len(text) <= EXCERPT:
        return text
    sentences = re.match(rf"(.{{60,{EXCERPT}}}[.!?])\s", text)
    return sentences[1] if sentences else cut_at_word(text, EXCERPT)


def _places(text: str, notes: Notes) -> int | None:
    """Return how many people are wanted; 0 is Freinet's "as many as like"."""
    number = re.fullmatch(r"\s*(-?\d{1,18})(?:[.,]0+)?\s*", text)
    if text.strip() and not number:
        notes.add(f"places left out: {cut_at_word(to_line(text), 20)!r} is no number")
    count = int(number[1]) if number else 0
    if count > MOST_PLACES:
        notes.add(f"places left out: {count} is too many to be true")
    return count if 0 < count <= MOST_PLACES else None


def _time(name: str, text: str, setting: Setting, notes: Notes) -> datetime | None:
    """Return a moment in UTC out of Unix seconds or a German or ISO date, in the town's time zone."""
    if not text.strip().strip("0"):
        return None
    moment = _parsed(text.strip(), setting.zone)
    if moment is None or not EARLIEST <= moment <= setting.moment + timedelta(days=1):
        notes.add(f"time {name} left out: {cut_at_word(to_line(text), 30)!r}")
        return None
    return min(moment, setting.moment)


def _parsed(text: str, zone: ZoneInfo) -> datetime | None:
    if re.fullmatch(r"\d{1,11}", text):
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(text))
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    return None
