"""An offer as a line of a mail: what, who, where and when, with the way to it."""

from __future__ import annotations

from urllib.parse import quote

from babel import Locale

from engagement.catalogue.queries import Card
from engagement.catalogue.times import when
from engagement.kernel.i18n import current_language, gettext
from engagement.mail.message import Item
from engagement.mail.service import Postbox
from engagement.neighbours.queries import Town


def item_of(card: Card, post: Postbox, town: Town | None, *, language: str) -> Item:
    """Return the line, in the language that is set.

    Args:
        card: of the offer.
        post: of the town that writes.
        town: the neighbour whose offer it is, None for one's own.
        language: two-letter code, for the page that the link leads to.
    """
    said = card.translations.get(language, {})
    where = gettext("From home") if card.place_kind == "remote" else card.district_name
    if town:
        where = ", ".join(part for part in (town.name, where) if part)
    lines = (card.organisation_name, where, when(card, post.tenant.time_zone, Locale.parse(current_language())))
    path = f"/angebote/{card.opportunity_id}-{quote(card.slug)}?lang={language}"
    return Item(
        title=said.get("title") or card.title,
        url=post.links.absolute(town.host if town else post.tenant.host, path),
        lines=tuple(line for line in lines if line),
    )
