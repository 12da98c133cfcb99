"""A visitor reports an offer, staff take it off, its organisation hands it in again, staff release it.

In a town of its own, so that the pages of the others stay as they are.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_journey import heading, press, say
from tests.browser.test_looks import sign_in
from tests.support.demo import Demo

CITY = "ettlingen"
CLUB = f"verein@{CITY}.example"
REPORTER = "otto.beispiel@example.org"
TYPED = "Guten Tag zusammen,"


def test_from_the_report_to_the_release(browser: Browser, demo: Demo) -> None:
    contexts = [browser.new_context(locale="de-DE", viewport={"width": 1100, "height": 900}) for _ in range(3)]
    visitor, staff, club = (context.new_page() for context in contexts)
    for page in (visitor, staff, club):
        page.set_default_timeout(15_000)
    sign_in(club, demo, CLUB, CITY)
    club.goto(demo.address("/verein/", CITY))
    club.locator(".line", has_text=say("Published")).last.get_by_role("link").click()
    title = club.get_by_role("heading", level=1).inner_text()
    public = club.get_by_role("link", name=say("To the public page")).get_attribute("href") or ""
    offer = demo.address(public, CITY)

    report(visitor, offer)
    demo.wait_for_mail(REPORTER, say("Your report has arrived: %(title)s", title=title))
    sign_in(staff, demo, f"admin@{CITY}.example", CITY)
    take_off(staff, demo, title)
    visitor.goto(offer)
    visitor.reload()  # the browser may keep a public page for a minute
    heading(visitor, "This offer is no longer here")
    demo.wait_for_mail(CLUB, say("Your offer is not public any more: %(title)s", title=title))
    club.reload()
    press(club, "Hand in for checking")
    release(staff, demo, title)
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(title)
    assert contexts[0].cookies() == []
    for context in contexts:
        context.close()


def report(page: Page, offer: str) -> None:
    page.goto(offer)
    press(page, "Report this offer")
    press(page, "Send the report")
    expect(page.locator("#form-errors")).to_be_visible()
    page.get_by_label(say("Something in it is wrong")).check()
    page.locator("textarea[name=text]").fill("Der Treffpunkt ist ein anderer.")
    page.locator("input[name=email]").fill(REPORTER)
    press(page, "Send the report")
    heading(page, "Thank you for your report")


def take_off(page: Page, demo: Demo, title: str) -> None:
    """A prepared text joins what is written already, which the link alone would lose."""
    page.goto(demo.address("/verwaltung/meldungen", CITY))
    page.locator(".group", has_text=title).locator(".line").last.get_by_role("link").click()
    press(page, "Take off the public pages …")
    page.locator("textarea[name=reason]").fill(TYPED)
    page.locator(".prepared a").first.click()
    reason = page.locator("textarea[name=reason]")
    assert reason.input_value().startswith(f"{TYPED}\n\n")
    assert len(reason.input_value()) > len(TYPED) + 30
    press(page, "Take it off and send the mail")
    expect(page.get_by_role("main")).to_contain_text(TYPED)


def release(page: Page, demo: Demo, title: str) -> None:
    """One box ticks all, and each can be taken out again."""
    page.goto(demo.address("/verwaltung/angebote", CITY))
    page.get_by_label(say("Tick all")).check()
    boxes = page.locator("input[name=chosen]")
    assert boxes.count() > 1
    for number in range(boxes.count()):
        expect(boxes.nth(number)).to_be_checked()
    page.get_by_label(say("Tick all")).uncheck()
    page.locator(".line", has_text=title).locator("input[name=chosen]").check()
    press(page, "Release what is ticked")
    expect(page.get_by_role("main")).not_to_contain_text(title)
