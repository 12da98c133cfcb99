"""Every category has a drawing, and what has none gets the helping hand."""

from __future__ import annotations

import re

from defusedxml.ElementTree import parse
from flask import Flask

from engagement.tenancy.vocabulary import icons
from engagement.web.shared.drawings import drawing, names
from tests.support.pages import CheckedClient
from tests.support.stylesheets import STATIC

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = {"none", "currentColor", "var(--art-a)", "var(--art-b)", "var(--art-p)"}


def test_every_drawing_that_categories_can_have_is_drawn(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://bretten.localhost"):
        assert set(icons()) | {"hands", "mark", "welcome"} <= names()
        assert drawing("musik").endswith("#hands")
        assert drawing("").endswith("#hands")
        assert drawing("leben-im-alter").endswith("#leben-im-alter")


def test_drawings_have_no_colours_of_their_own() -> None:
    root = parse(STATIC / "img" / "drawings.svg").getroot()
    painted = {one.attrib[name] for one in root.iter() for name in ("fill", "stroke") if name in one.attrib}
    assert painted <= COLOURS
    assert not [one for one in root.iter() if "style" in one.attrib]


def test_signs_on_the_pages_are_drawn(client: CheckedClient) -> None:
    drawn = set(re.findall(r'id="([a-z-]+)"', (STATIC / "img" / "drawings.svg").read_text(encoding="utf-8")))
    for path in ("/", "/angebote", "/fuer-vereine", "/gibt-es-nicht"):
        used = set(re.findall(r"drawings\.svg\?v=\w+#([a-z-]+)", client.get(path).get_data(as_text=True)))
        assert used
        assert used <= drawn
