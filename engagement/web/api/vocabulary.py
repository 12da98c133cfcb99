"""The words that filters take."""

from __future__ import annotations

from engagement.kernel.permissions import Permission
from engagement.web.api import blueprint, models
from engagement.web.api.operations import ROOT, operation
from engagement.web.api.questions import Question
from engagement.web.api.writing import word
from engagement.web.shared import context
from engagement.web.shared.access import requires


@blueprint.get(f"{ROOT}/vocabulary")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@operation("Read the vocabulary", asks=Question, returns=models.Vocabulary)
def vocabulary(asked: Question) -> models.Vocabulary:  # noqa: ARG001 - the language is found by the request
    """Return the words that are offered for new things."""
    words = context.vocabulary().offered()
    return models.Vocabulary(
        categories=[word(term) for term in words.categories],
        target_groups=[word(term) for term in words.target_groups],
        organisation_kinds=[word(term) for term in words.organisation_kinds],
        districts=[
            models.District(
                slug=term.slug,
                name=term.name,
                postcodes=list(term.postcodes),
                latitude=term.point.latitude if term.point else None,
                longitude=term.point.longitude if term.point else None,
            )
            for term in words.districts
        ],
    )
