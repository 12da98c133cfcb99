"""Organisations: the directory, and one of them with its offers."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from engagement.catalogue.outward import whole_entries
from engagement.catalogue.queries import entries_of_organisation, offer_counts
from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission
from engagement.organisations.queries import count_public_organisations, public_organisation, public_organisations
from engagement.tenancy.queries import Term
from engagement.web.api import blueprint, models
from engagement.web.api.operations import ROOT, operation
from engagement.web.api.opportunities import unknown_word
from engagement.web.api.questions import OrganisationQuestion, Question
from engagement.web.api.writing import Writer, organisation_fields
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.filters import Directory, read_directory
from engagement.web.shared.whole import at


@blueprint.get(f"{ROOT}/organisations")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@operation("List organisations", asks=OrganisationQuestion, returns=models.OrganisationList, errors=(404,))
def organisations(asked: OrganisationQuestion) -> models.OrganisationList | Response:
    """Return a page of the directory."""
    session, directory = context.session(), read_directory(request.args, context.vocabulary())
    for name, term in (("art", directory.kind), ("ortsteil", directory.district)):
        if getattr(asked, name) and term is None:
            return unknown_word(name, getattr(asked, name))
    kind_id, district_id = _id(directory.kind), _id(directory.district)
    total = count_public_organisations(session, search=directory.text, kind_id=kind_id, district_id=district_id)
    found = public_organisations(
        session,
        search=directory.text,
        kind_id=kind_id,
        district_id=district_id,
        page=asked.seite,
        per_page=asked.anzahl,
    )
    offers = offer_counts(session)
    items = [models.Organisation(**organisation_fields(one, offers.get(one.id, 0))) for one in found]
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
    offers = Writer(context.vocabulary()).opportunities(entries)
    return models.OrganisationDetail(**organisation_fields(found, len(offers)), opportunities=offers)


def _next(total: int, asked: OrganisationQuestion, directory: Directory) -> str | None:
    if asked.seite * asked.anzahl >= total:
        return None
    page = {"seite": str(asked.seite + 1), "anzahl": str(asked.anzahl)}
    return at("api.organisations", **directory.arguments(), **page)


def _id(term: Term | None) -> int | None:
    return term.id if term else None
