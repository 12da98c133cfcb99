"""The mails about a waiting list, as typed values."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.applications.mails import About, link_is_yours
from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class OnWaitingList:
    """Tells the applicant the place in line and what happens next."""

    about: About
    place: int
    kind: str = "on-waiting-list"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("You are on the waiting list: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "Thank you! At the moment all places in “%(title)s” are taken. You are number %(place)s on the "
                    "waiting list of %(organisation)s.",
                    title=about.title,
                    organisation=about.organisation,
                    place=self.place,
                ),
                gettext(
                    "As soon as it is your turn you get a mail and can say yes or no. Until then you need do nothing."
                ),
                gettext("Here you see your place in line, and can also withdraw:"),
            ),
            action=button(gettext("See my request"), tenant, links, about.path),
            after=link_is_yours(about),
        )


@dataclass(frozen=True)
class PlaceFree:
    """Asks the first in line whether they want the place that got free; it is kept for ``days``."""

    about: About
    days: int
    kind: str = "place-free"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("A place is free for you: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "Good news: in “%(title)s” of %(organisation)s a place has become free, and you are next in line.",
                    title=about.title,
                    organisation=about.organisation,
                ),
                ngettext(
                    "We keep it for you for %(num)s day. Do you still want it?",
                    "We keep it for you for %(num)s days. Do you still want it?",
                    self.days,
                ),
            ),
            action=button(gettext("Say yes or no"), tenant, links, about.path),
            after=(gettext("Without an answer the place goes to the next in line after that."), *link_is_yours(about)),
        )


@dataclass(frozen=True)
class PlaceLapsed:
    """Tells somebody who did not answer in time that the place has gone to the next in line."""

    about: About
    kind: str = "place-lapsed"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        about = self.about
        return Content(
            subject=gettext("The place has been passed on: %(title)s", title=about.title),
            greeting=hello(about.reader),
            paragraphs=(
                gettext(
                    "We had kept a place in “%(title)s” for you and have not heard from you, so it has gone to the "
                    "next in line. Your request is closed.",
                    title=about.title,
                ),
                gettext("Do you still want to join in? Then simply sign up once more."),
            ),
            action=button(gettext("See my request"), tenant, links, about.path),
            after=(
                gettext(
                    "Many others would be glad about your help. You find them here: %(address)s",
                    address=links.absolute(tenant.host, "/angebote"),
                ),
            ),
        )
