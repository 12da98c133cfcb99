"""The directory of organisations and the profile of one."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.catalogue.queries import entries_of_organisation, offer_counts
from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission
from engagement.organisations.queries import (
    count_public_organisations,
    public_organisation,
    public_organisations,
    public_survivor,
    used_words,
)
from engagement.tenancy.queries import Term, Vocabulary
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.filters import read_directory
from engagement.web.shared.paging import nearest_page

PER_PAGE = 24
MOVED_FOR_GOOD = 301


@blueprint.get("/organisationen")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def organisations() -> str:
    """Show the verified organisations by name, with a simple filter."""
    words = _words()
    asked = read_directory(request.args, words)
    session = context.session()
    kind_id, district_id = _id(asked.kind), _id(asked.district)
    total = count_public_organisations(session, search=asked.text, kind_id=kind_id, district_id=district_id)
    at = nearest_page(asked.page, total, PER_PAGE)
    found = public_organisations(
        session, search=asked.text, kind_id=kind_id, district_id=district_id, page=at.page, per_page=PER_PAGE
    )
    return render_template(
        "public/organisations.html",
        words=words,
        asked=asked,
        found=found,
        total=total,
        paged=at,
        offers=offer_counts(session),
    )


@blueprint.get("/organisationen/<int:organisation_id>-<slug>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def organisation(organisation_id: int, slug: str) -> ResponseReturnValue:
    """Show who they are and what they offer."""
    found = public_organisation(context.session(), organisation_id)
    if found is None:
        return redirect(_where_merged(organisation_id), MOVED_FOR_GOOD)
    if slug != found.slug:
        right = url_for("public.organisation", organisation_id=organisation_id, slug=found.slug)
        return redirect(right, MOVED_FOR_GOOD)
    return render_template(
        "public/organisation.html",
        organisation=found,
        words=context.vocabulary(),
        entries=entries_of_organisation(context.session(), organisation_id),
    )


def _words() -> Vocabulary:
    """Return the words to filter by; a retired one stays as long as an organisation has it."""
    words = context.vocabulary()
    if not words.has_retired:
        return words
    kinds, districts = used_words(context.session())
    return words.in_use(organisation_kinds=kinds, districts=districts)


def _where_merged(organisation_id: int) -> str:
    """Return the address of the organisation that an entry was merged into.

    Raises:
        NotFoundError: there is no such entry, or nobody may see where it leads.
    """
    survivor = public_survivor(context.session(), organisation_id)
    if survivor is None:
        raise NotFoundError
    return url_for("public.organisation", organisation_id=survivor.id, slug=survivor.slug)


def _id(term: Term | None) -> int | None:
    return term.id if term else None
