"""The main job from end to end: an association comes, a citizen helps, everybody gets an answer.

Nothing is reached into: pages in Chromium, mails read from the files that the catcher wrote. Labels are looked up in
the German catalogue, so that the test says what it means and breaks when a page does not.
"""

from __future__ import annotations

from pathlib import Path

from babel.support import Translations
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_looks import sign_in
from tests.support.demo import Demo, link_in

FOLDER = Path(__file__).resolve().parents[2] / "translations"
GERMAN = Translations.load(str(FOLDER), ["de"])
CLUB = "kontakt@kraichgau-lesekreis.example"
GUEST = "erika.beispiel@example.org"
NAME = "Lesekreis Kraichgauer Eulen"
TITLE = "Eulenstunde: vorlesen am Kamin"


def say(message: str, **values: object) -> str:
    """Return what the German page says for an English message."""
    text = GERMAN.gettext(message)
    return text % values if values else text


def press(page: Page, message: str) -> None:
    """Press the button or follow the link with this label in the page's main part."""
    main = page.get_by_role("main")
    name = say(message)
    target = main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True))
    target.first.click()


def heading(page: Page, message: str, **values: object) -> None:
    """Expect the page's one heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(say(message, **values))


def test_from_registration_to_withdrawal(browser: Browser, demo: Demo) -> None:
    pages = [browser.new_context(locale="de-DE", viewport={"width": 390, "height": 844}) for _ in range(3)]
    club, staff, guest = (context.new_page() for context in pages)
    for page in (club, staff, guest):
        page.set_default_timeout(15_000)

    register(club, demo)
    verify(staff, demo)
    post_offer(club, demo)
    sign_up(guest, demo)
    accept(club, demo)
    withdraw(guest, demo)
    mail = demo.wait_for_mail(CLUB, say("%(name)s has withdrawn: %(title)s", name="Erika Beispiel", title=TITLE))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert guest.context.cookies() == []
    for context in pages:
        context.close()


def register(page: Page, demo: Demo) -> None:
    page.goto(demo.address("/registrieren/verein"))
    page.locator("input[name=suche]").fill(NAME)
    press(page, "Look it up")
    press(page, "Register our organisation")
    expect(page.locator("input[name=name]")).to_have_value(NAME)
    page.locator("select[name=kind_id]").select_option(label="Initiative ohne Rechtsform")
    page.locator("textarea[name=description]").fill("Wir lesen vor, am liebsten am Kamin.")
    page.locator("select[name=district_id]").select_option(label="Ruit")
    page.locator("input[name=contact_name]").fill("Gerda Muster")
    page.locator("input[name=email]").fill(CLUB)
    press(page, "Register the organisation")
    heading(page, "Thank you, your organisation is registered")
    mail = demo.wait_for_mail(CLUB, say("Your organisation is registered: %(name)s", name=NAME))
    page.goto(link_in(mail, "/anmelden/"))
    press(page, "Sign in now")
    page.goto(demo.address("/verein/"))
    expect(page.get_by_text(NAME).first).to_be_visible()


def verify(page: Page, demo: Demo) -> None:
    mail = demo.wait_for_mail("admin@bretten.example", NAME)
    sign_in(page, demo, "admin@bretten.example")
    page.goto(link_in(mail, "/verwaltung/organisationen/"))
    heading(page, NAME)
    press(page, "Save and verify")
    demo.wait_for_mail(CLUB, say("%(name)s is verified", name=NAME))


def post_offer(page: Page, demo: Demo) -> None:
    page.goto(demo.address("/verein/"))
    page.goto(f"{page.url.rstrip('/')}/angebote/neu")
    page.locator("input[name=title]").fill(TITLE)
    page.locator("textarea[name=summary]").fill("Einmal in der Woche liest jemand Kindern und Großeltern am Kamin vor.")
    page.locator("textarea[name=description]").fill(
        "Sie suchen ein Buch aus, wir heizen ein. **Eine Stunde** reicht, und Kekse gibt es auch. Wer mag, bringt ein "
        "Instrument mit. Vorkenntnisse brauchen Sie keine, nur Freude am Erzählen und ein wenig Geduld mit den Kleinen."
    )
    page.get_by_label("Bildung und Lernen", exact=True).check()
    page.locator("input[name=place_kind][value=district]").check()
    page.locator("select[name=district_id]").select_option(label="Ruit")
    page.locator("input[name=slots][value=wed-afternoon]").check()
    page.locator("details:has(input[name=places]) > summary").click()
    page.locator("input[name=places]").fill("2")
    press(page, "Publish")
    expect(page.get_by_role("main")).to_contain_text(TITLE)


def sign_up(page: Page, demo: Demo) -> None:
    page.goto(demo.address("/"))
    page.locator("input[name=q]").first.fill("Eulenstunde vorlessen")
    page.locator("input[name=q]").first.press("Enter")
    page.get_by_role("link", name=TITLE).first.click()
    heading(page, TITLE)
    press(page, "Join in")
    page.locator("input[name=name]").fill("Erika Beispiel")
    page.locator("input[name=email]").fill("keine adresse")
    press(page, "Send")
    expect(page.locator("#email-error")).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("Erika Beispiel")
    page.locator("input[name=email]").fill(GUEST)
    page.locator("textarea[name=message]").fill("Ich habe mittwochs Zeit.")
    press(page, "Send")
    mail = demo.wait_for_mail(GUEST, say("Please confirm: %(title)s", title=TITLE))
    confirm = link_in(mail, "/mitmachen/bestaetigen/")
    page.goto(confirm)
    press(page, "Yes, I want to join in")
    heading(page, "Thank you! Your sign-up has arrived")
    page.goto(confirm)
    heading(page, "You have confirmed already")


def accept(page: Page, demo: Demo) -> None:
    mail = demo.wait_for_mail(CLUB, say("%(name)s wants to help: %(title)s", name="Erika Beispiel", title=TITLE))
    page.goto(link_in(mail, "/anfragen/"))
    expect(page.get_by_role("main")).to_contain_text("Ich habe mittwochs Zeit.")
    press(page, "Accept")
    expect(page.locator("textarea[name=text]")).not_to_be_empty()
    press(page, "Send acceptance")
    demo.wait_for_mail(GUEST, say("You are in: %(title)s", title=TITLE))


def withdraw(page: Page, demo: Demo) -> None:
    mail = demo.wait_for_mail(GUEST, say("You are in: %(title)s", title=TITLE))
    page.goto(link_in(mail, "/mitmachen/anfrage/"))
    press(page, "Withdraw the request")
    press(page, "Yes, withdraw it")
    expect(page.get_by_role("main")).to_contain_text(say("Withdrawn"))
