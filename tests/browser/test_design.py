"""What the public site promises of itself: light, calm while it loads, and legible however it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.demo import Demo

MOST_BYTES, MOST_REQUESTS = 120 * 1024, 12
PAGES = ("/", "/angebote", "/organisationen", "/fuer-vereine", "/barrierefreiheit", "/gibt-es-nicht")
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    " p { margin-bottom: 2em !important }"
)
"""WCAG 2.2, 1.4.12; put in through the debugger, as the pages' own policy allows no foreign styles."""
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 400);
})"""
CUT_TEXT = """() => [...document.querySelectorAll("h1, h2, h3, a, button, label, summary, dt, dd, p")].filter(one => {
  const style = getComputedStyle(one);
  if (style.display === "inline") return false;
  if (one.closest(".hidden, .offer__summary, .trap, .skip, .poster, .hero")) return false;
  return (style.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1)
      || (style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1);
}).map(one => one.outerHTML.slice(0, 120))"""
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const marked = [one, ...(one.labels || []), one.closest(".offer, .field, .tile")].filter(Boolean).some(each => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = one.getBoundingClientRect();
  return [marked ? "" : "no mark", box.bottom > 0 && box.top < innerHeight ? "" : "out of sight", one.outerHTML];
}"""
SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input, select, textarea")].filter(one => {
  if (one.closest("p, dd, address, .hidden, .trap, .prose, .skip")) return false;
  const box = (one.closest(".offer, .field, .tile, .answer") || one).getBoundingClientRect();
  return box.width && box.height && (box.width < 24 || box.height < 24);
}).map(one => one.outerHTML.slice(0, 120))"""


@dataclass
class Traffic:
    """What a page sends over the line, counted by the browser's own network log."""

    sizes: dict[str, float] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def watch(self, context: BrowserContext, page: Page) -> None:
        log = context.new_cdp_session(page)
        log.send("Network.enable")
        log.send("Network.setCacheDisabled", {"cacheDisabled": True})
        log.on("Network.requestWillBeSent", self._asked)
        log.on("Network.loadingFinished", self._finished)

    def _asked(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    @property
    def total(self) -> float:
        return sum(self.sizes[number] for number in self.addresses if number in self.sizes)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE", is_mobile=True, has_touch=True)
    yield made
    made.close()


def test_the_first_view_of_the_list_is_light(phone: BrowserContext, demo: Demo) -> None:
    page, traffic = phone.new_page(), Traffic()
    traffic.watch(phone, page)
    page.goto(demo.address("/angebote"), wait_until="networkidle")
    print(f"list: {traffic.total / 1024:.1f} KB in {len(traffic.addresses)} requests")  # noqa: T201 - shown with -s
    assert traffic.total <= MOST_BYTES, traffic.addresses
    assert len(traffic.addresses) <= MOST_REQUESTS, traffic.addresses
    assert {address.split("/")[2] for address in traffic.addresses.values()} == {f"bretten.localhost:{demo.port}"}
    assert page.evaluate("document.fonts.check('400 16px \"Fira Sans\"')")


def test_each_font_is_asked_for_once(phone: BrowserContext, demo: Demo) -> None:
    page, traffic = phone.new_page(), Traffic()
    traffic.watch(phone, page)
    page.goto(demo.address("/"), wait_until="networkidle")
    fonts = sorted(address for address in traffic.addresses.values() if ".woff2" in address)
    assert len(fonts) == len(set(fonts)) == 2, fonts


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_a_page_loads(phone: BrowserContext, demo: Demo, path: str) -> None:
    page = phone.new_page()
    page.goto(demo.address(path), wait_until="load")
    assert page.evaluate(SHIFT) < 0.01


@pytest.mark.parametrize("path", PAGES)
def test_little_moves_when_the_fonts_come_late(phone: BrowserContext, demo: Demo, path: str) -> None:
    """Below 0.1 a page counts as stable (web.dev, Cumulative Layout Shift); a line may still break elsewhere."""
    page = phone.new_page()
    page.route("**/*.woff2*", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.goto(demo.address(path), wait_until="load")
    assert page.evaluate(SHIFT) < 0.1


@pytest.mark.parametrize("path", PAGES)
def test_at_four_times_the_size_nothing_scrolls_sideways(browser: Browser, demo: Demo, path: str) -> None:
    """A window of 1280 px at 400 % shows 320 (WCAG 2.2, 1.4.10)."""
    context = browser.new_context(viewport={"width": 320, "height": 256}, locale="de-DE")
    page = context.new_page()
    page.goto(demo.address(path))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_wide_spacing_cuts_no_text(browser: Browser, demo: Demo, path: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="de-DE", bypass_csp=True)
    page = context.new_page()
    page.goto(demo.address(path))
    page.add_style_tag(content=SPACING)
    assert page.evaluate(CUT_TEXT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


@pytest.mark.parametrize("path", ["/", "/angebote", "/organisationen"])
@pytest.mark.parametrize("width", [360, 1280])
def test_focus_is_seen_wherever_it_goes(browser: Browser, demo: Demo, path: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE", reduced_motion="reduce")
    page = context.new_page()
    page.goto(demo.address(path))
    steps = 0
    while steps < 60:
        page.keyboard.press("Tab")
        where = page.evaluate(FOCUS)
        if where is None:
            break
        assert where[:2] == ["", ""], where
        steps += 1
    assert steps > 10
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough(phone: BrowserContext, demo: Demo, path: str) -> None:
    page = phone.new_page()
    page.goto(demo.address(path))
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/", "/angebote"])
def test_pages_read_from_right_to_left(browser: Browser, demo: Demo, path: str, width: int) -> None:
    """Turned round, a page is as wide as before, and its header and cards stand mirrored."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE")
    page = context.new_page()
    page.goto(demo.address(path))
    before = page.locator(".brand").bounding_box() or {}
    page.evaluate("document.documentElement.dir = 'rtl'")
    after = page.locator(".brand").bounding_box() or {}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert before["x"] < width / 2 < after["x"] + after["width"]
    assert abs((page.evaluate("document.documentElement.clientWidth") - after["x"] - after["width"]) - before["x"]) < 20
    context.close()


def test_an_offer_prints_as_one_poster(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(demo.address("/angebote"))
    page.locator("main .offer__title a").first.click()
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    assert page.locator(".poster__title").is_visible()
    assert not page.locator(".detail").is_visible()
    assert not page.locator(".site-header").is_visible()
    assert page.locator(".poster__code img").evaluate("img => img.complete && img.naturalWidth > 0")
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
    context.close()


def test_the_list_prints_without_what_only_a_screen_needs(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(demo.address("/angebote"))
    page.emulate_media(media="print")
    for unwanted in (".filters", ".search-box", ".offer__picture", ".site-footer", ".site-nav", ".paging"):
        assert not page.locator(unwanted).first.is_visible(), unwanted
    assert page.locator(".offer__address").first.inner_text().startswith("bretten.localhost")
    context.close()
