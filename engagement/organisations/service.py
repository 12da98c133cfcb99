"""Making, changing and verifying organisations, and who acts for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from engagement.kernel.audit import HIDDEN, changes, record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.files import keep_file
from engagement.kernel.geo import Point
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.kernel.slugs import slugify
from engagement.kernel.variants import LOGO, order
from engagement.mail.service import Postbox
from engagement.organisations.kinds import Verification
from engagement.organisations.mails import OrganisationRejected, OrganisationVerified
from engagement.organisations.models import Membership, Organisation
from engagement.organisations.notices import tell_members

on_public_change: list[Callable[[Session, int], None]] = []
"""Called with the organisation's id after a change of what its offers show of it; the composition root fills it."""

OF_A_PERSON = frozenset({"contact_name", "email", "phone"})
MEMBER_ROLES = frozenset({Role.OWNER, Role.EDITOR})


@dataclass(frozen=True)
class OrganisationValues:
    """What describes an organisation; empty text means "not said"."""

    name: str
    kind_id: int | None = None
    description: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    district_id: int | None = None
    point: Point | None = None
    contact_name: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


def create_organisation(  # noqa: PLR0913 - imports say where a record comes from, people who owns it
    session: Session,
    values: OrganisationValues,
    *,
    owner_id: int | None = None,
    verification: Verification = Verification.PENDING,
    source: str = "",
    external_id: str | None = None,
    created_at: datetime | None = None,
) -> int:
    """Make an organisation and return its id.

    Args:
        session: open for the tenant.
        values: what describes it.
        owner_id: account that acts for it from now on.
        verification: pending unless the municipality itself brings it in.
        source: name of the import it comes from.
        external_id: its id there.
        created_at: when it was made there; now if None.
    """
    moment = now()
    organisation = Organisation(
        **_columns(values),
        slug=slugify(values.name),
        verification=verification,
        verified_at=moment if verification is Verification.VERIFIED else None,
        source=source,
        external_id=external_id,
        created_at=created_at or moment,
        updated_at=moment,
    )
    session.add(organisation)
    session.flush()
    after = {"name": values.name, "verification": verification, "source": source}
    record(session, "organisation.create", "organisation", organisation.id, after=after)
    if owner_id is not None:
        add_member(session, organisation.id, owner_id, Role.OWNER)
    return organisation.id


def update_organisation(session: Session, organisation_id: int, values: OrganisationValues) -> None:
    """Describe an organisation anew.

    Raises:
        NotFoundError: there is no such organisation.
    """
    organisation = locked_organisation(session, organisation_id)
    columns = {**_columns(values), "slug": slugify(values.name)}
    before, after = changes({name: getattr(organisation, name) for name in columns}, columns)
    if not after:
        return
    for name, value in after.items():
        setattr(organisation, name, value)
    organisation.updated_at = now()
    session.flush()
    before, after = without_people(before), without_people(after)
    record(session, "organisation.update", "organisation", organisation_id, before=before, after=after)
    tell_the_public(session, organisation_id)


def set_logo(
    session: Session, organisation_id: int, content: bytes, media_type: str, *, width: int, height: int
) -> None:
    """Show a logo, already re-encoded, beside the organisation.

    Args:
        session: open for the tenant.
        organisation_id: whose.
        content: the picture file.
        media_type: e.g. ``image/webp``.
        width: in pixels.
        height: in pixels.

    Raises:
        NotFoundError: there is no such organisation.
    """
    organisation = locked_organisation(session, organisation_id)
    file = keep_file(session, content, media_type, width=width, height=height)
    _change_logo(session, organisation, file.id)


def show_logo(session: Session, organisation_id: int, file_id: int | None) -> None:
    """Show a kept picture as the organisation's logo, none for None.

    Raises:
        NotFoundError: there is no such organisation.
    """
    _change_logo(session, locked_organisation(session, organisation_id), file_id)


def add_member(session: Session, organisation_id: int, account_id: int, role: Role) -> None:
    """Let an account act for an organisation.

    Raises:
        ConflictError: it does already.
        ValueError: the role is none within an organisation.
    """
    if role not in MEMBER_ROLES:
        raise ValueError(f"{role} is not a role within an organisation")
    try:
        with session.begin_nested():
            session.add(Membership(organisation_id=organisation_id, account_id=account_id, role=role))
    except IntegrityError as error:
        raise ConflictError(gettext("This person already acts for the organisation.")) from error
    after = {"account_id": account_id, "role": role}
    record(session, "organisation.add_member", "organisation", organisation_id, after=after)


