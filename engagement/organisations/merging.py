"""Making one entry of two: what belongs to the absorbed one moves, and its row only leads to the other from then on."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.organisations.kinds import ClaimState, Verification
from engagement.organisations.models import Claim, Invitation, Membership, Organisation, OrganisationCheck
from engagement.organisations.profiles import move_profile
from engagement.organisations.queries import members_of
from engagement.organisations.service import locked_organisation, refuse_merged, tell_the_public, without_people


class Part(StrEnum):
    """What can be taken over from the absorbed entry; values that belong together go together."""

    NAME = "name"
    KIND = "kind"
    DESCRIPTION = "description"
    ADDRESS = "address"
    CONTACT = "contact"
    EMAIL = "email"
    PHONE = "phone"
    WEBSITE = "website"
    LOGO = "logo"
    PICTURE = "picture"
    FOUNDED = "founded"


COLUMNS: dict[Part, tuple[str, ...]] = {
    Part.NAME: ("name", "slug"),
    Part.KIND: ("kind_id",),
    Part.DESCRIPTION: ("summary", "description"),
    Part.ADDRESS: ("street", "postcode", "city", "district_id", "latitude", "longitude"),
    Part.CONTACT: ("contact_name",),
    Part.EMAIL: ("email",),
    Part.PHONE: ("phone",),
    Part.WEBSITE: ("website", "links"),
    Part.LOGO: ("logo_file_id",),
    Part.PICTURE: ("picture_file_id", "picture_alt", "picture_focus"),
    Part.FOUNDED: ("founded_year",),
}


def absorb(session: Session, survivor_id: int, absorbed_id: int, taken: Collection[Part]) -> None:
    """Move people, requests, fields and times to the survivor, and let the absorbed entry lead there.

    The survivor is verified if either was, for the municipality has looked at the one organisation that they are; it
    is suspended if either was, so that nothing hidden comes to light by the way. The offers are their own feature's.

    Args:
        session: open for the tenant.
        survivor_id: the entry that stays.
        absorbed_id: the entry that goes.
        taken: what the survivor takes over in place of its own.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: they are the same, or one was merged before.
    """
    if survivor_id == absorbed_id:
        raise ConflictError(gettext("Please choose two different entries."))
    rows = {number: locked_organisation(session, number) for number in sorted((survivor_id, absorbed_id))}
    survivor, absorbed = rows[survivor_id], rows[absorbed_id]
    for row in (survivor, absorbed):
        refuse_merged(row)
    before, after = _take_over(survivor, absorbed, taken)
    _move_members(session, survivor_id, absorbed_id)
    _move_requests(session, survivor_id, absorbed_id)
    move_profile(session, absorbed_id, survivor_id)
    _retire(session, survivor, absorbed)
    subject = "organisation"
    record(
        session, "organisation.absorb", subject, survivor_id, before=before, after={**after, "absorbed": absorbed_id}
    )
    record(session, "organisation.merge", subject, absorbed_id, after={"into": survivor_id})
    tell_the_public(session, survivor_id)


def _take_over(
    survivor: Organisation, absorbed: Organisation, taken: Collection[Part]
) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for part in Part if part in taken for name in COLUMNS[part]]
    becomes = {name: getattr(absorbed, name) for name in names} | _standing(survivor, absorbed)
    before, after = changes({name: getattr(survivor, name) for name in becomes}, becomes)
    for name, value in after.items():
        setattr(survivor, name, value)
    survivor.updated_at = now()
    return without_people(before), without_people(after)


def _standing(survivor: Organisation, absorbed: Organisation) -> dict[str, Any]:
    standing: dict[str, Any] = {}
    if absorbed.verification is Verification.VERIFIED and survivor.verification is not Verification.VERIFIED:
        standing |= {"verification": Verification.VERIFIED, "verified_at": absorbed.verified_at}
        standing |= {"verification_note": ""}
    if absorbed.suspended_at and not survivor.suspended_at:
        standing |= {"suspended_at": absorbed.suspended_at, "suspension_reason": absorbed.suspension_reason}
    return standing


def _move_members(session: Session, survivor_id: int, absorbed_id: int) -> None:
    """Somebody who acts for both keeps the higher role."""
    held = {member.account_id: member.role for member in members_of(session, survivor_id)}
    for member in members_of(session, absorbed_id):
        mine = Membership.organisation_id == absorbed_id, Membership.account_id == member.account_id
        if member.account_id not in held:
            session.execute(update(Membership).where(*mine).values(organisation_id=survivor_id))
            continue
        session.execute(delete(Membership).where(*mine))
        if member.role is Role.OWNER and held[member.account_id] is not Role.OWNER:
            session.execute(
                update(Membership)
                .where(Membership.organisation_id == survivor_id, Membership.account_id == member.account_id)
                .values(role=Role.OWNER)
            )


def _move_requests(session: Session, survivor_id: int, absorbed_id: int) -> None:
    """A request or invitation that the survivor has too would be there twice; the survivor's stays."""
    _drop_twins(session, Claim, Claim.state == ClaimState.OPEN, survivor_id, absorbed_id)
    unanswered = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)
    _drop_twins(session, Invitation, unanswered, survivor_id, absorbed_id)
    seen = session.scalars(select(OrganisationCheck.item).where(OrganisationCheck.organisation_id == survivor_id)).all()
    session.execute(
        delete(OrganisationCheck).where(
            OrganisationCheck.organisation_id == absorbed_id, OrganisationCheck.item.in_(seen)
        ),
        execution_options={"synchronize_session": False},
    )
    for model in (Claim, Invitation, OrganisationCheck):
        moving = update(model).where(model.organisation_id == absorbed_id).values(organisation_id=survivor_id)
        session.execute(moving, execution_options={"synchronize_session": False})
    session.expire_all()


def _drop_twins(
    session: Session,
    model: type[Claim | Invitation],
    still_open: ColumnElement[bool],
    survivor_id: int,
    absorbed_id: int,
) -> None:
    there = session.scalars(select(model.email).where(model.organisation_id == survivor_id, still_open)).all()
    session.execute(
        delete(model).where(model.organisation_id == absorbed_id, still_open, model.email.in_(there)),
        execution_options={"synchronize_session": False},
    )


def _retire(session: Session, survivor: Organisation, absorbed: Organisation) -> None:
    """What was merged into the absorbed one before now leads straight to the survivor."""
    notes = [note for note in (survivor.internal_note, absorbed.internal_note) if note]
    survivor.internal_note = "\n\n".join(dict.fromkeys(notes))
    session.execute(
        update(Organisation).where(Organisation.merged_into_id == absorbed.id).values(merged_into_id=survivor.id)
    )
    absorbed.verification, absorbed.merged_into_id = Verification.MERGED, survivor.id
    absorbed.suspended_at, absorbed.suspension_reason, absorbed.internal_note = None, "", ""
    absorbed.updated_at = now()
    session.flush()
