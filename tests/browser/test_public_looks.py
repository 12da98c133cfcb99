"""Every public page in every look: three towns' colours, light and dark, German and Arabic, phone and desk, much zoom.

A group of its own, with a demo of its own: it takes as long as the other browser tests together.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import URL

from engagement.kernel.settings import Settings
from engagement.wiring import create_app
from tests.browser.test_looks import Witness, violations, width_of
from tests.conftest import SECRET
from tests.support.demo import Demo

pytestmark = pytest.mark.xdist_group("looks")

TOWNS = ["bretten", "ettlingen", "baden-baden"]
LANGUAGES = ["de", "ar"]
SHAPES = [(360, "light"), (360, "dark"), (1280, "dark"), (1280, "light")]
ZOOMED = 320
"""What is left of 1280 px at 400 % (WCAG 2.2, success criterion 1.4.10)."""
UNKNOWN = "/gibt-es-nicht"
VISITOR = [
    "/",
    "/angebote",
    "/angebote?q=lesen&art=regelmaessig",
    "/angebote?q=xyzzy",
    "/angebote?nachbarn=1",
    "/angebote?ansicht=karte&nachbarn=1",
    "/angebote?ortlos=1",
    "/angebote?wann=sat&zugang=stufenlos&mit=familie&dauer=bis-5&ort=49.035,8.705&umkreis=20&sortierung=nah",
    "/angebote?q=kinder&sprache=xx&alter=14&wann=sun&schnuppern=1",
    "/suchen/merken?q=lesen&art=regelmaessig",
    "/suchen/gemerkt",
    "/suchen/beendet",
    "/organisationen",
    "/organisationen?q=verein&angebote=1&kategorie=kultur-und-kreatives&sortierung=aktiv",
    "/organisationen?q=xyzzy&schnuppern=1",
    "/fuer-vereine",
    "/api",
    "/einbetten",
    "/einbetten/anleitung?art=einmalig",
    "/passt-zu-mir",
    "/passt-zu-mir?frage=6",
    "/passt-zu-mir/vorschlaege?tun=draussen&zeit=wochenende&dauer=bis-5",
    "/anmelden",
    "/anmelden/link-verschickt",
    "/anmelden/noch-bestaetigen",
    "/registrieren/fast-fertig",
    "/registrieren/verein/danke",
    "/registrieren",
    "/registrieren/verein",
    "/registrieren/verein?suche=eisenbahnfreunde",
    "/registrieren/verein?name=Lesewelt",
    "/registrieren/verein/angefragt",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/leichte-sprache",
    "/gebaerdensprache",
    "/barrierefreiheit/feedback?seite=/angebote",
    "/barrierefreiheit/feedback/danke",
    UNKNOWN,
]
"""Pages that are the same in every town, and what the list of offers shows for unusual wishes."""
BY_MAIL = {
    "account.still_right",
    "account.use_link",
    "account.invitation",
    "account.join_organisation",
    "public.follow_application",
    "public.sign_up_confirmed",
    "public.take_place",
    "public.withdraw_application",
    "public.confirm_sign_up",
}
"""Pages behind mailed links; the journeys look at them."""
FOR_MEMBERS = "/konto", "/verwaltung", "/verein/", "/betrieb"


def of_town(page: Page, address: str) -> list[str]:
    """Return the addresses of a town's first offer, of one that is over, of its first organisation, and their forms."""
    page.goto(f"{address}/angebote")
    offer = first_link(page, "/angebote/")
    page.goto(f"{address}/organisationen")
    organisation = first_link(page, "/organisationen/")
    number = organisation.split("/")[2].split("-")[0]
    forms = [f"{offer}/{form}" for form in ("mitmachen", "mitmachen/danke", "melden", "melden/danke")]
    return [offer, *forms, over(page, address), organisation, f"/registrieren/verein/{number}"]


def first_link(page: Page, inside: str) -> str:
    found = page.locator(f"main a[href*='{inside}']").first.get_attribute("href") or ""
    return urlsplit(found).path


def over(page: Page, address: str) -> str:
    """Return the address of an offer that is over: no list names one, so numbers are tried."""
    page.goto(f"{address}/angebote")
    found = page.evaluate(
        """async () => {
          for (let number = 1; number < 200; number += 1) {
            const answer = await fetch(`/angebote/${number}-x`);
            if (answer.ok && (await answer.text()).includes('"noindex"')) return new URL(answer.url).pathname;
          }
        }"""
    )
    assert found, "the demo has no offer that is over"
    return str(found)


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def wrong_with(page: Page, path: str) -> list[str]:
    """Return what is wrong with the open page in any of its shapes."""
    problems = []
    for width, scheme in SHAPES:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        problems += [f"{path} {width} {scheme}: {finding}" for finding in violations(page)]
        problems += too_wide(page, path, width)
    page.set_viewport_size({"width": ZOOMED, "height": 256})
    return [*problems, *too_wide(page, path, ZOOMED)]


def too_wide(page: Page, path: str, width: int) -> list[str]:
    found = width_of(page)
    return [f"{path} is {found} px wide at {width}"] if found > width else []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("town", TOWNS)
def test_every_page_in_every_look(browser: Browser, demo: Demo, town: str, language: str) -> None:
    context = browser.new_context(locale="de-DE", reduced_motion="reduce")
    page = context.new_page()
    address = demo.address("", town)
    paths = [*VISITOR, *of_town(page, address)]
    witness, problems = Witness(page), []
    for path in paths:
        page.goto(address + in_language(path, language))
        problems += wrong_with(page, path)
    assert problems == []
    assert witness.said == []
    assert witness.asked == {urlsplit(address).netloc}
    assert context.cookies() == []
    context.close()


def test_no_public_page_is_left_out(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    app = create_app(Settings(secret_key=SECRET, log_level="ERROR"), URL.create("postgresql", database="nowhere"))
    match = app.url_map.bind("bretten.localhost").match
    paths = [*VISITOR, *of_town(page, demo.address(""))]
    looked_at = {match(urlsplit(path).path)[0] for path in paths if path != UNKNOWN}
    missing = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in looked_at | BY_MAIL:
            continue
        if rule.rule.startswith(FOR_MEMBERS) or rule.arguments or "." in rule.rule:
            continue
        answer = demo.read(rule.rule)
        if (answer.status, answer.content_type) == (HTTPStatus.OK, "text/html"):
            missing.append(rule.endpoint)
    assert missing == []
    context.close()
