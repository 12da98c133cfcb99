"""Filling a text: nothing unsaid is shown, nothing said is read as Markdown, nothing is run."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.documents import TAGS, render_document
from engagement.legal.filling import FillingError, as_markdown, chosen_lines, fill, placeholders


def filled(text: str, **values: str) -> str:
    return fill(text, values).text


def test_facts_take_the_place_of_their_names() -> None:
    assert filled("Anbieter: {{town}}, {{ town }}", town="Bretten") == "Anbieter: Bretten, Bretten"


def test_a_line_whose_fact_is_not_said_is_left_out_with_its_bare_heading() -> None:
    text = "## Name\n\n{{town}}\n\n## Telefon\n\n{{phone}}\n\n## Ende\n\nSchluss"
    assert filled(text, town="Bretten") == "## Name\n\nBretten\n\n\n\n## Ende\n\nSchluss"
    assert fill(text, {"town": "Bretten", "phone": ""}).missing == ("phone",)


def test_a_heading_stays_for_a_smaller_one_that_says_something() -> None:
    assert filled("## Eins\n### Zwei\nText") == "## Eins\n### Zwei\nText"
    assert filled("## Eins\n### Zwei\n{{phone}}") == ""
    assert filled("## Eins\n### Zwei\n{{phone}}\n### Drei\nText") == "## Eins\n### Drei\nText"


def test_a_preview_shows_the_gap() -> None:
    made = fill("Telefon: {{phone}}", {}, {"phone": "[Bitte ergänzen: Telefon]"})
    assert "<mark>[Bitte ergänzen: Telefon]</mark>" in render_document(made.text)
    assert made.missing == ("phone",)


@pytest.mark.parametrize(
    ("known", "expected"), [({"a"}, ["A"]), ({"b"}, ["nicht A", "B"]), (set(), ["nicht A"]), ({"a", "b"}, ["A"])]
)
def test_conditions_choose(known: set[str], expected: list[str]) -> None:
    text = "{{#if a}}\nA\n{{else}}\nnicht A\n{{#if b}}\nB\n{{/if}}\n{{/if}}"
    assert chosen_lines(text, known) == expected


@pytest.mark.parametrize("text", ["{{#if a}}\nA", "A\n{{/if}}", "{{else}}"])
def test_conditions_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(FillingError):
        fill(text, {})


def test_a_fact_of_several_lines_repeats_its_line() -> None:
    assert filled("- {{barriers}}.", barriers="eins\nzwei") == "- eins.\n- zwei."


def test_the_names_of_a_text() -> None:
    assert placeholders("{{#if phone}}\n{{town}}\n{{else}}\n{{email}}\n{{/if}}") == {"phone", "town", "email"}


@given(st.text())
def test_a_plain_value_is_shown_as_it_is(value: str) -> None:
    line = " ".join(re.sub(r"[\s\x00-\x1f\x7f-\x9f\ue000\ue001]+", " ", value).split())
    html = str(render_document(filled("x{{fact}}x", fact=as_markdown(line)) if line else "xx"))
    shown = re.sub(r"<[^>]*>", "", html.strip())
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\xa0"), ("&amp;", "&")):
        shown = shown.replace(entity, sign)
    assert shown == f"x{line}x"
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= {"p"}


@given(st.lists(st.sampled_from(["# a", "## b", "### c", "#### d", "###### e", "text", "", "| a |\n|---|\n| b |"])))
def test_headings_begin_at_the_second_level_and_never_skip_one(parts: list[str]) -> None:
    levels = [1, *map(int, re.findall(r"<h(\d)>", str(render_document("\n\n".join(parts)))))]
    assert all(2 <= level <= 4 for level in levels[1:])
    assert all(after <= before + 1 for before, after in pairwise(levels))


@given(st.text())
def test_a_document_yields_known_elements_only(text: str) -> None:
    assert set(re.findall(r"<([a-z0-9]+)", str(render_document(text)))) <= TAGS | {"div"}


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://evil.example/a.png)",
               '<a href="https://a.example" onclick="x()">x</a>', "{{#if x}}<img src=x onerror=y>"]
)  # fmt: skip
def test_a_document_lets_nothing_active_through(attack: str) -> None:
    html = str(render_document(attack)).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert not re.search(r"<[^>]+\son\w+=", html)


def test_a_document_knows_tables_and_links_within_the_site() -> None:
    html = str(render_document("## Fristen\n\n| Was | Wie lange |\n|---|---|\n| Konto | [mehr](/datenschutz) |"))
    assert '<div class="table-wrap"><table class="table">' in html
    assert '<a href="/datenschutz" rel="noopener noreferrer">mehr</a>' in html
