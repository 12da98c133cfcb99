"""The form in which an organisation says who it is."""

from __future__ import annotations

from dataclasses import replace

from wtforms import BooleanField, HiddenField, RadioField, ValidationError
from wtforms.fields import Field, FileField

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
from engagement.web.club.fields import ListField, WholeNumberField
from engagement.web.club.time_rows import TimesField
from engagement.web.shared import checks, context
from engagement.web.shared.forms import TicksField, email_field, text_field
from engagement.web.shared.organisation_form import Contact, OrganisationForm
from engagement.web.shared.presentation import focus_names
from engagement.web.shared.upload import Chosen, PictureFields

LONGEST_LINK = 300


class ProfileForm(OrganisationForm):
    """All that an organisation says of itself."""

    summary = text_field(lazy_gettext("Who are you, in one sentence?"), longest=200)
    founded_year = WholeNumberField(lazy_gettext("Founded in the year"), least=FIRST_YEAR, most=2100)
    category_ids = TicksField(lazy_gettext("Fields of engagement"), coerce=int)
    links = ListField(lazy_gettext("Other pages on the web"), most=MOST_LINKS, longest=LONGEST_LINK)
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
        times = [{name: getattr(one, name) for name in one.__dataclass_fields__} for one in parts.times]
        super().__init__(obj=found, category_ids=list(parts.category_ids), times=times)
        words = context.vocabulary()
        self.category_ids.choices = [(term.id, term.name) for term in offered(words.categories, parts.category_ids)]
        self.picture_focus.choices = [(place, name[:1].upper() + name[1:]) for place, name in focus_names().items()]
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
            if not checks.is_web_address(address):
                raise ValidationError(
                    gettext("This does not look like a web address: %(address)s", address=address[:60])
                )

    def addresses(self) -> tuple[str, ...]:
        """Return the other pages on the web with their scheme."""
        return tuple(one if "://" in one else f"https://{one}" for one in self.links.entries)

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

    def previewed(self, logo: PictureInfo | None, picture: PictureInfo | None) -> OrganisationInfo:
        """Return the organisation as it would be."""
        typed = self.organisation_values()
        district = context.vocabulary().district(typed.district_id)
        same = ("name", "kind_id", "description", "street", "postcode", "city", "district_id", "contact_name", "email",
                "phone", "website")  # fmt: skip
        return replace(
            self.found,
            **{name: getattr(typed, name) for name in same},
            district=district.name if district else "",
            summary=self.summary.data or "",
            founded_year=self.founded_year.data,
            links=self.addresses(),
            logo_sha256=logo.sha256 if logo else "",
            picture_sha256=picture.sha256 if picture else "",
            picture_alt=self.picture_alt.data or "",
            picture_focus=self.picture_focus.data or "",
        )

    def _point(self) -> Point | None:
        """A place on the map stays as long as the address does."""
        found = self.found
        before = (found.street, found.postcode, found.city, found.district_id)
        after = (self.street.data, self.postcode.data, self.city.data, self.district_id.data)
        return found.point if before == after else None
