"""Temporary."""

from engagement.kernel.permissions import Permission
from engagement.web.club import blueprint
from engagement.web.shared.access import requires

blueprint.add_url_rule("/", "start", requires(Permission.OWN_ACCOUNT_MANAGE)(lambda: "x"))
blueprint.add_url_rule(
    "/<int:organisation_id>", "organisation_start", requires(Permission.CLUB_OPPORTUNITY_MANAGE)(lambda **_: "x")
)
