"""What is mailed about the municipality's team. Links are given as paths on the tenant's host."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.kernel.permissions import Role
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo

DAYS_TO_ACCEPT = 14


def role_meaning(role: Role) -> str:
    """Return what somebody with this role may do, as one sentence."""
    if role is Role.ADMIN:
        return gettext("You can do everything on the site of the municipality, settings and team included.")
    return gettext("You can check organisations and offers, answer reports, and see mails and figures.")


@dataclass(frozen=True)
class StaffInvited:
    """To somebody who is asked to join the team."""

    inviter: str
    role: Role
    path: str
    kind: str = "staff-invitation"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Invitation to the team of %(platform)s", platform=tenant.platform_name),
            greeting=hello(),
            paragraphs=(
                gettext(
                    "%(name)s invites you to the team that looks after %(platform)s for %(town)s.",
                    name=self.inviter,
                    platform=tenant.platform_name,
                    town=tenant.name,
                ),
                role_meaning(self.role),
            ),
            action=button(gettext("See the invitation"), tenant, links, self.path),
            after=(
                gettext("The invitation holds for %(days)s days.", days=DAYS_TO_ACCEPT),
                gettext("You do not know what this is about? Then you need not do anything."),
            ),
        )


@dataclass(frozen=True)
class StaffRoleChanged:
    """To somebody whose role in the team changed."""

    name: str
    role: Role
    kind: str = "staff-role-changed"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Your role in the team has changed"),
            greeting=hello(self.name),
            paragraphs=(
                gettext("your role in the team of %(platform)s has changed.", platform=tenant.platform_name),
                role_meaning(self.role),
            ),
            action=button(gettext("To the administration"), tenant, links, "/verwaltung/"),
        )


@dataclass(frozen=True)
class StaffRemoved:
    """To somebody who does not belong to the team any more."""

    name: str
    kind: str = "staff-removed"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("You do not belong to the team any more"),
            greeting=hello(self.name),
            paragraphs=(
                gettext("you were taken out of the team of %(platform)s.", platform=tenant.platform_name),
                gettext("Your own account stays. You were signed out on all devices and can sign in again as usual."),
            ),
        )
