"""The postbox of a request: mails go out in the name of its tenant."""

from __future__ import annotations

from engagement.mail.service import Postbox
from engagement.web.shared.context import tenant, tools


def postbox() -> Postbox:
    """Return where a view's service call drops its mails."""
    kit = tools()
    return Postbox(tenant=tenant(), links=kit.links, default_sender=kit.settings.mail_from, signer=kit.signer)
