"""A citizen without an account on a phone: saves a search, confirms, is told of a new offer, and is rid of it again."""

from __future__ import annotations

import urllib.request
from email.message import EmailMessage
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page, expect

from engagement.kernel.database import WEB_OPTIONS, database, libpq_url
from engagement.kernel.settings import load_settings
from tests.browser.test_journey import heading, press, say
from tests.browser.test_looks import look, sign_in
from tests.support.demo import Demo, link_in

GUEST = "phone@saved-search.example"
TITLE = "Zwergziegen im Kurpark hüten"


def test_from_an_empty_search_to_the_last_mail(browser: Browser, demo: Demo) -> None:
    phone = browser.new_context(locale="de-DE", viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = phone.new_page()
    page.set_default_timeout(15_000)
    save(page, demo)
    confirm(page, demo)
    wait_two_days(demo)
    publish(browser, demo)
    have_a_look(demo)
    mail = demo.wait_for_mail(GUEST, say("One new offer for you"))
    fits_on_a_phone(browser, mail)
    looks_right(browser, demo, link_in(mail, "/suchen/"))
    read_and_leave(page, demo)
    assert phone.cookies() == []
    phone.close()


def save(page: Page, demo: Demo) -> None:
    page.goto(demo.address("/angebote?q=Zwergziegen"))
    press(page, "Save this search and be told of new offers")
    heading(page, "Be told of new offers")
    expect(page.get_by_role("main")).to_contain_text("Zwergziegen")
    page.locator("input[name=email]").fill("keine adresse")
    press(page, "Save this search")
    expect(page.locator("#email-error")).to_be_visible()
    page.locator("input[name=email]").fill(GUEST)
    page.get_by_label(say("Once a day"), exact=True).check()
    press(page, "Save this search")
    heading(page, "Please look into your mailbox")


def looks_right(browser: Browser, demo: Demo, address: str) -> None:
    """The pages behind a mailed link are known only here."""
    for width, scheme in ((360, "light"), (1280, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="de-DE")
        path = address.removeprefix(demo.address(""))
        assert look(context.new_page(), demo, [path, path.replace("?", "/abbestellen?")], width) == []
        context.close()


def fits_on_a_phone(browser: Browser, mail: EmailMessage) -> None:
    """Its long addresses must not make the mail wider than the screen."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.set_content(mail.get_body(("html",)).get_content())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def confirm(page: Page, demo: Demo) -> None:
    mail = demo.wait_for_mail(GUEST, say("Please confirm: be told of new offers"))
    page.goto(link_in(mail, "/suchen/bestaetigen/"))
    press(page, "Yes, tell me")
    expect(page.get_by_role("main")).to_contain_text(
        say("Thank you, it is done. We tell you as soon as something new fits.")
    )


def publish(browser: Browser, demo: Demo) -> None:
    """Let an association post what the citizen waits for."""
    page = browser.new_page(locale="de-DE")
    sign_in(page, demo, "verein@bretten.example")
    page.goto(demo.address("/verein/"))
    page.goto(f"{page.url.rstrip('/')}/angebote/neu")
    page.locator("input[name=title]").fill(TITLE)
    page.locator("textarea[name=summary]").fill("Jeden Morgen eine Runde mit den Zwergziegen durch den Kurpark gehen.")
    page.locator("textarea[name=description]").fill(
        "Die Tiere kennen den Weg. Sie gehen mit, achten auf das Tor und zählen am Ende nach, ob alle wieder da sind. "
        "Feste Schuhe genügen, Erfahrung mit Tieren ist nicht nötig. Wir zeigen Ihnen an zwei Tagen, wie es geht."
    )
    page.locator("input[name='category_ids']").first.check()
    page.locator("input[name=place_kind][value=district]").check()
    page.locator("select[name=district_id]").select_option(label="Ruit")
    page.locator("input[name=slots][value=wed-morning]").check()
    press(page, "Publish")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    page.close()


def read_and_leave(page: Page, demo: Demo) -> None:
    mail = demo.wait_for_mail(GUEST, say("One new offer for you"))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page.goto(link_in(mail, "/angebote/"))
    heading(page, TITLE)
    page.goto(link_in(mail, "/suchen/"))
    page.get_by_label(say("Once a week"), exact=True).check()
    press(page, "Save the change")
    expect(page.get_by_role("main")).to_contain_text(say("Your change is saved."))
    address = str(mail["List-Unsubscribe"]).strip("<>")
    answer = one_click(address, demo)
    assert answer == 200
    page.goto(address)
    heading(page, "This saved search is gone")


def one_click(address: str, demo: Demo) -> int:
    """Send what a mail program sends, without following a redirect (RFC 8058, section 3.1)."""
    host = f"bretten.localhost:{demo.port}"
    request = urllib.request.Request(  # noqa: S310 - our own demo
        address.replace(host, f"127.0.0.1:{demo.port}"), b"List-Unsubscribe=One-Click", {"Host": host}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        assert answer.url == request.full_url
        return int(answer.status)


def wait_two_days(demo: Demo) -> None:
    """Let two days go by: nobody but the database can turn back time for a running installation."""
    at_work(
        demo,
        "UPDATE saved_search SET looked_until = looked_until - interval '2 days'",
        "UPDATE noticed_offer SET noticed_at = noticed_at - interval '2 days'",
    )


def have_a_look(demo: Demo) -> None:
    at_work(
        demo,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
        "VALUES ('default', 'alerts.look', '{\"timestamp\": 0}')",
    )


def at_work(demo: Demo, *statements: str) -> None:
    settings = load_settings(secret_key="x" * 32, data_dir=Path(demo.folder))
    with database(settings) as url, psycopg.connect(libpq_url(url), options=WEB_OPTIONS) as connection:
        connection.execute("SELECT set_config('app.tenant_id', id::text, true) FROM tenant WHERE slug = 'bretten'")
        for statement in statements:
            connection.execute(statement)
