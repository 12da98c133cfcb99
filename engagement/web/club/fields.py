"""Form fields for what people write in their own way: lists, decimal commas, names of languages, "not known"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale, localedata
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.widgets import TextArea, TextInput

from engagement.kernel.i18n import LANGUAGES, comma, current_language, gettext, language_name
from engagement.web.shared.numbers import whole_number
from engagement.web.shared.presentation import focus_names

BETWEEN = re.compile(r"[,;،؛\n\r]+")
_BULLETS = re.compile(r"^(?:[-–•*] )+")
ALIASES = {"farsi": "fa", "dari": "fa", "kurmandschi": "ku", "kurmanji": "ku", "mandarin": "zh"}
MOST_TYPED = 2000
LONGEST_CODE = 3
"""Of a language without script and region (ISO 639-2)."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class NeededToPublish:
    """Marks a field that may be empty in a draft, but not in what visitors see; the service checks that."""

    field_flags: dict[str, Any] = {"needed": True}  # noqa: RUF012 - WTForms reads and never writes it

    def __call__(self, _form: object, _field: object) -> None:
        """Refuse nothing."""


def split_list(text: str, between: re.Pattern[str] = BETWEEN) -> tuple[str, ...]:
    """Return what was written with commas, semicolons, bullets or on lines of their own, each once."""
    parts = (" ".join(part.split()) for part in between.split(text[:MOST_TYPED]))
    bare = (_BULLETS.sub("", part) for part in parts)
    return tuple(dict.fromkeys(part for part in bare if part))


class ListField(StringField):
    """Several short entries; ``entries`` holds them once the form was checked."""

    widget = TextArea()

    def __init__(
        self, label: str, *, most: int, longest: int, between: re.Pattern[str] = BETWEEN, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.most, self.longest, self.between = most, longest, between

    def process_data(self, value: str | Sequence[str] | None) -> None:
        """Show each entry on a line of its own."""
        self.data = value if value is None or isinstance(value, str) else "\n".join(value)

    @property
    def entries(self) -> tuple[str, ...]:
        """Return what was written, in its order."""
        return split_list(self.data or "", self.between)

    def pre_validate(self, _form: object) -> None:
        """Refuse too many and too long ones."""
        if len(self.entries) > self.most:
            raise ValidationError(gettext("Please give at most %(most)d entries.", most=self.most))
        for entry in self.entries:
            if len(entry) > self.longest:
                beginning = entry[:30]
                raise ValidationError(
                    gettext(
                        "“%(beginning)s…” is too long. Please keep each entry under %(longest)d characters.",
                        beginning=beginning,
                        longest=self.longest,
                    )
                )


def focus_choices() -> list[tuple[str, str]]:
    """Return where in a picture what matters can be."""
    return [(place, name[:1].upper() + name[1:]) for place, name in focus_names().items()]


class LanguagesField(StringField):
    """Languages by their names or codes; ``codes`` holds them once the form was checked."""

    widget = TextInput()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the languages that are known."""
        found = (language_code(word) for word in split_list(self.data or ""))
        return tuple(dict.fromkeys(code for code in found if code))

    def pre_validate(self, _form: object) -> None:
        """Refuse what is no language."""
        unknown = [word for word in split_list(self.data or "") if not language_code(word)]
        if unknown:
            raise ValidationError(gettext("We do not know this language: %(names)s", names=comma().join(unknown)[:80]))


def language_code(word: str) -> str | None:
    """Return the code of a language that is written as its code, or by its name in any language of ours."""
    return _language_codes().get(word.strip().casefold())


@lru_cache(maxsize=1)
def _language_codes() -> dict[str, str]:
    known = dict(ALIASES)
    for spoken in LANGUAGES:
        for code, name in Locale(spoken).languages.items():
            if len(code) <= LONGEST_CODE and localedata.exists(code):
                known.setdefault(str(name).casefold(), code)
                known[code] = code
    return known


def language_words(codes: Sequence[str]) -> str:
    """Return languages by their names in the reader's language, as ``LanguagesField`` reads them."""
    return comma().join(language_name(code, in_language=current_language()) for code in codes)


class WholeNumberField(IntegerField):
    """A whole number between ``least`` and ``most``, or nothing."""

    widget = TextInput()

    def __init__(self, label: str, *, least: int, most: int, **options: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "numeric"}, **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take digits."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        number = whole_number(text)
        if number is None or not self.least <= number <= self.most:
            raise ValueError(
                gettext("Please give a whole number from %(least)d to %(most)d.", least=self.least, most=self.most)
            )
        self.data = number


class DecimalCommaField(StringField):
    """A number with a decimal comma or point, or nothing; ``number`` holds it once the form was checked."""

    number: Decimal | None = None

    def __init__(self, label: str, *, most: Decimal, **options: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "decimal"}, **options)
        self.most = most

    def process_data(self, value: Decimal | None) -> None:
        """Show a number as the reader writes it."""
        text = "" if value is None else f"{Decimal(value).normalize():f}"
        self.data = text.replace(".", ",") if current_language() == "de" else text

    def pre_validate(self, _form: object) -> None:
        """Read the number."""
        text = (self.data or "").strip().replace(",", ".")
        self.number = None
        if not text:
            return
        try:
            number = Decimal(text).quantize(Decimal("0.1"))
        except InvalidOperation as error:
            raise ValidationError(gettext("Please give a number, such as 2 or 1.5.")) from error
        if not (number.is_finite() and 0 < number <= self.most):
            raise ValidationError(gettext("Please give a number between 0 and %(most)s.", most=self.most))
        self.number = number


class DayField(DateField):
    """A day within reach."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the form that browsers send, and the one that Germans type."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
        try:
            super().process_formdata(["{2}-{1:0>2}-{0:0>2}".format(*german.groups()) if german else text])
        except ValueError as error:
            raise ValueError(gettext("Please give a date, such as 24.12.2026.")) from error
        day: date | None = self.data
        if day and not EARLIEST <= day <= LATEST:
            raise ValueError(gettext("Please look at the year again."))


class ClockField(TimeField):
    """A clock time."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take hours and minutes, also with a point between them."""
        text = str(valuelist[0]).strip().replace(".", ":") if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            super().process_formdata([text[:5]])
        except ValueError as error:
            raise ValueError(gettext("Please give a time, such as 14:30.")) from error


def _yes_or_no() -> list[tuple[str, str]]:
    return [("yes", gettext("Yes")), ("no", gettext("No")), ("", gettext("Not known"))]


class KnownField(RadioField):
    """Yes, no, or not known."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=_yes_or_no, default="", **options)

    def process_data(self, value: object) -> None:
        """Show what is known."""
        self.data = "yes" if value is True else "no" if value is False else ""

    @property
    def known(self) -> bool | None:
        """Return yes or no, None if it is not known."""
        return {"yes": True, "no": False}.get(self.data)


class Tick(BooleanField):
    """One box."""
