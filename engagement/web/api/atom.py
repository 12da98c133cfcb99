"""Offers as a feed (Atom, RFC 4287) with the filters of the search page."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from markupsafe import Markup
from werkzeug.wrappers import Response

from engagement.catalogue.outward import OutwardEntry
from engagement.kernel.i18n import DEFAULT_LANGUAGE, comma, current_language, gettext
from engagement.kernel.markdown import render_markdown
from engagement.kernel.permissions import Permission
from engagement.tenancy.settings import Module
from engagement.web.api import blueprint
from engagement.web.api.filtered import asked_filters, found_entries
from engagement.web.api.operations import fresh
from engagement.web.api.xml import add, document
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.chips import chips_of
from engagement.web.shared.filters import Filters
from engagement.web.shared.modules import part_of
from engagement.web.shared.presentation import when
from engagement.web.shared.spoken import Said, german, marks, said, shipped, told
from engagement.web.shared.whole import at

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
MOST = 50
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""When an empty feed changed last: a feed must say so, and the present would make it new each time."""


@blueprint.get("/feeds/angebote.atom")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.OPEN_DATA)
def atom() -> Response:
    """Return what is new or begins soon; with filters, what fits."""
    filters = asked_filters()
    entries = found_entries(filters, MOST)
    feed = _feed(filters, entries)
    for entry in entries:
        _add_entry(feed, entry)
    return fresh(Response(document(feed), mimetype=MEDIA_TYPE))


def tag(specific: str) -> str:
    """Return an identifier that is never given to anything else (RFC 4151)."""
    return f"tag:{context.tenant().host},{SINCE.year}:{specific}"


def _feed(filters: Filters, entries: list[OutwardEntry]) -> Element:
    tenant, arguments = context.tenant(), filters.arguments()
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": current_language()})
    asked = "".join(f"/{chip.name}={chip.value or chip.label}" for chip in chips_of(filters))
    add(feed, "id", tag("angebote" + "".join(asked.split())))
    words = comma().join(chip.label for chip in chips_of(filters))
    title = gettext("Offers in %(town)s", town=tenant.name)
    add(feed, "title", f"{title}: {words}" if words else title)
    _say(feed, "subtitle", Said(tenant.claim, DEFAULT_LANGUAGE))
    add(feed, "updated", _moment(max((entry.updated_at for entry in entries), default=SINCE)))
    add(feed, "link", rel="self", type=MEDIA_TYPE, href=at("api.atom", **arguments))
    add(feed, "link", rel="alternate", type="text/html", href=at("public.search", **arguments))
    add(add(feed, "author"), "name", tenant.platform_name)
    return feed


def _add_entry(feed: Element, entry: OutwardEntry) -> None:
    address = at("public.opportunity", opportunity_id=entry.opportunity_id, slug=entry.slug)
    node = add(feed, "entry")
    add(node, "id", tag(f"angebote/{entry.opportunity_id}"))
    _say(node, "title", said(entry, "title"))
    add(node, "link", rel="alternate", type="text/html", href=address)
    add(node, "published", _moment(entry.published_at))
    add(node, "updated", _moment(max(entry.updated_at, entry.published_at)))
    add(add(node, "author"), "name", entry.organisation_name)
    _say(node, "summary", said(entry, "summary"))
    add(node, "content", _content(entry), type="html")
    for slug, name in zip(entry.category_slugs, entry.category_names, strict=False):
        add(node, "category", term=slug, label=shipped(name))


def _say(parent: Element, name: str, text: Said) -> None:
    """Add words, with their language where it is not that of the feed (RFC 4287, section 2)."""
    elsewhere = {"xml:lang": text.language} if text.language != current_language() else {}
    add(parent, name, text.text, **elsewhere)


def _content(entry: OutwardEntry) -> str:
    where = entry.district_name or str(entry.facts.get("city") or "")
    facts = Markup(" · ").join(filter(None, [german(entry.organisation_name), when(entry), german(where)]))
    told_of = told(entry.facts, "description") or said(entry, "summary")
    return Markup("<p>{}</p><div {}>{}</div>").format(facts, marks(told_of.language), render_markdown(told_of.text))


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds")
