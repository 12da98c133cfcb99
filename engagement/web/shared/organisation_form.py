"""What is asked about an organisation, by those who register one and those who edit one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wtforms import SelectField, TextAreaField

from engagement.kernel.geo import Point
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.organisations.service import OrganisationValues
from engagement.tenancy.queries import Term, offered
from engagement.web.shared import checks, context
from engagement.web.shared.forms import BaseForm, Longest, Required, text_field

LONGEST_DESCRIPTION = 3000


def _id(raw: str | int | None) -> int | None:
    return int(raw) if raw not in (None, "") else None


@dataclass(frozen=True)
class Contact:
    """Whom the public may ask about an organisation."""

    name: str
    email: str
    phone: str


class OrganisationForm(BaseForm):
    """What describes an organisation; the contact is asked for where it is not known."""

    name = text_field(lazy_gettext("Name of the organisation"), longest=200, required=True)
    kind_id = SelectField(lazy_gettext("Kind of organisation"), validators=[Required()], coerce=_id)
    description = TextAreaField(lazy_gettext("What do you do?"), validators=[Longest(LONGEST_DESCRIPTION)])
    street = text_field(lazy_gettext("Street and number"), longest=200)
    postcode = text_field(lazy_gettext("Postcode"), longest=5)
    city = text_field(lazy_gettext("Town"), longest=120)
    district_id = SelectField(lazy_gettext("Part of town"), coerce=_id)
    website = text_field(lazy_gettext("Website"), longest=300)

    validate_postcode = staticmethod(checks.postcode)
    validate_website = staticmethod(checks.web_address)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        words, known = context.vocabulary(), values.get("obj")
        kinds = offered(words.organisation_kinds, _chosen(known, "kind_id"))
        districts = offered(words.districts, _chosen(known, "district_id"))
        self.kind_id.choices = [("", gettext("Please choose")), *_choices(kinds)]
        self.district_id.choices = [("", gettext("Everywhere, or somewhere else")), *_choices(districts)]

    def described(self, contact: Contact, point: Point | None = None) -> OrganisationValues:
        """Return what was typed, with a contact and the place on the map if it is known."""
        return OrganisationValues(
            name=self.name.data or "",
            kind_id=self.kind_id.data,
            description=(self.description.data or "").strip(),
            street=self.street.data or "",
            postcode=self.postcode.data or "",
            city=self.city.data or "",
            district_id=self.district_id.data,
            point=point,
            contact_name=contact.name,
            email=contact.email,
            phone=contact.phone,
            website=self.website.data or "",
        )


def _chosen(known: object, name: str) -> tuple[int, ...]:
    """Return the word that an organisation has already; a retired one stays with it."""
    chosen = getattr(known, name, None)
    return (chosen,) if chosen is not None else ()


def _choices(terms: tuple[Term, ...]) -> list[tuple[str, str]]:
    return [(str(term.id), term.name) for term in terms]
