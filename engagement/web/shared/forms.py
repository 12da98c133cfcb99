"""The base of all forms: labels and errors in the visitor's language, everything typed kept."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import request
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Form, SelectMultipleField, StringField, ValidationError
from wtforms.fields import EmailField, Field, FileField
from wtforms.form import BaseForm as AnyForm
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from engagement.kernel.i18n import bare_ngettext, gettext, lazy_gettext
from engagement.web.shared.plain_errors import BAD_CHOICES, PLAIN

HONEYPOT = "website_url"


class _Translations:
    """WTForms' own messages in words of ours; those that validators of ours bring are translated already."""

    def gettext(self, string: str) -> str:
        return str(PLAIN.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(BAD_CHOICES) if "is not a valid choice" in singular else bare_ngettext(singular, plural, n)


class BaseForm(Form):
    """A form over the request; ``checked()`` is true once it was sent and all of it is right."""

    class Meta:
        """Where messages come from."""

        def get_translations(self, _form: Form) -> _Translations:
            """Return the door to gettext."""
            return _Translations()

    def __init__(self, **values: Any) -> None:
        sent: CombinedMultiDict[str, Any] | None = None
        if request.method == "POST":
            sent = CombinedMultiDict([self._files(), _without_nul(request.form)])
        super().__init__(formdata=sent, **values)

    def _files(self) -> MultiDict[str, Any]:
        """Return the files of the fields that take one; under another name a file would stand where text is meant."""
        wanted = {name for name, field in self._unbound_fields or () if issubclass(field.field_class, FileField)}
        return MultiDict([(name, file) for name, file in request.files.items(multi=True) if name in wanted])

    def checked(self) -> bool:
        """Tell whether the form was sent and is right; otherwise its fields carry the errors."""
        return request.method == "POST" and self.validate()

    def take_problems(self, problems: dict[str, str]) -> None:
        """Put what a service found wrong beside its fields; what has no field goes to the form."""
        for name, message in problems.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, message]
            else:
                self.form_errors.append(message)

    @property
    def is_spam(self) -> bool:
        """Tell whether the field that people do not see was filled in."""
        return bool(request.form.get(HONEYPOT))


class Required(InputRequired):
    """Something must be there; the message says what."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or lazy_gettext("Please fill in this field."))

    def __call__(self, form: AnyForm, field: Field) -> None:
        """Refuse blanks as well as nothing."""
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            field.errors = []
            raise ValidationError(str(self.message))


class Longest(Length):
    """At most ``characters``; the field's counter and the message name the number."""

    def __init__(self, characters: int) -> None:
        super().__init__(
            max=characters, message=lazy_gettext("Please shorten this to %(max)d characters.", max=characters)
        )


class EmailAddress:
    """A deliverable-looking address, checked without asking the network."""

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse what cannot be an address, and keep it in its normal form."""
        try:
            field.data = validate_email(field.data or "", check_deliverability=False, test_environment=True).normalized
        except EmailNotValidError as error:
            raise ValidationError(
                gettext("This does not look like an e-mail address. Example: name@example.org")
            ) from error


class TicksField(SelectMultipleField):
    """Boxes of which any number may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def text_field(label: str, *, longest: int, required: bool = False, **options: Any) -> StringField:
    """Return a one-line field with its limits."""
    rules = [Required()] if required else []
    return StringField(label, validators=[*rules, Longest(longest)], filters=[_trim], **options)


def email_field(label: str, *, required: bool = True, **options: Any) -> EmailField:
    """Return a field for an e-mail address."""
    rules = [Required()] if required else [Optional(strip_whitespace=True)]
    return EmailField(label, validators=[*rules, Longest(254), EmailAddress()], filters=[_trim], **options)


def _without_nul(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """PostgreSQL keeps no NUL character, and nobody types one."""
    return MultiDict([(name, value.replace("\0", "")) for name, value in sent.items(multi=True)])


def _trim(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value
