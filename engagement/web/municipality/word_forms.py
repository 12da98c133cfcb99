"""Forms for words: their names in each language, a drawing for a field, postcodes and a point for a district."""

from __future__ import annotations

import re
from typing import Any

from wtforms import BooleanField, Field, RadioField, ValidationError

from engagement.kernel.geo import NORTH_POLE, Point, distance_km, parse_point
from engagement.kernel.i18n import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    comma,
    current_language,
    gettext,
    language_name,
    lazy_gettext,
)
from engagement.tenancy.vocabulary import named_icons, shipped_name
from engagement.tenancy.words import WordInfo, WordKind, WordValues
from engagement.web.shared import context
from engagement.web.shared.checks import POSTCODE
from engagement.web.shared.forms import BaseForm, text_field
from engagement.web.shared.languages import offered_languages

LONGEST_NAME = 120
FARTHEST_KM = 50.0
"""From the middle of the town; a point beyond it is most often a slip."""
MOST_SHOWN = 1
"""Languages beside German whose names are asked at once; the others are behind a line that opens."""
OTHER_LANGUAGES = tuple(code for code in LANGUAGES if code != DEFAULT_LANGUAGE)


class WordForm(BaseForm):
    """The names of a word; one field a language is added below."""

    name = text_field(lazy_gettext("Name in German"), longest=LONGEST_NAME, required=True)

    def __init__(self, word: WordInfo | None = None, **values: Any) -> None:
        names = {f"name_{code}": word.names.get(code, "") for code in OTHER_LANGUAGES} if word else {}
        super().__init__(**({"name": word.name} if word else {}), **names, **values)
        for code, field in self.translations():
            language = language_name(code, in_language=current_language())
            field.label.text = gettext("Name in %(language)s", language=language)

    def translations(self) -> list[tuple[str, Field]]:
        """Return the fields of the other languages with their codes."""
        return [(code, self[f"name_{code}"]) for code in OTHER_LANGUAGES]

    def by_need(self) -> tuple[list[tuple[str, Field]], list[tuple[str, Field]]]:
        """Return the fields that matter now, and those of all other languages.

        A field with a word in it, or with a mistake, is never hidden.
        """
        first = [code for code in offered_languages() if code != DEFAULT_LANGUAGE][:MOST_SHOWN]
        near: list[tuple[str, Field]] = []
        rest: list[tuple[str, Field]] = []
        for code, field in self.translations():
            (near if code in first or field.data or field.errors else rest).append((code, field))
        return near, rest

    def shipped(self, code: str) -> str:
        """Return what the product calls the word in another language, "" if it does not know it."""
        return shipped_name(self.name.data or "", code)

    def described(self) -> WordValues:
        """Return what was typed."""
        return WordValues(self.name.data or "", {code: field.data or "" for code, field in self.translations()})


for _code in OTHER_LANGUAGES:
    setattr(WordForm, f"name_{_code}", text_field("", longest=LONGEST_NAME))


class CategoryForm(WordForm):
    """A field of engagement, with its drawing."""

    icon = RadioField(lazy_gettext("Drawing"), default="")

    def __init__(self, word: WordInfo | None = None, **values: Any) -> None:
        super().__init__(word, **({"icon": word.icon} if word else {}), **values)
        shown = {term.icon: term.name for term in context.vocabulary().categories if term.icon}
        drawn = {icon: shown.get(icon) or name for icon, name in named_icons(current_language()).items()}
        self.icon.choices = [("", gettext("Hands")), *drawn.items()]
        self.icon.flags.needed = True

    def described(self) -> WordValues:
        """Return what was typed."""
        plain = super().described()
        return WordValues(plain.name, plain.names, icon=self.icon.data or "")


class DistrictForm(WordForm):
    """A part of the municipality, with its postcodes and a point near its middle."""

    postcodes = text_field(lazy_gettext("Postcodes"), longest=100)
    point = text_field(lazy_gettext("Point near its middle"), longest=60)
    far = BooleanField(lazy_gettext("The point is right although it is so far away"))

    def __init__(self, word: WordInfo | None = None, **values: Any) -> None:
        known = {"postcodes": ", ".join(word.postcodes), "point": _shown(word.point)} if word else {}
        super().__init__(word, **known, **values)
        self.is_far = False

    def validate_postcodes(self, field: Field) -> None:
        """Take several, with anything between them."""
        if wrong := [code for code in _codes(field.data) if not POSTCODE.fullmatch(code)]:
            raise ValidationError(gettext("A postcode has five digits: %(text)s", text=comma().join(wrong)))

    def validate_point(self, field: Field) -> None:
        """Take latitude and longitude as people write and copy them, not too far from the town unless confirmed."""
        if not field.data:
            return
        try:
            point = parse_point(field.data)
        except ValueError as error:
            raise ValidationError(gettext("Please write latitude and longitude, such as 49,0369 8,7074.")) from error
        centre = context.tenant().centre
        distance = distance_km(point, centre) if centre else 0.0
        self.is_far = distance > FARTHEST_KM
        if self.is_far and not self.far.data:
            raise ValidationError(_too_far(point, centre, distance))

    def described(self) -> WordValues:
        """Return what was typed."""
        plain = super().described()
        point = parse_point(self.point.data) if self.point.data else None
        codes = tuple(dict.fromkeys(_codes(self.postcodes.data)))
        return WordValues(plain.name, plain.names, postcodes=codes, point=point)


def form_for(kind: WordKind, word: WordInfo | None = None) -> WordForm:
    """Return the form for words of this kind."""
    forms = {WordKind.CATEGORY: CategoryForm, WordKind.DISTRICT: DistrictForm}
    return forms.get(kind, WordForm)(word)


def _too_far(point: Point, centre: Point | None, distance: float) -> str:
    far = gettext("This point is %(km)s km away from your town.", km=round(distance))
    swapped = Point(point.longitude, point.latitude) if abs(point.longitude) <= NORTH_POLE else None
    if swapped and centre and distance_km(swapped, centre) <= FARTHEST_KM:
        return " ".join((far, gettext("Perhaps latitude and longitude are the wrong way round.")))
    return " ".join((far, gettext("If it is right all the same, please tick the box below.")))


def _shown(point: Point | None) -> str:
    return f"{point.latitude:.5f} {point.longitude:.5f}".replace(".", ",") if point else ""


def _codes(text: str | None) -> list[str]:
    return [part for part in re.split(r"[\s,;/]+", text or "") if part]
