"""The forms of the settings, one a section; each knows what it shows and what it changes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field
from wtforms.widgets import CheckboxInput, ListWidget

from engagement.kernel.errors import InvalidInputError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES, comma, gettext, language_name, lazy_gettext
from engagement.mail.queries import own_server
from engagement.tenancy import deciding
from engagement.tenancy.queries import TenantInfo
from engagement.tenancy.settings import AnswerTimes, ModerationPolicy, Module, Retention
from engagement.web.shared import context
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field, text_field
from engagement.web.shared.numbers import whole_number

LONGEST_ADDRESS = 500


class TicksField(SelectMultipleField):
    """Boxes to tick, any number of them."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SettingForm(BaseForm):
    """A section of the settings."""

    @staticmethod
    def shown(_tenant: TenantInfo) -> dict[str, Any]:
        """Return what the fields show before anybody types."""
        raise NotImplementedError

    def save(self, session: Session) -> None:
        """Write what was typed.

        Raises:
            InvalidInputError: a value cannot be right after all.
        """
        raise NotImplementedError


def _more_languages() -> list[tuple[str, str]]:
    return [(code, language_name(code).capitalize()) for code in LANGUAGES if code != DEFAULT_LANGUAGE]


class LanguagesForm(SettingForm):
    """In which languages the site is offered."""

    languages = TicksField(lazy_gettext("Languages beside German"), choices=_more_languages)

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return the languages offered now."""
        return {"languages": [code for code in tenant.languages if code != DEFAULT_LANGUAGE]}

    def save(self, session: Session) -> None:
        """Write them."""
        deciding.change_languages(session, tuple(self.languages.data or ()))


class ContactForm(SettingForm):
    """Where citizens reach the municipality."""

    contact_email = email_field(lazy_gettext("E-mail address for questions"), required=False)
    postal_address = TextAreaField(lazy_gettext("Postal address"), validators=[Longest(LONGEST_ADDRESS)])

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return the present ones."""
        return {"contact_email": tenant.contact_email, "postal_address": tenant.postal_address}

    def save(self, session: Session) -> None:
        """Write them."""
        address = ", ".join(line.strip() for line in (self.postal_address.data or "").splitlines() if line.strip())
        deciding.change_contact(session, contact_email=self.contact_email.data or "", postal_address=address)


class SenderForm(SettingForm):
    """Who mails seem to come from, and where answers go."""

    sender_name = text_field(lazy_gettext("Name of the sender"), longest=120)
    mail_from = email_field(lazy_gettext("Address of the sender"), required=False)
    reply_to = email_field(lazy_gettext("Answers go to"), required=False)

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return the present ones."""
        settings = tenant.settings
        return {"sender_name": settings.sender_name, "mail_from": tenant.mail_from, "reply_to": settings.reply_to}

    def save(self, session: Session) -> None:
        """Write them."""
        sender, allowed = self.mail_from.data or "", context.tools().settings.sender_domains
        if sender and allowed and own_server(session) is None and sender.rpartition("@")[2].lower() not in allowed:
            domains = comma().join(allowed)
            text = gettext("Our mail server may send for these domains only: %(domains)s.", domains=domains)
            raise InvalidInputError({"mail_from": text})
        deciding.change_sender(session, sender)
        deciding.change_some_settings(
            session, sender_name=self.sender_name.data or "", reply_to=self.reply_to.data or ""
        )


def _policies() -> list[tuple[str, str]]:
    return [
        (
            ModerationPolicy.REVIEW_UNVERIFIED.value,
            gettext("Verified organisations publish on their own; you look at the offers of all others first."),
        ),
        (
            ModerationPolicy.REVIEW_ALL.value,
            gettext("You look at every offer first. Safe, but offers wait until somebody of you has time."),
        ),
        (
            ModerationPolicy.PUBLISH_AT_ONCE.value,
            gettext("Everything is published at once. Quick, but you see what is out of place only afterwards."),
        ),
    ]


class ModerationForm(SettingForm):
    """Which offers the municipality looks at first."""

    moderation = RadioField(
        lazy_gettext("Which offers do you want to see before everybody sees them?"),
        choices=_policies,
        validators=[Required(lazy_gettext("Please choose one."))],
    )

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return the present policy."""
        return {"moderation": tenant.settings.moderation.value}

    def save(self, session: Session) -> None:
        """Write it."""
        deciding.change_some_settings(session, moderation=self.moderation.data)


