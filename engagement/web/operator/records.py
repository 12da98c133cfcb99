"""What operators did, latest first."""

from __future__ import annotations

from flask import render_template, request

from engagement.kernel.permissions import Permission
from engagement.tenancy.overview import count_history, tenant_history
from engagement.web.operator import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.paging import page_numbers

PER_PAGE = 50
LAST_PAGE = 10_000


@blueprint.get("/protokoll")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def records() -> str:
    """List the deeds of all operators."""
    session = context.session()
    pages = max(1, -(-count_history(session) // PER_PAGE))
    page = min(asked_page(), pages)
    return render_template(
        "operator/records.html",
        records=tenant_history(session, page=page, limit=PER_PAGE),
        page=page,
        pages=pages,
        numbers=page_numbers(page, pages),
    )


def asked_page() -> int:
    """Return the number of the page that the address asks for, the first one if it asks for none."""
    asked = request.args.get("seite", "")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) <= 5 else 1  # noqa: PLR2004
