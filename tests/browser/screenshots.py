"""Makes the pictures of the documentation from a fresh demo: ``make screenshots``.

Pages of three towns, on a phone and at a desk, as small WebP files in ``docs/screenshots/``. Tiles of the map are drawn
here in one colour: the pictures must come out alike wherever they are made, and ask no foreign server.
"""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.install import find_browser
from tests.support.demo import Demo, free_port

TARGET = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
TOWNS = ("bretten", "ettlingen", "baden-baden")
SIZES = {360: 780, 1280: 900}
"""Height of the window by its width, in CSS pixels."""
QUALITY = 60
TILE_COLOUR = (226, 232, 226)
PAGES = {
    "home": "/",
    "list": "/angebote",
    "map": "/angebote?ansicht=karte",
    "guided": "/passt-zu-mir",
    "directory": "/organisationen",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder), free_port())
        demo.start()
        try:
            photograph_all(demo)
        finally:
            demo.stop()


def photograph_all(demo: Demo) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        for width, height in SIZES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, locale="de-DE", reduced_motion="reduce"
            )
            page.route("**/*", lambda route: answer(route, demo))
            for town in TOWNS:
                photograph_town(page, demo.address("", town), f"{town}-{{}}-{width}.webp")
            page.close()
        browser.close()


def photograph_town(page: Page, address: str, name: str) -> None:
    for what, path in PAGES.items():
        photograph(page, address + path, name.format(what))
    page.goto(f"{address}/angebote")
    offer = urlsplit(page.locator("main a[href*='/angebote/']").first.get_attribute("href") or "").path
    photograph(page, address + offer, name.format("detail"))
    photograph(page, f"{address}{offer}/mitmachen", name.format("sign-up"))


def photograph(page: Page, address: str, name: str) -> None:
    page.goto(address, wait_until="networkidle")
    consent = page.locator("#map-load")
    if consent.count():
        consent.first.click()
        page.locator(".leaflet-marker-icon").first.wait_for()
        page.wait_for_load_state("networkidle")
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.save(TARGET / name, quality=QUALITY, method=6)


def answer(route: Route, demo: Demo) -> None:
    """Let requests to the demo through, and answer those for tiles."""
    if urlsplit(route.request.url).port == demo.port:
        route.continue_()
        return
    tile = BytesIO()
    Image.new("RGB", (256, 256), TILE_COLOUR).save(tile, "PNG")
    route.fulfill(body=tile.getvalue(), content_type="image/png")


if __name__ == "__main__":
    main()
