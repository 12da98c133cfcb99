"""What waits for somebody of the municipality."""

from __future__ import annotations

from flask import render_template

from engagement.kernel.permissions import Permission
from engagement.mail.queries import count_failed_mails
from engagement.moderation.offers import count_waiting
from engagement.organisations.kinds import Verification
from engagement.organisations.queries import count_organisations
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private


@blueprint.get("/")
@requires(Permission.TENANT_TODAY_READ)
def today() -> str:
    """Show how much waits, each with the way to it."""
    keep_private()
    session = context.session()
    organisations = count_organisations(session)
    return render_template(
        "municipality/today.html",
        waiting=organisations[Verification.PENDING],
        verified=organisations[Verification.VERIFIED],
        in_review=count_waiting(session).offers,
        failed=count_failed_mails(session),
    )
