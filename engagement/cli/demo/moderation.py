"""What lies on the desk of the demo's municipality: reports, a change that waits, offers nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from engagement.kernel.audit import Actor, ActorKind, act_as, actor_of
from engagement.kernel.clock import now, stopped
from engagement.mail.service import Postbox
from engagement.moderation.kinds import ReportReason
from engagement.moderation.service import ReportValues, report_offer, take_report
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.review import mark_looked_at
from engagement.opportunities.service import update_opportunity
from engagement.opportunities.values import OpportunityValues
from engagement.tenancy.queries import own_settings
from engagement.tenancy.service import change_settings
from engagement.tenancy.settings import ModerationPolicy

NOT_LOOKED_AT = 4
"""Offers that were published lately and that nobody of the municipality has seen."""


@dataclass(frozen=True)
class Desk:
    """Whom and what the stories are about; accounts and offers by id.

    Args:
        staff: of the municipality.
        club: acts for the club.
        offers: all published ones, the oldest first.
        own: published ones of the club.
    """

    staff: int
    club: int
    offers: Sequence[int]
    own: Sequence[int]


def fill_desk(session: Session, post: Postbox, desk: Desk) -> None:
    """Let staff look at most offers, visitors report some, and the club change one of its own."""
    with _acting(session, desk.staff), stopped(now() - timedelta(days=5)):
        for offer_id in desk.offers[:-NOT_LOOKED_AT]:
            mark_looked_at(session, offer_id)
    _report(session, post, desk)
    with _acting(session, desk.club), stopped(now() - timedelta(hours=20)):
        _change(session, desk.own[0])


def _report(session: Session, post: Postbox, desk: Desk) -> None:
    town = post.tenant.slug
    told = (
        (
            3,
            50,
            ReportReason.OUTDATED,
            "Der Raum ist seit dem Sommer geschlossen. Gibt es einen neuen?",
            "Rosa Winkler",
        ),
        (3, 8, ReportReason.NO_ANSWER, "Ich habe vor drei Wochen geschrieben und nichts gehört.", ""),
        (7, 30, ReportReason.COMMERCIAL, "Dort sollte ich zuerst einen Kurs für 90 Euro buchen.", "Emil Sander"),
    )
    for place, hours_ago, reason, text, name in told:
        email = f"{name.lower().replace(' ', '.')}@{town}.example" if name else ""
        with stopped(now() - timedelta(hours=hours_ago)):
            report_id = report_offer(session, post, desk.offers[place], ReportValues(reason, text, name, email))
    with _acting(session, desk.staff), stopped(now() - timedelta(hours=25)):
        take_report(session, report_id, assigned_to_id=desk.staff, note="Ich rufe dort morgen an.")


def _change(session: Session, offer_id: int) -> None:
    """Change an offer as if the town looked at all changes first; what waits goes on waiting when it no longer does."""
    usual = own_settings(session)
    change_settings(session, usual.model_copy(update={"moderation": ModerationPolicy.REVIEW_ALL}))
    found = find_opportunity(session, offer_id)
    if found:
        update_opportunity(session, offer_id, _said_anew(found.values()))
    change_settings(session, usual)


def _said_anew(values: OpportunityValues) -> OpportunityValues:
    kept = values.description.rstrip().removesuffix(".").rpartition(". ")[0]
    return replace(
        values,
        summary=f"{values.summary} Neu: auch am Samstag.",
        description=f"{kept}. Für Getränke ist gesorgt, und die Fahrtkosten erstatten wir.",
        places=(values.places or 0) + 2,
        minimum_age=16,
        expenses="Fahrtkosten mit Bus und Bahn",
    )


@contextmanager
def _acting(session: Session, account_id: int) -> Iterator[None]:
    before = actor_of(session)
    act_as(session, Actor(ActorKind.ACCOUNT, account_id))
    try:
        yield
    finally:
        act_as(session, before)
