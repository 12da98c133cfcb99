"""Filling a text with facts: a small language that staff can read, and in which nothing can be run.

- ``{{name}}`` stands for a fact. A line with a fact that nobody has said is left out, and a heading with nothing left
  below it too: a public page never shows a placeholder.
- ``{{#if name}}`` … ``{{else}}`` … ``{{/if}}``, each on a line of its own, choose by whether a fact is known.
- A fact of several lines repeats the line that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engagement.kernel.documents import GAP_BEGINS, GAP_ENDS

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
IF = re.compile(r"\{\{#if\s+([a-z_]+)\s*\}\}")
ELSE, END = "{{else}}", "{{/if}}"
_HEADING = re.compile(r"(#{1,6})\s")
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&\"'])")


@dataclass(frozen=True)
class Filled:
    """A text with its facts; ``missing`` names those that it asked for in vain, in their order."""

    text: str
    missing: tuple[str, ...] = ()


class FillingError(ValueError):
    """The conditions of a text do not fit together; the message says where."""


@dataclass
class _State:
    known: Mapping[str, str]
    gaps: Mapping[str, str]
    missing: dict[str, None] = field(default_factory=dict)


def fill(text: str, values: Mapping[str, str], gaps: Mapping[str, str] | None = None) -> Filled:
    """Return ``text`` with ``values`` in it.

    Args:
        text: Markdown with placeholders.
        values: facts as Markdown; an empty one counts as not said.
        gaps: for a preview, what to show instead of a fact that is needed and missing; on a public page the line is
            left out.

    Raises:
        FillingError: a condition is not closed, or closed without being open.
    """
    state = _State({name: value for name, value in values.items() if value}, gaps or {})
    lines = [made for line in chosen_lines(text, set(state.known) | set(state.gaps)) for made in _filled(line, state)]
    return Filled("\n".join(_without_bare_headings(lines)), tuple(state.missing))


def chosen_lines(text: str, known: set[str]) -> list[str]:
    """Return the lines whose conditions hold when the facts in ``known`` are known, without the conditions.

    Raises:
        FillingError: a condition is not closed, or closed without being open.
    """
    holds: list[bool] = []
    chosen = []
    for number, line in enumerate(text.splitlines(), 1):
        word = line.strip()
        if found := IF.fullmatch(word):
            holds.append(found[1] in known)
        elif word in {ELSE, END}:
            if not holds:
                raise FillingError(f"line {number}: {word} without {{{{#if}}}}")
            last = holds.pop()
            if word == ELSE:
                holds.append(not last)
        elif all(holds):
            chosen.append(line)
    if holds:
        raise FillingError("{{#if}} without {{/if}}")
    return chosen


def placeholders(text: str) -> set[str]:
    """Return the names of all facts that ``text`` asks for, conditions included."""
    lines = (line for line in text.splitlines() if line.strip() != ELSE)
    return {name for line in lines for name in (*PLACEHOLDER.findall(line), *IF.findall(line))}


def as_markdown(value: str) -> str:
    """Return a plain value so that Markdown shows it as it is."""
    return _SIGNS.sub(r"\\\1", value)


def _filled(line: str, state: _State) -> Iterator[str]:
    names = PLACEHOLDER.findall(line)
    unknown = [name for name in names if name not in state.known]
    state.missing |= dict.fromkeys(unknown)
    if any(name not in state.gaps for name in unknown):
        return
    for row in range(max((len(state.known.get(name, "").split("\n")) for name in names), default=1)):
        yield _filled_row(line, row, state)


def _filled_row(line: str, row: int, state: _State) -> str:
    return PLACEHOLDER.sub(lambda found: _value(found[1], row, state), line)


def _value(name: str, row: int, state: _State) -> str:
    if name not in state.known:
        return f"{GAP_BEGINS}{as_markdown(state.gaps[name])}{GAP_ENDS}"
    rows = state.known[name].split("\n")
    return rows[min(row, len(rows) - 1)]


def _without_bare_headings(lines: Iterable[str]) -> list[str]:
    """Leave out headings below which nothing is left, from the end, so that nested ones go too."""
    kept: list[str] = []
    below: int | None = 0
    for line in reversed(list(lines)):
        heading = _HEADING.match(line)
        if heading is None:
            kept.append(line)
            below = None if line.strip() else below
            continue
        level = len(heading[1])
        if below is not None and level >= below:
            continue
        kept.append(line)
        below = level
    return kept[::-1]
