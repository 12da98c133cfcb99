"""Organisations: the directory, and one of them with its offers."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from werkzeug.wrappers import Response

from engagement.catalogue.outward import whole_entries
from engagement.catalogue.queries import entries_of_organisation
from engagement.directory.queries import listed, tally
from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission
from engagement.organisations.profiles import profile_parts
from engagement.organisations.queries import public_organisation
from engagement.tenancy.queries import Term
from engagement.web.api import blueprint, models
from engagement.web.api.operations import ROOT, operation
from engagement.web.api.opportunities import unknown_word
from engagement.web.api.questions import OrganisationQuestion, Question
from engagement.web.api.writing import Writer, organisation_fields
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.directory import Directory, read_directory
from engagement.web.shared.whole import at

WORDS = {"art": "kinds", "ortsteil": "districts", "kategorie": "categories"}
"""Arguments that name words of the vocabulary, and what the directory calls them."""


@blueprint.get(f"{ROOT}/organisations")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@operation("List organisations", asks=OrganisationQuestion, returns=models.OrganisationList, errors=(404,))
def organisations(asked: OrganisationQuestion) -> models.OrganisationList | Response:
    """Return a page of the directory."""
    session, words = context.session(), context.vocabulary()
    directory = read_directory(request.args, words)
    for name, known in WORDS.items():
        if unknown := _unknown(getattr(asked, name), getattr(directory, known)):
            return unknown_word(name, unknown)
    query = directory.query(page=asked.seite, per_page=asked.anzahl)
    total = tally(session, query, words).total
    found = listed(session, query, words)
    parts = profile_parts(session, [one.organisation.id for one in found])
    items = [
        models.Organisation(**organisation_fields(one.organisation, parts[one.organisation.id], one.offers, words))
        for one in found
    ]
    return models.OrganisationList(items=items, total=total, next=_next(total, asked, directory))


@blueprint.get(f"{ROOT}/organisations/<int:organisation_id>")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@operation("Read an organisation", asks=Question, returns=models.OrganisationDetail, errors=(404,))
def organisation(asked: Question, organisation_id: int) -> models.OrganisationDetail:  # noqa: ARG001
    """Return an organisation with its open offers."""
    found = public_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    entries = whole_entries(context.session(), entries_of_organisation(context.session(), organisation_id))
    words = context.vocabulary()
    offers = Writer(words).opportunities(entries)
    parts = profile_parts(context.session(), [organisation_id])[organisation_id]
    return models.OrganisationDetail(**organisation_fields(found, parts, len(offers), words), opportunities=offers)


def _next(total: int, asked: OrganisationQuestion, directory: Directory) -> str | None:
    if asked.seite * asked.anzahl >= total:
        return None
    page = {"seite": str(asked.seite + 1), "anzahl": str(asked.anzahl)}
    return at("api.organisations", **directory.arguments(), **page)


def _unknown(asked: list[str], known: Iterable[Term]) -> str:
    """Return the first of the short names that is no word, nothing if all are."""
    return next((slug for slug in asked if not any(term.answers_to({slug}) for term in known)), "")
