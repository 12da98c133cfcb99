"""What a tenant's admins are told when an operator enters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_time

from engagement.kernel.i18n import current_language, gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, button, hello
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class EntryMail:
    """An operator is inside, why and until when."""

    name: str
    operator_name: str
    reason: str
    until: datetime
    kind: str = "operator-entered"

    def content(self, tenant: TenantInfo, links: Links) -> Content:
        """Return the words."""
        time = format_time(self.until.astimezone(tenant.time_zone), "short", locale=current_language())
        return Content(
            subject=gettext("The operating team has entered %(platform)s", platform=tenant.platform_name),
            greeting=hello(self.name),
            paragraphs=(
                gettext("somebody who runs this installation is working in your administration for a limited time."),
            ),
            facts=(
                (gettext("Who"), self.operator_name),
                (gettext("Reason"), self.reason),
                (
                    gettext("Until at the latest"),
                    gettext("%(time)s o’clock", time=time) if current_language() == "de" else time,
                ),
            ),
            action=button(gettext("To your administration"), tenant, links, "/verwaltung/"),
            after=(
                gettext("Each change that is made meanwhile stands in your log of changes, with name and reason."),
                gettext("You do not know what this is about? Please ask those who run your installation."),
            ),
        )
