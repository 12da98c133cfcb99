"""Temporary."""
from engagement.kernel.permissions import Permission
from engagement.web.municipality import blueprint
from engagement.web.shared.access import requires
blueprint.add_url_rule("/", "today", requires(Permission.TENANT_MAIL_READ)(lambda: "x"))
