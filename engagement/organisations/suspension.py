"""Hiding an organisation at once, and showing it again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.mail.service import Postbox
from engagement.organisations.mails import OrganisationBack, OrganisationSuspended
from engagement.organisations.notices import tell_members
from engagement.organisations.service import locked_organisation, refuse_merged, tell_the_public


def suspend(session: Session, post: Postbox, organisation_id: int, reason: str) -> None:
    """Hide an organisation and its offers, and tell its members why; nothing of it is lost.

    Args:
        session: open for the tenant.
        post: where mails go out.
        organisation_id: which one.
        reason: in words for the members.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: it is suspended already, or was merged into another one.
    """
    organisation = locked_organisation(session, organisation_id)
    refuse_merged(organisation)
    if organisation.suspended_at is not None:
        raise ConflictError(gettext("This organisation is suspended already."))
    organisation.suspended_at, organisation.suspension_reason = now(), reason.strip()
    organisation.updated_at = now()
    session.flush()
    after = {"reason": organisation.suspension_reason}
    record(session, "organisation.suspend", "organisation", organisation_id, after=after)
    tell_the_public(session, organisation_id)
    tell_members(session, post, organisation_id, OrganisationSuspended(organisation.name, reason.strip()))


def lift(session: Session, post: Postbox, organisation_id: int) -> None:
    """Show a suspended organisation and its offers again, as they were, and tell its members.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: it is not suspended.
    """
    organisation = locked_organisation(session, organisation_id)
    if organisation.suspended_at is None:
        raise ConflictError(gettext("This organisation is not suspended."))
    before = {"reason": organisation.suspension_reason}
    organisation.suspended_at, organisation.suspension_reason = None, ""
    organisation.updated_at = now()
    session.flush()
    record(session, "organisation.lift", "organisation", organisation_id, before=before)
    tell_the_public(session, organisation_id)
    tell_members(session, post, organisation_id, OrganisationBack(organisation_id, organisation.name))
