"""Words of a page that are not the product's to translate: they may come without marks of the invented language."""

from __future__ import annotations

import re
from pathlib import Path

from babel import Locale
from sqlalchemy import URL, text

from engagement.catalogue.concepts import product_groups
from engagement.kernel import migration
from engagement.kernel.i18n import LANGUAGES
from engagement.legal.facts import Facts
from engagement.legal.kinds import LegalPage
from engagement.legal.templates import template
from engagement.tenancy.vocabulary import LISTS, german_words, shipped_name
from tests.support.pseudo import WORD

NOT_TYPED = {"audit_record", "alembic_version", "queue_version", "rate_limit"}
CODE_WORD = re.compile(r"[a-z0-9_.:-]+")
NAMES = """
    engagement kern csv xlsx json html xml ld pdf kb mb gb km smtp starttls tls
    atom icalendar whatsapp openstreetmap freinet
"""


def words_of_data(url: URL) -> set[str]:
    """Return what was typed, names of languages and dates, legal texts and names of things, casefolded."""
    return typed_words(url) | words_of_locales() | words_of_texts() | set(NAMES.split())


def typed_words(url: URL) -> set[str]:
    """What stands in the database, without what only code writes: a raw "in_review" on a page is a mistake."""
    with migration.owner_connection(url) as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^procrastinate'")
        ).all()
        rows = [
            line
            for table in set(tables) - NOT_TYPED
            for line in connection.scalars(text(f'SELECT value FROM "{table}" t, json_each_text(row_to_json(t))')).all()
        ]
    return {word.casefold() for line in rows if line and not CODE_WORD.fullmatch(line) for word in WORD.findall(line)}


def words_of_locales() -> set[str]:
    english = Locale("en")
    names = [str(name) for code in LANGUAGES for name in (*english.languages.values(), Locale(code).display_name or "")]
    for table in (english.months, english.days):
        names += [name for width in table["format"].values() for name in width.values()]
    units = "am pm in ago second seconds minute minutes hour hours day days week weeks month months year years"
    return {word.casefold() for name in (*names, units) for word in WORD.findall(name)}


def words_of_texts() -> set[str]:
    texts = [Facts().legal_form]
    texts += [f"{one.title} {one.text}" for page in LegalPage for one in (template(page, "en"), template(page, "de"))]
    for name in LISTS:
        texts += [f"{word} {shipped_name(word, 'en')}" for word in getattr(german_words(), name)]
    authorities = Path(__file__).parents[2] / "engagement/legal/data/authorities.toml"
    return {word.casefold() for one in (*texts, authorities.read_text(encoding="utf-8")) for word in WORD.findall(one)}


def words_of_the_search() -> set[str]:
    """Return the German words that the search knows, which only the page about them may say."""
    return {word.casefold() for group in product_groups().values() for one in group.words for word in WORD.findall(one)}
