"""Forms of the municipality's pages."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.moderation.kinds import ReportState, TextPurpose
from engagement.moderation.words import purpose_name
from engagement.organisations.kinds import Check, Former
from engagement.organisations.verification import LONGEST_NOTE
from engagement.web.shared.forms import BaseForm, Longest, Required, TicksField, email_field, text_field

LONGEST_REASON = 2000
NOTHING_SEEN = -1
"""A revision that nothing has."""


def _plain_lines(value: str | None) -> str | None:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def seen() -> int:
    """Return which revision the person had before them, as the form carries it."""
    return request.form.get("seen", NOTHING_SEEN, type=int)


def _checks() -> list[tuple[str, str]]:
    return [
        (Check.STANDING, gettext("Entry in the register of associations or charitable status seen")),
        (Check.ADDRESS, gettext("The address exists")),
        (Check.CONTACT, gettext("The contact has been reached")),
        (Check.PURPOSE, gettext("It serves the common good")),
        (Check.NO_DUPLICATE, gettext("It is not here twice")),
    ]


def _formers() -> list[tuple[str, str]]:
    return [
        (Former.STAYS, gettext("They stay responsible, together with the new person")),
        (Former.EDITOR, gettext("They stay in the team and help")),
        (Former.LEAVES, gettext("They leave the team")),
    ]


class ReasonForm(BaseForm):
    """Why something is turned down, in words for those whom it concerns."""

    reason = TextAreaField(
        lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)], filters=[_plain_lines]
    )


class PreparedTextForm(BaseForm):
    """A text that staff often need."""

    purpose = SelectField(lazy_gettext("What for"), validators=[Required()])
    title = text_field(lazy_gettext("Name in the list"), longest=80, required=True)
    text = TextAreaField(lazy_gettext("Text"), validators=[Required(), Longest(LONGEST_REASON)], filters=[_plain_lines])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.purpose.choices = [(purpose.value, purpose_name(purpose)) for purpose in TextPurpose]


class TakeReportForm(BaseForm):
    """Who looks after a report, and what colleagues should know."""

    assigned_to = SelectField(lazy_gettext("Who looks after it"))
    note = TextAreaField(
        lazy_gettext("Note for colleagues"), validators=[Longest(LONGEST_REASON)], filters=[_plain_lines]
    )

    def __init__(self, staff: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(**values)
        self.assigned_to.flags.needed = True
        self.assigned_to.choices = [("", gettext("nobody yet")), *((str(number), name) for number, name in staff)]


class CloseReportForm(BaseForm):
    """How a report ends."""

    state = RadioField(lazy_gettext("What did you find?"), validators=[Required(lazy_gettext("Please choose one."))])
    answer = TextAreaField(
        lazy_gettext("Text of the answer"), validators=[Longest(LONGEST_REASON)], filters=[_plain_lines]
    )
    with_others = BooleanField(lazy_gettext("Close the other open reports about this offer too"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.state.choices = [
            (ReportState.DONE.value, gettext("The report was right, and it has been dealt with")),
            (ReportState.DISMISSED.value, gettext("Nothing is wrong, the offer stays as it is")),
        ]


class ReviewForm(BaseForm):
    """What has been looked at before verifying."""

    checks = TicksField(lazy_gettext("Looked at"), choices=_checks)
    note = TextAreaField(lazy_gettext("Note for colleagues"), validators=[Longest(LONGEST_NOTE)])


class NewOwnerForm(BaseForm):
    """Who is to look after an organisation from now on, by the municipality's decision."""

    email = email_field(lazy_gettext("E-mail address of the new person"))
    former = RadioField(
        lazy_gettext("What becomes of those who are responsible so far?"),
        choices=_formers,
        default=Former.STAYS,
        validators=[Required()],
    )
    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)])
