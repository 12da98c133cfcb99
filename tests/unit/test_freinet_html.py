"""HTML of an agency's editor becomes Markdown that shows the same words, safely, and stays as it is."""

from __future__ import annotations

import html
import re

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.kernel.markdown import TAGS, plain_text, render_markdown
from engagement.opportunities.freinet.html import LONGEST_INPUT, to_line, to_markdown

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("ab1 \n*_[]()<>#-+.!\\&;:`~|äöß„“\"'/=\u00a0")), st.characters(exclude_categories=["Cs"])
    ),
    max_size=20,
)
INLINE = ["strong", "b", "em", "i", "span", "u", "a"]
BLOCKS = ["p", "div", "blockquote", "h1", "h2", "h4"]
ANY = [*INLINE, *BLOCKS, "ul", "ol", "li", "table", "td", "pre", "section"]
BREAK = st.sampled_from(["<br>", "<br/><br />"])


def _wrapped(names: list[str], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda name, text: f"<{name}>{text}</{name}>", st.sampled_from(names), inner)


def _many(part: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=least, max_size=4).map("".join)


ESCAPED_ONCE = TEXT.map(lambda text: html.escape(text.replace("&", "")))
LINE = _many(st.one_of(ESCAPED_ONCE, BREAK, _wrapped(INLINE, ESCAPED_ONCE)))
LIST = _wrapped(["ul", "ol"], _many(_wrapped(["li"], LINE), least=1))
EDITORS_HTML = _many(st.one_of(_wrapped(BLOCKS, LINE), LIST, st.just("<hr>"), st.just("\n\n")))
ANY_HTML = _many(st.recursive(st.one_of(TEXT, BREAK), lambda inner: _wrapped(ANY, _many(inner)), max_leaves=12))


@pytest.mark.parametrize(
    ("given_html", "expected"),
    [
        ("<p>Eins</p>\n\n<p>Zwei</p>", "Eins\n\nZwei"),
        ("Eins<br />Zwei<br><br>Drei", "Eins\nZwei\n\nDrei"),
        ("<ul>\n\t<li>Lesen</li>\n\t<li>Basteln</li>\n</ul>", "- Lesen\n- Basteln"),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "1. a\n2. b\n   - c"),
        ("<h1>Aufgaben</h1>Text", "### Aufgaben\n\nText"),
        ("<p><b>Wann: </b>montags</p>", "**Wann:** montags"),
        ("<strong>Wann:</strong>montags", "**Wann**:montags"),
        ("<strong>a</strong><strong>b</strong>", "**ab**"),
        ("Helfer*innen und Pat*innen", r"Helfer\*innen und Pat\*innen"),
        ("<p>1. Januar<br>- Kuchen</p>", "1\\. Januar\n\\- Kuchen"),
        (
            '<a href="https://verein.example/a_b (c)" onclick="x()">Mehr</a>',
            "[Mehr](https://verein.example/a_b%20%28c%29)",
        ),
        ('<a href="javascript:alert(1)">Klick</a>', "Klick"),
        (
            "<table><tr><td>Mo</td><td>9 Uhr</td></tr><tr><td>Di</td><td>10 Uhr</td></tr></table>",
            "Mo · 9 Uhr\n\nDi · 10 Uhr",
        ),
        ("vor<script>alert(1)</script><style>p{}</style><img src=x onerror=alert(1)>nach", "vornach"),
        ("<p>&nbsp;</p><p>Da</p><p> </p>", "Da"),
        ("", ""),
    ],
)
def test_converts(given_html: str, expected: str) -> None:
    assert to_markdown(given_html) == expected


@pytest.mark.parametrize(
    "given_html",
    [
        "&lt;p&gt;Gr&amp;uuml;n &amp;amp; bunt&lt;/p&gt;&lt;p&gt;Ja&lt;/p&gt;",
        "&amp;lt;p&amp;gt;Gr&amp;amp;uuml;n &amp;amp;amp; bunt&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Ja&amp;lt;/p&amp;gt;",
        "<p>Gr&amp;uuml;n &amp;amp; bunt</p><p>Ja</p>",
        "<p>Grün &amp; bunt<p>Ja",
        "<div><p>Grün & bunt</div></p></b><p>Ja</span>",
        "Grün & bunt\r\n\r\nJa",
    ],
)
def test_survives_double_escapes_and_broken_html(given_html: str) -> None:
    assert to_markdown(given_html) == "Grün & bunt\n\nJa"


@pytest.mark.parametrize("bomb", ["<b>" * 5_000, "<div>" * 5_000, "<ul><li>" * 2_000, "*" * 20_000, "&lt;" * 20_000])
def test_survives_html_made_to_hurt(bomb: str) -> None:
    assert "Ende" in plain_text(to_markdown(bomb + "Ende"))


def test_cuts_endless_html() -> None:
    assert len(to_markdown("<p>" + "a" * 3 * LONGEST_INPUT)) <= LONGEST_INPUT


@pytest.mark.parametrize(
    ("given_html", "expected"),
    [
        ("<p>montags<br>16&ndash;18&nbsp;Uhr</p>", "montags 16–18 Uhr"),
        ("Eis &amp;amp; Waffeln", "Eis & Waffeln"),
        ("5 < 6 und 7 > 6", "5 < 6 und 7 > 6"),
        ("&lt;b&gt;fett&lt;/b&gt;", "fett"),
        ("  Pat*in \n\t gesucht\u200b ", "Pat*in gesucht"),
    ],
)
def test_makes_one_plain_line(given_html: str, expected: str) -> None:
    assert to_line(given_html) == expected


@settings(deadline=None)
@given(EDITORS_HTML)
def test_rendered_and_converted_again_it_stays_as_it_is(source: str) -> None:
    rendered = render_markdown(to_markdown(source))
    assert render_markdown(to_markdown(str(rendered))) == rendered


@settings(deadline=None)
@given(ANY_HTML)
def test_shows_every_word_of_any_html(source: str) -> None:
    shown = nh3.clean(str(render_markdown(to_markdown(source))), tags=set())
    said = nh3.clean(source, tags=set())
    assert _words(shown) == _words(said)


@settings(deadline=None)
@given(st.one_of(TEXT, ANY_HTML, EDITORS_HTML, st.text()))
def test_any_text_becomes_safe_markdown(source: str) -> None:
    rendered = str(render_markdown(to_markdown(source)))
    assert set(re.findall(r"<([a-z0-9]+)", rendered)) <= TAGS
    assert not re.search(r"<script|<[^>]*\son\w+=|<[^>]*javascript:", rendered, re.IGNORECASE)
    assert "\x00" not in to_line(source)


def _words(text: str) -> str:
    return re.sub(r"[\W_\d]", "", html.unescape(html.unescape(html.unescape(html.unescape(text)))))
