"""Temporary."""
from engagement.kernel.permissions import Permission
from engagement.web.account import blueprint
from engagement.web.shared.access import requires
for name, rule in {"sign_in": "/anmelden", "overview": "/konto", "sign_out": "/abmelden"}.items():
    blueprint.add_url_rule(rule, name, requires(Permission.PUBLIC_CATALOGUE_READ)(lambda: "x"), methods=["GET", "POST"])
