"""The words that a new tenant starts with and can change."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class StartingWords:
    """Categories, target groups and kinds of organisations, each in the order in which it is shown."""

    categories: tuple[str, ...]
    target_groups: tuple[str, ...]
    organisation_kinds: tuple[str, ...]


def german_words() -> StartingWords:
    """Return the words common in German municipalities."""
    text = files("engagement.tenancy").joinpath("data/vocabulary.toml").read_text(encoding="utf-8")
    lists = tomllib.loads(text)
    return StartingWords(
        categories=tuple(lists["categories"]),
        target_groups=tuple(lists["target_groups"]),
        organisation_kinds=tuple(lists["organisation_kinds"]),
    )
