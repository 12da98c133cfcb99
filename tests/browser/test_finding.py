"""Finding in a real browser: suggestions by keyboard, a list that follows the filters, one's own place, a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_journey import say
from tests.browser.test_looks import violations, width_of
from tests.support.demo import Demo

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
SCHLOSS = {"latitude": 49.036912, "longitude": 8.707412}


@pytest.fixture
def wide(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop in Bretten whose owner lets pages know where it is."""
    context = browser.new_context(viewport=WIDE, locale="de-DE", geolocation=SCHLOSS, permissions=["geolocation"])
    context.set_default_timeout(15_000)
    yield context
    assert context.cookies() == []
    context.close()


@pytest.fixture
def page(wide: BrowserContext) -> Page:
    opened = wide.new_page()
    opened.on("pageerror", lambda error: pytest.fail(str(error)))
    return opened


def count(page: Page) -> int:
    return int((page.locator("#results-title").inner_text()).split()[0])


def test_suggestions_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(demo.address("/"))
    field = page.get_by_role("combobox", name=say("What would you like to do?"))
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("kind", delay=30)
    options = page.locator("#suggestions [role=option]")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-2")
    field.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("kind")
    field.press_sequentially("er", delay=30)
    expect(options.first).to_be_visible()
    leads_to = options.first.get_attribute("data-address") or ""
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{leads_to}")


def test_enter_without_a_choice_searches(page: Page, demo: Demo) -> None:
    page.goto(demo.address("/angebote"))
    field = page.locator("#search-words")
    field.press_sequentially("kinder", delay=20)
    field.press("Enter")
    page.wait_for_url("**/angebote?q=kinder")
    expect(page.locator(".chip").first).to_contain_text("kinder")
    expect(page.locator("#suggestions [role=option]")).to_have_count(0)


def test_the_list_follows_the_filters_and_the_back_button(page: Page, demo: Demo) -> None:
    page.goto(demo.address("/angebote"))
    everything = count(page)
    page.evaluate("window.stays = true")
    box = page.locator("#art-einmalig")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/angebote?art=einmalig")
    some = count(page)
    assert 0 < some < everything
    expect(box).to_be_focused()
    expect(box).to_be_checked()
    page.locator("#filter-wann > summary").click()
    page.locator("#wann-sat-afternoon").check()
    page.wait_for_url("**/angebote?art=einmalig&wann=sat-afternoon")
    expect(page.locator("#filter-wann")).to_have_attribute("open", "")
    assert count(page) <= some
    page.go_back()
    page.wait_for_url("**/angebote?art=einmalig")
    expect(page.locator("#results-title")).to_contain_text(str(some))
    expect(page.locator("#wann-sat-afternoon")).not_to_be_checked()
    page.locator(".chip").first.click()
    page.wait_for_url("**/angebote")
    expect(page.locator("#results-title")).to_contain_text(str(everything))
    expect(page.locator("#results-title")).to_be_focused()
    expect(box).not_to_be_checked()
    assert page.evaluate("window.stays") is True, "no page was loaded anew"
    page.locator(".paging a[rel=next]").click()
    page.wait_for_url("**/angebote?seite=2")


def test_near_me_tells_only_roughly_where(page: Page, demo: Demo) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.address("/angebote"))
    assert not any("ort=" in url for url in asked)
    page.get_by_role("button", name=say("My location")).click()
    page.wait_for_url("**/angebote?ort=49.035%2C8.705")
    expect(page.locator(".chip").first).to_contain_text(say("%(km)s km around you", km=5))
    page.locator("#sortierung").select_option("nah")
    page.wait_for_url("**sortierung=nah")
    expect(page.locator(".offer__facts").first).to_contain_text("km")
    page.locator("#search-place").fill("Ruit")
    page.locator("#search-place").press("Enter")
    page.wait_for_url("**/angebote?plz=Ruit&**")
    assert "ort=" not in page.url
    assert not any("49.0369" in url for url in asked)


def test_a_refused_place_says_what_to_do(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport=WIDE, locale="de-DE")
    page = context.new_page()
    page.goto(demo.address("/angebote"))
    page.get_by_role("button", name=say("My location")).click()
    refused = say("We did not get a position. Please give a postcode or a part of town.")
    expect(page.locator("#near-me-says")).to_have_text(refused)
    context.close()


def test_on_a_phone_the_button_stays_in_sight(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport=PHONE, locale="de-DE", has_touch=True)
    page = context.new_page()
    page.goto(demo.address("/angebote"))
    expect(page.locator("#art-remote")).not_to_be_visible()
    page.locator("#filters-fold > summary").click()
    page.locator("#filter-wann > summary").click()
    page.locator("#wann-sat-morning").check()
    page.wait_for_url("**wann=sat-morning")
    button = page.locator(".filters__go button")
    expect(button).to_be_in_viewport()
    expect(button).to_contain_text(str(count(page)))
    assert violations(page) == []
    assert width_of(page) <= PHONE["width"]
    context.close()


def test_without_scripts_the_button_shows_the_offers(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport=WIDE, locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(demo.address("/angebote"))
    expect(page.locator(".near-me")).not_to_be_visible()
    page.locator("#art-remote").check()
    page.locator(".filters__go button").click()
    expect(page.locator("#art-remote")).to_be_checked()
    expect(page.locator(".chip")).to_have_count(1)
    context.close()
