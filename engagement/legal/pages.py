"""A legal page as it is shown: the town's own words or the product's, filled with its facts.

The German text counts. Other languages show a translation of the product's template; where the town has German words of
its own and none in the other language, those are shown.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext
from engagement.legal.filling import Filled, chosen_lines, fill
from engagement.legal.kinds import LegalPage, TextKind
from engagement.legal.queries import VersionInfo, facts_with_date, present_texts
from engagement.legal.templates import Template, template
from engagement.legal.values import Setting, fact_names, known_facts, missing_facts, values_of
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class Page:
    """A page with its facts.

    Args:
        title: in ``language``.
        text: Markdown, complete.
        language: of the words, which may be another than the one that was asked for.
        missing: names of facts that it needs and nobody has said.
    """

    page: LegalPage
    title: str
    text: str
    language: str
    missing: tuple[str, ...] = ()

    @property
    def is_translation(self) -> bool:
        """Tell whether another text, the German one, counts."""
        return self.language != DEFAULT_LANGUAGE


def setting_of(session: Session, tenant: TenantInfo, address: str) -> Setting:
    """Return what legal texts speak of: the tenant with its facts.

    Args:
        session: open for the tenant.
        tenant: the same.
        address: of its site.
    """
    facts, updated_at = facts_with_date(session)
    return Setting(tenant, facts, address, updated_at)


def public_page(session: Session, setting: Setting, page: LegalPage, language: str) -> Page:
    """Return a page for visitors; what nobody has said is left out."""
    return compose(setting, _version_for(session, page, language))


def compose(setting: Setting, version: VersionInfo, *, with_gaps: bool = False) -> Page:
    """Return what a version shows.

    Args:
        setting: the town.
        version: whose words.
        with_gaps: show what is missing instead of leaving it out, for those who can fill it in.
    """
    source = template(version.page, version.language)
    setting = replace(setting, updated_at=_later(setting.updated_at, version.created_at))
    missing = missing_facts(setting, source.needs)
    filled = _fill(setting, source, version, missing if with_gaps else ())
    return Page(version.page, source.title, filled.text, source.language, missing)


def starting_text(setting: Setting, page: LegalPage, language: str) -> str:
    """Return the product's text to begin an own one with: conditions decided, placeholders kept."""
    source = template(page, language)
    held = {name for name, value in values_of(setting, language).items() if value}
    lines = chosen_lines(source.text, held | set(missing_facts(setting, source.needs)))
    return "\n".join(_single_blanks(lines)).strip() + "\n"


def is_outdated(version: VersionInfo) -> bool:
    """Tell whether the product's template was improved since an own text was saved."""
    return version.kind is TextKind.OWN and version.template_version < template(version.page, version.language).version


def plain_facts(setting: Setting) -> list[tuple[str, str, str]]:
    """Return placeholder, name and present value of each fact, for those who write a text."""
    known = known_facts(setting)
    return [(key, name, known.get(key, "")) for key, name in fact_names().items()]


def _version_for(session: Session, page: LegalPage, language: str) -> VersionInfo:
    texts = present_texts(session, page, (language,))
    wanted, german = texts[language], texts[DEFAULT_LANGUAGE]
    return german if german.kind is TextKind.OWN and wanted.kind is TextKind.TEMPLATE else wanted


def _fill(setting: Setting, source: Template, version: VersionInfo, gaps: Collection[str]) -> Filled:
    text = version.body if version.kind is TextKind.OWN else source.text
    values = values_of(setting, source.language)
    names = fact_names()
    shown = {name: gettext("[Please add: %(fact)s]", fact=names.get(name, name)) for name in gaps}
    return fill(text, {name: "" if name in shown else value for name, value in values.items()}, shown)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)


def _single_blanks(lines: list[str]) -> list[str]:
    return [line for number, line in enumerate(lines) if line.strip() or (number and lines[number - 1].strip())]
