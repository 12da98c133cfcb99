"""Fills a town with many organisations at once, each with members, an offer, requests and mails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.applications.models import Application
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.mail.models import MailState, OutgoingMail
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Membership, Organisation

STATES = (State.PUBLISHED, State.IN_REVIEW, State.DRAFT)
VERIFICATIONS = (Verification.VERIFIED, Verification.PENDING, Verification.REJECTED)


def make_crowd(session: Session, number: int) -> None:
    """Make ``number`` more organisations with what belongs to them, in every state; commit."""
    start = session.scalar(select(func.count()).select_from(Organisation)) or 0
    numbers = range(start, start + number)
    people = _insert(session, Account, [_account(one) for one in numbers])
    clubs = _insert(session, Organisation, [_organisation(one) for one in numbers])
    pairs = zip(clubs, people, strict=True)
    _insert(session, Membership, [{"organisation_id": club, "account_id": who, "role": "owner"} for club, who in pairs])
    offers = _insert(session, Opportunity, [_offer(one, club) for one, club in zip(numbers, clubs, strict=True)])
    _insert(session, Application, [_application(one, offer) for one, offer in zip(numbers, offers, strict=True)])
    _insert(session, OutgoingMail, [_mail(one) for one in numbers])
    _insert(session, AuditRecord, [_record(club, who) for club, who in zip(clubs, people, strict=True)])
    session.commit()


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:  # noqa: ANN401
    mine = [{"tenant_id": tenant_of(session), **row} for row in rows]
    return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), mine))


def _account(number: int) -> dict[str, Any]:
    return {"email": f"crowd{number}@example.org", "name": f"Mensch {number}"}


def _organisation(number: int) -> dict[str, Any]:
    verification = VERIFICATIONS[number % 3] if number % 5 == 0 else Verification.VERIFIED
    return {"name": f"Verein der Menge {number}", "slug": f"menge-{number}", "verification": verification}


def _offer(number: int, organisation_id: int) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "title": f"Mithelfen {number}",
        "slug": f"mithelfen-{number}",
        "state": STATES[number % 3],
        "places": 2,
        "published_at": now() - timedelta(days=30),
        "expires_at": now() + timedelta(days=5),
    }


def _application(number: int, opportunity_id: int) -> dict[str, Any]:
    moment = now() - timedelta(days=20)
    return {
        "opportunity_id": opportunity_id,
        "name": f"Mensch {number}",
        "email": f"bewerbung{number}@example.org",
        "language": "de",
        "created_at": moment,
        "waiting_since": moment,
    }


def _mail(number: int) -> dict[str, Any]:
    return {
        "kind": "note",
        "from_name": "Bretten",
        "from_address": "engagement@bretten.example",
        "to_name": "",
        "to_address": f"weg{number}@example.org",
        "language": "de",
        "subject": "Hallo",
        "text": "Hallo",
        "html": "<p>Hallo</p>",
        "message_id": f"<{number}@bretten.example>",
        "state": MailState.FAILED,
        "failed_at": now(),
        "last_error": "550 no such user",
    }


def _record(organisation_id: int, account_id: int) -> dict[str, Any]:
    return {
        "actor_kind": "account",
        "actor_account_id": account_id,
        "action": "organisation.create",
        "subject_kind": "organisation",
        "subject_id": organisation_id,
    }
