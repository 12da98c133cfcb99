"""The one form in which an organisation says what it looks for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from wtforms import FileField, HiddenField, RadioField, SelectField, TextAreaField, ValidationError

from engagement.kernel.i18n import current_language, gettext, language_name, lazy_gettext
from engagement.opportunities.kinds import SLOTS, HoursPer, PlaceKind, TimeKind
from engagement.opportunities.pictures import FRAME
from engagement.tenancy.queries import Term, offered
from engagement.web.club.fields import (
    ClockField,
    DayField,
    DecimalCommaField,
    KnownField,
    LanguagesField,
    ListField,
    NeededToPublish,
    Tick,
    WholeNumberField,
    focus_choices,
)
from engagement.web.shared import checks, context
from engagement.web.shared.forms import BaseForm, Longest, TicksField, email_field, text_field
from engagement.web.shared.presentation import company_names
from engagement.web.shared.upload import PictureFields

COMMON_LANGUAGES = ("de", "en", "tr", "ar", "uk", "ru", "fr", "pl", "ro", "it")
LICENCES = ("B", "BE", "C1", "C1E", "C", "D1")
MOST_SKILLS = 12
LAST_MINUTE = time(23, 59)
FIELD_OF = {"starts_at": "start_date", "ends_at": "end_date", "picture_file_id": "picture"}
"""Values whose field has another name."""


def _plain_lines(value: str | None) -> str | None:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def lines_field(label: str, *, longest: int, rows: int, needed: bool = True) -> TextAreaField:
    """Return a field for text, usually one that visitors need, in which a line break is one character."""
    rules = [*([NeededToPublish()] if needed else []), Longest(longest)]
    return TextAreaField(label, validators=rules, filters=[_plain_lines], render_kw={"rows": rows})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _place_kinds() -> list[tuple[str, str]]:
    return [
        (PlaceKind.ADDRESS, gettext("At a certain address")),
        (PlaceKind.DISTRICT, gettext("Somewhere in a part of town")),
        (PlaceKind.REMOTE, gettext("From home, by phone or on the internet")),
    ]


def _time_kinds() -> list[tuple[str, str]]:
    return [
        (TimeKind.ONGOING, gettext("Regularly, or whenever it suits")),
        (TimeKind.DATED, gettext("On a certain date")),
    ]


def _countings() -> list[tuple[str, str]]:
    return [
        (HoursPer.WEEK, gettext("per week")),
        (HoursPer.MONTH, gettext("per month")),
        (HoursPer.OCCASION, gettext("each time")),
    ]


def _companies() -> list[tuple[str, str]]:
    return list(company_names().items())


def _slots() -> list[tuple[str, str]]:
    return [(slot, slot) for slot in SLOTS]


class OpportunityForm(BaseForm):
    """All that can be said of an opportunity. Only the title is needed for a draft."""

    title = text_field(lazy_gettext("Title"), longest=160, required=True)
    summary = lines_field(lazy_gettext("In one or two sentences"), longest=400, rows=2)
    plain_summary = lines_field(lazy_gettext("The same in plain language"), longest=600, rows=3)
    description = lines_field(lazy_gettext("Description"), longest=8000, rows=9)
    category_ids = TicksField(lazy_gettext("Field of engagement"), validators=[NeededToPublish()], coerce=int)
    target_group_ids = TicksField(lazy_gettext("Who benefits from it?"), coerce=int)

    place_kind = RadioField(
        lazy_gettext("Where does it take place?"),
        choices=_place_kinds,
        default=PlaceKind.ADDRESS,
        coerce=str,
        validators=[NeededToPublish()],
    )
    street = text_field(lazy_gettext("Street and number"), longest=200)
    postcode = text_field(lazy_gettext("Postcode"), longest=5)
    city = text_field(lazy_gettext("Town"), longest=120)
    district_id = SelectField(lazy_gettext("Part of town"), coerce=str, default="")

    time_kind = RadioField(
        lazy_gettext("When does it take place?"),
        choices=_time_kinds,
        default=TimeKind.ONGOING,
        coerce=str,
        validators=[NeededToPublish()],
    )
    slots = TicksField(lazy_gettext("Good times in the week"), choices=_slots)
    start_date = DayField(lazy_gettext("First day"))
    start_time = ClockField(lazy_gettext("Begins at"))
    end_date = DayField(lazy_gettext("Last day"))
    end_time = ClockField(lazy_gettext("Ends at"))
    hours = DecimalCommaField(lazy_gettext("Hours, roughly"), most=Decimal(999))
    hours_per = SelectField(lazy_gettext("Per"), choices=_countings, default=HoursPer.WEEK, coerce=str)
    time_note = text_field(lazy_gettext("A note on the time"), longest=300)

    places = WholeNumberField(lazy_gettext("How many people are you looking for?"), least=1, most=9999)
    minimum_age = WholeNumberField(lazy_gettext("Minimum age in years"), least=1, most=99)
    suited_for = TicksField(lazy_gettext("Can people do it together?"), choices=_companies)
    taster = Tick(lazy_gettext("People can come and look once before they decide"))
    skills = ListField(lazy_gettext("What should people bring along?"), most=MOST_SKILLS, longest=80)
    languages = TicksField(lazy_gettext("Languages that are needed"))
    more_languages = LanguagesField(lazy_gettext("Other languages"))
    driving_licence = SelectField(lazy_gettext("Driving licence"), default="")
    certificate_of_conduct = Tick(lazy_gettext("A certificate of conduct is needed"))

    training = text_field(lazy_gettext("Introduction or training"), longest=300)
    insurance = Tick(lazy_gettext("Volunteers are insured"))
    expenses = text_field(lazy_gettext("Expenses that you refund"), longest=300)
    allowance = text_field(lazy_gettext("Allowance"), longest=300)

    step_free = KnownField(lazy_gettext("Can people get there without steps?"))
    accessible_toilet = KnownField(lazy_gettext("Is there an accessible toilet?"))
    public_transport = KnownField(lazy_gettext("Is it easy to reach by bus or train?"))
    hearing_support = KnownField(lazy_gettext("Is there support for people who hear badly?"))

    contact_name = text_field(lazy_gettext("Name of the contact person"), longest=120)
    contact_email = email_field(lazy_gettext("E-mail address"), required=False)
    contact_phone = text_field(lazy_gettext("Phone"), longest=40)

    picture = FileField(lazy_gettext("Choose a picture"))
    picture_alt = text_field(lazy_gettext("What can be seen in the picture?"), longest=300)
    picture_focus = RadioField(lazy_gettext("Where is what matters in the picture?"), default="")
    remove_picture = Tick(lazy_gettext("Remove the picture"))
    kept_picture = HiddenField()
    seen = HiddenField()

    validate_postcode = staticmethod(checks.postcode)
    validate_contact_phone = staticmethod(checks.phone_number)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        words = context.vocabulary()
        self.category_ids.choices = _numbered(words.categories, values.get("category_ids"))
        self.target_group_ids.choices = _numbered(words.target_groups, values.get("target_group_ids"))
        districts = offered(words.districts, [int(values["district_id"])] if values.get("district_id") else ())
        self.district_id.choices = [("", gettext("Please choose")), *_named(districts)]
        spoken = current_language()
        self.languages.choices = [(code, language_name(code, in_language=spoken)) for code in COMMON_LANGUAGES]
        self.picture_focus.choices = focus_choices()
        self.driving_licence.choices = _licences(str(values.get("driving_licence") or ""))

    def picture_of(self, organisation_id: int) -> PictureFields:
        """Return the picture's fields; the mark of a kept one is good for this organisation only."""
        return PictureFields(self.picture, self.kept_picture, self.remove_picture, str(organisation_id), FRAME)

    def validate_start_time(self, field: ClockField) -> None:
        """Ask for the other half of a date."""
        if field.data and not self.start_date.data:
            raise ValidationError(gettext("Please give the day too."))
        if self.is_dated and self.start_date.data and not field.data:
            raise ValidationError(gettext("Please say at what time it begins."))

    def validate_end_time(self, field: ClockField) -> None:
        """A last day needs its time, and nothing ends before it begins."""
        if self.is_dated and self.end_date.data and not field.data:
            raise ValidationError(gettext("Please say at what time it ends."))
        begins, ends = self.begins, self.ends
        if begins and ends and ends <= begins:
            raise ValidationError(gettext("The end must lie after the beginning."))

    @property
    def is_dated(self) -> bool:
        """Tell whether it takes place on a certain date."""
        return bool(self.time_kind.data == TimeKind.DATED)

    @property
    def begins(self) -> datetime | None:
        """Return the beginning in the tenant's zone, None if it was not given."""
        day = self.start_date.data
        return datetime.combine(day, self.start_time.data or time.min, context.tenant().time_zone) if day else None

    @property
    def ends(self) -> datetime | None:
        """Return the end in the tenant's zone; without a day of its own it is on the first one."""
        day = self.end_date.data or (self.start_date.data if self.end_time.data else None)
        return datetime.combine(day, self.end_time.data or LAST_MINUTE, context.tenant().time_zone) if day else None

    def take_problems(self, problems: dict[str, str]) -> None:
        """Put what the service found wrong beside its fields, once each."""
        for name, message in problems.items():
            field = FIELD_OF.get(name, name)
            if field not in self.errors or message not in self.errors[field]:
                super().take_problems({field: message})


def _numbered(terms: tuple[Term, ...], chosen: Collection[int] | None) -> list[tuple[int, str]]:
    """Return the words to choose from; a retired one stays with the offer that has it."""
    return [(term.id, term.name) for term in offered(terms, chosen or ())]


def _named(terms: tuple[Term, ...]) -> list[tuple[str, str]]:
    return [(str(term.id), term.name) for term in terms]


def _licences(present: str) -> list[tuple[str, str]]:
    names = {
        "": gettext("Not needed"),
        "B": gettext("Class B (car)"),
        "BE": gettext("Class BE (car with trailer)"),
        "C1": gettext("Class C1 (up to 7.5 t)"),
    }
    classes = dict.fromkeys(["", *LICENCES, present])
    return [(name, names.get(name) or gettext("Class %(name)s", name=name)) for name in classes]
