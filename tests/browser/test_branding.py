"""Odd brand colours in a real browser: what is painted can be read, and the preview follows while one chooses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from coloraide import Color
from playwright.sync_api import Browser, Locator, Page, Route, expect

from engagement.kernel.palette import palette_of
from engagement.mail.message import Action, Content
from engagement.mail.render import render
from engagement.web.shared.theme import theme_css
from tests.browser.test_journey import say
from tests.browser.test_looks import Witness, sign_in, violations, width_of
from tests.factories.mails import LINKS, make_tenant_info
from tests.support.demo import Demo

ODD = ["#ffff00", "#ffffff", "#000000", "#7f7f7f", "#ff00aa", "#00ff66"]
SCHEMES = ["light", "dark"]
LETTER = Content(
    "Ihre Anfrage",
    "Guten Tag,",
    ("Mehr dazu: https://bretten.example/hilfe",),
    action=Action("Ansehen", "https://bretten.example/anfrage"),
    facts=(("Wann", "Dienstag"),),
    quote="Gern!",
)
FAINT = ":root { --brand: #ccc; --on-brand: #ddd; }"
LOOK = "/verwaltung/erscheinungsbild"
PAINTED = """element => {
    const see = colour => !/rgba\\(.*, 0\\)|transparent/.test(colour);
    let ground = element;
    while (ground && !see(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const style = getComputedStyle(element);
    return {
        text: style.color,
        edge: style.borderBottomColor,
        ground: ground ? getComputedStyle(ground).backgroundColor : "white",
        around: getComputedStyle(document.body).backgroundColor,
    };
}"""

IS_BRAND = "([frame, it]) => getComputedStyle(document.querySelector(frame)).getPropertyValue('--brand') === it"


def painted(element: Locator) -> dict[str, Any]:
    """Return the colours of an element as the browser has worked them out."""
    found: dict[str, Any] = element.first.evaluate(PAINTED)
    return found


def contrast(one: str, other: str) -> float:
    return Color(one).contrast(Color(other), method="wcag21")


def too_faint(page: Page, texts: dict[str, str], where: str) -> list[str]:
    """Return the elements, of those that ``texts`` names by their selectors, whose text stands out too little."""
    problems = []
    for name, selector in texts.items():
        colours = painted(page.locator(selector))
        ratio = contrast(colours["text"], colours["ground"])
        problems += [f"{where} {name}: {ratio:.2f} {colours}"] if ratio < 4.5 else []
    return problems


def dressed(page: Page, demo: Demo, rules: str) -> None:
    """Let every page have more rules at the end of its town's style sheet."""

    def serve(route: Route) -> None:
        route.fulfill(body=demo.read("/thema.css").text + rules, content_type="text/css")

    page.route(re.compile(r"/thema\.css"), serve)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("brand", ODD)
def test_pages_of_a_town_with_odd_colours_can_be_read(browser: Browser, demo: Demo, brand: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, locale="de-DE")
    page = context.new_page()
    dressed(page, demo, theme_css(brand, ODD[-1 - ODD.index(brand)]))
    page.goto(demo.address("/"))
    assert too_faint(
        page,
        {
            "button": ".search-box__button",
            "headline": ".hero__title",
            "link on the page": ".section-head a",
            "name of a field": ".offer__field",
            "plain button on a tint": ".invite .kern-btn .kern-label",
        },
        "/",
    ) == []  # fmt: skip
    assert violations(page) == []
    page.locator(".search-box__button").hover()
    page.wait_for_timeout(300)
    assert too_faint(page, {"button under the pointer": ".search-box__button"}, "/") == []
    page.goto(demo.address("/angebote"))
    here = painted(page.locator(".site-nav a[aria-current]"))
    assert contrast(here["edge"], here["around"]) >= 3
    assert too_faint(page, {"page of a list": ".paging a[aria-current]"}, "/angebote") == []
    assert violations(page) == []
    page.goto(demo.address("/fuer-vereine"))
    texts = {"button": ".kern-btn--primary .kern-label", "link on a surface": ".panel a", "step": ".pitch h1"}
    assert too_faint(page, texts, "/fuer-vereine") == []
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_mails_can_be_read_in_programs_of_either_scheme(browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    for brand in [*ODD, "#0b5cad"]:
        page.set_content(render(LETTER, make_tenant_info(brand_colour=brand), LINKS, "de").html)
        everything = {"name": ".name", "button": ".button", "paragraph": ".card p", "quote": "blockquote", "fact": "th"}
        texts = {**everything, "value": ".card td td", "link": ".card a[href*=hilfe]", "small": ".small a"}
        assert too_faint(page, texts, f"{brand} {scheme}") == []
        grounds = {painted(page.locator(".card"))["ground"], painted(page.locator("body"))["ground"]}
        assert all((Color(ground).luminance() < 0.2) is (scheme == "dark") for ground in grounds)
    context.close()


def test_the_measure_notices_a_colour_that_cannot_be_read(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
    page = context.new_page()
    dressed(page, demo, FAINT)
    page.goto(demo.address("/"))
    assert len(too_faint(page, {"link": ".section-head a", "button": ".search-box__button"}, "/")) == 2
    context.close()


def test_the_preview_follows_while_colours_are_chosen_and_nobody_else_sees_it(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
    page = context.new_page()
    sign_in(page, demo, "admin@bretten.example")
    page.goto(demo.address(LOOK))
    witness = Witness(page)
    for brand in ODD:
        page.locator("#brand_colour").fill(brand)
        page.locator("#accent_colour").fill(brand)
        expect(page.locator("#draft-theme")).to_have_attribute(
            "href", re.compile(f"brand=%23{brand[1:]}&accent=%23{brand[1:]}")
        )
        palette = palette_of(brand, brand)
        for scheme, colours in (("light", palette.light), ("dark", palette.dark)):
            frame = f".look-frame[data-kern-theme={scheme}]"
            page.wait_for_function(IS_BRAND, arg=[frame, colours["action"]])
            texts = {
                "button": f"{frame} .kern-btn--primary .kern-label",
                "plain button": f"{frame} .kern-btn--secondary .kern-label",
                "link": f"{frame} .kern-link",
                "badge": f"{frame} .badge--strong",
                "headline": f"{frame} .hero__title",
            }
            assert too_faint(page, texts, f"{brand} {scheme}") == []
            here = painted(page.locator(f"{frame} .look-nav a[aria-current]"))
            assert contrast(here["edge"], here["ground"]) >= 3
        assert colours["action"] in page.locator("#palette").inner_text() or colours["action"] == brand
    assert violations(page) == []
    assert witness.said == []
    visitor = browser.new_context(locale="de-DE").new_page()
    visitor.goto(demo.address("/"))
    assert painted(visitor.locator(".hero"))["ground"] == "rgb(11, 92, 173)"
    visitor.context.close()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_without_javascript_a_look_is_previewed_saved_and_brought_back(
    browser: Browser, demo: Demo, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo, "admin@ettlingen.example", "ettlingen")
    page.goto(demo.address(LOOK, "ettlingen"))
    before, name = (page.locator(field).input_value() for field in ("#claim", "#platform_name"))
    page.locator("#claim").fill(f"Ein Versuch bei {width}")
    page.locator("#brand_picker").fill("#336600")
    page.locator("#platform_name").fill("")
    page.get_by_role("button", name=say("Show preview")).click()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    page.locator("#platform_name").fill(name)
    page.get_by_role("button", name=say("Show preview")).click()
    expect(page.get_by_role("button", name=say("Save like this"))).to_be_in_viewport()
    expect(page.locator("#brand_colour")).to_have_value("#336600")
    expect(page.locator(".look-frame .brand__claim")).to_have_text([f"Ein Versuch bei {width}"] * 2)
    page.get_by_role("button", name=say("Save like this")).click()
    expect(page.get_by_role("status")).to_contain_text(
        say("The new look is saved. Everybody sees it within two minutes.")
    )
    expect(page.get_by_role("status")).to_be_in_viewport()
    page.get_by_role("button", name=say("Bring back")).first.click()
    expect(page.locator("#claim")).to_have_value(before)
    context.close()


def test_the_page_fits_with_everything_open(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 900}, locale="de-DE")
    page = context.new_page()
    sign_in(page, demo, "admin@bretten.example")
    page.goto(demo.address(LOOK))
    page.locator(".all-pairs summary").click()
    assert width_of(page) <= 360
    assert violations(page) == []
    context.close()
