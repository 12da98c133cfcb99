"""Reading single applications and sign-ups, as plain values. The club's inbox has its own module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from engagement.accounts.models import Account
from engagement.accounts.queries import normalise_email
from engagement.applications.kinds import ApplicationState, Author, SignUpState, Wish
from engagement.applications.links import CONFIRM_WITHIN, read_token
from engagement.applications.models import Application, ApplicationMessage, SignUp
from engagement.catalogue.queries import find_entry
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import NotFoundError
from engagement.kernel.signing import Purpose, Signer
from engagement.opportunities.models import Opportunity

MOST_LISTED = 200


@dataclass(frozen=True)
class Letter:
    """One message of the thread; ``member_name`` is who wrote it for the organisation."""

    author: Author
    body: str
    at: datetime
    member_name: str


@dataclass(frozen=True)
class ApplicationInfo:
    """An application with its thread.

    Args:
        version: what a form must send back, so that nobody answers what they have not seen.
        is_public: whether the opportunity can still be seen by visitors.
        waiting_since: since when the organisation owes an answer, None if it does not.
        answers_within_hours: how long the organisation usually takes for it, None if that is not known.
        place_in_line: on the waiting list, 1 for the next one; None if it is not there.
        kept_until: until when a place that got free is kept for a yes, None if none is.
    """

    id: int
    version: int
    state: ApplicationState
    account_id: int | None
    name: str
    email: str
    phone: str
    message: str
    wish: Wish
    language: str
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None
    first_answered_at: datetime | None
    opportunity_id: int
    title: str
    slug: str
    organisation_id: int
    organisation_name: str
    is_public: bool
    answers_within_hours: int | None
    place_in_line: int | None
    kept_until: datetime | None
    letters: tuple[Letter, ...]

    @property
    def can_take_place(self) -> bool:
        """Tell whether a place is kept that waits for a yes."""
        return self.kept_until is not None and self.kept_until > now()


@dataclass(frozen=True)
class Places:
    """How many places an opportunity wants (None: not said) and how many are taken or kept for somebody."""

    wanted: int | None
    taken: int

    @property
    def full(self) -> bool:
        """Tell whether no place is left."""
        return self.free == 0

    @property
    def free(self) -> int | None:
        """Return how many places are left, None if there is no end to them."""
        return None if self.wanted is None else max(0, self.wanted - self.taken)


@dataclass(frozen=True)
class OwnApplication:
    """An application in the list of the person who sent it."""

    id: int
    state: ApplicationState
    title: str
    organisation_name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class SignUpInfo:
    """What a mailed link to confirm leads to; the texts are empty once the sign-up has been deleted."""

    state: SignUpState
    opportunity_id: int | None = None
    title: str = ""
    slug: str = ""
    organisation_name: str = ""
    application_id: int | None = None
    is_public: bool = False


def find_application(session: Session, application_id: int) -> ApplicationInfo | None:
    """Return an application by its id; who may see it is for the caller to know."""
    return _one(session, Application.id == application_id)


def club_application(session: Session, organisation_id: int, application_id: int) -> ApplicationInfo:
    """Return an application for an opportunity of this organisation.

    Raises:
        NotFoundError: it is not there, or another organisation's.
    """
    return _found(_one(session, Application.id == application_id, Opportunity.organisation_id == organisation_id))


def own_application(session: Session, account_id: int, application_id: int) -> ApplicationInfo:
    """Return an application that the account's person sent.

    Raises:
        NotFoundError: it is not there, or another person's.
    """
    return _found(_one(session, Application.id == application_id, sent_by(account_id)))


def followed_application(session: Session, signer: Signer, token: str) -> ApplicationInfo:
    """Return the application of a private page.

    Raises:
        NotFoundError: the token is not genuine, or the application has been deleted.
    """
    application_id = read_token(signer, Purpose.FOLLOW_APPLICATION, tenant_of(session), token)
    return _found(find_application(session, application_id))


def applications_of(session: Session, account_id: int) -> list[OwnApplication]:
    """Return what the account's person sent, latest change first, at most 200."""
    rows = session.scalars(
        _with_opportunity(sent_by(account_id)).order_by(Application.updated_at.desc()).limit(MOST_LISTED)
    )
    return [
        OwnApplication(
            id=row.id,
            state=row.state,
            title=row.opportunity.title,
            organisation_name=row.opportunity.organisation.name,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def live_application(session: Session, opportunity_id: int, email: str) -> int | None:
    """Return the id of the application that keeps this address from signing up for the opportunity again."""
    return session.scalar(
        select(Application.id).where(
            Application.opportunity_id == opportunity_id,
            Application.email == normalise_email(email),
            Application.state != ApplicationState.WITHDRAWN,
        )
    )


def places_of(session: Session, opportunity_id: int) -> Places:
    """Return how many places are wanted and taken."""
    wanted = session.scalar(select(Opportunity.places).where(Opportunity.id == opportunity_id))
    holds = or_(Application.state == ApplicationState.ACCEPTED, Application.keeps_place)
    taken = session.scalar(
        select(func.count()).select_from(Application).where(Application.opportunity_id == opportunity_id, holds)
    )
    return Places(wanted, taken or 0)


def look_at_sign_up(session: Session, signer: Signer, token: str) -> SignUpInfo:
    """Return what a mailed link to confirm leads to, without changing anything.

    Raises:
        NotFoundError: the token is forged, or meant for another purpose or tenant.
    """
    sign_up_id = read_token(signer, Purpose.CONFIRM_SIGN_UP, tenant_of(session), token)
    return describe_sign_up(session, session.scalar(select(SignUp).where(SignUp.id == sign_up_id)))


def describe_sign_up(session: Session, row: SignUp | None) -> SignUpInfo:
    """Return the state of a sign-up; one that is gone was deleted long after its link had expired."""
    if row is None:
        return SignUpInfo(SignUpState.EXPIRED)
    opportunity = session.scalars(
        select(Opportunity).options(joinedload(Opportunity.organisation)).where(Opportunity.id == row.opportunity_id)
    ).one()
    is_public = find_entry(session, row.opportunity_id) is not None
    return SignUpInfo(
        state=_state_of(row, is_public=is_public),
        opportunity_id=opportunity.id,
        title=opportunity.title,
        slug=opportunity.slug,
        organisation_name=opportunity.organisation.name,
        application_id=row.application_id,
        is_public=is_public,
    )


def sent_by(account_id: int) -> ColumnElement[bool]:
    """Return the condition that the account's person sent an application.

    What was sent as a guest counts too, once the account's address is proven to be the same.
    """
    proven = exists().where(
        Account.tenant_id == Application.tenant_id,
        Account.id == account_id,
        Account.email == Application.email,
        Account.email_proven_at.is_not(None),
    )
    return or_(Application.account_id == account_id, and_(Application.account_id.is_(None), proven))


def _state_of(row: SignUp, *, is_public: bool) -> SignUpState:
    if row.confirmed_at is not None:
        return SignUpState.CONFIRMED
    if now() > row.created_at + CONFIRM_WITHIN:
        return SignUpState.EXPIRED
    return SignUpState.WAITING if is_public else SignUpState.ENDED


def _with_opportunity(*conditions: ColumnElement[bool]) -> Select[Application]:
    return (
        select(Application)
        .join(
            Opportunity,
            (Opportunity.tenant_id == Application.tenant_id) & (Opportunity.id == Application.opportunity_id),
        )
        .options(joinedload(Application.opportunity).joinedload(Opportunity.organisation))
        .where(*conditions)
    )


def _one(session: Session, *conditions: ColumnElement[bool]) -> ApplicationInfo | None:
    """Read afresh: a session that has just been told of a conflict must show what is there now."""
    statement = _with_opportunity(*conditions).options(selectinload(Application.messages))
    row = session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        return None
    opportunity = row.opportunity
    return ApplicationInfo(
        id=row.id,
        version=row.version,
        state=row.state,
        account_id=row.account_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        message=row.message,
        wish=row.wish,
        language=row.language,
        created_at=row.created_at,
        updated_at=row.updated_at,
        waiting_since=row.waiting_since,
        first_answered_at=row.first_answered_at,
        opportunity_id=opportunity.id,
        title=opportunity.title,
        slug=opportunity.slug,
        organisation_id=opportunity.organisation_id,
        organisation_name=opportunity.organisation.name,
        is_public=find_entry(session, opportunity.id) is not None,
        answers_within_hours=opportunity.organisation.answers_within_hours,
        place_in_line=_place_in_line(session, row),
        kept_until=row.kept_until,
        letters=_letters(session, row.messages),
    )


def _place_in_line(session: Session, row: Application) -> int | None:
    if row.state is not ApplicationState.QUEUED:
        return None
    before = tuple_(Application.queued_at, Application.id) <= tuple_(literal(row.queued_at), literal(row.id))
    in_line = (Application.opportunity_id == row.opportunity_id, Application.state == ApplicationState.QUEUED)
    return session.scalar(select(func.count()).select_from(Application).where(*in_line, before))


def _letters(session: Session, messages: list[ApplicationMessage]) -> tuple[Letter, ...]:
    writers = {message.account_id for message in messages if message.author is Author.CLUB}
    names: dict[int, str] = {}
    if writers:
        rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(writers)))
        names = {row.id: row.name for row in rows}
    return tuple(
        Letter(
            author=message.author,
            body=message.body,
            at=message.created_at,
            member_name=names.get(message.account_id or 0, "") if message.author is Author.CLUB else "",
        )
        for message in messages
    )


def _found(info: ApplicationInfo | None) -> ApplicationInfo:
    if info is None:
        raise NotFoundError
    return info


def titles_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return for each application the title of what it is for; those that are gone are left out."""
    wanted = (
        select(Application.id, Opportunity.title)
        .join(
            Opportunity,
            and_(Opportunity.id == Application.opportunity_id, Opportunity.tenant_id == Application.tenant_id),
        )
        .where(Application.id.in_(list(ids)))
    )
    return {row.id: row.title for row in session.execute(wanted)}
