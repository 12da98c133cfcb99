"""The yearly question whether the details of an organisation are still right."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.organisations.mails import questions_to
from engagement.organisations.queries import OrganisationInfo
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class Details:
    """What the mail shows; empty text is left out."""

    organisation_id: int
    name: str
    kind: str
    address: str
    district: str
    contact: str
    email: str
    phone: str
    website: str

    @classmethod
    def of(cls, organisation: OrganisationInfo) -> Details:
        """Return the details of an organisation."""
        place = " ".join(part for part in (organisation.postcode, organisation.city) if part)
        return cls(
            organisation_id=organisation.id,
            name=organisation.name,
            kind=organisation.kind,
            address=", ".join(part for part in (organisation.street, place) if part),
            district=organisation.district,
            contact=organisation.contact_name,
            email=organisation.email,
            phone=organisation.phone,
            website=organisation.website,
        )


@dataclass(frozen=True)
class StillRight:
    """To those who are responsible, or to the contact address: are these details still right?"""

    details: Details
    path: str
    has_members: bool
    is_reminder: bool
    kind: str = "organisation-still-right"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        name = self.details.name
        return Content(
            subject=gettext("A reminder: are the details of %(name)s still right?", name=name)
            if self.is_reminder
            else gettext("Are the details of %(name)s still right?", name=name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "once a year we ask every organisation on %(platform)s whether its details are still right. This "
                    "is what everybody sees of yours:",
                    platform=tenant.platform_name,
                ),
            ),
            facts=self._facts(),
            action=button(gettext("Look and confirm"), tenant, links, self.path),
            after=(self._changes(tenant, links), questions_to(tenant)),
        )

    def _facts(self) -> tuple[tuple[str, str], ...]:
        facts = (
            (gettext("Organisation"), self.details.name),
            (gettext("Kind"), self.details.kind),
            (gettext("Address"), self.details.address),
            (gettext("Part of town"), self.details.district),
            (gettext("Contact"), self.details.contact),
            (gettext("E-mail address"), self.details.email),
            (gettext("Phone"), self.details.phone),
            (gettext("Website"), self.details.website),
        )
        return tuple((name, value) for name, value in facts if value)

    def _changes(self, tenant: TenantInfo, links: Links) -> str:
        if self.has_members:
            address = links.absolute(tenant.host, f"/verein/{self.details.organisation_id}/profil")
            return gettext("Has something changed? Please put it right here: %(address)s", address=address)
        return gettext("Has something changed? The page behind the button says how it is put right.")