def number_field(label: str, kind: type[BaseModel], name: str) -> StringField:
    """Return a field for a whole number within the bounds that the setting ``name`` of ``kind`` has."""
    bounds = {part: value for rule in kind.model_fields[name].metadata for part, value in vars_of(rule)}
    least, most = bounds["ge"], bounds["le"]

    def whole(_form: object, field: Field) -> None:
        number = whole_number((field.data or "").strip())
        if number is None or not least <= number <= most:
            raise ValidationError(
                gettext("Please give a whole number from %(least)s to %(most)s.", least=least, most=most)
            )

    return StringField(label, validators=[Required(), whole], render_kw={"inputmode": "numeric"})


def vars_of(rule: object) -> list[tuple[str, int]]:
    """Return the bound that a rule of a pydantic field sets."""
    return [(name, getattr(rule, name)) for name in ("ge", "le") if hasattr(rule, name)]


class AnswersForm(SettingForm):
    """After how many days staff are told of a request without an answer."""

    days_to_look = number_field(lazy_gettext("Worth a look, after days"), AnswerTimes, "days_to_look")
    days_to_call = number_field(lazy_gettext("Worth a call, after days"), AnswerTimes, "days_to_call")
    days_to_worry = number_field(lazy_gettext("Urgent, after days"), AnswerTimes, "days_to_worry")

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return the present numbers of days."""
        return {name: str(value) for name, value in tenant.settings.answers.model_dump().items()}

    def validate_days_to_call(self, field: Field) -> None:
        """A call comes after a look."""
        _refuse_unless_more(field, self.days_to_look)

    def validate_days_to_worry(self, field: Field) -> None:
        """Worry comes after a call."""
        _refuse_unless_more(field, self.days_to_call)

    def save(self, session: Session) -> None:
        """Write them."""
        deciding.change_some_settings(
            session, answers={name: int(self[name].data) for name in AnswerTimes.model_fields}
        )


def _refuse_unless_more(field: Field, before: Field) -> None:
    """Compare with the field before, which was checked already; a number that is none is not compared."""
    if not before.errors and not field.errors and int(field.data) <= int(before.data):
        raise ValidationError(gettext("Please give more days than in the field before."))


class RetentionForm(SettingForm):
    """How long things are kept."""

    closed_application_months = number_field(
        lazy_gettext("Requests that were declined or withdrawn, in months"), Retention, "closed_application_months"
    )
    mail_days = number_field(lazy_gettext("Delivered mails, in days"), Retention, "mail_days")
    audit_months = number_field(lazy_gettext("Log of changes, in months"), Retention, "audit_months")

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return the present periods."""
        return {name: str(value) for name, value in tenant.settings.retention.model_dump().items()}

    def save(self, session: Session) -> None:
        """Write them."""
        periods = {name: int(self[name].data) for name in Retention.model_fields}
        deciding.change_some_settings(session, retention=periods)


def _modules() -> list[tuple[str, str]]:
    return [
        (
            Module.ACCOUNTS.value,
            gettext("Accounts: everybody can register. Without, people still sign up for offers, as guests."),
        ),
        (
            Module.ORGANISATION_REGISTRATION.value,
            gettext("Registration of organisations. Without, only you take in new ones."),
        ),
        (Module.REPORTS.value, gettext("Reports: visitors can tell you what is wrong with an offer.")),
        (Module.NEIGHBOURS.value, gettext("Neighbouring towns: offers from there can be found here, and yours there.")),
        (
            Module.OPEN_DATA.value,
            gettext("Open data: programs of others may read the public offers, as feeds, calendar and interface."),
        ),
        (Module.EMBEDDING.value, gettext("Building in: other websites may show your offers on their own pages.")),
        (Module.ALERTS.value, gettext("Saved searches: whoever wants to is told of new offers by e-mail.")),
        (Module.MAP.value, gettext("Map: offers can be seen on a map. Its pictures come from another server.")),
    ]


class ModulesForm(SettingForm):
    """Which parts of the site are on."""

    modules = TicksField(lazy_gettext("Switched on"), choices=_modules)

    @staticmethod
    def shown(tenant: TenantInfo) -> dict[str, Any]:
        """Return those that are on."""
        return {"modules": sorted(module.value for module in tenant.settings.modules)}

    def save(self, session: Session) -> None:
        """Write them."""
        deciding.change_some_settings(session, modules=list(self.modules.data or ()))
