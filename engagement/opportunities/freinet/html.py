"""From the HTML of an agency's editor to the small Markdown that ``kernel.markdown`` renders."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Set as AbstractSet
from typing import Protocol

import nh3
from markdownify import MarkdownConverter

from engagement.kernel.markdown import plain_text

LONGEST_INPUT = 100_000
"""In characters; longer HTML is cut before anything else."""
SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = {"p", "div", "ul", "ol", "li", "h3", "h4", "blockquote", "hr", "br", "[document]"}
_KEPT = {"p", "div", "br", "hr", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote"}
_AS_DIV = {"section", "article", "header", "footer", "main", "aside", "figure", "figcaption", "address", "fieldset",
           "dl", "dt", "dd", "pre", "table", "thead", "tbody", "tfoot", "tr", "caption"}  # fmt: skip
_AS_OTHER = {"b": "strong", "i": "em", "h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4"}
_READ = _KEPT | _AS_DIV | set(_AS_OTHER) | {"td", "th"}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u00ad\u200b\ufeff\ufffe\uffff\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ESCAPED_TAG = re.compile(
    r"&lt;/?(?:p|br|ul|ol|li|strong|em|b|i|u|a|div|span|h[1-6])\b[^<>]{0,300}?/?&gt;", re.IGNORECASE
)
_ESCAPED_ENTITY = re.compile(r"&amp;(#?\w{1,10};)")
_MOST_ESCAPES = 3

_CELLS = re.compile(r"</t[dh]>\s*<t[dh]>")
_OPEN_OR_CLOSE = re.compile(r"<(/?)([a-z0-9]+)>")
_EMPTY = re.compile(r"<(strong|em|a)(?: [^>]*)?>((?:\s|<br>)*)</\1>")
_NO_ITEM = re.compile(r"<(li|ul|ol)>(?:\s|<br>)*</\1>")
_NO_BLOCK = re.compile(r"<(p|div|h3|h4|blockquote)>(?:\s|<[bh]r>)*</\1>")
_SPACE_AT_END = re.compile(r"((?:\s|<br>)+)</(strong|em|a)>")
_SPACE_AT_START = re.compile(r"(<(?:strong|em|a)(?: [^>]*)?>)((?:\s|<br>)+)")
_APART_AGAIN = re.compile(r"</(strong|em)>(\s*)<\1>")
_TOUCHING = re.compile(r"</(strong|em)>(?=<(?:strong|em)>)")
_LISTS = re.compile(r"</(ul|ol)>(?:\s|<[bh]r>)*<\1>")
_BREAKS = re.compile(r"\s*<br>\s*")
_MOST_TIDYING = 20

_SPECIAL = re.compile(r"([\\*_\[<])")
_LINE_START = re.compile(r"^(\s*)((?:[-+]|#{1,6})(?=\s|$)|>)")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
_SIGNS_FIRST = re.compile(r"^(?:\\.|[^\w\s\\*\[])+")
_SIGNS_LAST = re.compile(r"(?:\\.|[^\w\s\\*)])+$")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def to_markdown(text: str) -> str:
    """Return HTML, however broken or escaped twice, as small safe Markdown; text without tags keeps its lines.

    Where Markdown cannot say what the HTML says (emphasis within a word, a list in a heading), marks are left out
    rather than shown: what a reader sees holds exactly the words of the HTML.
    """
    if not text.strip():
        return ""
    clean = _clean(text)
    words = _letters(html.unescape(nh3.clean(clean, tags=set())))
    for converter in (_Converter, _PlainConverter):
        written = _converted(converter, clean)
        if written is not None and _letters(plain_text(written)) == words:
            return written
    return _escaped(to_line(clean))


def _converted(converter: type[_Converter], clean: str) -> str | None:
    whole = f"<div>{clean}</div>"  # without a tag the parser takes some texts for the name of a file, and warns
    try:
        written = str(converter(bullets="-", wrap=True, wrap_width=None, heading_style="atx").convert(whole))
    except RecursionError:  # elements nested hundreds deep, which no editor makes
        return None
    lines = "\n".join(line.rstrip() for line in written.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _letters(text: str) -> str:
    return "".join(text.split())


def to_line(text: str) -> str:
    """Return HTML as plain text on one line, its tags, double escapes and invisible characters gone."""
    once = _unescape_tags(_printable(text[:LONGEST_INPUT]))
    if _TAG.search(once):
        once = nh3.clean(_OPEN_OR_CLOSE.sub(" \\g<0>", once.replace("<br", " <br")), tags=set())
    for _ in range(_MOST_ESCAPES):
        once, before = html.unescape(once), once
        if once == before:
            break
    return " ".join(_printable(once).split())


def _printable(text: str) -> str:
    return _INVISIBLE.sub("", _CONTROL.sub(" ", text))


def _clean(text: str) -> str:
    """Return HTML of the tags that Markdown can say, each inline element with text at both of its ends."""
    text = _unescape_tags(_printable(text[:LONGEST_INPUT].replace("\r\n", "\n").replace("\r", "\n")))
    if not _TAG.search(text):
        text = re.sub(r"\n\s*\n", "<p>", text.strip()).replace("\n", "<br>")
    text = nh3.clean(text, tags=_READ, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    text = _printable(text.replace("&nbsp;", " "))
    text = _OPEN_OR_CLOSE.sub(_renamed, _CELLS.sub(" · ", text))
    for _ in range(_MOST_TIDYING):
        text, before = _tidied(text), text
        if text == before:
            break
    return text


def _unescape_tags(text: str) -> str:
    """Undo escaping that was done twice: no real tag but ones shown as text, or entities shown as text."""
    for _ in range(_MOST_ESCAPES):
        if _TAG.search(text) or not _ESCAPED_TAG.search(text.replace("&amp;lt;", "&lt;").replace("&amp;gt;", "&gt;")):
            break
        text = html.unescape(text)
    return _ESCAPED_ENTITY.sub(r"&\1", text)


def _renamed(match: re.Match[str]) -> str:
    slash, name = match.groups()
    if name in _AS_DIV:
        return f"<{slash}div>"
    if name in {"td", "th"}:
        return ""
    return f"<{slash}{_AS_OTHER.get(name, name)}>"


def _tidied(text: str) -> str:
    text = _NO_BLOCK.sub("<hr>", _NO_ITEM.sub("", _EMPTY.sub(r"\2", text)))
    text = _SPACE_AT_END.sub(r"</\2>\1", text)
    text = _SPACE_AT_START.sub(r"\2\1", text)
    text = _APART_AGAIN.sub(r"\2", text)
    text = _TOUCHING.sub(r"\g<0> ", text)
    text = _LISTS.sub("", text)
    return _BREAKS.sub("<br>", text)


class _Node(Protocol):
    """What is used of the tree in which markdownify works; a text has no name."""

    name: str | None
    parent: _Node | None
    next_sibling: _Node | None
    previous_sibling: _Node | None

    def get(self, attribute: str) -> str | None: ...
    def get_text(self) -> str: ...
    def find_parent(self, name: str | None) -> _Node | None: ...


class _Converter(MarkdownConverter):
    """Writes what the renderer reads: it knows no images, tables, code and rules, and breaks lines at each newline."""

    emphasises = True

    def escape(self, text: str, parent_tags: AbstractSet[str]) -> str:
        text = _escaped(text)
        return text.replace("]", r"\]") if "a" in parent_tags else text

    def convert_br(self, _el: _Node, _text: str, parent_tags: AbstractSet[str]) -> str:
        return " " if "_inline" in parent_tags else "\n"

    def convert_hr(self, _el: _Node, _text: str, **_: object) -> str:
        return "\n\n"

    def convert_strong(self, el: _Node, text: str, parent_tags: AbstractSet[str]) -> str:
        return _emphasised(el, text, "**") if self.emphasises and "_inline" not in parent_tags else text

    def convert_em(self, el: _Node, text: str, parent_tags: AbstractSet[str]) -> str:
        return _emphasised(el, text, "*") if self.emphasises and "_inline" not in parent_tags else text

    def convert_a(self, el: _Node, text: str, **_: object) -> str:
        label, address = " ".join(text.split()), _address(el.get("href") or "")
        return f"[{label}]({address})" if label and address else label

    def convert_li(self, el: _Node, text: str, parent_tags: AbstractSet[str]) -> str:
        written = str(super().convert_li(el, text, parent_tags))  # type: ignore[misc]  # missing in its stubs
        in_list = el.parent is not None and el.parent.name in {"ul", "ol"}
        return written if in_list else f"\n\n{written}\n"

    def convert_blockquote(self, _el: _Node, text: str, parent_tags: AbstractSet[str]) -> str:
        lines = text.strip().split("\n")
        if "_inline" in parent_tags:
            return f" {text.strip()} "
        if not text.strip():
            return "\n\n"
        quoted = "\n".join(f"> {line}".rstrip() for line in lines)
        return f"\n\n{quoted}\n\n"

    def convert_hN(  # noqa: N802 - the name is markdownify's
        self, n: int, _el: _Node, text: str, parent_tags: AbstractSet[str]
    ) -> str:
        line = re.sub(r"(#+)$", r"\\\1", " ".join(text.split()))
        if "_inline" in parent_tags:
            return f" {line} "
        if not line:
            return "\n\n"
        return f"\n\n{'#' * n} {line}\n\n"


class _PlainConverter(_Converter):
    """The same without emphasis."""

    emphasises = False


def _escaped(text: str) -> str:
    """Return ``text`` with a backslash before what the renderer would take for a mark."""
    text = _SPECIAL.sub(r"\\\1", text)
    text = _LINE_START.sub(r"\1\\\2", text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _ENTITY.sub(r"\\&", text)


def _address(href: str) -> str:
    """Return ``href`` with the signs encoded that would end a Markdown link."""
    return re.sub(r"[\s()<>\\\"\[\]]", lambda match: f"%{ord(match[0]):02X}", href.strip())


def _emphasised(el: _Node, text: str, mark: str) -> str:
    """Put ``mark`` around ``text`` where CommonMark sees it open and close (left- and right-flanking runs).

    A sign at the edge moves out when a letter follows it: **Wann:**Montag would show its stars.
    """
    if not text.strip() or "\n\n" in text or el.find_parent(el.name):
        return text
    head = tail = ""
    before, after = (_is_wordlike(_beside(el, forward=forward)) for forward in (False, True))
    if before:
        rest = _SIGNS_FIRST.sub("", text)
        head, text = text[: len(text) - len(rest)], rest
    if after:
        kept = _SIGNS_LAST.sub("", text)
        text, tail = kept, text[len(kept) :]
    opens = text and (not before or _is_wordlike(text[0]))
    closes = text and (not after or _is_wordlike(text[-1]))
    return f"{head}{mark}{text}{mark}{tail}" if opens and closes else head + text + tail


def _is_wordlike(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character)[0] not in "PS"


def _beside(el: _Node, *, forward: bool) -> str:
    """Return the character next to an inline element, a space at the edge of its block."""
    node = el
    while True:
        beside = node.next_sibling if forward else node.previous_sibling
        if beside is None:
            if node.parent is None or node.parent.name in _BLOCKS:
                return " "
            node = node.parent
        elif beside.name in _BLOCKS:
            return " "
        elif words := beside.get_text():
            return words[0] if forward else words[-1]
        else:
            node = beside
