"""Temporary."""
from flask import g
from engagement.kernel.permissions import Permission
from engagement.web.public import blueprint
from engagement.web.shared.access import requires, for_installation
from engagement.web.shared.views import show_cities

for name, rule in {"search": "/angebote", "organisations": "/organisationen", "for_organisations": "/fuer-vereine", "imprint": "/impressum", "privacy": "/datenschutz", "accessibility": "/barrierefreiheit", "easy_language": "/leichte-sprache", "sign_language": "/gebaerdensprache"}.items():
    blueprint.add_url_rule(rule, name, requires(Permission.PUBLIC_CATALOGUE_READ)(lambda: "x"))


@blueprint.get("/")
@for_installation
def home() -> str:
    if "tenant" not in g:
        return show_cities()
    return "home"
