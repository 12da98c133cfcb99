"""The facts of the municipality that its legal pages are filled with."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.legal.authorities import FederalState, all_authorities
from engagement.legal.facts import LINE, TEXT, Assessment, Conformance, Facts
from engagement.legal.kinds import LegalPage
from engagement.legal.queries import load_facts
from engagement.legal.service import set_facts
from engagement.legal.templates import template
from engagement.web.municipality import blueprint
from engagement.web.shared import checks, context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Longest, email_field, text_field
from engagement.web.shared.headers import keep_private

UNPROCESSABLE = 422


class FactsForm(BaseForm):
    """Everything that the templates ask for; nothing has to be known at once."""

    official_name = text_field(lazy_gettext("Official name"), longest=LINE)
    legal_form = text_field(lazy_gettext("Legal form"), longest=LINE)
    street = text_field(lazy_gettext("Street and number"), longest=LINE)
    postcode = text_field(lazy_gettext("Postcode"), longest=5)
    city = text_field(lazy_gettext("Town"), longest=LINE)
    represented_by = text_field(lazy_gettext("Represented by"), longest=LINE)
    phone = text_field(lazy_gettext("Phone"), longest=40)
    email = email_field(lazy_gettext("E-mail address"), required=False)
    vat_id = text_field(lazy_gettext("VAT identification number"), longest=20)
    responsible_person = text_field(lazy_gettext("Person responsible for the content"), longest=LINE)
    federal_state = SelectField(lazy_gettext("Federal state"))

    data_protection_officer = text_field(lazy_gettext("Data protection officer"), longest=LINE)
    data_protection_contact = email_field(lazy_gettext("E-mail address of the data protection officer"), required=False)
    data_protection_phone = text_field(lazy_gettext("Phone of the data protection officer"), longest=40)
    supervision = text_field(lazy_gettext("Data protection authority"), longest=LINE)
    supervision_website = text_field(lazy_gettext("Website of the data protection authority"), longest=LINE)
    hosting = text_field(lazy_gettext("Who runs the servers"), longest=LINE)

    conformance = RadioField(lazy_gettext("How accessible is the site?"))
    assessment = RadioField(lazy_gettext("How was that found out?"))
    assessor = text_field(lazy_gettext("Who checked"), longest=LINE)
    assessed_on = DateField(
        lazy_gettext("Day of the last accessibility check"), validators=[Optional(strip_whitespace=True)]
    )
    known_barriers = TextAreaField(lazy_gettext("Known barriers"), validators=[Longest(TEXT)])
    enforcement = text_field(lazy_gettext("Enforcement body"), longest=LINE)
    enforcement_website = text_field(lazy_gettext("Website of the enforcement body"), longest=LINE)
    sign_language_video = text_field(lazy_gettext("Address of the video in sign language"), longest=LINE)

    validate_postcode = staticmethod(checks.postcode)
    validate_phone = staticmethod(checks.phone_number)
    validate_data_protection_phone = staticmethod(checks.phone_number)
    validate_supervision_website = staticmethod(checks.web_address)
    validate_enforcement_website = staticmethod(checks.web_address)
    validate_sign_language_video = staticmethod(checks.web_address)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        states = [(state.value, authorities.name) for state, authorities in all_authorities().items()]
        self.federal_state.choices = [("", gettext("Please choose")), *states]
        self.conformance.choices = [
            (Conformance.FULL.value, gettext("It meets all requirements")),
            (Conformance.PARTIAL.value, gettext("It meets them in part")),
            (Conformance.NONE.value, gettext("It does not meet them yet")),
        ]
        self.assessment.choices = [
            (Assessment.SELF.value, gettext("We looked at it ourselves")),
            (Assessment.EXTERNAL.value, gettext("Somebody else checked it")),
        ]
        for name in ("conformance", "assessment", *_needed()):
            if name in self._fields:
                self[name].flags.needed = True

    def facts(self) -> Facts:
        """Return what was typed."""
        said = {name: getattr(self, name).data for name in Facts.model_fields}
        return Facts(**{**{name: value or "" for name, value in said.items()}, **self._not_text()})

    def _not_text(self) -> dict[str, Any]:
        state = self.federal_state.data
        return {
            "federal_state": FederalState(state) if state else None,
            "conformance": Conformance(self.conformance.data),
            "assessment": Assessment(self.assessment.data),
            "assessed_on": self.assessed_on.data,
            "known_barriers": (self.known_barriers.data or "").replace("\r\n", "\n"),
        }


@blueprint.route("/texte/angaben", methods=["GET", "POST"])
@requires(Permission.TENANT_CONTENT_EDIT)
def text_facts() -> ResponseReturnValue:
    """Show the facts and take changes."""
    keep_private()
    known = load_facts(context.session())
    form = FactsForm(**_as_fields(known))
    if form.checked():
        set_facts(context.session(), form.facts())
        flash(gettext("The facts are saved. All legal pages use them from now on."))
        return redirect(url_for("municipality.texts"), 303)
    page = render_template(
        "municipality/text_facts.html",
        form=form,
        usual=all_authorities().get(known.federal_state) if known.federal_state else None,
    )
    return page, UNPROCESSABLE if form.errors else 200


def _needed() -> set[str]:
    """Return the facts without which a page is not complete: a form can be saved without, but they are not optional."""
    return {name for page in LegalPage for name in template(page, DEFAULT_LANGUAGE).needs}


def _as_fields(known: Facts) -> dict[str, Any]:
    values = known.model_dump()
    return {**values, **{name: values[name].value for name in ("conformance", "assessment")},
            "federal_state": known.federal_state.value if known.federal_state else ""}  # fmt: skip
