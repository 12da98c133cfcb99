"""What is mailed about opportunities: the municipality's answer to those who handed one in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class OpportunityReleased:
    """To the members: the municipality has looked at it and published it.

    Args:
        visible: whether visitors see it already, or only once the organisation is verified too.
    """

    opportunity_id: int
    organisation_id: int
    title: str
    visible: bool
    kind: str = "opportunity-released"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        if self.visible:
            news = gettext(
                "good news: we have looked at your offer. Everybody can see it on %(platform)s now.",
                platform=tenant.platform_name,
            )
        else:
            news = gettext(
                "we have looked at your offer. Everybody can see it as soon as your organisation is verified."
            )
        return Content(
            subject=gettext("Your offer is released: %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(news,),
            action=button(gettext("To my offer"), tenant, links, _path(self)),
        )


@dataclass(frozen=True)
class OpportunitySentBack:
    """To the members: what should change before it can be published."""

    opportunity_id: int
    organisation_id: int
    title: str
    note: str
    kind: str = "opportunity-sent-back"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Please improve your offer: %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(gettext("thank you for your offer. Before everybody sees it, something should change:"),),
            quote=self.note,
            after=(gettext("Your offer is a draft again. When it is improved, simply hand it in once more."),),
            action=button(gettext("Improve the offer"), tenant, links, f"{_path(self)}/bearbeiten"),
        )


@dataclass(frozen=True)
class EditReleased:
    """To the members: everybody sees their change now."""

    opportunity_id: int
    organisation_id: int
    title: str
    kind: str = "opportunity-edit-released"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your change is released: %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(
                gettext("good news: we have looked at your change. Everybody sees the new version of your offer now."),
            ),
            action=button(gettext("To my offer"), tenant, links, _path(self)),
        )


@dataclass(frozen=True)
class EditSentBack:
    """To the members: what should change in their change; the version before it stays public."""

    opportunity_id: int
    organisation_id: int
    title: str
    note: str
    kind: str = "opportunity-edit-sent-back"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("About your change: %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(gettext("thank you for your change. Before everybody sees it, please look at this:"),),
            quote=self.note,
            after=(
                gettext("Until then everybody goes on seeing the version that we have checked; nothing is lost."),
                gettext("When you have improved your change, simply save it; we then look at it again."),
            ),
            action=button(gettext("Improve my change"), tenant, links, f"{_path(self)}/bearbeiten"),
        )


@dataclass(frozen=True)
class OpportunityTakenDown:
    """To the members: the offer is not public any more, and why.

    It states the reasons, that a person decided, and what can be done against it, as Article 17 (3) of Regulation (EU)
    2022/2065 (Digital Services Act) asks.
    """

    opportunity_id: int
    organisation_id: int
    title: str
    note: str
    kind: str = "opportunity-taken-down"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your offer is not public any more: %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "we have taken your offer off the public pages of %(platform)s. Somebody of the municipality has "
                    "looked at it and decided this for the following reason:",
                    platform=tenant.platform_name,
                ),
            ),
            quote=self.note,
            after=(
                gettext("Your offer is a draft again; nothing is lost. You can improve it and hand it in once more."),
                _objection(tenant),
            ),
            action=button(gettext("Improve the offer"), tenant, links, f"{_path(self)}/bearbeiten"),
        )


def _objection(tenant: TenantInfo) -> str:
    if tenant.contact_email:
        return gettext(
            "If you do not agree, please write to %(address)s. You are also free to go to court.",
            address=tenant.contact_email,
        )
    return gettext("If you do not agree, please talk to your municipality. You are also free to go to court.")


class _AboutOffer(Protocol):
    @property
    def organisation_id(self) -> int: ...

    @property
    def opportunity_id(self) -> int: ...


def _path(mail: _AboutOffer) -> str:
    return f"/verein/{mail.organisation_id}/angebote/{mail.opportunity_id}"
