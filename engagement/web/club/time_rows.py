"""The lines of a form in which an organisation says when it regularly meets: any number of them, without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, SelectField

from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.week import Weekday
from engagement.organisations.kinds import Occasion
from engagement.organisations.times import (
    LONGEST_PLACE,
    LONGEST_WHAT,
    MOST_AFTER_MERGING,
    MOST_TIMES,
    TimeOfWeek,
    problems_of,
)
from engagement.web.club.fields import ClockField, DayField, NeededToPublish
from engagement.web.shared.forms import BaseForm, text_field
from engagement.web.shared.presentation import day_names


def _weekdays() -> list[tuple[str, str]]:
    names = day_names()
    return [("", gettext("Please choose")), *((day.value, names[day.number]) for day in Weekday)]


def _occasions() -> list[tuple[str, str]]:
    return [
        (Occasion.MEETING, gettext("Training, meeting or rehearsal")),
        (Occasion.OPENING, gettext("Open, somebody is there")),
    ]


class TimeRow(Form):
    """One line; one in which nothing was filled in says nothing."""

    class Meta(BaseForm.Meta):
        """Messages in the visitor's language."""

    weekday = SelectField(lazy_gettext("Day"), choices=_weekdays, default="", validators=[NeededToPublish()])
    starts_at = ClockField(lazy_gettext("From"))
    ends_at = ClockField(lazy_gettext("Until"))
    occasion = SelectField(
        lazy_gettext("What is it?"), choices=_occasions, default=Occasion.MEETING, validators=[NeededToPublish()]
    )
    what = text_field(lazy_gettext("What takes place?"), longest=LONGEST_WHAT)
    place = text_field(lazy_gettext("Where?"), longest=LONGEST_PLACE)
    not_in_holidays = BooleanField(lazy_gettext("Not in the school holidays"))
    last_day = DayField(lazy_gettext("For the last time on"))

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was filled in, not even something that cannot be read."""
        given = (self.weekday, self.starts_at, self.ends_at, self.what, self.place, self.last_day)
        return not any(field.data or any(field.raw_data or ()) for field in given)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Ask for the day and the beginning of what was filled in, and for what the service asks for."""
        right = super().validate(extra_validators)
        if self.is_blank:
            return right
        problems: dict[str, str] = {}
        if not self.weekday.data:
            problems["weekday"] = gettext("Please choose a day.")
        if self.starts_at.data is None and not self.starts_at.errors:
            problems["starts_at"] = gettext("Please say at what time it begins.")
        value = self.value()
        problems |= problems_of(value) if value else {}
        for name, message in problems.items():
            self[name].errors = [*self[name].errors, message]
        return right and not problems

    def value(self) -> TimeOfWeek | None:
        """Return what was filled in, None as long as day or beginning is missing or a choice is none of ours."""
        if self.weekday.data not in set(Weekday) or self.occasion.data not in set(Occasion):
            return None
        if self.starts_at.data is None:
            return None
        return TimeOfWeek(
            weekday=Weekday(self.weekday.data),
            occasion=Occasion(self.occasion.data),
            what=self.what.data or "",
            place=self.place.data or "",
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            not_in_holidays=self.not_in_holidays.data,
            last_day=self.last_day.data,
        )


class TimesField(FieldList):  # type: ignore[type-arg] # generic in the stubs alone
    """Any number of lines."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(FormField(TimeRow), label, min_entries=1, max_entries=MOST_AFTER_MERGING, **options)

    @property
    def rows(self) -> list[TimeRow]:
        """Return the lines."""
        return [entry.form for entry in self.entries]

    @property
    def values(self) -> tuple[TimeOfWeek, ...]:
        """Return what the lines say, without those that are blank."""
        return tuple(value for row in self.rows if not row.is_blank and (value := row.value()))

    @property
    def is_full(self) -> bool:
        """Tell whether no line can be added."""
        return len(self.entries) >= MOST_TIMES

    @property
    def next_line(self) -> str:
        """Return what the line that can be added will be called, as the target of a link."""
        return f"{self.name}-{self.last_index + 1}"

    def add(self) -> None:
        """Add a blank line for one more time."""
        if not self.is_full:
            self.append_entry()

    def drop(self, place: int) -> None:
        """Take a line away, the first being 0; one that is not there is passed over."""
        if place < len(self.entries):
            self.pop_entry(place)  # type: ignore[call-arg] # its index is new in WTForms 3.3, the stubs are those of 3.2
        if not self.entries:
            self.append_entry()
