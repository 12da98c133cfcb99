"""The page checker sees each kind of mistake: one known-bad page a rule."""

from __future__ import annotations

import pytest

from tests.support.pages import problems_of

GOOD = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Angebote – Bretten</title></head>
<body><main><h1>Angebote</h1><h2>Neu</h2>
<form method="get" action="/angebote"><label for="q">Suche</label><input id="q" name="q"><button>Los</button></form>
<img src="/a.png" alt=""></main></body></html>"""

BAD = {
    "unclosed element": (GOOD.replace("<h2>Neu</h2>", "<div>"), "HTML:"),
    "unknown nesting": (GOOD.replace("<h2>Neu</h2>", "<p><div></div></p>"), "HTML:"),
    "no language": (GOOD.replace(' lang="de"', ""), "lang"),
    "no title": (GOOD.replace("Angebote – Bretten", ""), "title"),
    "empty title block": (GOOD.replace("Angebote – Bretten", " – Bretten"), "title"),
    "two h1": (GOOD.replace("<h2>Neu</h2>", "<h1>Neu</h1>"), "2 h1"),
    "no h1": (GOOD.replace("<h1>Angebote</h1>", ""), "0 h1"),
    "skipped level": (GOOD.replace("h2>", "h3>"), "h3 follows h1"),
    "double id": (GOOD.replace("<h2>", '<h2 id="q">'), "used 2 times"),
    "no label": (GOOD.replace('<label for="q">Suche</label>', ""), "no label"),
    "label for nobody": (GOOD.replace("</form>", '<label for="x">X</label></form>'), "not there"),
    "description for nobody": (GOOD.replace('name="q"', 'name="q" aria-describedby="x"'), "not there"),
    "empty button": (GOOD.replace("<button>Los</button>", "<button></button>"), "no text"),
    "no alt": (GOOD.replace(' alt=""', ""), "no alt"),
    "inline style": (GOOD.replace("<h2>", '<h2 style="color:red">'), "inline style"),
    "inline handler": (GOOD.replace("<h2>", '<h2 onclick="x()">'), "onclick"),
    "inline script": (GOOD.replace("<h2>", "<script>x()</script><h2>"), "content of its own"),
    "foreign picture": (GOOD.replace("/a.png", "https://example.org/a.png"), "another host"),
    "no main": (GOOD.replace("main>", "div>"), "main"),
}


def test_a_good_page_passes() -> None:
    assert problems_of(GOOD) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_page_is_named(name: str) -> None:
    page, expected = BAD[name]
    assert any(expected in problem for problem in problems_of(page)), problems_of(page)
