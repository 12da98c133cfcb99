"""Dates as iCalendar (RFC 5545): all of a town to subscribe to, and one to take along."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from icalendar import Calendar, Event, vDuration
from werkzeug.wrappers import Response

from engagement.catalogue.outward import OutwardEntry, calendar_entries, find_outward
from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.tenancy.settings import Module
from engagement.web.api import blueprint
from engagement.web.api.filtered import asked_filters, found_entries
from engagement.web.api.operations import fresh
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.modules import part_of
from engagement.web.shared.spoken import said, shipped
from engagement.web.shared.whole import at

MEDIA_TYPE = "text/calendar"
REFRESH = timedelta(hours=6)
SPACE_OF_UIDS = UUID("6f1a6c0e-6b0f-5a52-9d8a-5c1b2f3f7a10")
MOST_FOUND = 200
"""Dates of a calendar that is narrowed by words."""


@blueprint.get("/feeds/termine.ics")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.OPEN_DATA)
def calendar() -> Response:
    """Return the dates to come, those just over, and those called off; with filters, the ones that fit."""
    filters = asked_filters()
    if filters.text:
        entries = [one for one in found_entries(filters, MOST_FOUND) if one.time_kind == "dated" and one.starts_at]
    else:
        entries = calendar_entries(context.session(), filters.query())
    made = _calendar()
    made.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7
    made.add("x-published-ttl", vDuration(REFRESH))
    made.add("source", at("api.calendar", **filters.arguments()), parameters={"VALUE": "URI"})
    return _served(made, entries)


@blueprint.get("/angebote/<int:opportunity_id>-<slug>.ics")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def calendar_of_offer(opportunity_id: int, slug: str) -> Response:  # noqa: ARG001 - the number alone names it
    """Return the date of one offer, also when it was called off."""
    entry = find_outward(context.session(), opportunity_id)
    if entry is None or entry.time_kind != "dated" or entry.starts_at is None:
        raise NotFoundError
    response = _served(_calendar(), [entry])
    response.headers["Content-Disposition"] = f'attachment; filename="{entry.slug}.ics"'
    return response


def _calendar() -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Engagement//engagement//DE")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    name = gettext("Volunteering in %(town)s", town=context.tenant().name)
    made.add("name", name)
    made.add("x-wr-calname", name)
    return made


def _served(made: Calendar, entries: list[OutwardEntry]) -> Response:
    for entry in entries:
        made.add_component(event_of(entry))
    if moments := [moment for entry in entries for moment in (entry.starts_at, entry.ends_at) if moment]:
        first, last = min(moments).year - 1, max(moments).year + 1
        made.add_missing_timezones(first_date=date(first, 1, 1), last_date=date(last, 12, 31))
    return fresh(Response(made.to_ical(), mimetype=MEDIA_TYPE))


def event_of(entry: OutwardEntry) -> Event:
    """Return a dated entry as an event; its UID outlives a change of title, host and installation."""
    zone, event = context.tenant().time_zone, Event()
    changed = max(filter(None, (entry.updated_at, entry.closed_at)))
    event.add("uid", str(uuid5(SPACE_OF_UIDS, f"{context.tenant().slug}/{entry.opportunity_id}")))
    event.add("sequence", entry.revision + (1 if entry.is_cancelled else 0))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("created", entry.published_at)
    for name, moment in (("dtstart", entry.starts_at), ("dtend", entry.ends_at)):
        if moment:
            event.add(name, moment.astimezone(zone))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    title = said(entry, "title")
    event.add("summary", title.text, parameters={"LANGUAGE": title.language})
    _describe(event, entry)
    return event


def _describe(event: Event, entry: OutwardEntry) -> None:
    facts = entry.facts
    address = at("public.opportunity", opportunity_id=entry.opportunity_id, slug=entry.slug)
    town = f"{facts.get('postcode') or ''} {facts.get('city') or ''}".strip()
    place = [str(facts.get("street") or ""), town or entry.district_name]
    event.add("description", "\n\n".join(filter(None, [entry.organisation_name, said(entry, "summary").text, address])))
    event.add("url", address)
    if entry.category_names:
        event.add("categories", [shipped(name) for name in entry.category_names])
    if entry.place_kind != "remote" and any(place):
        event.add("location", ", ".join(filter(None, place)))
    if entry.place_kind == "address" and entry.latitude is not None and entry.longitude is not None:
        event.add("geo", (entry.latitude, entry.longitude))
