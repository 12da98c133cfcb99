"""The map in a real browser: silent until it is allowed to speak, usable without a mouse, and never the only way.

Tiles are answered at the edge of the browser, where every request is noted that would have left for another host.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.test_journey import say
from tests.browser.test_looks import sign_in, violations, width_of
from tests.support.demo import Demo

MAP = "/angebote?ansicht=karte"
PUBLIC_TILES = "sgx.geodatenzentrum.de"
WIDE, PHONE, ZOOMED = (1280, 900), (360, 740), (320, 256)
"""The last is a window of 1280 by 1024 at 400 % (WCAG 2.2, success criterion 1.4.10)."""


def grey_tile() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (256, 256), "#dfe3da").save(written, "PNG")
    return written.getvalue()


@dataclass
class Edge:
    """What a browser asked for: of whom, and which paths of our own."""

    own: str
    tile: bytes = field(default_factory=grey_tile)
    hosts: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)

    def note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "about"}:
            self.hosts.add(address.netloc)
            self.paths.add(address.path)

    def answer(self, route: Route) -> None:
        assert "referer" not in route.request.headers, "where somebody looks is nobody's business"
        route.fulfill(body=self.tile, content_type="image/png")

    @property
    def others(self) -> set[str]:
        return self.hosts - {self.own}

    def watch(self, context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(15_000)
        context.on("request", self.note)
        context.route(lambda url: urlsplit(url).netloc != self.own, self.answer)
        return context


@pytest.fixture
def edge(demo: Demo) -> Edge:
    return Edge(f"bretten.localhost:{demo.port}")


@pytest.fixture
def page(browser: Browser, edge: Edge) -> Iterator[Page]:
    context = edge.watch(browser.new_context(viewport=size(WIDE), locale="de-DE"))
    opened = context.new_page()
    opened.on("pageerror", lambda error: pytest.fail(str(error)))
    opened.on("console", lambda said: pytest.fail(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    assert context.cookies() == []
    context.close()


def size(shape: tuple[int, int]) -> dict[str, int]:
    return {"width": shape[0], "height": shape[1]}


def load(page: Page, address: str) -> None:
    """Open the map view and agree."""
    page.goto(address)
    page.get_by_role("button", name=say("Load the map"), exact=True).click()
    expect(page.locator(".pin").first).to_be_visible()


def shown(page: Page) -> int:
    """Return how many offers all pins that can be seen stand for."""
    names = page.locator(".pin").evaluate_all("pins => pins.map(pin => pin.getAttribute('aria-label'))")
    numbers = (re.search(r": (\d+)", name) for name in names)
    return sum(int(number.group(1)) if number else 1 for number in numbers)


def listed(page: Page) -> int:
    return int(page.locator("#results-title").inner_text().split()[0])


def test_nothing_leaves_before_the_visitor_agrees(page: Page, demo: Demo, edge: Edge) -> None:
    page.goto(demo.address(MAP))
    page.locator("#map-remember").check()
    page.locator("#map-remember").uncheck()
    page.locator("#art-einmalig").check()
    page.wait_for_url("**ansicht=karte**")
    page.wait_for_load_state("networkidle")
    assert edge.others == set()
    assert not [path for path in edge.paths if "leaflet.js" in path or "punkte" in path]
    panel = page.locator("#map-ask")
    expect(panel).to_contain_text(PUBLIC_TILES)
    expect(panel).to_contain_text("Bundesamt für Kartographie und Geodäsie")
    expect(panel).to_contain_text("IP-Adresse")

    page.get_by_role("button", name=say("Load the map"), exact=True).click()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("basemap.de / BKG, CC BY 4.0")
    assert edge.others == {PUBLIC_TILES}
    page.reload()
    expect(page.locator("#map-ask")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0, "it was not to be remembered"


def test_consent_is_remembered_on_wish_and_taken_back(page: Page, demo: Demo, edge: Edge) -> None:
    page.goto(demo.address(MAP))
    page.locator("#map-remember").check()
    page.locator("#map-load").click()
    expect(page.locator(".pin").first).to_be_visible()
    assert page.evaluate("({...localStorage})") == {"engagement-map": PUBLIC_TILES}
    page.reload()
    expect(page.locator(".pin").first).to_be_visible()

    page.get_by_role("button", name=say("Switch off the map and forget my consent")).click()
    expect(page.locator("#map-load")).to_be_focused()
    expect(page.locator(".pin")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0
    edge.hosts.clear()
    page.reload()
    page.wait_for_load_state("networkidle")
    assert edge.others == set()
    page.evaluate("localStorage.setItem('engagement-map', 'another.example')")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert edge.others == set(), "the consent was for another server"


def test_pictures_of_any_third_host_stay_out(browser: Browser, demo: Demo, edge: Edge) -> None:
    context = edge.watch(browser.new_context(viewport=size(WIDE), locale="de-DE"))
    page = context.new_page()
    tries = """host => new Promise(done => {
      const picture = new Image();
      picture.onload = () => done("came");
      picture.onerror = () => done("refused");
      picture.src = `https://${host}/1/1/1.png`;
    })"""
    for path, host, outcome in (
        (MAP, PUBLIC_TILES, "came"),
        (MAP, "pictures.example", "refused"),
        ("/angebote", PUBLIC_TILES, "refused"),
        ("/", PUBLIC_TILES, "refused"),
    ):
        page.goto(demo.address(path))
        assert page.evaluate(tries, host) == outcome, (path, host)
    context.close()


def test_by_keyboard_from_the_list_to_an_offer(page: Page, demo: Demo) -> None:
    page.goto(demo.address(MAP))
    skip = page.get_by_role("link", name=say("Skip the map"), exact=True)
    skip.focus()
    skip.press("Enter")
    expect(page.locator("#spots")).to_be_focused()
    page.locator("#map-load").focus()
    page.keyboard.press("Enter")
    canvas = page.locator("#map-canvas")
    expect(canvas).to_be_focused()
    expect(page.locator(".pin--cluster").first).to_be_visible()

    cluster = re.compile(r"Angebote hier: \d+ – näher heran")
    while page.locator(".pin--one").count() == 0:
        to_pin(page, "pin--cluster")
        expect(page.locator(":focus")).to_have_attribute("aria-label", cluster)
        page.keyboard.press("Enter")
        expect(canvas).to_be_focused()
        page.wait_for_timeout(600)  # as long as the map moves
    to_pin(page, "pin--one")
    name = page.locator(":focus").get_attribute("aria-label") or ""
    page.keyboard.press("Enter")
    link = page.locator(".popup__title").first
    expect(link).to_be_focused()
    expect(page.locator(".leaflet-popup-close-button")).to_have_attribute("aria-label", say("Close"))
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(page.locator(":focus")).to_have_attribute("aria-label", name)
    page.keyboard.press("Enter")
    expect(link).to_be_focused()
    title = link.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def to_pin(page: Page, kind: str) -> None:
    """Press the tab key until a pin of this kind has the focus."""
    page.locator("#map-canvas").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("kind => document.activeElement.classList.contains(kind)", kind):
            return
    pytest.fail(f"no {kind} can be reached")


def test_map_and_list_show_the_same_and_follow_the_filters(page: Page, demo: Demo) -> None:
    load(page, demo.address(MAP))
    page.evaluate("window.stays = true")
    placeless = int(page.locator(".notice-line").last.inner_text().split()[0])
    everything = listed(page)
    assert shown(page) == everything - placeless
    page.locator("#art-einmalig").check()
    page.wait_for_url("**art=einmalig**ansicht=karte")
    expect(page.locator("#map-ask")).to_be_hidden()
    expect(page.locator("#results-title")).not_to_contain_text(str(everything))
    with_place = page.locator(".spot__show:visible")
    expect(with_place.first).to_be_visible()
    assert 0 < shown(page) == with_place.count() < everything
    page.locator(".chip").first.click()
    page.wait_for_url("**/angebote?ansicht=karte")
    expect(page.locator("#results-title")).to_contain_text(str(everything))
    page.wait_for_function("document.querySelectorAll('.pin').length > 3")
    page.wait_for_timeout(300)
    assert shown(page) == everything - placeless
    assert page.evaluate("window.stays") is True, "no page was loaded anew"
    page.get_by_role("link", name=say("Show as a list")).click()
    expect(page.locator("#results-title")).to_contain_text(f"{placeless} ")


def test_what_is_chosen_on_one_side_shows_on_the_other(page: Page, demo: Demo) -> None:
    load(page, demo.address(MAP))
    entry = page.locator(".spot:has(.spot__show:visible)").nth(3)
    title = entry.locator(".spot__title").inner_text().replace("\xad", "")
    entry.locator(".spot__show").click()
    popup = page.locator(".leaflet-popup")
    expect(popup.get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(entry).to_have_class(re.compile("spot--chosen"))
    popup.get_by_role("link", name=title, exact=True).click()
    page.locator("main").get_by_role("link", name=say("Show on the map")).click()
    page.wait_for_url(re.compile(r"ansicht=karte#punkt-\d+"))
    page.get_by_role("button", name=say("Load the map"), exact=True).click()
    expect(page.locator(".leaflet-popup").get_by_role("link", name=title, exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", [WIDE, PHONE, ZOOMED])
def test_it_fits_and_is_accessible(
    browser: Browser, demo: Demo, edge: Edge, shape: tuple[int, int], scheme: str
) -> None:
    context = edge.watch(browser.new_context(viewport=size(shape), color_scheme=scheme, locale="de-DE"))
    page = context.new_page()
    load(page, demo.address(MAP))
    assert violations(page) == []
    page.locator(".spot__show:visible").first.click()
    expect(page.locator(".popup__title").first).to_be_visible()
    frame, popup = page.locator(".map__frame").bounding_box(), page.locator(".leaflet-popup").bounding_box()
    assert frame
    assert popup
    assert frame["x"] <= popup["x"]
    assert popup["x"] + popup["width"] <= frame["x"] + frame["width"]
    assert violations(page) == []
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert width_of(page) <= shape[0]
    context.close()


def test_without_scripts_there_is_the_list(browser: Browser, demo: Demo, edge: Edge) -> None:
    context = edge.watch(browser.new_context(viewport=size(WIDE), locale="de-DE", java_script_enabled=False))
    page = context.new_page()
    page.goto(demo.address(MAP))
    expect(page.locator("noscript .notice-line")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator(".spot").first).to_be_visible()
    page.get_by_role("link", name=say("List"), exact=True).click()
    expect(page.locator(".offer").first).to_be_visible()
    assert edge.others == set()
    context.close()


def test_it_keeps_still_and_stays_off_paper(browser: Browser, demo: Demo, edge: Edge) -> None:
    context = edge.watch(browser.new_context(viewport=size(WIDE), locale="de-DE", reduced_motion="reduce"))
    page = context.new_page()
    load(page, demo.address(MAP))
    assert page.locator(".leaflet-fade-anim, .leaflet-zoom-anim, .leaflet-cluster-anim").count() == 0
    page.emulate_media(media="print")
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator(".spot").first).to_be_visible()
    context.close()


def test_a_town_has_a_server_of_its_own(browser: Browser, demo: Demo) -> None:
    edge = Edge(f"ettlingen.localhost:{demo.port}")
    staff = browser.new_context(viewport=size(WIDE), locale="de-DE")
    desk = staff.new_page()
    sign_in(desk, demo, "admin@ettlingen.example", "ettlingen")
    desk.goto(demo.address("/verwaltung/einstellungen/karte", "ettlingen"))
    assert violations(desk) == []
    desk.locator("#template").fill("http://tiles.ettlingen.example/{z}/{x}/{y}.png")
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("main form")).to_contain_text(say("The address has to begin with https://."))
    assert violations(desk) == []
    desk.locator("#template").fill("https://tiles.ettlingen.example/{z}/{x}/{y}.png")
    desk.locator("#operator").fill("Stadt Ettlingen")
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url("**/verwaltung/einstellungen")
    staff.close()

    context = edge.watch(browser.new_context(viewport=size(WIDE), locale="de-DE"))
    page = context.new_page()
    for _ in range(40):  # other processes read the town anew within half a minute
        page.goto(demo.address(MAP, "ettlingen"))
        if "Stadt Ettlingen" in page.locator("#map-ask").inner_text():
            break
        page.wait_for_timeout(1000)
    page.locator("#map-load").click()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    assert edge.others == {"tiles.ettlingen.example"}
    context.close()
