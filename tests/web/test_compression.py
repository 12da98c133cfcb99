"""What everybody may read goes packed over the line; what is somebody's own does not."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engagement.accounts.models import Account
from tests.support.pages import CheckedClient

PACKED = {"Accept-Encoding": "br, gzip;q=0.8"}


def style_of(client: CheckedClient) -> str:
    found = re.search(r'href="(/thema\.css\?v=\w+)"', client.get("/").get_data(as_text=True))
    assert found is not None
    return found[1]


def packed(client: CheckedClient, path: str) -> TestResponse:
    """Ask for something packed, with a client that does not read pages, since that one cannot unpack them."""
    plain = FlaskClient(client.application, TestResponse)
    return plain.get(path, base_url=f"http://{client.host}", headers=PACKED)


def is_packed(response: TestResponse) -> bool:
    return response.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("address", ["/static/css/public.css?v=1", "/static/img/drawings.svg?v=1"])
def test_files_are_packed_and_say_the_same(client: CheckedClient, address: str) -> None:
    plain, packed = client.get(address, buffered=True), client.get(address, headers=PACKED)
    assert not is_packed(plain)
    assert is_packed(packed)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.content_length == len(packed.data)
    for response in (plain, packed):
        assert "Accept-Encoding" in response.headers["Vary"]


def test_pages_and_style_sheets_are_packed(client: CheckedClient) -> None:
    address = style_of(client)
    for path in ("/", "/angebote", address):
        assert is_packed(packed(client, path)), path


def test_a_packed_file_is_known_again(client: CheckedClient) -> None:
    first = client.get("/static/css/public.css?v=1", headers=PACKED, buffered=True)
    etag, weak = first.get_etag()
    assert weak
    again = client.get("/static/css/public.css?v=1", headers={**PACKED, "If-None-Match": f'W/"{etag}"'}, buffered=True)
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip;q=0"}])
def test_whoever_cannot_unpack_gets_it_plain(client: CheckedClient, headers: dict[str, str]) -> None:
    assert not is_packed(client.get("/", headers=headers))


def test_fonts_and_short_answers_stay_as_they_are(client: CheckedClient) -> None:
    for path in ("/static/vendor/fonts/fira-sans-latin-400.woff2?v=1", "/robots.txt", "/healthz"):
        assert not is_packed(client.get(path, headers=PACKED, buffered=True)), path


def test_a_private_page_is_not_packed(client: CheckedClient, member: Account) -> None:
    """How well it packs would tell what is on it (BREACH)."""
    response = client.get("/konto", headers=PACKED)
    assert response.status_code == 200
    assert not is_packed(response)


def test_an_error_is_not_packed(client: CheckedClient) -> None:
    assert not is_packed(client.get("/gibt-es-nicht", headers=PACKED))
