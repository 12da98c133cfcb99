"""Forms of the operators' pages."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field, PasswordField
from wtforms.validators import Length

from engagement.accounts.passwords import LONGEST
from engagement.kernel.audit import LONGEST_REASON
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.slugs import slugify
from engagement.operators.entries import MINUTES, SHORTEST_REASON
from engagement.tenancy.hosts import HOST, normalise_host
from engagement.tenancy.lifecycle import LONGEST_REASON as LONGEST_SUSPENSION
from engagement.tenancy.lifecycle import WAITING_DAYS
from engagement.tenancy.service import SLUG
from engagement.tenancy.states import STATES
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field, text_field

LONGEST_CODE = 20
LONGEST_HOST = 253
DIGITS_OF_A_KEY = 8
OUR_OWN = frozenset({"anmelden", "abmelden", "einrichten", "neu", "protokoll"})
"""Short names that are pages of ours below /betrieb/."""
WAITS = (30, 90, 180)


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

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        names = (lazy_gettext("15 minutes"), lazy_gettext("1 hour"), lazy_gettext("4 hours"))
        self.minutes.choices = list(zip(MINUTES, names, strict=True))


class SuspensionForm(BaseForm):
    """Why a site is taken off; for the record, visitors do not see it."""

    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_SUSPENSION)])


class DeletionForm(BaseForm):
    """The town's short name, typed, and how long it can still be undone."""

    slug = text_field(lazy_gettext("Short name of the town"), longest=63, required=True)
    days = RadioField(
        lazy_gettext("For how long this can be undone"), coerce=int, default=WAITING_DAYS, validators=[Required()]
    )

    def __init__(self, expected: str, **values: Any) -> None:
        super().__init__(**values)
        self._expected = expected
        self.days.choices = [(number, gettext("%(number)s days", number=number)) for number in WAITS]

    def validate_slug(self, field: Field) -> None:
        """Refuse another name: nobody deletes the wrong town by one click."""
        if field.data != self._expected:
            raise ValidationError(gettext("This is not the short name of this town."))


class HostForm(BaseForm):
    """One more host name."""

    host = text_field(lazy_gettext("Another address"), longest=LONGEST_HOST, required=True)


class TownForm(BaseForm):
    """What a town starts with; all the rest its own admins do."""

    name = text_field(lazy_gettext("Name of the municipality"), longest=120, required=True)
    federal_state = SelectField(lazy_gettext("Federal state"), validators=[Required()])
    official_key = text_field(lazy_gettext("Official municipality key (AGS)"), longest=DIGITS_OF_A_KEY)
    postal_address = text_field(lazy_gettext("Postal address for the imprint"), longest=300)
    host = text_field(lazy_gettext("Address of the site"), longest=LONGEST_HOST, required=True)
    slug = text_field(lazy_gettext("Short name"), longest=63)
    platform_name = text_field(lazy_gettext("Name of the site"), longest=120)
    admin = email_field(lazy_gettext("E-mail address of the first admin"))
    admin_name = text_field(lazy_gettext("Name of the first admin"), longest=120)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.federal_state.choices = [("", gettext("Please choose")), *((one.key, one.name) for one in STATES)]

    def validate_slug(self, field: Field) -> None:
        """Take what can stand in an address and is not a page of ours."""
        slug = field.data or slugify(self.name.data or "")
        if not SLUG.fullmatch(slug):
            raise ValidationError(gettext("Only lower-case letters, digits and single hyphens, please."))
        if slug in OUR_OWN:
            raise ValidationError(gettext("This word is in use here. Please choose another one."))

    def validate_host(self, field: Field) -> None:
        """Take a host name without scheme and path."""
        if not HOST.fullmatch(normalise_host(field.data or "")):
            raise ValidationError(gettext("Please give a host name only, such as engagement.musterstadt.de."))

    def validate_official_key(self, field: Field) -> None:
        """Take eight digits that begin with those of the state."""
        key = field.data or ""
        if key and (len(key) != DIGITS_OF_A_KEY or not (key.isascii() and key.isdigit())):
            raise ValidationError(gettext("The key has eight digits."))
        if key and self.federal_state.data and not key.startswith(self.federal_state.data):
            raise ValidationError(gettext("This key belongs to another federal state."))
