"""The words that a new tenant starts with and can change, and what they are called in other languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from engagement.kernel.i18n import DEFAULT_LANGUAGE
from engagement.kernel.slugs import slugify

LISTS = ("categories", "target_groups", "organisation_kinds")


@dataclass(frozen=True)
class StartingWords:
    """Categories, target groups and kinds of organisations, each in the order in which it is shown."""

    categories: tuple[str, ...]
    target_groups: tuple[str, ...]
    organisation_kinds: tuple[str, ...]


def german_words() -> StartingWords:
    """Return the words common in German municipalities."""
    categories, target_groups, organisation_kinds = (
        tuple(word[DEFAULT_LANGUAGE] for word in _shipped()[name]) for name in LISTS
    )
    return StartingWords(categories, target_groups, organisation_kinds)


def name_in(name: str, names: Mapping[str, str], language: str) -> str:
    """Return what a word is called in ``language``.

    Args:
        name: in German, which is used where nothing else is known.
        names: the tenant's own, by language.
        language: two-letter code.
    """
    if language == DEFAULT_LANGUAGE:
        return name
    return names.get(language) or shipped_name(name, language) or name


def shipped_name(name: str, language: str) -> str:
    """Return the product's own translation of a German word, "" if it has none: a renamed word means something else."""
    return _translations().get(name, {}).get(language, "")


def icons() -> tuple[str, ...]:
    """Return the names of the drawings that the product brings for categories."""
    return tuple(slugify(name) for name in german_words().categories)


def named_icons(language: str) -> dict[str, str]:
    """Return the drawings with what the product calls their categories in ``language``."""
    return {slugify(name): name_in(name, {}, language) for name in german_words().categories}


def icon_of(name: str) -> str:
    """Return the drawing of a category that the product ships under ``name``, "" for any other."""
    icon = slugify(name)
    return icon if icon in icons() else ""


@lru_cache(maxsize=1)
def _shipped() -> dict[str, list[dict[str, str]]]:
    text = files("engagement.tenancy").joinpath("data/vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _translations() -> dict[str, dict[str, str]]:
    return {word[DEFAULT_LANGUAGE]: word for name in LISTS for word in _shipped()[name]}
