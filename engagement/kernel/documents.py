"""Markdown for whole pages: headings from the second level, tables, lists, links also within the site; no HTML.

Unlike the small Markdown of offers (``kernel.markdown``) it is written by staff of the municipality and by the product.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "mark",
}  # fmt: skip
FIRST_LEVEL, LAST_LEVEL = 2, 4
GAP_BEGINS, GAP_ENDS = "\ue000", "\ue001"
"""Private characters around what is still to be filled in; they come out as ``mark``."""
_RENDERER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["list", "emphasis", "link", "heading", "newline", "escape", "blockquote", "entity", "autolink", "table", "hr"]
)
_SCROLLS = '<div class="table-wrap"><table class="table">', "</table></div>"


def render_document(text: str) -> Markup:
    """Return ``text`` as HTML that is safe to put below the heading of a page.

    Headings start at the second level and never skip one, whatever was typed (WCAG technique G141). Links open nothing
    but pages of this site, http, https, mailto and tel.
    """
    tokens = _RENDERER.parse(text)
    _mend_headings(tokens)
    html = _RENDERER.renderer.render(tokens, _RENDERER.options, {})
    html = html.replace(GAP_BEGINS, "<mark>").replace(GAP_ENDS, "</mark>")
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    clean = clean.replace("<table>", _SCROLLS[0]).replace("</table>", _SCROLLS[1])
    return Markup(clean)  # noqa: S704 - nh3 has just sanitised it


def _mend_headings(tokens: list[Token]) -> None:
    """Bring headings to the second to fourth level, each at most one below the one before."""
    last = FIRST_LEVEL - 1
    for token in tokens:
        if token.type == "heading_open":
            last = min(max(int(token.tag[1]), FIRST_LEVEL), last + 1, LAST_LEVEL)
            token.tag = f"h{last}"
        elif token.type == "heading_close":
            token.tag = f"h{last}"
