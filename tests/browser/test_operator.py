"""An operator in a real browser: two factors, a town entered with a reason and left; every page as it has to be."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_looks import look
from tests.support.demo import PASSWORD, Demo

EMAIL = "betrieb@engagement.example"
REASON = "Frau Vogt bat am Telefon um Hilfe mit dem Logo."
PAGES = [
    "/betrieb/",
    "/betrieb/ettlingen",
    "/betrieb/neu",
    "/betrieb/protokoll",
    "/betrieb/ettlingen/betreten",
    "/betrieb/ettlingen/sperren",
    "/betrieb/ettlingen/loeschen",
]


def address(demo: Demo, path: str) -> str:
    return f"http://localhost:{demo.port}{path}"


def sign_in(page: Page, demo: Demo) -> None:
    """Give both factors; the demo shows the code of the second one. A code that was used makes us wait for the next."""
    for _ in range(5):
        page.goto(f"http://mail.localhost:{demo.port}/code")
        code = page.locator(".code").inner_text()
        page.goto(address(demo, "/betrieb/anmelden"))
        page.get_by_label("E-Mail-Adresse").fill(EMAIL)
        page.get_by_label("Passwort").fill(PASSWORD)
        page.get_by_label("Code aus Ihrer App").fill(code)
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_load_state()
        if page.url == address(demo, "/betrieb/"):
            return
        page.wait_for_timeout(10_000)
    raise AssertionError(page.locator("main").inner_text())


def test_a_town_is_entered_with_a_reason_and_left(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE")
    page = context.new_page()
    sign_in(page, demo)
    kept = context.storage_state()
    page.goto(address(demo, "/betrieb/bretten/betreten"))
    page.get_by_label("Begründung").fill(REASON)
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("link", name="Zu Bretten", exact=True).click()
    door = page.url.removeprefix(demo.address("").rstrip("/"))
    assert look(page, demo, [door], 390) == []
    page.get_by_role("button", name="Jetzt betreten").click()
    page.wait_for_url(demo.address("/verwaltung/"))
    banner = page.locator(".visit")
    expect(banner).to_contain_text("Betrieb: Ada Sommer ist bis")
    expect(banner).to_contain_text(REASON)
    assert look(page, demo, ["/verwaltung/", "/"], 390) == []
    banner.get_by_role("button", name="Verlassen").click()
    page.goto(demo.address("/verwaltung/"))
    assert "/anmelden" in page.url
    told = demo.wait_for_mail("admin@bretten.example", "Der Betrieb hat")
    assert REASON in str(told.get_body(("plain",)))
    context.close()
    for width, scheme in ((360, "light"), (1280, "dark")):
        looked = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale="de-DE",
            storage_state=kept,
        )
        assert look(looked.new_page(), demo, PAGES, width, host="localhost") == []
        looked.close()


def test_the_way_in_is_as_it_has_to_be(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 900}, color_scheme="dark", locale="de-DE")
    assert look(context.new_page(), demo, ["/betrieb/anmelden"], 360, host="localhost") == []
    context.close()
