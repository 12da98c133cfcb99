"""What a form finds wrong by itself is said in German on a German page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import wtforms
from flask import Flask
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from engagement.web.shared.forms import BaseForm
from engagement.web.shared.plain_errors import PLAIN

BY_NGETTEXT = "'%(value)s' is not a valid choice for this field."
USED = ("fields/numeric.py", "fields/datetime.py", "fields/choices.py")


class Trip(BaseForm):
    kind = SelectField(choices=[SelectChoice("a", "A")])
    days = SelectMultipleField(choices=[SelectChoice("mon", "Montag")])
    people = IntegerField(validators=[NumberRange(1, 9)])
    day = DateField()


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"kind": "x"}, "kind", "Bitte wählen Sie einen der Einträge."),
        ({"days": ["x", "y"]}, "days", "Bitte wählen Sie einen der Einträge."),
        ({"people": "viele"}, "people", "Bitte schreiben Sie eine ganze Zahl."),
        ({"people": "10"}, "people", "Bitte schreiben Sie eine Zahl von 1 bis 9."),
        ({"day": "gestern"}, "day", "Bitte schreiben Sie ein Datum, zum Beispiel 24.12.2026."),
    ],
)
def test_errors_are_german(application: Flask, sent: dict[str, object], field: str, said: str) -> None:
    with application.test_request_context("/?lang=de", method="POST", data=sent):
        form = Trip()
        assert not form.checked()
        assert form[field].errors[0] == said


def test_every_message_of_the_field_types_that_we_use_has_words() -> None:
    folder = Path(wtforms.__file__).parent
    source = "".join((folder / name).read_text(encoding="utf-8") for name in USED)
    messages = set(re.findall(r'gettext\(\s*"([^"]+)"', source)) - {"Choices cannot be None.", BY_NGETTEXT}
    assert messages - set(PLAIN) <= {
        "Date must be at least %(min)s.",
        "Date must be at most %(max)s.",
        "Date must be between %(min)s and %(max)s.",
    }
