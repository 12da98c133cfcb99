"""The page that explains to people what programs can read here."""

from __future__ import annotations

from flask import render_template

from engagement.kernel.permissions import Permission
from engagement.tenancy.settings import Module
from engagement.web.api import blueprint
from engagement.web.api.operations import BAD_QUESTION, LIMIT, UNKNOWN_WORD
from engagement.web.shared.access import requires
from engagement.web.shared.modules import part_of


@blueprint.get("/api")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.OPEN_DATA)
def explained() -> str:
    """Say what there is, under which addresses, and how to use it well."""
    return render_template(
        "api/explained.html", limit=LIMIT.attempts, bad_question=BAD_QUESTION, unknown_word=UNKNOWN_WORD
    )
