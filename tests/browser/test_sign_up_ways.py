"""Signing up in other ways than with a mouse: by keyboard alone, and on an old phone without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_journey import heading, press, say
from tests.support.demo import Demo

MOST_STOPS = 80
# the link of a card is drawn round the whole card
FOCUSED = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect();
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const card = here.closest(".offer") ?? here;
  const outlined = [[here], [here, "::after"], [card]].some((of) => drawn(getComputedStyle(...of)));
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const covered = Boolean(top) && !here.contains(top) && !top.contains(here) && !top.closest("label");
  return { outlined, seen, covered, box: [box.left, box.top, box.width, box.height],
           what: here.outerHTML.slice(0, 120) };
}"""
SENT = "One step is left: please look into your mailbox"


def settled(page: Page) -> dict[str, Any]:
    """Return what has the focus, once the browser has scrolled to it."""
    for _ in range(20):
        found: dict[str, Any] = page.evaluate(FOCUSED)
        if found["seen"] and not found["covered"]:
            break
        page.wait_for_timeout(50)
    return found


def go_to(page: Page, target: Locator) -> int:
    """Press the tab key until ``target`` has the focus, and return the stops; at each one sees where one is."""
    wanted = target.first.element_handle()
    for stop in range(1, MOST_STOPS):
        page.keyboard.press("Tab")
        found = settled(page)
        assert found["outlined"], f"no outline on {found['what']}"
        assert found["seen"], f"out of sight: {found}"
        assert not found["covered"], f"covered: {found}"
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return stop
    raise AssertionError(f"no way by keyboard to {target}")


def open_first_offer(page: Page, enter: Callable[[Locator], object]) -> None:
    enter(page.locator("main a[href*='/angebote/']"))
    enter(page.get_by_role("main").get_by_role("link", name=say("Join in"), exact=True))


def test_by_keyboard_alone_from_home_to_the_sent_sign_up(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(demo.address("/"))
    go_to(page, page.get_by_role("main").locator("input[name=q]"))
    page.keyboard.type("Freilichtspiel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/angebote?**")

    def enter(target: Locator) -> None:
        go_to(page, target)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    open_first_offer(page, enter)
    go_to(page, page.locator("input[name=name]"))
    page.keyboard.type("Tasta Tour")
    assert go_to(page, page.locator("input[name=email]")) == 1
    page.keyboard.type("tasta@example.org")
    send = page.get_by_role("button", name=say("Send"), exact=True)
    enter(send)
    heading(page, SENT)
    assert demo.wait_for_mail("tasta@example.org", "")
    assert context.cookies() == []
    context.close()


def test_on_a_small_phone_without_scripts_in_few_taps(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(
        locale="de-DE", viewport={"width": 360, "height": 640}, java_script_enabled=False, has_touch=True
    )
    page = context.new_page()
    taps = []

    def tap(target: Locator) -> None:
        taps.append(target)
        target.first.tap()

    page.goto(demo.address("/angebote?q=Freilichtspiel"))
    open_first_offer(page, tap)
    required = page.locator("main form [required]:visible")
    expect(required).to_have_count(2)
    tap(page.locator("input[name=name]"))
    page.locator("input[name=name]").fill("Henni Handy")
    tap(page.locator("input[name=email]"))
    page.locator("input[name=email]").fill("falsch")
    press(page, "Send")
    expect(page.locator("#email-error")).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("Henni Handy")
    page.locator("input[name=email]").fill("henni@example.org")
    tap(page.get_by_role("button", name=say("Send"), exact=True))
    heading(page, SENT)
    assert len(taps) == 5
    context.close()


def test_the_way_to_join_stays_in_reach_on_a_phone(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(locale="de-DE", viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(demo.address("/angebote?q=Freilichtspiel"))
    page.locator("main a[href*='/angebote/']").first.click()
    bar = page.locator(".join-bar a")
    for place in (0, 900, 1500):
        page.evaluate("place => scrollTo(0, place)", place)
        expect(bar).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
