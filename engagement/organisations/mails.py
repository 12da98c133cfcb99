"""What is mailed about organisations."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo
from engagement.tenancy.settings import ModerationPolicy


@dataclass(frozen=True)
class OrganisationWaiting:
    """To the municipality: somebody registered an organisation."""

    organisation_id: int
    name: str
    registered_by: str
    kind: str = "organisation-waiting"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        path = f"/verwaltung/organisationen/{self.organisation_id}"
        return Content(
            subject=gettext("Please check: %(name)s wants to take part", name=self.name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "a new organisation has registered with %(platform)s. Until you have checked it, the public sees "
                    "neither it nor its offers.",
                    platform=tenant.platform_name,
                ),
            ),
            facts=(
                (gettext("Organisation"), self.name),
                (gettext("Registered by"), self.registered_by),
            ),
            action=button(gettext("Check the organisation"), tenant, links, path),
        )


@dataclass(frozen=True)
class OrganisationVerified:
    """To the members: everybody can see the organisation now."""

    organisation_id: int
    name: str
    kind: str = "organisation-verified"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        path = f"/verein/{self.organisation_id}"
        return Content(
            subject=gettext("%(name)s is verified", name=self.name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "good news: we have checked %(name)s. Everybody sees your organisation on %(platform)s from now "
                    "on.",
                    name=self.name,
                    platform=tenant.platform_name,
                ),
                _about_publishing(tenant),
            ),
            action=button(gettext("To my organisation"), tenant, links, path),
        )


@dataclass(frozen=True)
class OrganisationRejected:
    """To the members: why the organisation is not shown."""

    name: str
    note: str
    kind: str = "organisation-rejected"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("About your registration: %(name)s", name=self.name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "thank you for registering %(name)s with %(platform)s. We cannot show the organisation at "
                    "present. This is what the municipality writes:",
                    name=self.name,
                    platform=tenant.platform_name,
                ),
            ),
            quote=self.note,
            after=(questions_to(tenant),),
        )


@dataclass(frozen=True)
class OrganisationRegistered:
    """To the person who registered an organisation: what happens next, and how to get in."""

    person: str
    name: str
    path: str
    is_new: bool
    kind: str = "organisation-registered"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your organisation is registered: %(name)s", name=self.name),
            greeting=hello(self.person),
            paragraphs=(
                gettext(
                    "%(name)s has been registered with %(platform)s in your name. We will check the details within "
                    "the next few working days and write to you.",
                    name=self.name,
                    platform=tenant.platform_name,
                ),
                gettext("You can already sign in, complete the details and prepare your first offer:"),
            ),
            action=button(self._label(), tenant, links, self.path),
            after=(self._whose(tenant),),
        )

    def _label(self) -> str:
        return gettext("Confirm and sign in") if self.is_new else gettext("To my organisation")

    def _whose(self, tenant: TenantInfo) -> str:
        if self.is_new:
            return gettext("It was not you? Then please do not use the link; nobody else gets in.")
        if tenant.contact_email:
            return gettext("It was not you? Then please write to %(address)s.", address=tenant.contact_email)
        return gettext("It was not you? Then please tell your municipality.")


@dataclass(frozen=True)
class OrganisationSuspended:
    """To the members: the organisation is hidden, and why."""

    name: str
    reason: str
    kind: str = "organisation-suspended"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("%(name)s is not shown for the time being", name=self.name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "the municipality has suspended %(name)s on %(platform)s. Visitors see neither the organisation "
                    "nor its offers, and nothing new can be published. Nothing is deleted, and you can still answer "
                    "the requests that have come in. This is what the municipality writes:",
                    name=self.name,
                    platform=tenant.platform_name,
                ),
            ),
            quote=self.reason,
            after=(questions_to(tenant),),
        )


@dataclass(frozen=True)
class OrganisationBack:
    """To the members: the suspension is lifted."""

    organisation_id: int
    name: str
    kind: str = "organisation-back"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("%(name)s is shown again", name=self.name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "the suspension of %(name)s on %(platform)s is lifted. Everything is as it was before.",
                    name=self.name,
                    platform=tenant.platform_name,
                ),
            ),
            action=button(gettext("To my organisation"), tenant, links, f"/verein/{self.organisation_id}"),
        )


@dataclass(frozen=True)
class OrganisationsMerged:
    """To the members of both: two entries have become one."""

    organisation_id: int
    name: str
    absorbed: str
    kind: str = "organisations-merged"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Two entries have become one: %(name)s", name=self.name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "your organisation was registered twice with %(platform)s. The municipality has merged the entry "
                    "“%(absorbed)s” into “%(name)s”. Offers, requests and the people of both are together there now.",
                    platform=tenant.platform_name,
                    absorbed=self.absorbed,
                    name=self.name,
                ),
                gettext("Please have a look whether all details are right."),
            ),
            action=button(gettext("To my organisation"), tenant, links, f"/verein/{self.organisation_id}"),
            after=(questions_to(tenant),),
        )


def questions_to(tenant: TenantInfo) -> str:
    """Return whom to ask."""
    if tenant.contact_email:
        return gettext("If you have questions, please write to %(address)s.", address=tenant.contact_email)
    return gettext("If you have questions, please ask your municipality.")


def _about_publishing(tenant: TenantInfo) -> str:
    if tenant.settings.moderation is ModerationPolicy.REVIEW_ALL:
        return gettext(
            "Offers that you have prepared you can now hand in. We look at each of them before everybody does."
        )
    return gettext("Offers that you have prepared you can now publish yourself.")
