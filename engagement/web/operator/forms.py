"""Forms of the operators' pages."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields import PasswordField
from wtforms.validators import Length

from engagement.accounts.passwords import LONGEST
from engagement.kernel.audit import LONGEST_REASON
from engagement.kernel.i18n import lazy_gettext
from engagement.operators.entries import MINUTES, SHORTEST_REASON
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field

LONGEST_CODE = 20


class SignInForm(BaseForm):
    """Both factors at once."""

    email = email_field(lazy_gettext("E-mail address"))
    password = PasswordField(lazy_gettext("Password"), validators=[Required(), Longest(LONGEST)])
    code = StringField(lazy_gettext("Code from your app"), validators=[Required(), Longest(LONGEST_CODE)])


class SetUpForm(BaseForm):
    """A new password, and the first code as proof that the app has the key."""

    password = PasswordField(lazy_gettext("New password"), validators=[Required(), Longest(LONGEST)])
    code = StringField(lazy_gettext("Code from your app"), validators=[Required(), Longest(LONGEST_CODE)])


class EntryForm(BaseForm):
    """What for and for how long."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        validators=[
            Required(),
            Length(min=SHORTEST_REASON, message=lazy_gettext("Please write at least %(min)d characters.")),
            Longest(LONGEST_REASON),
        ],
    )
    minutes = RadioField(lazy_gettext("For how long"), coerce=int, default=MINUTES[0], validators=[Required()])

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        names = (lazy_gettext("15 minutes"), lazy_gettext("1 hour"), lazy_gettext("4 hours"))
        self.minutes.choices = list(zip(MINUTES, names, strict=True))
