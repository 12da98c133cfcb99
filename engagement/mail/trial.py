"""The mail that shows whether a mail server works."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.i18n import gettext
from engagement.kernel.links import Links
from engagement.mail.message import Content, hello
from engagement.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class ServerTrial:
    """To the administrator who tries the server out."""

    name: str
    server: str
    kind: str = "server-trial"

    def content(self, tenant: TenantInfo, _links: Links) -> Content:
        """Return the words."""
        return Content(
            subject=gettext("Test mail of %(platform)s", platform=tenant.platform_name),
            greeting=hello(self.name),
            paragraphs=(
                gettext("this mail came through %(server)s. Your settings work.", server=self.server),
                gettext("If it lay among the unwanted mails, please ask your data centre about SPF and DKIM."),
            ),
        )
