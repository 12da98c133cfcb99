"""The municipality's legal pages: what they say at present, every version, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext
from engagement.kernel.permissions import Permission
from engagement.legal import queries, service
from engagement.legal.differences import compare
from engagement.legal.kinds import LegalPage, TextKind
from engagement.legal.pages import compose, is_outdated, setting_of, starting_text
from engagement.legal.queries import VersionInfo
from engagement.legal.service import Place
from engagement.legal.templates import template
from engagement.legal.values import Setting, fact_names, missing_facts
from engagement.tenancy.service import change_settings
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.languages import offered_languages

TEMPLATE = 0
"""Stands among the numbers of versions for the product's present template."""
PAGE = "/texte/<page>/<language>"


@dataclass(frozen=True)
class TextLine:
    """A page in one language, as the list shows it."""

    page: LegalPage
    language: str
    title: str
    version: VersionInfo
    outdated: bool


@blueprint.get("/texte")
@requires(Permission.TENANT_CONTENT_EDIT)
def texts() -> str:
    """List the pages with what they say at present and what they lack."""
    keep_private()
    setting, present = here(), queries.all_present_texts(context.session())
    pages = [[_line(page, language, present) for language in languages()] for page in LegalPage]
    needed = {line.page: missing_facts(setting, template(line.page, line.language).needs) for line, *_ in pages}
    missing = dict.fromkeys(name for page in LegalPage for name in needed[page])
    return render_template(
        "municipality/texts.html", pages=pages, needed=needed, missing=missing, names=fact_names(), kinds=TextKind
    )


@blueprint.get(PAGE)
@requires(Permission.TENANT_CONTENT_EDIT)
def text(page: str, language: str) -> str:
    """Show what can be done with one page, and its versions."""
    keep_private()
    place = place_of(page, language)
    present = present_text(place)
    setting = here()
    return render_template(
        "municipality/text.html",
        place=place,
        source=template(place.page, place.language),
        present=present,
        outdated=is_outdated(present),
        versions=queries.versions_of(context.session(), place.page, place.language),
        missing=missing_facts(setting, template(place.page, place.language).needs),
        names=fact_names(),
        languages_of_text=languages(),
    )


@blueprint.get(PAGE + "/fassungen/<int:number>")
@requires(Permission.TENANT_CONTENT_EDIT)
def text_version(page: str, language: str, number: int) -> str:
    """Show a version as visitors would see it, with what is missing marked, and the button that brings it back."""
    keep_private()
    place = place_of(page, language)
    version = version_of(place, number)
    return render_template(
        "municipality/text_version.html",
        place=place,
        version=version,
        present=present_text(place),
        page=compose(here(), version, with_gaps=True),
        wanted=place.language,
    )


@blueprint.post(PAGE + "/fassungen/<int:number>/wiederherstellen")
@requires(Permission.TENANT_CONTENT_EDIT)
def text_restore(page: str, language: str, number: int) -> ResponseReturnValue:
    """Let the page say what it said in this version, as a new one."""
    place = place_of(page, language)
    service.restore_text(context.session(), place, number)
    flash(gettext("The page says again what version %(number)s said.", number=number))
    return redirect(address_of(place), 303)


@blueprint.route(PAGE + "/vorlage", methods=["GET", "POST"])
@requires(Permission.TENANT_CONTENT_EDIT)
def text_template(page: str, language: str) -> ResponseReturnValue:
    """Ask, then let the page speak the product's words again."""
    keep_private()
    place = place_of(page, language)
    if request.method == "POST":
        service.use_template(context.session(), place, note=gettext("Back to the template"))
        flash(gettext("The page uses the template again. Your own text is kept among the versions."))
        return redirect(address_of(place), 303)
    return render_template("municipality/text_template.html", place=place, source=template(place.page, place.language))


@blueprint.get(PAGE + "/vergleich")
@requires(Permission.TENANT_CONTENT_EDIT)
def text_compare(page: str, language: str) -> str:
    """Show what differs between two versions, or between one and the template."""
    keep_private()
    place, setting = place_of(page, language), here()
    versions = queries.versions_of(context.session(), place.page, place.language)
    latest = versions[0].number if versions else TEMPLATE
    old = request.args.get("von", max(latest - 1, TEMPLATE), type=int)
    new = request.args.get("mit", latest, type=int)
    lines = compare(_words(setting, version_of(place, old)), _words(setting, version_of(place, new)))
    return render_template(
        "municipality/text_compare.html",
        place=place,
        source=template(place.page, place.language),
        numbers=[*(version.number for version in versions), TEMPLATE],
        old=old,
        new=new,
        differences=lines,
        changed=sum(not line.is_same for line in lines),
    )


@blueprint.post("/texte/spielregeln/zeigen")
@requires(Permission.TENANT_CONTENT_EDIT)
def text_rules() -> ResponseReturnValue:
    """Make the house rules a page of the site, or take them off it."""
    show = request.form.get("show") == "1"
    change_settings(context.session(), context.tenant().settings.model_copy(update={"show_rules": show}))
    context.tools().tenants.forget()
    flash(gettext("The house rules are a page of the site now.") if show else gettext("The house rules are not shown."))
    return redirect(address_of(Place(LegalPage.RULES, DEFAULT_LANGUAGE)), 303)


def languages() -> tuple[str, ...]:
    """Return the languages of the site, German first: its text counts."""
    return tuple(dict.fromkeys((DEFAULT_LANGUAGE, *offered_languages())))


def place_of(page: str, language: str) -> Place:
    """Return the page that an address names.

    Raises:
        NotFoundError: there is no such page, or not in this language.
    """
    if page not in set(LegalPage) or language not in languages():
        raise NotFoundError
    return Place(LegalPage(page), language)


def address_of(place: Place) -> str:
    """Return the address of a page's overview."""
    return url_for("municipality.text", page=place.page.value, language=place.language)


def here() -> Setting:
    """Return what the texts of this request's town speak of."""
    tenant = context.tenant()
    return setting_of(context.session(), tenant, context.tools().links.absolute(tenant.host, "/"))


def present_text(place: Place) -> VersionInfo:
    """Return the version that visitors see."""
    return queries.present_texts(context.session(), place.page, (place.language,))[place.language]


def version_of(place: Place, number: int) -> VersionInfo:
    """Return one version; 0 is the product's template.

    Raises:
        NotFoundError: there is none with this number.
    """
    if number == TEMPLATE:
        return queries.untouched(place.page, place.language)
    found = queries.find_version(context.session(), place.page, place.language, number)
    if found is None:
        raise NotFoundError
    return found


def _words(setting: Setting, version: VersionInfo) -> str:
    own = version.kind is TextKind.OWN
    return version.body if own else starting_text(setting, version.page, version.language)


def _line(page: LegalPage, language: str, present: dict[tuple[LegalPage, str], VersionInfo]) -> TextLine:
    version = present.get((page, language)) or queries.untouched(page, language)
    return TextLine(page, language, template(page, language).title, version, is_outdated(version))
