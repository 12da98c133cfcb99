"""What is mailed about the people who act for an organisation. Links are given as paths on the tenant's host."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.kernel.permissions import Role
from engagement.mail.message import Content, button, hello
from engagement.organisations.mails import questions_to
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class Invited:
    """To somebody who is to act for an organisation; ``inviter`` is "" for the municipality."""

    name: str
    organisation: str
    inviter: str
    role: Role
    hands_over: bool
    days: int
    path: str
    kind: str = "organisation-invitation"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Will you take over %(organisation)s?", organisation=self.organisation)
            if self.hands_over
            else gettext("You are invited to the team of %(organisation)s", organisation=self.organisation),
            greeting=hello(self.name),
            paragraphs=(self._who(tenant), self._what()),
            action=button(gettext("See the invitation"), tenant, links, self.path),
            after=(
                gettext("The link works for %(days)s days.", days=self.days),
                gettext("You do not know what this is about? Then you need not do anything."),
            ),
        )

    def _who(self, tenant: TenantInfo) -> str:
        values = {"organisation": self.organisation, "platform": tenant.platform_name}
        if self.inviter:
            return gettext(
                "%(inviter)s invites you to look after %(organisation)s on %(platform)s.",
                inviter=self.inviter,
                **values,
            )
        return gettext("the municipality invites you to look after %(organisation)s on %(platform)s.", **values)

    def _what(self) -> str:
        if self.hands_over:
            return gettext("If you accept, you are responsible for the entry, its offers and its team from then on.")
        if self.role is Role.OWNER:
            return gettext("You would be responsible for the entry, its offers and its team, together with others.")
        return gettext("You would post offers and answer the people who want to help.")


@dataclass(frozen=True)
class Joined:
    """To those who are responsible: somebody has accepted."""

    organisation_id: int
    organisation: str
    person: str
    role: Role
    hands_over: bool
    kind: str = "organisation-joined"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        values = {"person": self.person, "organisation": self.organisation}
        text = gettext("%(person)s now acts for %(organisation)s.", **values)
        if self.hands_over:
            text = gettext("%(person)s has taken over %(organisation)s and is responsible from now on.", **values)
        return Content(
            subject=gettext("%(person)s has accepted", person=self.person),
            greeting=hello(),
            paragraphs=(text,),
            action=button(gettext("To my organisation"), tenant, links, f"/verein/{self.organisation_id}"),
            after=(gettext("That is not right?") + " " + questions_to(tenant),),
        )


@dataclass(frozen=True)
class Farewell:
    """To somebody who was taken out of a team."""

    name: str
    organisation: str
    kind: str = "organisation-farewell"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("You no longer act for %(organisation)s", organisation=self.organisation),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "you were taken out of the team of %(organisation)s on %(platform)s. Your account stays as it is.",
                    organisation=self.organisation,
                    platform=tenant.platform_name,
                ),
            ),
            after=(gettext("That is not right?") + " " + questions_to(tenant),),
        )


@dataclass(frozen=True)
class ClaimWaiting:
    """To the municipality and those who are responsible: somebody says that they belong to the organisation."""

    organisation: str
    person: str
    email: str
    note: str
    path: str
    kind: str = "claim-waiting"

    def at(self, path: str) -> ClaimWaiting:
        """Return the same with the page where its reader answers."""
        return replace(self, path=path)

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext(
                "%(person)s wants to act for %(organisation)s", person=self.person, organisation=self.organisation
            ),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "somebody says that they belong to %(organisation)s and would like to look after its entry. "
                    "Please answer only if you know the person; the address has not been proven yet.",
                    organisation=self.organisation,
                ),
            ),
            facts=((gettext("Name"), self.person), (gettext("E-mail address"), self.email)),
            quote=self.note,
            action=button(gettext("Look and answer"), tenant, links, self.path),
        )


@dataclass(frozen=True)
class ClaimReceived:
    """To the person who asked: it has arrived."""

    name: str
    organisation: str
    kind: str = "claim-received"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your request for %(organisation)s has arrived", organisation=self.organisation),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "you would like to look after the entry of %(organisation)s on %(platform)s. We have passed that "
                    "on. As soon as it is answered you get a mail.",
                    organisation=self.organisation,
                    platform=tenant.platform_name,
                ),
            ),
            after=(gettext("It was not you? Then you need not do anything."),),
        )


@dataclass(frozen=True)
class AlreadyMember:
    """To somebody who asks for what they have."""

    name: str
    organisation: str
    path: str
    kind: str = "claim-already-member"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("You already act for %(organisation)s", organisation=self.organisation),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "somebody, probably you, asked to look after %(organisation)s. You do that already: just sign in.",
                    organisation=self.organisation,
                ),
            ),
            action=button(gettext("To my organisation"), tenant, links, self.path),
        )


@dataclass(frozen=True)
class ClaimAccepted:
    """To the person: the way in."""

    name: str
    organisation: str
    path: str
    kind: str = "claim-accepted"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("You now act for %(organisation)s", organisation=self.organisation),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "your request was accepted: you look after %(organisation)s on %(platform)s from now on.",
                    organisation=self.organisation,
                    platform=tenant.platform_name,
                ),
            ),
            action=button(gettext("Sign in"), tenant, links, self.path),
            after=(gettext("It was not you? Then please do not use the link; nobody else gets in."),),
        )


@dataclass(frozen=True)
class ClaimDeclined:
    """To the person: why not."""

    name: str
    organisation: str
    reason: str
    kind: str = "claim-declined"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("About your request for %(organisation)s", organisation=self.organisation),
            greeting=hello(self.name),
            paragraphs=(
                gettext(
                    "thank you for wanting to look after %(organisation)s. We cannot accept your request at present. "
                    "This is the reason:",
                    organisation=self.organisation,
                ),
            ),
            quote=self.reason,
            after=(questions_to(tenant),),
        )
