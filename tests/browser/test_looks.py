"""What every page must do in a real browser: fit, be accessible, stay quiet, ask nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.support.demo import PASSWORD, Demo

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # what passes is not described, which takes as long as checking it
}
SIGNED_IN = {
    "verein@bretten.example": ["/konto", "/verein/", "/konto/anfragen", "/konto/suchen"],
}


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong on the page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, rules).then(r => r.violations)", RULES)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


class Witness:
    """Notes what a page says to the console and whom it asks."""

    def __init__(self, page: Page) -> None:
        self.said: list[str] = []
        self.asked: set[str] = set()
        page.on("console", self._hear)
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "404 (NOT FOUND)" not in message.text:
            self.said.append(message.text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.asked.add(request.url.split("/")[2])


def look(page: Page, demo: Demo, paths: list[str], width: int, host: str = "bretten.localhost") -> list[str]:
    """Open each page and return all that is wrong."""
    witness = Witness(page)
    problems = []
    for path in paths:
        page.goto(f"http://{host}:{demo.port}{path}")
        problems += [f"{path} {finding}" for finding in violations(page)]
        if width_of(page) > width:
            problems.append(f"{path} is {width_of(page)} px wide at {width}")
    problems += [f"console: {text}" for text in witness.said]
    if witness.asked != {f"{host}:{demo.port}"}:
        problems.append(f"asked {witness.asked}")
    return problems


def test_a_long_name_stays_within_its_frame(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800}, locale="de-DE")
    page = context.new_page()
    page.goto(demo.address("/organisationen?q=eisenbahnfreundeskreis"))
    page.locator(".offer").get_by_role("link", name="Eisenbahnfreundeskreis").first.click()
    frame, name = page.locator(".profile").bounding_box(), page.get_by_role("heading", level=1).bounding_box()
    assert frame is not None
    assert name is not None
    assert name["x"] + name["width"] <= frame["x"] + frame["width"]
    context.close()


@pytest.mark.parametrize("email", SIGNED_IN)
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_signed_in_pages(browser: Browser, demo: Demo, email: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="de-DE")
    page = context.new_page()
    sign_in(page, demo, email)
    paths = list(SIGNED_IN[email])
    if email.startswith("verein"):
        page.goto(demo.address("/verein/"))
        start = page.url.removeprefix(demo.address("")).rstrip("/")
        paths += [start, f"{start}/anfragen", f"{start}/angebote", f"{start}/angebote/neu", f"{start}/profil"]
        paths += [f"{start}/team", f"{start}/team/uebergeben", f"{start}/verlassen"]
    if email.startswith("admin"):
        paths += moderated(page, demo)
    assert look(page, demo, paths, width) == []
    context.close()


def moderated(page: Page, demo: Demo) -> list[str]:
    """Return the pages of the first offer that waits and of the first report."""
    found = []
    for path, inside in (("/verwaltung/angebote", "/verwaltung/angebote/"), ("/verwaltung/meldungen", "/meldungen/")):
        page.goto(demo.address(path))
        link = page.locator(f"main .lines a[href*='{inside}']").first.get_attribute("href") or ""
        found.append(link)
    offer, report = found
    return [offer, f"{offer}/zurueckgeben", report]


def sign_in(page: Page, demo: Demo, email: str, city: str = "bretten") -> None:
    """Sign in with the demo's password."""
    page.goto(demo.address("/anmelden", city))
    page.locator("input[name=email]").first.fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/anmelden" not in url)
