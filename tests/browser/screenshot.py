"""Makes the picture of the readme from a fresh demo: ``python -m tests.browser.screenshot``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.install import find_browser
from tests.support.demo import Demo, free_port

TARGET = Path(__file__).resolve().parents[2] / "docs" / "images" / "home.png"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder), free_port())
        demo.start()
        try:
            photograph(demo)
        finally:
            demo.stop()


def photograph(demo: Demo) -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="de-DE")
        page.goto(demo.address("/"))
        page.screenshot(path=str(TARGET))
        browser.close()


if __name__ == "__main__":
    main()
