"""A small safe Markdown: paragraphs, lists, emphasis, small headings, links. No HTML, no images."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote"}
_RENDERER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["list", "emphasis", "link", "heading", "newline", "escape", "blockquote", "entity", "autolink"]
)


def render_markdown(text: str) -> Markup:
    """Return ``text`` as HTML that is safe to put into a page.

    Headings start at the third level, since a page has its own first and second one. Links open nothing but http,
    https, mailto and tel, and pass no referrer.
    """
    html = _RENDERER.render(text)
    html = re.sub(r"<(/?)h[1-3]>", r"<\1h3>", html)
    html = re.sub(r"<(/?)h[56]>", r"<\1h4>", html)
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - nh3 has just sanitised it


def plain_text(text: str) -> str:
    """Return the words of a Markdown ``text`` without marks, on one line, for search and summaries."""
    bare = nh3.clean(_RENDERER.render(text), tags=set())
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        bare = bare.replace(entity, character)
    return " ".join(bare.split())
