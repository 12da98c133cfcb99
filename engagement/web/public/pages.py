"""Pages of plain text: for organisations, legal ones, easy language, sign language."""

from __future__ import annotations

from flask import render_template

from engagement.kernel.permissions import Permission
from engagement.web.public import blueprint
from engagement.web.shared.access import requires


@blueprint.get("/fuer-vereine")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def for_organisations() -> str:
    """Say to associations why and how to take part."""
    return render_template("public/for_organisations.html")


@blueprint.get("/impressum")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def imprint() -> str:
    """Say who is responsible (§ 5 DDG)."""
    return render_template("public/legal/imprint.html")


@blueprint.get("/datenschutz")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def privacy() -> str:
    """Say what happens with personal data (articles 13 and 14 GDPR)."""
    return render_template("public/legal/privacy.html")


@blueprint.get("/barrierefreiheit")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def accessibility() -> str:
    """Give the accessibility statement (Directive (EU) 2016/2102, article 7)."""
    return render_template("public/legal/accessibility.html")


@blueprint.get("/leichte-sprache")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def easy_language() -> str:
    """Explain the site in easy language."""
    return render_template("public/legal/easy_language.html")


@blueprint.get("/gebaerdensprache")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def sign_language() -> str:
    """Say how to get information in sign language."""
    return render_template("public/legal/sign_language.html")
