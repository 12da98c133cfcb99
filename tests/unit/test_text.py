from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.markdown import TAGS, plain_text, render_markdown
from engagement.kernel.slugs import LONGEST, slugify
from engagement.web.shared.presentation import unbroken


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lesekreis e. V.", "Lesekreis e.\u00a0V."),
        ("Kirchengemeinde St. Urban", "Kirchengemeinde St.\u00a0Urban"),
        ("Lesekreis e.V.", "Lesekreis e.V."),
        ("Hier ist die Lampe. Und da", "Hier ist die Lampe. Und da"),
    ],
)
def test_a_name_does_not_break_in_its_short_words(name: str, shown: str) -> None:
    assert unbroken(name) == shown


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Lesepatenschaft in der Grundschule", "lesepatenschaft-in-der-grundschule"),
        ("Übungsleiter für Straßenfußball", "uebungsleiter-fuer-strassenfussball"),
        ("  ---  ", "x"),
        ("日本", "x"),
        ("a" * 80, "a" * 60),
    ],
)
def test_slugs_are_readable(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_fits_into_an_address(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slugify(text))
    assert len(slugify(text)) <= LONGEST


def test_markdown_knows_what_clubs_need() -> None:
    html = render_markdown(
        "# Was Sie tun\n\n**Lesen** mit *Kindern*:\n\n- montags\n- freitags\n\n[Mehr](https://a.example)"
    )
    assert "<h3>Was Sie tun</h3>" in html
    assert "<strong>Lesen</strong>" in html
    assert "<li>montags</li>" in html
    assert 'rel="nofollow noopener noreferrer"' in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/a.png)",
        '<img src=x onerror="alert(1)">',
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a href="https://a.example" onclick="x()">x</a>',
    ],
)
def test_markdown_lets_nothing_active_through(attack: str) -> None:
    html = str(render_markdown(attack)).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert not re.search(r"<[^>]+\son\w+=", html)


@given(st.text())
def test_markdown_yields_known_elements_only(text: str) -> None:
    assert set(re.findall(r"<([a-z0-9]+)", str(render_markdown(text)))) <= TAGS


@given(st.lists(st.sampled_from(["Lesen", "**Kinder**", "- Montag", "# Titel", "5 < 6", "A & B"])))
def test_plain_text_has_no_marks_of_html(parts: list[str]) -> None:
    assert "<p>" not in plain_text("\n\n".join(parts))
    assert "&amp;" not in plain_text("\n\n".join(parts))
