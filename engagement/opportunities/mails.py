"""What is mailed about opportunities: the municipality's answer to those who handed one in."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Action, Content
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
            greeting=gettext("Hello,"),
            paragraphs=(news,),
            action=Action(gettext("To my offer"), _address(tenant, links, self.organisation_id, self.opportunity_id)),
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
        address = _address(tenant, links, self.organisation_id, self.opportunity_id)
        return Content(
            subject=gettext("Please improve your offer: %(title)s", title=self.title),
            greeting=gettext("Hello,"),
            paragraphs=(gettext("thank you for your offer. Before everybody sees it, something should change:"),),
            quote=self.note,
            after=(gettext("Your offer is a draft again. When it is improved, simply hand it in once more."),),
            action=Action(gettext("Improve the offer"), f"{address}/bearbeiten"),
        )


def _address(tenant: TenantInfo, links: Links, organisation_id: int, opportunity_id: int) -> str:
    return links.absolute(tenant.host, f"/verein/{organisation_id}/angebote/{opportunity_id}")
