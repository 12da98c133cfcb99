"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField
from wtforms.fields import HiddenField, PasswordField
from wtforms.validators import Optional

from engagement.accounts.passwords import LONGEST
from engagement.kernel.i18n import current_language, language_name, lazy_gettext
from engagement.web.shared.checks import phone_number, plain_name
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field, text_field
from engagement.web.shared.languages import offered_languages


class SignInForm(BaseForm):
    """An address, and a password for those who have one."""

    email = email_field(lazy_gettext("E-mail address"))
    password = PasswordField(lazy_gettext("Password"), validators=[Optional(), Longest(LONGEST)])
    next = HiddenField()


class RegisterForm(BaseForm):
    """What it takes to have an account."""

    name = text_field(lazy_gettext("Your name"), longest=120, required=True)
    email = email_field(lazy_gettext("Your e-mail address"))
    password = PasswordField(lazy_gettext("Password"), validators=[Optional(), Longest(LONGEST)])
    language = SelectField(lazy_gettext("Language of the mails to you"), validators=[Required()])
    next = HiddenField()

    validate_name = staticmethod(plain_name)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"language": current_language(), **values})
        self.language.choices = language_choices()


class DetailsForm(BaseForm):
    """What people say of themselves."""

    name = text_field(lazy_gettext("Your name"), longest=120, required=True)
    phone = text_field(lazy_gettext("Phone"), longest=40)
    language = SelectField(lazy_gettext("Language of the pages and mails"), validators=[Required()])

    validate_name = staticmethod(plain_name)
    validate_phone = staticmethod(phone_number)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = language_choices()


class AddressForm(BaseForm):
    """A new address."""

    email = email_field(lazy_gettext("New e-mail address"))


class PasswordForm(BaseForm):
    """A new password; who has one gives it first, unless a mailed link has just shown who it is."""

    present = PasswordField(lazy_gettext("Your present password"), validators=[Required(), Longest(LONGEST)])
    password = PasswordField(lazy_gettext("New password"), validators=[Required(), Longest(LONGEST)])

    def without_present(self) -> PasswordForm:
        """Take out the question for the present password."""
        del self.present
        return self


def language_choices() -> list[tuple[str, str]]:
    """Return the tenant's languages, each in its own words."""
    return [(code, language_name(code).capitalize()) for code in offered_languages()]
