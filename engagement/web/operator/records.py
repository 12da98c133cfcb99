"""What operators did, latest first."""

from __future__ import annotations

from flask import render_template, request

from engagement.kernel.permissions import Permission
from engagement.tenancy.overview import count_history, tenant_history
from engagement.web.operator import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.paging import paged

PER_PAGE = 50


@blueprint.get("/protokoll")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def records() -> str:
    """List the deeds of all operators."""
    session = context.session()
    at = paged(request.args, count_history(session), PER_PAGE)
    return render_template(
        "operator/records.html",
        records=tenant_history(session, page=at.page, limit=PER_PAGE),
        paged=at,
    )
