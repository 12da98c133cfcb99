"""Cuts a component library's style sheet down to what our pages use, and lets it read from right to left.

A rule stays if every class in one of its selectors is named in our templates or code. A name may be put together
there (``kern-alert--{{ kind }}``): what begins like that stays if its rest stands somewhere as a quoted word. Custom
properties stay as long as something reads them. Element rules always stay. So the worst that can happen is a rule
too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tinycss2
from tinycss2.ast import AtRule, Declaration, IdentToken, LiteralToken, Node, QualifiedRule

WORD = re.compile(r"[A-Za-z0-9_-]+")
STEM = re.compile(r"([a-z][a-z0-9_-]*-)(?=\{\{|\{[a-z]|[\"']\s*~|[\"']\s*\+)")
QUOTED = re.compile(r"[\"']([a-z0-9-]+)[\"']")
READ = re.compile(r"var\(\s*(--[\w-]+)")
SIDES = {
    "left": "inline-start",
    "right": "inline-end",
    "top-left": "start-start",
    "top-right": "start-end",
    "bottom-left": "end-start",
    "bottom-right": "end-end",
}
LOGICAL = {
    **{side: f"inset-{SIDES[side]}" for side in ("left", "right")},
    **{
        f"{box}-{side}": f"{box}-{SIDES[side]}" for box in ("margin", "padding", "border") for side in ("left", "right")
    },
    **{
        f"border-{side}-{part}": f"border-{SIDES[side]}-{part}"
        for side in ("left", "right")
        for part in ("color", "style", "width")
    },
    **{f"border-{corner}-radius": f"border-{SIDES[corner]}-radius" for corner in SIDES if "-" in corner},
}
LOGICAL_VALUES = {("text-align", "left"): "start", ("text-align", "right"): "end"}


@dataclass(frozen=True)
class Names:
    """The names that our templates and code hold."""

    words: frozenset[str]
    stems: tuple[str, ...]
    quoted: frozenset[str]
    properties: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Names:
        """Return the names in these files."""
        text = "\n".join(texts)
        return cls(
            words=frozenset(WORD.findall(text)),
            stems=tuple(sorted(set(STEM.findall(text)))),
            quoted=frozenset(QUOTED.findall(text)),
            properties=frozenset(READ.findall(text)),
        )

    def know(self, name: str) -> bool:
        """Tell whether a class may stand on a page."""
        if name in self.words:
            return True
        return any(name.startswith(stem) and name.removeprefix(stem) in self.quoted for stem in self.stems)


def cut(css: str, names: Names) -> str:
    """Return ``css`` without the rules and custom properties that nothing of ours uses, with logical directions."""
    kept = list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), names))
    wanted = _read(kept, names.properties)
    return "".join(rule.text(wanted) for rule in kept)


@dataclass(frozen=True)
class _Rule:
    """A rule that stays: what stands before its braces, and either declarations or rules within."""

    head: str
    declarations: tuple[Declaration, ...] = ()
    within: tuple[_Rule, ...] = ()
    whole: str = ""

    def text(self, wanted: frozenset[str]) -> str:
        if self.whole:
            return self.whole
        body = "".join(rule.text(wanted) for rule in self.within) or ";".join(
            _declaration(one) for one in self.declarations if not one.name.startswith("--") or one.name in wanted
        )
        return f"{self.head}{{{body}}}" if body else ""

    def flat(self) -> Iterator[Declaration]:
        yield from self.declarations
        for rule in self.within:
            yield from rule.flat()


def _rules(nodes: Iterable[Node], names: Names) -> Iterator[_Rule]:
    for node in nodes:
        if isinstance(node, QualifiedRule):
            if head := ",".join(_selectors(node.prelude, names)):
                yield _Rule(head, declarations=_declarations(node.content))
        elif isinstance(node, AtRule):
            yield from _at_rule(node, names)


def _at_rule(node: AtRule, names: Names) -> Iterator[_Rule]:
    """Conditions are looked into; fonts are ours and not the library's; anything else stays as it is."""
    head = f"@{node.at_keyword} {tinycss2.serialize(node.prelude).strip()}"
    if node.lower_at_keyword in {"media", "supports", "layer"} and node.content is not None:
        inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        yield _Rule(head, within=tuple(_rules(inner, names)))
    elif node.lower_at_keyword not in {"charset", "font-face"}:
        yield _Rule(head, whole=node.serialize())


def _selectors(prelude: list[Node], names: Names) -> Iterator[str]:
    for part in _split(prelude):
        if all(names.know(name) for name in _classes(part)):
            yield tinycss2.serialize(part).strip()


def _split(prelude: list[Node]) -> Iterator[list[Node]]:
    part: list[Node] = []
    for token in prelude:
        if isinstance(token, LiteralToken) and token.value == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _classes(selector: list[Node]) -> Iterator[str]:
    """Yield the classes that must be there; what stands in ``:not()``, ``:is()`` and the like is passed over."""
    for dot, name in pairwise(selector):
        if isinstance(dot, LiteralToken) and dot.value == "." and isinstance(name, IdentToken):
            yield name.value


def _declarations(content: list[Node]) -> tuple[Declaration, ...]:
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return tuple(one for one in found if isinstance(one, Declaration))


def _declaration(one: Declaration) -> str:
    value = tinycss2.serialize(one.value).strip()
    name = LOGICAL.get(one.name, one.name)
    value = LOGICAL_VALUES.get((one.name, value), value)
    return f"{name}:{value}{'!important' if one.important else ''}"


def _read(rules: list[_Rule], from_outside: frozenset[str]) -> frozenset[str]:
    """Return the custom properties that something reads, at last the ones that only such properties read."""
    every = [one for rule in rules for one in rule.flat()]
    meant: dict[str, set[str]] = {}
    wanted = set(from_outside) | {name for rule in rules for name in READ.findall(rule.whole)}
    for one in every:
        reads = set(READ.findall(tinycss2.serialize(one.value)))
        if one.name.startswith("--"):
            meant.setdefault(one.name, set()).update(reads)
        else:
            wanted |= reads
    return _closure(wanted, meant)


def _closure(wanted: set[str], meant: dict[str, set[str]]) -> frozenset[str]:
    reached: set[str] = set()
    ahead: list[Any] = list(wanted)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead.extend(meant.get(name, ()))
    return frozenset(reached)
