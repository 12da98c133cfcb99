"""What stands at the address of an offer that nobody can join any more."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import Card, candidates, find_closed, newest
from engagement.kernel.errors import NotFoundError
from engagement.matching.service import similar
from engagement.opportunities.queries import fields_of_former
from engagement.web.shared import context

ALTERNATIVES = 3
MOVED_FOR_GOOD = 301
SEE_OTHER = 303
GONE = 410
"""The address was an offer's and never will be again (RFC 9110, section 15.5.11), so that search engines forget it."""


def over(opportunity_id: int, slug: str) -> ResponseReturnValue:
    """Say kindly that an offer is over, and show what is like it.

    For 180 days the page names the offer (200, not to be indexed). After that, and at once if the municipality took it
    off, it says only that there was one (410).

    Raises:
        NotFoundError: visitors have never seen such an offer.
    """
    closed = find_closed(context.session(), opportunity_id)
    if closed is None:
        return _gone(opportunity_id)
    if slug != closed.slug:
        right = url_for("public.opportunity", opportunity_id=opportunity_id, slug=closed.slug)
        return redirect(right, MOVED_FOR_GOOD)
    others = similar(context.session(), closed, ALTERNATIVES)
    return render_template("public/closed.html", closed=closed, words=context.vocabulary(), others=_some(others))


def to_closed(opportunity_id: int) -> ResponseReturnValue:
    """Lead from a page below an offer that is over to the one that says so.

    Raises:
        NotFoundError: visitors have never seen such an offer, or not for long.
    """
    closed = find_closed(context.session(), opportunity_id)
    if closed is None:
        return _gone(opportunity_id)
    return redirect(url_for("public.opportunity", opportunity_id=opportunity_id, slug=closed.slug), SEE_OTHER)


def _gone(opportunity_id: int) -> ResponseReturnValue:
    fields = fields_of_former(context.session(), opportunity_id)
    if fields is None:
        raise NotFoundError
    others = candidates(context.session(), fields, ALTERNATIVES)
    return render_template("public/gone.html", words=context.vocabulary(), others=_some(others)), GONE


def _some(others: list[Card]) -> list[Card]:
    """Nobody leaves empty-handed: where nothing is alike, what is new."""
    return others or newest(context.session(), ALTERNATIVES)
