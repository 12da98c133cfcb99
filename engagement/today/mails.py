"""What the municipality reminds organisations of."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class RequestsWait:
    """To an organisation: people wait for its answer."""

    organisation_id: int
    name: str
    requests: int
    days: int
    kind: str = "requests-wait"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        waits = ngettext(
            "%(num)s person who wants to help at %(name)s is still waiting for an answer.",
            "%(num)s people who want to help at %(name)s are still waiting for an answer.",
            self.requests,
            name=self.name,
        )
        longest = ngettext(
            "The longest has been waiting for %(num)s day.",
            "The longest has been waiting for %(num)s days.",
            self.days,
        )
        return Content(
            subject=ngettext(
                "Somebody is waiting for your answer", "%(num)s people are waiting for your answer", self.requests
            ),
            greeting=hello(),
            paragraphs=(
                f"{waits} {longest}",
                gettext("A short answer is enough, even if it does not fit this time: whoever hears nothing is lost."),
            ),
            action=button(gettext("Answer now"), tenant, links, f"/verein/{self.organisation_id}/anfragen"),
            after=_offer_of_help(tenant),
        )


@dataclass(frozen=True)
class OfferEnds:
    """To an organisation: an offer leaves the public pages soon."""

    organisation_id: int
    opportunity_id: int
    title: str
    kind: str = "offer-ends"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        path = f"/verein/{self.organisation_id}/angebote/{self.opportunity_id}"
        return Content(
            subject=gettext("Does this offer still hold? %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "your offer “%(title)s” leaves %(platform)s in a few days, so that nobody signs up for something "
                    "that is over.",
                    title=self.title,
                    platform=tenant.platform_name,
                ),
                gettext("It still holds? One click on its page and it stays."),
            ),
            action=button(gettext("Look at the offer"), tenant, links, path),
        )


def _offer_of_help(tenant: TenantInfo) -> tuple[str, ...]:
    if not tenant.contact_email:
        return ()
    help_there = gettext(
        "Does something keep you from answering? Write to us at %(address)s, we gladly help.",
        address=tenant.contact_email,
    )
    return (help_there,)
