"""The form in which an organisation says who it is."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields import Field, FileField
from wtforms.validators import ValidationError

from engagement.kernel.clock import now
from engagement.kernel.cropping import Focus
from engagement.kernel.geo import Point
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.pictures import PictureInfo
from engagement.organisations.profiles import (
    FIRST_YEAR,
    LOGO_FRAME,
    MOST_LINKS,
    PICTURE_FRAME,
    ProfileParts,
    ProfileValues,
)
from engagement.organisations.queries import OrganisationInfo
from engagement.organisations.service import OrganisationValues
from engagement.tenancy.queries import offered
from engagement.web.club.fields import ListField, WholeNumberField, focus_choices
from engagement.web.club.time_rows import TimesField
from engagement.web.shared import checks, context
from engagement.web.shared.forms import TicksField, email_field, text_field
from engagement.web.shared.organisation_form import Contact, OrganisationForm
from engagement.web.shared.upload import Chosen, PictureFields

BETWEEN_ADDRESSES = re.compile(r"\s+")
"""No other sign: an address may hold a comma or a semicolon."""


class ProfileForm(OrganisationForm):
    """All that an organisation says of itself."""

    summary = text_field(lazy_gettext("Who are you, in one sentence?"), longest=200)
    founded_year = WholeNumberField(lazy_gettext("Founded in the year"), least=FIRST_YEAR, most=2100)
    category_ids = TicksField(lazy_gettext("Fields of engagement"), coerce=int)
    links = ListField(
        lazy_gettext("Other pages on the web"),
        most=MOST_LINKS,
        longest=checks.LONGEST_ADDRESS,
        between=BETWEEN_ADDRESSES,
    )
    contact_name = text_field(lazy_gettext("Contact person"), longest=120)
    email = email_field(lazy_gettext("E-mail address"), required=False)
    phone = text_field(lazy_gettext("Phone"), longest=40)
    times = TimesField(lazy_gettext("Regular times"))
    logo = FileField(lazy_gettext("Picture file"))
    remove_logo = BooleanField(lazy_gettext("Remove the logo"))
    kept_logo = HiddenField()
    picture = FileField(lazy_gettext("Choose a picture"))
    picture_alt = text_field(lazy_gettext("What can be seen in the picture?"), longest=300)
    picture_focus = RadioField(lazy_gettext("Where is what matters in the picture?"), default="")
    remove_picture = BooleanField(lazy_gettext("Remove the picture"))
    kept_picture = HiddenField()

    validate_contact_name = staticmethod(checks.plain_name)
    validate_phone = staticmethod(checks.phone_number)

    def __init__(self, found: OrganisationInfo, parts: ProfileParts) -> None:
        super().__init__(obj=found, category_ids=list(parts.category_ids), times=parts.times)
        words = context.vocabulary()
        self.category_ids.choices = [(term.id, term.name) for term in offered(words.categories, parts.category_ids)]
        self.picture_focus.choices = focus_choices()
        self.found = found

    @property
    def logo_fields(self) -> PictureFields:
        """Return the logo's fields; the mark of a kept one is good for this organisation only."""
        place = f"logo of {self.found.id}"
        return PictureFields(self.logo, self.kept_logo, self.remove_logo, place, LOGO_FRAME)

    @property
    def picture_fields(self) -> PictureFields:
        """Return the picture's fields."""
        place = f"profile of {self.found.id}"
        return PictureFields(self.picture, self.kept_picture, self.remove_picture, place, PICTURE_FRAME)

    def validate_founded_year(self, field: Field) -> None:
        """Refuse a year to come."""
        if field.data and field.data > now().year:
            raise ValidationError(gettext("Please look at the year again."))

    def validate_links(self, _field: Field) -> None:
        """Refuse what is no address on the web."""
        for address in self.addresses():
            if len(address) > checks.LONGEST_ADDRESS or not checks.is_web_address(address):
                raise ValidationError(
                    gettext("This does not look like a web address: %(address)s", address=address[:60])
                )

    def addresses(self) -> tuple[str, ...]:
        """Return the other pages on the web with their scheme."""
        return tuple(map(checks.with_scheme, self.links.entries))

    def organisation_values(self) -> OrganisationValues:
        """Return name, kind, address and contact as they were typed."""
        contact = Contact(self.contact_name.data or "", self.email.data or "", self.phone.data or "")
        return self.described(contact, self._point())

    def profile_values(self, picture: Chosen) -> ProfileValues:
        """Return what the directory shows besides."""
        return ProfileValues(
            summary=self.summary.data or "",
            founded_year=self.founded_year.data,
            links=self.addresses(),
            picture_file_id=picture.file_id,
            picture_alt=self.picture_alt.data or "",
            picture_focus=Focus(self.picture_focus.data or ""),
            category_ids=tuple(self.category_ids.data or ()),
            times=self.times.values,
        )

    def previewed(
        self, values: ProfileValues, logo: PictureInfo | None, picture: PictureInfo | None
    ) -> OrganisationInfo:
        """Return the organisation as it would be."""
        typed = {name: value for name, value in asdict(self.organisation_values()).items() if name != "point"}
        said = ("summary", "founded_year", "links", "picture_alt", "picture_focus")
        district = context.vocabulary().district(self.district_id.data)
        return replace(
            self.found,
            **typed,
            **{name: getattr(values, name) for name in said},
            district=district.name if district else "",
            logo_sha256=logo.sha256 if logo else "",
            picture_sha256=picture.sha256 if picture else "",
        )

    def _point(self) -> Point | None:
        """A place on the map stays as long as the address does."""
        found = self.found
        before = (found.street, found.postcode, found.city, found.district_id)
        after = (self.street.data, self.postcode.data, self.city.data, self.district_id.data)
        return found.point if before == after else None
