"""Reminding organisations of what they owe, on a person's wish and not too often."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext
from engagement.mail.message import Message, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.opportunities.queries import find_opportunity
from engagement.organisations.queries import find_organisation, members_of
from engagement.tenancy.queries import own_settings
from engagement.today.mails import OfferEnds, RequestsWait
from engagement.today.queries import find_expiring, owed_by

PAUSE = timedelta(days=3)
"""Whoever is reminded more often than this stops reading."""


def remind_of_requests(session: Session, post: Postbox, organisation_id: int) -> None:
    """Mail an organisation that people wait for its answer.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: it owes no answer for as long as is worth a look in this town, it was reminded less than three
            days ago, or there is nobody to write to.
    """
    owed = owed_by(session, organisation_id, own_settings(session).answers.days_to_look)
    if owed is None:
        raise _nothing_to_say(find_organisation(session, organisation_id))
    _refuse_too_soon(owed.reminded_at)
    message = RequestsWait(organisation_id, owed.name, owed.requests, (now() - owed.since).days)
    _mail(session, post, organisation_id, message)
    record(
        session, "organisation.remind_of_requests", "organisation", organisation_id, after={"requests": owed.requests}
    )


def remind_of_end(session: Session, post: Postbox, opportunity_id: int) -> None:
    """Mail an organisation that an offer of it ends soon.

    Raises:
        NotFoundError: there is no such offer.
        ConflictError: it does not end within two weeks, it was reminded less than three days ago, or there is nobody to
            write to.
    """
    offer = find_expiring(session, opportunity_id)
    if offer is None:
        raise _nothing_to_say(find_opportunity(session, opportunity_id))
    _refuse_too_soon(offer.reminded_at)
    message = OfferEnds(offer.organisation_id, opportunity_id, offer.title)
    _mail(session, post, offer.organisation_id, message)
    record(session, "opportunity.remind_of_end", "opportunity", opportunity_id)


def _nothing_to_say(there: object | None) -> NotFoundError | ConflictError:
    """Tell what is not there from what has been settled since the page was opened."""
    return NotFoundError() if there is None else ConflictError(gettext("That is settled already."))


def _refuse_too_soon(reminded_at: datetime | None) -> None:
    if reminded_at is not None and now() < reminded_at + PAUSE:
        raise ConflictError(
            gettext("A reminder went out less than three days ago. Perhaps a call helps more than another e-mail.")
        )


def _mail(session: Session, post: Postbox, organisation_id: int, message: Message) -> None:
    recipients = _recipients(session, organisation_id)
    if not recipients:
        raise ConflictError(gettext("There is no e-mail address for this organisation."))
    for recipient in recipients:
        queue_mail(session, post, message, recipient)


def _recipients(session: Session, organisation_id: int) -> list[Recipient]:
    """The people who act for it, or else the address that it gave."""
    members = [Recipient(one.name, one.email, one.language) for one in members_of(session, organisation_id)]
    if members:
        return members
    found = find_organisation(session, organisation_id)
    return [Recipient("", found.email, DEFAULT_LANGUAGE)] if found and found.email else []
