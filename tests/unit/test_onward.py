"""Where signing in may lead, and what passes for an address on the web."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.web.account.onward import LONGEST, own_path
from engagement.web.shared.checks import is_web_address

HOME = "https://bretten.example/anmelden"


@pytest.mark.parametrize("wanted", ["/", "/konto", "/verein/3?x=1&y=%2F#z", "/angebote?q=Tür", "/a//b", "/a:b"])
def test_paths_of_our_own(wanted: str) -> None:
    assert own_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "konto",
        "//evil.example",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/" + "x" * LONGEST,
        "/\x00",
        "/konto\r\nX-Header: 1",
    ],
)
def test_everything_else_is_refused(wanted: str | None) -> None:
    assert own_path(wanted) == ""


@given(st.one_of(st.text(), st.text(alphabet="/\\.:@?#e %\t\n")))
def test_no_path_that_is_taken_leads_to_another_host(wanted: str) -> None:
    taken = own_path(wanted)
    assert taken in {"", wanted}
    if taken:
        assert urlsplit(urljoin(HOME, taken)).netloc == "bretten.example"


@pytest.mark.parametrize(
    "address",
    ["https://example.org", "http://www.example.org/a?b=c#d", "https://bücher.example/x", "https://a-b.example:8443/"],
)
def test_addresses_on_the_web(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://user:secret@example.org",
        "https://example.org\\@evil.example",
        'https://example.org/"onclick',
        "https://example.org/<script>",
        "ftp://example.org",
        "https://[::1",
        "https://127.0.0.1/",
        "https://example.org:99999/",
        "https://exa mple.org",
    ],
)
def test_what_is_none(address: str) -> None:
    assert not is_web_address(address)
