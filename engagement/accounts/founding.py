"""Founding a town: its tenant, its first administrator and the mail that says what to do first, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engagement.accounts.links import new_link
from engagement.accounts.mails import FoundedMail
from engagement.accounts.service import create_account, give_staff_role
from engagement.kernel.i18n import DEFAULT_LANGUAGE
from engagement.kernel.permissions import Role
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.tenancy.queries import TenantInfo, own_tenant
from engagement.tenancy.service import NewTenant, create_tenant
from engagement.tenancy.template import Template, apply_template, with_look


@dataclass(frozen=True)
class FirstAdmin:
    """Who looks after a town from its first day; without a name one is made of the address."""

    email: str
    name: str = ""


def found_town(
    session: Session,
    new: NewTenant,
    admin: FirstAdmin,
    post_of: Callable[[TenantInfo], Postbox],
    template: Template | None = None,
) -> int:
    """Make a tenant with a working site, invite its first administrator, and return its id.

    Args:
        session: open for nothing yet, or for the installation; left open for the tenant.
        new: what it starts with.
        admin: gets a mail with a link to sign in, good for two days.
        post_of: makes the postbox of the town that is then there.
        template: another town's words, look and rules, in place of the product's.

    Raises:
        InvalidInputError: slug, host, a text or the address is malformed.
        ConflictError: slug or host is taken.
    """
    tenant_id = create_tenant(session, with_look(new, template) if template else new)
    if template:
        apply_template(session, template, new.name)
    name = admin.name or name_from(admin.email)
    account_id = create_account(session, email=admin.email, name=name, language=DEFAULT_LANGUAGE)
    give_staff_role(session, account_id, Role.ADMIN)
    post = post_of(own_tenant(session))
    path = new_link(session, post.signer, account_id, onward="/verwaltung/", registering=True)
    queue_mail(session, post, FoundedMail(name, path), Recipient(name, admin.email, DEFAULT_LANGUAGE))
    return tenant_id


def name_from(email: str) -> str:
    """Return a name to greet by: ``anna.becker@…`` is Anna Becker."""
    words = [word for word in re.split(r"[._+-]|\d+", email.partition("@")[0]) if word]
    return " ".join(word[:1].upper() + word[1:] for word in words) or email