def move_to_kind(session: Session, kind_id: int, other_id: int) -> None:
    """Let every organisation of one kind be of another, when the municipality merges the two."""
    _move(session, Organisation.kind_id, kind_id, other_id)


def move_to_district(session: Session, district_id: int, other_id: int) -> None:
    """Let every organisation of one district be in another, when the municipality merges the two."""
    _move(session, Organisation.district_id, district_id, other_id)


def verify_organisation(session: Session, post: Postbox, organisation_id: int) -> None:
    """Let everybody see an organisation, and tell its members.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: it is verified already, or was merged into another one.
    """
    organisation = locked_organisation(session, organisation_id)
    if organisation.verification is Verification.VERIFIED:
        raise ConflictError(gettext("This organisation is verified already."))
    refuse_merged(organisation)
    _decide(session, organisation, Verification.VERIFIED, "")
    tell_members(session, post, organisation_id, OrganisationVerified(organisation_id, organisation.name))


def reject_organisation(session: Session, post: Postbox, organisation_id: int, note: str) -> None:
    """Keep or take an organisation from the public, and tell its members why.

    Args:
        session: open for the tenant.
        post: where mails go out.
        organisation_id: which one.
        note: the reason, in words for the members.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: it is rejected already, or was merged into another one.
    """
    organisation = locked_organisation(session, organisation_id)
    if organisation.verification is Verification.REJECTED:
        raise ConflictError(gettext("This organisation is turned down already."))
    refuse_merged(organisation)
    _decide(session, organisation, Verification.REJECTED, note.strip())
    tell_members(session, post, organisation_id, OrganisationRejected(organisation.name, note.strip()))


def _move(session: Session, column: InstrumentedAttribute[int | None], old: int, new: int) -> None:
    session.execute(
        update(Organisation).where(column == old).values({column.key: new}),
        execution_options={"synchronize_session": False},
    )


def _decide(session: Session, organisation: Organisation, verification: Verification, note: str) -> None:
    before = {"verification": organisation.verification, "note": organisation.verification_note}
    organisation.verification, organisation.verification_note = verification, note
    organisation.verified_at = now() if verification is Verification.VERIFIED else None
    organisation.updated_at = now()
    session.flush()
    after = {"verification": verification, "note": note}
    action = "organisation.verify" if verification is Verification.VERIFIED else "organisation.reject"
    record(session, action, "organisation", organisation.id, before=before, after=after)
    tell_the_public(session, organisation.id)


def _change_logo(session: Session, organisation: Organisation, file_id: int | None) -> None:
    before = {"logo_file_id": organisation.logo_file_id}
    if organisation.logo_file_id == file_id:
        return
    organisation.logo_file_id, organisation.updated_at = file_id, now()
    session.flush()
    if file_id is not None:
        order(session, file_id, LOGO)
    session.expire(organisation, ["logo"])
    after = {"logo_file_id": file_id}
    record(session, "organisation.update", "organisation", organisation.id, before=before, after=after)


def without_people(values: dict[str, object]) -> dict[str, object]:
    """Hide who they are in values for the audit trail, which outlives people: it says that a contact changed."""
    return {name: HIDDEN if name in OF_A_PERSON else value for name, value in values.items()}


def tell_the_public(session: Session, organisation_id: int) -> None:
    """Say that what offers show of their organisation has changed."""
    for tell in on_public_change:
        tell(session, organisation_id)


def _columns(values: OrganisationValues) -> dict[str, object]:
    columns = {name: value for name, value in asdict(values).items() if name != "point"}
    point = values.point
    return {**columns, "latitude": point.latitude if point else None, "longitude": point.longitude if point else None}


def locked_organisation(session: Session, organisation_id: int) -> Organisation:
    """Return the row of an organisation, held against other changes until the transaction ends.

    Raises:
        NotFoundError: there is no such organisation.
    """
    found = session.scalar(select(Organisation).where(Organisation.id == organisation_id).with_for_update())
    if found is None:
        raise NotFoundError
    return found


def refuse_merged(organisation: Organisation) -> None:
    """Keep an entry as it is that only leads to another one.

    Raises:
        ConflictError: it was merged.
    """
    if organisation.merged_into_id is not None:
        raise ConflictError(gettext("This entry was merged into another one and cannot be changed any more."))
