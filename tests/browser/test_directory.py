"""A club fills in its profile, a visitor finds it by a filter of the directory and sees what it said.

In a town of its own, so that the pages of the others stay as they are. The form is used without scripts.
"""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_journey import press, say
from tests.browser.test_looks import sign_in, width_of
from tests.support.demo import Demo

CITY = "baden-baden"
CLUB = f"verein@{CITY}.example"
SENTENCE = "Wir bringen Licht in jedes Haus."
FIELD, TIME = "Technik, Hauswirtschaft und Handwerk", "Reparaturabend im Foyer"
ALT = "Eine Leiter vor einer Bühne"


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1280, 720), "#884422").save(file, "JPEG")
    return file.getvalue()


def test_from_the_form_to_the_visitor(browser: Browser, demo: Demo) -> None:
    shape = {"width": 360, "height": 800}
    club_context = browser.new_context(locale="de-DE", viewport=shape, java_script_enabled=False)
    visitor_context = browser.new_context(locale="de-DE", viewport={"width": 1100, "height": 900})
    club, visitor = club_context.new_page(), visitor_context.new_page()
    for page in (club, visitor):
        page.set_default_timeout(15_000)
    sign_in(club, demo, CLUB, CITY)
    club.goto(demo.address("/verein/", CITY))
    press(club, "Profile of the organisation")
    name = club.locator("input[name=name]").input_value()
    fill(club)
    find(visitor, demo, name)
    seen(visitor, name)
    assert visitor_context.cookies() == []
    for context in (club_context, visitor_context):
        context.close()


def fill(page: Page) -> None:
    """Add a line, be told what is missing in it, mend that, look at the preview, save."""
    page.locator("input[name=summary]").fill(SENTENCE)
    page.get_by_label(FIELD).check()
    page.get_by_role("button", name=say("Add another time")).click()
    row = page.locator(".time-row").last
    row.locator("input[name$=what]").fill(TIME)
    upload = {"name": "licht.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator("input[name=picture]").set_input_files(upload)
    page.locator("input[name=picture_alt]").fill(ALT)
    press(page, "Save")
    expect(page.locator("#form-errors")).to_contain_text(say("Please choose a day."))
    row = page.locator(".time-row").last
    expect(row.locator("input[name$=what]")).to_have_value(TIME)
    row.locator("select[name$=weekday]").select_option("thu")
    row.locator("input[name$=starts_at]").fill("19:00")
    row.locator("input[name$=ends_at]").fill("21:00")
    press(page, "Preview")
    expect(page.locator(".preview-frame")).to_contain_text(TIME)
    press(page, "Save")
    expect(page.get_by_text(say("The details of your organisation are saved."))).to_be_visible()


def find(page: Page, demo: Demo, name: str) -> None:
    """Narrow the directory down by the field; the list follows, and the chip can be taken away."""
    page.goto(demo.address("/organisationen", CITY))
    page.locator("#filter-kategorie > summary").click()
    page.get_by_label(FIELD).check()
    chip = page.locator(".chip", has_text=FIELD)
    expect(chip).to_be_visible()
    assert "kategorie=" in page.url
    card = page.locator(".offer", has_text=name)
    expect(card).to_contain_text(SENTENCE)
    chip.click()
    expect(chip).to_have_count(0)
    page.go_back()
    card.get_by_role("link").click()


def seen(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(name.replace("e. V.", "e.\N{NO-BREAK SPACE}V."))
    for told in (SENTENCE, FIELD, "19:00 bis 21:00 Uhr", TIME):
        expect(page.locator("main")).to_contain_text(told)
    shown = page.get_by_role("img", name=ALT)
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.set_viewport_size({"width": 360, "height": 800})
    assert width_of(page) <= 360
