"""The address of a tile server: what a page may load pictures from, and nothing that could say more than that."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engagement.kernel.i18n import force_locale
from engagement.tenancy.settings import TenantSettings
from engagement.tenancy.tiles import TileServer, link_problem, template_problem

GOOD = "https://tiles.example.org/karte/{z}/{x}/{y}.png"


def test_the_usual_server_is_the_public_one_and_names_its_source() -> None:
    usual = TenantSettings().tiles
    assert usual.host == "sgx.geodatenzentrum.de"
    assert usual.template.endswith("/GLOBAL_WEBMERCATOR/{z}/{y}/{x}.png"), "rows come before columns there"
    assert "basemap.de / BKG" in usual.attribution
    assert "CC BY 4.0" in usual.attribution
    assert TileServer.model_validate(usual.model_dump()) == usual


@pytest.mark.parametrize(
    "template",
    [
        GOOD,
        "https://tiles.example.org:8443/{z}/{x}/{y}@2x.png",
        "https://a-b.xn--mller-kva.de/wmts?tilematrix={z}&tilerow={y}&tilecol={x}&key=a%20b",
    ],
)
def test_addresses_that_are_taken(template: str) -> None:
    assert template_problem(template) == ""
    server = TileServer(template=template)
    assert template.startswith(f"{server.origin}/")


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("", "needs"),
        ("https://tiles.example.org/{z}/{x}.png", "needs"),
        ("https://tiles.example.org/{z}/{x}/{y}/{y}.png", "needs"),
        ("https://{x}.example.org/{z}/{y}.png", "no placeholders"),
        ("http://tiles.example.org/{z}/{x}/{y}.png", "https"),
        ("HTTPS://tiles.example.org/{z}/{x}/{y}.png", "https"),
        ("//tiles.example.org/{z}/{x}/{y}.png", "https"),
        ("https://town:secret@tiles.example.org/{z}/{x}/{y}.png", "user name"),
        ("https://tiles.example.org@evil.example/{z}/{x}/{y}.png", "user name"),
        ("https:///{z}/{x}/{y}.png", "name of a server"),
        ("https://localhost/{z}/{x}/{y}.png", "name of a server"),
        ("https://127.0.0.1/{z}/{x}/{y}.png", "name of a server"),
        ("https://[::1]/{z}/{x}/{y}.png", "name of a server"),
        ("https://*.example.org/{z}/{x}/{y}.png", "name of a server"),
        ("https://tiles.example.org:/{z}/{x}/{y}.png", "name of a server"),
        ("https://tiles.example.org:99999/{z}/{x}/{y}.png", "name of a server"),
        ("https://tiles.example.org:٤٤/{z}/{x}/{y}.png", "name of a server"),
        ("https://tiles.example.org; script-src */{z}/{x}/{y}.png", "name of a server"),
        ("https://müller.example/{z}/{x}/{y}.png", "name of a server"),
        ("https://Tiles.example.org/{z}/{x}/{y}.png", "name of a server"),
        ("https://tiles.example.org\\@evil.example/{z}/{x}/{y}.png", "user name"),
        ("https://tiles.example.org/{s}/{z}/{x}/{y}.png", "character"),
        ("https://tiles.example.org/{z}/{x}/{y}.png#karte", "character"),
        ('https://tiles.example.org/{z}/{x}/{y}.png"onerror=', "character"),
        ("https://tiles.example.org/{z}/{x}/{y}.png\n", "character"),
        ("https://tiles.example.org/%zz/{z}/{x}/{y}.png", "character"),
        (GOOD + "x" * 500, "shorten"),
    ],
)
def test_addresses_that_are_refused_with_a_reason(app: Flask, template: str, problem: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert problem in template_problem(template)
        with pytest.raises(ValidationError):
            TileServer(template=template)


ODD = st.text(alphabet=" \t\n;,'\"*\\@:/?#[]{}<>äß%.-zxy019", max_size=12)


@given(ODD, ODD, ODD)
def test_no_address_can_say_more_to_the_browser_than_one_server(front: str, middle: str, end: str) -> None:
    """Whatever is typed: what is taken becomes one source expression of the policy and one address of a picture."""
    template = f"https://{front}tiles.example.org{middle}/{{z}}/{{x}}/{{y}}{end}"
    if template_problem(template):
        with pytest.raises(ValidationError):
            TileServer(template=template)
        return
    origin = TileServer(template=template).origin
    assert re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]{1,5})?", origin)
    assert template.startswith((f"{origin}/", f"{origin}?"))
    assert re.fullmatch(r"[!-~]+", template)
    assert not set(template) & set('"<>\\#;')


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("https://www.example.org", True),
        ("https://www.example.org/datenschutz?art=karte#karten", True),
        ("javascript:alert(1)", False),
        ("https://www.example.org/<script>", False),
        ("https://user@www.example.org/", False),
        ("data:text/html,x", False),
    ],
)
def test_links(app: Flask, address: str, is_good: bool) -> None:
    with app.test_request_context():
        assert (link_problem(address) == "") is is_good
    if not is_good:
        with app.test_request_context(), pytest.raises(ValidationError):
            TileServer(privacy_url=address)


@pytest.mark.parametrize("change", [{"max_zoom": 9}, {"max_zoom": 23}, {"operator": ""}, {"attribution": ""}, {"x": 1}])
def test_the_rest_has_its_bounds(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TileServer.model_validate(change)
