"""The product's own legal texts: one file a page and language, with a number that grows when the words change."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from engagement.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES
from engagement.legal.kinds import LegalPage

FENCE = "+++\n"


@dataclass(frozen=True)
class Template:
    """A text of the product.

    Args:
        page: which page.
        language: two-letter code.
        version: grows with every change of the words.
        title: of the page.
        needs: the facts without which the page is not complete.
        text: Markdown with placeholders, see ``filling``.
    """

    page: LegalPage
    language: str
    version: int
    title: str
    needs: tuple[str, ...]
    text: str


@lru_cache(maxsize=64)
def template(page: LegalPage, language: str) -> Template:
    """Return the product's text of a page, the German one for a language that it does not speak."""
    spoken = language if language in LANGUAGES else DEFAULT_LANGUAGE
    source = files("engagement.legal").joinpath(f"data/{spoken}/{page.value}.md").read_text(encoding="utf-8")
    head, _, text = source.removeprefix(FENCE).partition(FENCE)
    said = tomllib.loads(head)
    return Template(page, spoken, said["version"], said["title"], tuple(said["needs"]), text.strip() + "\n")
