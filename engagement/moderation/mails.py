"""What is mailed about reports, and what tells staff that something waits."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.moderation.kinds import ReportReason, ReportState
from engagement.moderation.words import reason_name
from engagement.tenancy.queries import TenantInfo

MOST_NAMED = 10
"""Offers that a mail to staff names one by one."""


@dataclass(frozen=True)
class ReportReceived:
    """To whoever reported an offer: it has arrived (Art. 16 (4) of Regulation (EU) 2022/2065, Digital Services Act).

    It says nothing that the person wrote: the address is not proven, and must not be sent other people's words.
    """

    title: str
    reason: ReportReason
    number: int
    kind: str = "report-received"

    def content(self, _tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your report has arrived: %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(
                gettext("thank you for your report. Somebody of the municipality will look at it."),
                gettext("As soon as we have decided, you get an answer at this address."),
            ),
            facts=(
                (gettext("Offer"), self.title),
                (gettext("Reported because"), reason_name(self.reason)),
                (gettext("Number of the report"), str(self.number)),
            ),
            after=(gettext("It was not you? Then somebody has mistyped their address, and you need not do anything."),),
        )


@dataclass(frozen=True)
class ReportAnswered:
    """To whoever reported an offer: what was decided, and what can be done against it (Art. 16 (5) DSA)."""

    title: str
    number: int
    decision: ReportState
    answer: str
    kind: str = "report-answered"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("About your report: %(title)s", title=self.title),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "you have reported the offer “%(title)s” to us (report %(number)d). We have looked at it.",
                    title=self.title,
                    number=self.number,
                ),
                self._decision(),
            ),
            quote=self.answer,
            after=(gettext("A person has decided this, no program."), _redress(tenant)),
        )

    def _decision(self) -> str:
        if self.decision is ReportState.DONE:
            return gettext("Your report was right, and we have acted on it:")
        return gettext("We have decided to leave the offer as it is:")


def _redress(tenant: TenantInfo) -> str:
    where = gettext(
        "You can also complain to the Digital Services Coordinator at the Federal Network Agency "
        "(Bundesnetzagentur), or go to court."
    )
    if tenant.contact_email:
        ask = gettext("If you do not agree, please write to %(address)s.", address=tenant.contact_email)
    else:
        ask = gettext("If you do not agree, please talk to your municipality.")
    return f"{ask} {where}"


@dataclass(frozen=True)
class UnlawfulReported:
    """To staff, at once: somebody calls an offer offensive or unlawful."""

    report_id: int
    title: str
    organisation: str
    kind: str = "report-unlawful"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Please look soon: report about “%(title)s”", title=self.title),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "a visitor of %(platform)s calls an offer offensive or unlawful. Please look at it soon: you can "
                    "take it off the public pages with one click.",
                    platform=tenant.platform_name,
                ),
            ),
            facts=((gettext("Offer"), self.title), (gettext("Organisation"), self.organisation)),
            action=button(gettext("Look at the report"), tenant, links, f"/verwaltung/meldungen/{self.report_id}"),
        )


@dataclass(frozen=True)
class NewForStaff:
    """To staff, at most once an hour: what has come in.

    Args:
        offers: title and organisation of those that were handed in, at most ten.
        offer_count: how many there are in all.
        report_count: new reports.
    """

    offers: tuple[tuple[str, str], ...]
    offer_count: int
    report_count: int
    kind: str = "new-for-staff"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        more = self.offer_count - len(self.offers)
        path = "/verwaltung/angebote" if self.offer_count else "/verwaltung/meldungen"
        return Content(
            subject=gettext("New on %(platform)s: %(what)s", platform=tenant.platform_name, what=self._what()),
            greeting=hello(),
            paragraphs=(gettext("this waits for a look by you: %(what)s.", what=self._what()),),
            facts=self.offers,
            action=button(gettext("Look at it"), tenant, links, path),
            after=(
                *((ngettext("And %(num)s more offer.", "And %(num)s more offers.", more),) if more else ()),
                gettext("You get this mail at most once an hour, and only if something new has come in."),
            ),
        )

    def _what(self) -> str:
        parts = []
        if self.offer_count:
            parts.append(ngettext("%(num)s offer to check", "%(num)s offers to check", self.offer_count))
        if self.report_count:
            parts.append(ngettext("%(num)s new report", "%(num)s new reports", self.report_count))
        return gettext("%(first)s and %(second)s", first=parts[0], second=parts[1]) if len(parts) > 1 else parts[0]
