"""Whatever colours a town has, its pages can be read: measured with coloraide, in the style sheet as it is served."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from coloraide import Color
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement.kernel import colours
from engagement.kernel.palette import KERN, PAIRS, Scheme, holds, palette_of
from engagement.web.shared.theme import NEUTRAL, PROPERTIES, draft_css, theme_css
from tests.support.stylesheets import STATIC, kern_colour, theme

any_colour = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts))
ODD = ("#ffffff", "#000000", "#ffff00", "#ffcc00", "#00ff00", "#ff00ff", "#777777", "#767676", "#0000ff", "#fffffe")
KERN_NAMES = {
    "page": "--kern-color-layout-background-default",
    "surface": "--kern-color-layout-background-hued",
    "ink": "--kern-color-layout-text-default",
    "muted": "--kern-color-layout-text-muted",
    "input": "--kern-color-form-input-background",
    "input_border": "--kern-color-form-input-border",
    "focus": "--kern-color-action-focus-default",
    "visited": "--kern-color-action-visited",
    "danger_ground": "--kern-color-feedback-danger-background",
}
worst: dict[str, tuple[float, str]] = {}


@pytest.fixture(scope="module", autouse=True)
def _say_the_worst() -> Iterator[None]:
    """Print the narrowest pairs of all towns that were tried; shown with ``pytest -s``."""
    yield
    for use, (ratio, where) in worst.items():
        print(f"worst {use}: {ratio:.4f} : 1, {where}")  # noqa: T201


def painted(css: str, name: str, scheme: Scheme) -> str:
    """Return a colour of a pair as a browser finds it: in the tenant's style sheet, or else in KERN's."""
    if name in PROPERTIES:
        values = {theme(css, scheme)[property_name] for property_name in PROPERTIES[name]}
        assert len(values) == 1
        return values.pop()
    return kern_colour(KERN_NAMES[name], scheme)


def check(brand: str, accent: str) -> None:
    css = theme_css(brand, accent)
    for scheme in Scheme:
        for pair in PAIRS:
            foreground, background = painted(css, pair.foreground, scheme), painted(css, pair.background, scheme)
            ratio = Color(foreground).contrast(Color(background), method="wcag21")
            least = {"text": 4.5, "control": 3.0}[pair.use]
            assert ratio >= least, (brand, accent, scheme, pair, foreground, background)
            worst[pair.use] = min(worst.get(pair.use, (99.0, "")), (ratio, f"{brand} {scheme} {pair}"))


@settings(max_examples=500)
@given(any_colour, any_colour)
def test_every_pair_of_500_random_towns_can_be_read(brand: str, accent: str) -> None:
    check(brand, accent)


@pytest.mark.parametrize("brand", ODD)
@pytest.mark.parametrize("accent", ODD)
def test_and_so_can_those_of_odd_ones(brand: str, accent: str) -> None:
    check(brand, accent)


@given(any_colour, any_colour)
@settings(max_examples=50)
def test_the_palette_knows_that_it_holds(brand: str, accent: str) -> None:
    assert holds(palette_of(brand, accent))


def test_what_kern_paints_is_still_what_we_take_it_for() -> None:
    for scheme in Scheme:
        assert set(KERN[scheme]) == set(KERN_NAMES)
        assert {name: kern_colour(KERN_NAMES[name], scheme) for name in KERN_NAMES} == KERN[scheme]


@given(any_colour)
@example("#0b5cad")
@example("#808080")
def test_the_hue_stays_as_long_as_there_is_one(brand: str) -> None:
    palette = palette_of(brand, NEUTRAL[1])
    given = Color(brand).convert("oklch")
    for scheme in Scheme:
        derived = Color(palette.of(scheme)["action"]).convert("oklch")
        if min(given["chroma"], derived["chroma"]) > 0.05:
            turned = abs(given["hue"] - derived["hue"]) % 360
            assert min(turned, 360 - turned) < 4, (brand, palette.of(scheme)["action"])


@pytest.mark.parametrize("brand", ["#0b5cad", "#b3121d", "#a3161f", "#000000"])
def test_a_colour_that_can_be_read_is_left_as_it_is(brand: str) -> None:
    palette = palette_of(brand, NEUTRAL[1])
    assert palette.light["action"] == brand
    assert palette.contrast_as_given(Scheme.LIGHT) >= 4.5


def test_one_that_cannot_is_moved_no_further_than_it_must() -> None:
    palette = palette_of("#ffcc00", NEUTRAL[1])
    assert palette.light["hero"] == "#ffcc00"
    assert palette.contrast_as_given(Scheme.LIGHT) < 4.5
    tightest = min(one.ratio for one in palette.measured(Scheme.LIGHT) if one.pair.foreground == "action")
    assert 4.5 <= tightest < 4.6


@pytest.mark.parametrize("brand", ["#0b5cad", "#000000", "#ffffff"])
def test_a_button_under_the_pointer_looks_different(brand: str) -> None:
    for colour_set in (palette_of(brand, brand).light, palette_of(brand, brand).dark):
        states = [colour_set[name] for name in ("action", "action_hover", "action_pressed")]
        steps = [colours.lightness(state) for state in states]
        assert min(abs(steps[0] - steps[1]), abs(steps[1] - steps[2])) > 0.03


def test_our_style_sheets_mix_no_colours_of_their_own() -> None:
    """What is mixed in a browser is measured by nobody."""
    ours = {file.name: file.read_text(encoding="utf-8") for file in (STATIC / "css").glob("*.css")}
    assert ours
    assert [name for name, css in ours.items() if "color-mix(" in css] == []


def test_every_property_of_the_theme_is_set_in_both_schemes() -> None:
    css = theme_css(*NEUTRAL)
    names = {name for names in PROPERTIES.values() for name in names}
    assert set(theme(css, "light")) == set(theme(css, "dark")) == names


def test_a_draft_paints_nothing_outside_its_frame() -> None:
    css = draft_css(palette_of("#ffcc00", "#123456"), "frame")
    selectors = re.findall(r"(?:^|})\s*([^{}]+){", css)
    assert selectors == [".frame[data-kern-theme=light]", ".frame[data-kern-theme=dark]"]


@given(any_colour)
def test_a_colour_survives_being_written_and_read(text: str) -> None:
    assert colours.parse_colour(text.upper()) == text


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "#1234567", "", "#12345\n", "#١٢٣٤٥٦"])
def test_a_malformed_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        colours.parse_colour(text)


def test_contrast_of_known_colours() -> None:
    assert colours.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(any_colour)
def test_black_or_white_can_be_read_on_any_colour(ground: str) -> None:
    assert colours.contrast(colours.text_on([ground], 4.5), ground) >= 4.5
