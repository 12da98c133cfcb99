"""What is mailed about barriers."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class BarrierReported:
    """To the municipality: something kept a person from using the site."""

    report_id: int
    place: str
    message: str
    email: str
    kind: str = "barrier-reported"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        path = f"/verwaltung/barrieren/{self.report_id}"
        place = links.absolute(tenant.host, self.place) if self.place.startswith("/") else self.place
        facts = ((gettext("Page"), place),) if place else ()
        wants = gettext("The person would like an answer. Please answer within a month.")
        silent = gettext("The person has left no address.")
        return Content(
            subject=gettext("A barrier was reported on %(platform)s", platform=tenant.platform_name),
            greeting=hello(),
            paragraphs=(gettext("somebody cannot use the site as it should be. This is what the person writes:"),),
            facts=facts,
            quote=self.message,
            action=button(gettext("Look at it and answer"), tenant, links, path),
            after=(wants if self.email else silent,),
        )


@dataclass(frozen=True)
class BarrierAnswered:
    """To the person who reported a barrier: the answer."""

    message: str
    answer: str
    kind: str = "barrier-answered"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Our answer to the barrier that you reported"),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "thank you for telling us what was in your way on %(platform)s.", platform=tenant.platform_name
                ),
                *(part for part in self.answer.split("\n") if part.strip()),
            ),
            facts=((gettext("You wrote"), " ".join(self.message.split())[:500]),),
            action=button(gettext("What you can do if this does not help"), tenant, links, "/barrierefreiheit"),
        )
