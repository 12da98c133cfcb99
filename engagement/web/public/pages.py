"""Pages of plain text: for organisations, legal ones, easy language, sign language."""

from __future__ import annotations

from flask import abort, render_template

from engagement.kernel.i18n import current_language
from engagement.kernel.permissions import Permission
from engagement.legal.kinds import LegalPage
from engagement.legal.pages import public_page, setting_of
from engagement.web.public import blueprint
from engagement.web.shared import context
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
    return _legal(LegalPage.IMPRINT)


@blueprint.get("/datenschutz")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def privacy() -> str:
    """Say what happens with personal data (articles 13 and 14 GDPR)."""
    return _legal(LegalPage.PRIVACY)


@blueprint.get("/barrierefreiheit")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def accessibility() -> str:
    """Give the accessibility statement (Directive (EU) 2016/2102, article 7)."""
    return _legal(LegalPage.ACCESSIBILITY)


@blueprint.get("/leichte-sprache")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def easy_language() -> str:
    """Explain the site in easy language (BITV 2.0, § 4)."""
    return _legal(LegalPage.EASY_LANGUAGE)


@blueprint.get("/gebaerdensprache")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def sign_language() -> str:
    """Say how to get information in sign language (BITV 2.0, § 4)."""
    return _legal(LegalPage.SIGN_LANGUAGE)


@blueprint.get("/spielregeln")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def rules() -> str:
    """Show the house rules of a town that has them."""
    if not context.tenant().settings.show_rules:
        abort(404)
    return _legal(LegalPage.RULES)


def _legal(page: LegalPage) -> str:
    tenant, session = context.tenant(), context.session()
    setting = setting_of(session, tenant, context.tools().links.absolute(tenant.host, "/"))
    found = public_page(session, setting, page, current_language())
    return render_template("public/legal.html", page=found, wanted=current_language())
