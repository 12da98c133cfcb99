"""What WTForms finds wrong by itself, in words of ours: its own are English and written for developers."""

from __future__ import annotations

from typing import Any

from engagement.kernel.i18n import lazy_gettext

_CHOICE = lazy_gettext("Please choose one of the entries.")
_NUMBER = lazy_gettext("Please write a number.")
_DATE = lazy_gettext("Please write a date, such as 24.12.2026.")

PLAIN: dict[str, Any] = {
    "Not a valid choice.": _CHOICE,
    "Invalid Choice: could not coerce.": _CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOICE,
    "Invalid input.": lazy_gettext("Please look at this entry again."),
    "Not a valid integer value.": lazy_gettext("Please write a whole number."),
    "Not a valid decimal value.": _NUMBER,
    "Not a valid float value.": _NUMBER,
    "Not a valid date value.": _DATE,
    "Not a valid datetime value.": lazy_gettext("Please give date and time."),
    "Not a valid time value.": lazy_gettext("Please write a time, such as 18:30."),
    "Not a valid week value.": _DATE,
    "This field is required.": lazy_gettext("Please fill in this field."),
    "Number must be at least %(min)s.": lazy_gettext("Please write a number from %(min)s."),
    "Number must be at most %(max)s.": lazy_gettext("Please write a number up to %(max)s."),
    "Number must be between %(min)s and %(max)s.": lazy_gettext("Please write a number from %(min)s to %(max)s."),
}
"""WTForms' message → ours; placeholders are filled in by WTForms."""

BAD_CHOICES = _CHOICE
"""Stands for "'x' is not a valid choice for this field": what was sent is no word for people."""
