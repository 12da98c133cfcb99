"""Browsers take the picture that suits them, and nothing moves while it arrives."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.test_looks import sign_in, violations
from tests.support.demo import Demo

SHIFTS = """
since => new Promise(done => {
  let moved = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (entry.startTime >= since) moved += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(moved), 400);
})
"""
OFFER = "Chornacht in der Waldhalle"
IMAGE = "main picture img"
HEIGHT = "document.documentElement.scrollHeight"
SIZE = "s => { const i = document.querySelector(s); return [i.clientWidth, i.clientHeight]; }"


def opened(browser: Browser, address: str, width: int, density: float = 1) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800}, device_scale_factor=density, locale="de-DE")
    page = context.new_page()
    page.goto(address)
    page.locator(IMAGE).first.scroll_into_view_if_needed()
    page.wait_for_function("selector => document.querySelector(selector).complete", arg=IMAGE)
    return page


def offer(browser: Browser, demo: Demo) -> str:
    """Return the address of an offer with a picture, once the worker has made all of it."""
    page = browser.new_page()
    page.goto(demo.address("/angebote?q=chornacht", "ettlingen"))
    page.get_by_role("link", name=OFFER).click()
    expect(page.get_by_role("heading", level=1, name=OFFER)).to_be_visible()
    source = page.locator("main picture source[type='image/avif']").first.get_attribute("srcset") or ""
    names = [part.split()[0] for part in source.split(", ")]
    page.wait_for_function(
        "names => Promise.all(names.map(name => fetch(name, {cache: 'reload'})))"
        ".then(answers => answers.every(one => one.headers.get('content-type') === 'image/avif'))",
        arg=names,
        polling=500,
        timeout=60_000,
    )
    address = page.url
    page.close()
    return address


@pytest.mark.parametrize(("width", "density", "taken"), [(360, 1, 400), (360, 2, 800), (1280, 1, 400), (1280, 3, 1200)])
def test_a_browser_takes_the_smallest_picture_that_is_sharp(
    browser: Browser, demo: Demo, width: int, density: float, taken: int
) -> None:
    page = opened(browser, offer(browser, demo), width, density)
    source = page.evaluate("selector => document.querySelector(selector).currentSrc", IMAGE)
    assert source.endswith(f"-{taken}-wide.avif")
    shown = page.evaluate(
        "s => { const i = document.querySelector(s); return [i.clientWidth, i.clientHeight]; }", IMAGE
    )
    assert shown[0] / shown[1] == pytest.approx(16 / 9, rel=0.02)
    page.context.close()


def _hold(late: list[Route], route: Route) -> None:
    late.append(route)


PAGES = {
    "list": ("/angebote?q=chor", "ettlingen"),
    "offer": ("", ""),
    "home": ("/", "baden-baden"),
    "organisations": ("/organisationen", "ettlingen"),
}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_while_pictures_arrive(browser: Browser, demo: Demo, name: str, width: int) -> None:
    """Pictures come long after the page; what happens before, as with fonts, is no matter of this test."""
    path, town = PAGES[name]
    address = demo.address(path, town) if path else offer(browser, demo)
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE")
    page = context.new_page()
    late: list[Route] = []
    page.route("**/*.woff2", lambda route: route.abort())
    page.route("**/bilder/**", lambda route: _hold(late, route))
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_timeout(400)
    assert late
    before, since = page.evaluate(HEIGHT), page.evaluate("performance.now()")
    page.unroute("**/bilder/**")
    for route in late:
        route.continue_()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFTS, since) == 0
    assert page.evaluate(HEIGHT) == before
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_page_with_a_picture_is_accessible(browser: Browser, demo: Demo, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale="de-DE",
    )
    page = context.new_page()
    page.goto(offer(browser, demo))
    assert violations(page) == []
    assert page.get_by_role("img", name="Neun Menschen stehen im Licht").count() == 1
    assert int(page.evaluate("document.documentElement.scrollWidth")) <= width
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_place_that_matters_can_be_chosen_by_keyboard(browser: Browser, demo: Demo, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE")
    page = context.new_page()
    sign_in(page, demo, "verein@bretten.example")
    page.goto(demo.address("/verein/"))
    page.goto(f"{page.url.rstrip('/')}/angebote/neu")
    part = page.locator("details:has(#picture_focus)")
    part.locator("summary").press("Enter")
    page.get_by_label("Automatisch finden").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Oben links")).to_be_checked()
    assert violations(page) == []
    assert int(page.evaluate("document.documentElement.scrollWidth")) <= width
    context.close()
