"""What only a browser can tell: data blocks break no policy, and our frame fits into another site's page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_looks import violations
from tests.support.demo import Demo

LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Another site: its folder and its address, on another name than the town's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tmp_path, f"http://verein.localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_data_blocks_break_no_policy(page: Page, demo: Demo) -> None:
    page.add_init_script(LISTEN)
    page.goto(demo.address("/angebote"))
    offer = page.locator("main a[href*='/angebote/']").first.get_attribute("href") or ""
    for path in ("/", offer, "/einbetten/anleitung"):
        page.goto(demo.address(path))
        assert page.evaluate("window.refused") == []
    page.goto(demo.address(offer))
    assert page.locator("script[type='application/ld+json']").count() == 1


def test_the_line_of_the_guide_works_on_another_site(page: Page, demo: Demo, elsewhere: tuple[Path, str]) -> None:
    folder, site = elsewhere
    page.goto(demo.address("/einbetten/anleitung"))
    page.get_by_label("Anzahl der Angebote").fill("2")
    page.get_by_label("Art", exact=True).select_option("regelmaessig")
    page.get_by_role("button", name="Vorschau").click()
    line = page.get_by_label("Rahmen mit passender Höhe").input_value()
    (folder / "index.html").write_text(
        f"<!doctype html><html lang=de><meta charset=utf-8><title>Verein</title><h1>Unser Verein</h1>{line}",
        encoding="utf-8",
    )
    page.goto(f"{site}/index.html")
    inside = page.frame_locator("iframe")
    expect(inside.locator("article")).to_have_count(2)
    fits = "() => parseInt(document.querySelector('iframe').style.height) > 100"
    page.wait_for_function(fits)
    height = page.evaluate("parseInt(document.querySelector('iframe').style.height)")
    needed = inside.locator("html").evaluate("html => html.scrollHeight")
    assert abs(height - needed) <= 2
    inside.locator("article a").first.click()
    page.wait_for_url(f"http://bretten.localhost:{demo.port}/angebote/*")
    assert page.context.cookies() == []


@pytest.mark.parametrize("look", ["hell", "dunkel", "stadt"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (900, "dark")])
def test_every_look_can_be_read(browser: Browser, demo: Demo, look: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    page.goto(demo.address(f"/einbetten?farben={look}"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")
    context.close()
