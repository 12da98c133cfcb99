"""Offers: a list with the filters of the search page, and one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import request
from werkzeug.wrappers import Response

from engagement.catalogue.outward import find_outward, whole_entries
from engagement.catalogue.queries import SearchPage, search
from engagement.catalogue.search import MOST_PAGES
from engagement.kernel.clock import now
from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.tenancy.queries import Term
from engagement.web.api import blueprint, models
from engagement.web.api.operations import ROOT, UNKNOWN_WORD, kind_of_problem, operation
from engagement.web.api.questions import OpportunityQuestion, Question
from engagement.web.api.writing import Writer
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.filters import Filters, read_filters
from engagement.web.shared.neighbours import neighbours_of_tenant
from engagement.web.shared.problems import problem
from engagement.web.shared.whole import at

GONE = 410


@blueprint.get(f"{ROOT}/opportunities")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@operation("List open offers", asks=OpportunityQuestion, returns=models.OpportunityList, errors=(404,))
def opportunities(asked: OpportunityQuestion) -> models.OpportunityList | Response:
    """Return a page of what the search page would show for the same arguments."""
    words, towns = context.vocabulary(), neighbours_of_tenant()
    filters = read_filters(request.args, words, context.tenant())
    filters = replace(filters, neighbours=filters.neighbours and bool(towns))
    if unknown := _unknown(asked, filters):
        return unknown
    query = replace(filters.query(towns), page=asked.seite, per_page=asked.anzahl)
    found = search(context.session(), query)
    cards = found.cards if found.page == asked.seite else ()
    items = Writer(words, towns).opportunities(whole_entries(context.session(), cards))
    return models.OpportunityList(items=items, total=found.total, next=_next(found, asked, filters))


@blueprint.get(f"{ROOT}/opportunities/<int:opportunity_id>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@operation("Read an offer", asks=Question, returns=models.OpportunityDetail, errors=(404, GONE))
def opportunity(asked: Question, opportunity_id: int) -> models.OpportunityDetail | Response:  # noqa: ARG001
    """Return everything about an offer; one that is over is gone."""
    entry = find_outward(context.session(), opportunity_id)
    if entry is None:
        raise NotFoundError
    if entry.is_over(now()):
        return problem(GONE, "Gone", gettext("This offer has ended."))
    return Writer(context.vocabulary()).detail(entry)


def _next(found: SearchPage, asked: OpportunityQuestion, filters: Filters) -> str | None:
    if asked.seite >= min(found.pages, MOST_PAGES):
        return None
    page = {"seite": str(asked.seite + 1), "anzahl": str(asked.anzahl)}
    return at("api.opportunities", **filters.arguments(), **page)


def _unknown(asked: OpportunityQuestion, filters: Filters) -> Response | None:
    """Refuse what this town does not have: to pass it over would answer another question than was asked."""
    if filters.problems:
        return _no_such(*next(iter(filters.problems.items())))
    for name, terms in (
        ("kategorie", filters.categories),
        ("zielgruppe", filters.target_groups),
        ("ortsteil", filters.districts),
    ):
        for slug in getattr(asked, name):
            if not _is_known(slug, terms):
                return unknown_word(name, slug)
    return None


def _is_known(slug: str, terms: Iterable[Term]) -> bool:
    return any(term.answers_to({slug}) for term in terms)


def unknown_word(parameter: str, slug: str) -> Response:
    """Return the answer to a word that this town does not sort by."""
    return _no_such(parameter, gettext("This town has no such word: %(word)s", word=slug))


def _no_such(parameter: str, detail: str) -> Response:
    return problem(404, "Unknown word", detail, type=kind_of_problem(UNKNOWN_WORD), parameter=parameter)
