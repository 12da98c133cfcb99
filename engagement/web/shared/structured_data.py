"""What each public page says to search engines in schema.org's words, made from what the page shows."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from engagement.catalogue.queries import Entry
from engagement.kernel.i18n import gettext
from engagement.kernel.markdown import plain_text, render_markdown
from engagement.organisations.kinds import Occasion
from engagement.organisations.profiles import ProfileParts
from engagement.organisations.queries import OrganisationInfo
from engagement.organisations.times import TimeOfWeek
from engagement.web.shared import context, schema_org
from engagement.web.shared.languages import offered_languages
from engagement.web.shared.presentation import amount, when
from engagement.web.shared.profile import current_times, links_of
from engagement.web.shared.schema_org import Thing
from engagement.web.shared.spoken import said, told
from engagement.web.shared.whole import at, path_of, whole

CLUB_LIKE = ("verein", "initiative", "stiftung", "verband")
"""In the short name of a kind of organisation that is a non-governmental one; a school or a parish is not."""
OFFLINE, ONLINE = "https://schema.org/OfflineEventAttendanceMode", "https://schema.org/OnlineEventAttendanceMode"
SCHEDULED = "https://schema.org/EventScheduled"
REMOTE = "TELECOMMUTE"
DAY_OF_WEEK = "https://schema.org/"
Crumb = tuple[str, str]


@pass_context
def structured_data(page: Context) -> Markup:
    """Return the data block of the page that is being made, nothing if it has none."""
    made = _MAKERS.get(str(page.get("here", "")))
    return schema_org.script(made(page)) if made else Markup()


def offer(entry: Entry) -> Thing:
    """Return help on one date as an event, any other as a role that somebody takes."""
    return _event(entry) if entry.time_kind == "dated" and entry.starts_at else _role(entry)


def _role(entry: Entry) -> schema_org.JobPosting:
    facts, remote = entry.facts, entry.place_kind == "remote"
    country = schema_org.Country(name="Deutschland")
    benefits = (str(facts.get(name) or "") for name in ("training", "expenses", "allowance"))
    return schema_org.JobPosting(
        title=said(entry, "title").text,
        description=str(render_markdown(_description(entry))),
        date_posted=entry.published_at.astimezone(context.tenant().time_zone),
        valid_through=entry.expires_at and entry.expires_at.astimezone(context.tenant().time_zone),
        hiring_organization=_organiser(entry),
        url=_address(entry),
        identifier=schema_org.PropertyValue(name=context.tenant().platform_name, value=str(entry.opportunity_id)),
        job_location=None if remote else _place(entry),
        job_location_type=REMOTE if remote else "",
        applicant_location_requirements=country if remote else None,
        industry=", ".join(_categories(entry)),
        work_hours=" · ".join(filter(None, [when(entry), amount(entry.hours, entry.hours_per)])),
        job_benefits=" · ".join(filter(None, benefits)),
        skills=", ".join(facts.get("skills") or ()),
        total_job_openings=entry.places_free or None,
        image=_picture(entry.picture_sha256),
    )


def _event(entry: Entry) -> schema_org.Event:
    zone, remote = context.tenant().time_zone, entry.place_kind == "remote"
    if entry.starts_at is None:
        raise ValueError("help on one date has a date")
    return schema_org.Event(
        name=said(entry, "title").text,
        description=plain_text(_description(entry)),
        url=_address(entry),
        start_date=entry.starts_at.astimezone(zone),
        end_date=entry.ends_at and entry.ends_at.astimezone(zone),
        organizer=_organiser(entry),
        location=schema_org.VirtualLocation(url=_address(entry)) if remote else _place(entry),
        event_status=SCHEDULED,
        event_attendance_mode=ONLINE if remote else OFFLINE,
        maximum_attendee_capacity=entry.places,
        remaining_attendee_capacity=entry.places_free,
        image=_picture(entry.picture_sha256),
    )


def _description(entry: Entry) -> str:
    """Return as Markdown what the page says of the offer."""
    return (told(entry.facts, "description") or said(entry, "summary") or said(entry, "title")).text


def _place(entry: Entry) -> schema_org.Place:
    facts, known = entry.facts, entry.latitude is not None and entry.longitude is not None
    return schema_org.Place(
        name=entry.district_name or str(facts.get("city") or "") or context.tenant().name,
        address=schema_org.PostalAddress(
            street_address=str(facts.get("street") or ""),
            postal_code=str(facts.get("postcode") or ""),
            address_locality=str(facts.get("city") or "") or context.tenant().name,
        ),
        geo=schema_org.GeoCoordinates(latitude=entry.latitude or 0, longitude=entry.longitude or 0) if known else None,
    )


def _organiser(entry: Entry) -> schema_org.Organization:
    address = path_of("public.organisation", organisation_id=entry.organisation_id, slug=entry.organisation_slug)
    return schema_org.Organization(name=entry.organisation_name, url=whole(address))


def _organisation(found: OrganisationInfo, parts: ProfileParts) -> schema_org.Organization:
    kind = context.vocabulary().organisation_kind(found.kind_id)
    is_club = kind is not None and any(word in kind.slug for word in CLUB_LIKE)
    made = schema_org.NGO if is_club else schema_org.Organization
    address = schema_org.PostalAddress(
        street_address=found.street,
        postal_code=found.postcode,
        address_locality=found.city or context.tenant().name,
    )
    return made(
        name=found.name,
        url=at("public.organisation", organisation_id=found.id, slug=found.slug),
        same_as=links_of(found),
        logo=_picture(found.logo_sha256),
        image=_picture(found.picture_sha256),
        description=plain_text(found.description) or found.summary,
        founding_date=str(found.founded_year or ""),
        address=address,
        location=_open_at(address, current_times(parts)),
    )


def _open_at(address: schema_org.PostalAddress, times: tuple[TimeOfWeek, ...]) -> schema_org.Place | None:
    """Return the organisation's own place with the hours in which it is open there; None if it has said none.

    A training is none of them: the hall is not open to everybody then. Nor are hours at another place.
    """
    hours = tuple(
        schema_org.OpeningHoursSpecification(
            day_of_week=DAY_OF_WEEK + one.weekday.name.capitalize(),
            opens=one.starts_at,
            closes=one.ends_at,
            valid_through=one.last_day,
        )
        for one in times
        if one.occasion is Occasion.OPENING and one.ends_at and not one.place
    )
    return schema_org.Place(address=address, opening_hours_specification=hours) if hours else None


def _site(_page: Context) -> list[Thing]:
    tenant = context.tenant()
    template = at("public.search", lang=None) + "?q={search_term_string}"
    search = schema_org.SearchAction(
        target=schema_org.EntryPoint(url_template=template), query_input="required name=search_term_string"
    )
    return [
        schema_org.WebSite(
            name=tenant.platform_name,
            url=at("public.home", lang=None),
            description=tenant.claim,
            in_language=offered_languages(),
            publisher=schema_org.Organization(name=tenant.name, url=whole("/")),
            potential_action=search,
        )
    ]


def _way(*crumbs: Crumb) -> schema_org.BreadcrumbList:
    home = (context.tenant().platform_name, path_of("public.home"))
    items = (
        schema_org.ListItem(position=number, name=name, item=whole(path))
        for number, (name, path) in enumerate((home, *crumbs), start=1)
    )
    return schema_org.BreadcrumbList(item_list_element=tuple(items))


def _offers() -> Crumb:
    return gettext("Find an opportunity"), path_of("public.search")


def _directory() -> Crumb:
    return gettext("Organisations"), path_of("public.organisations")


def _page_of_offer(page: Context) -> list[Thing]:
    entry = page.get("entry")
    if not isinstance(entry, Entry):
        return []
    address = path_of("public.opportunity", opportunity_id=entry.opportunity_id, slug=entry.slug)
    return [offer(entry), _way(_offers(), (said(entry, "title").text, address))]


def _page_of_organisation(page: Context) -> list[Thing]:
    found = page.get("organisation")
    if not isinstance(found, OrganisationInfo):
        return []
    address = path_of("public.organisation", organisation_id=found.id, slug=found.slug)
    parts = page.get("parts")
    said = _organisation(found, parts if isinstance(parts, ProfileParts) else ProfileParts())
    return [said, _way(_directory(), (found.name, address))]


_MAKERS: dict[str, Callable[[Context], list[Thing]]] = {
    "public.home": _site,
    "public.search": lambda _page: [_way(_offers())],
    "public.opportunity": _page_of_offer,
    "public.organisations": lambda _page: [_way(_directory())],
    "public.organisation": _page_of_organisation,
}


def _categories(entry: Entry) -> list[str]:
    words = context.vocabulary()
    return [term.name for number in entry.category_ids if (term := words.category(number))]


def _address(entry: Entry) -> str:
    return at("public.opportunity", opportunity_id=entry.opportunity_id, slug=entry.slug)


def _picture(sha256: str | None) -> str:
    return at("shared.picture", sha256=sha256, lang=None) if sha256 else ""
