"""Writing sign-ups and applications: signing up, confirming, answering, replying, withdrawing, forgetting.

A guest's form waits as a sign-up until the mailed link is used; only then there is an application and the organisation
hears of it. Every change of an application holds its row's lock, so that of two at once the second sees the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.accounts.queries import find_account, normalise_email
from engagement.applications import notify, queue
from engagement.applications.changes import Step, lock_places, locked, move, note, write
from engagement.applications.kinds import Action, ApplicationState, Author, SignUpState, Wish
from engagement.applications.links import read_token
from engagement.applications.models import Application, SignUp
from engagement.applications.queries import SignUpInfo, describe_sign_up, live_application
from engagement.applications.traces import keep_traces
from engagement.catalogue.queries import Entry, find_entry
from engagement.kernel.audit import record
from engagement.kernel.clock import months_ago, now
from engagement.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.signing import Purpose
from engagement.mail.service import Postbox
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Membership
from engagement.tenancy.retention import retention_of

UNCONFIRMED_KEPT = timedelta(days=7)
ONE_LIVE_APPLICATION = "uq_application_live"


@dataclass(frozen=True)
class SignUpValues:
    """What a guest types and chooses; ``language`` is the one of the page."""

    name: str
    email: str
    phone: str = ""
    message: str = ""
    wish: Wish = Wish.JOIN
    language: str = "de"


@dataclass(frozen=True)
class OwnWords:
    """What a signed-in person adds to what the account knows."""

    phone: str = ""
    message: str = ""
    wish: Wish = Wish.JOIN


NOTHING_SAID = OwnWords()


@dataclass(frozen=True)
class Confirmed:
    """What came of a mailed link: ``info`` as it is now, ``first_time`` if this use of it made the application."""

    info: SignUpInfo
    first_time: bool


def sign_up(session: Session, post: Postbox, opportunity_id: int, values: SignUpValues) -> None:
    """Keep a guest's form and mail the link to confirm it.

    Somebody who has applied already gets another mail instead, so that the page never tells who has.

    Raises:
        NotFoundError: visitors cannot see the opportunity.
    """
    entry = _visible(session, opportunity_id)
    live = live_application(session, opportunity_id, values.email)
    if live is not None:
        notify.tell_already_signed_up(session, post, live)
        return
    row = SignUp(
        opportunity_id=opportunity_id,
        name=values.name,
        email=normalise_email(values.email),
        phone=values.phone,
        message=values.message,
        wish=values.wish,
        language=values.language,
    )
    session.add(row)
    session.flush()
    record(session, "sign_up.create", "sign_up", row.id, after={"opportunity_id": opportunity_id})
    notify.ask_to_confirm(session, post, entry, row)


def confirm(session: Session, post: Postbox, token: str) -> Confirmed:
    """Make the application that a mailed link confirms, once, and tell both sides.

    Returns:
        The sign-up as it is now; its state says whether it worked, or why not.

    Raises:
        NotFoundError: the token is forged, or meant for another purpose or tenant.
        ConflictError: an earlier application was withdrawn at this very moment.
    """
    sign_up_id = read_token(post.signer, Purpose.CONFIRM_SIGN_UP, post.tenant.id, token)
    row = session.scalar(select(SignUp).where(SignUp.id == sign_up_id).with_for_update())
    info = describe_sign_up(session, row)
    if row is None or info.state is not SignUpState.WAITING:
        return Confirmed(info, first_time=False)
    created = _create(session, _application_of(row))
    if created is not None:
        notify.tell_of_new_application(session, post, created)
    application_id = created or live_application(session, row.opportunity_id, row.email)
    if application_id is None:
        raise ConflictError(gettext("Something else changed at the same moment. Please click once more."))
    _hand_over(row, application_id)
    session.flush()
    return Confirmed(describe_sign_up(session, row), first_time=created is not None)


def apply_as_account(
    session: Session, post: Postbox, opportunity_id: int, account_id: int, own: OwnWords = NOTHING_SAID
) -> int:
    """Make the application of a signed-in person, whose address needs no confirming, and tell both sides.

    Returns:
        The id of the application.

    Raises:
        NotFoundError: visitors cannot see the opportunity, or there is no such account.
        NotAllowedError: the account's address is not proven to be the person's.
        ConflictError: the person has signed up already.
    """
    _visible(session, opportunity_id)
    account = find_account(session, account_id)
    if account is None:
        raise NotFoundError
    if not account.email_proven:
        raise NotAllowedError
    row = Application(
        opportunity_id=opportunity_id,
        account_id=account_id,
        name=account.name,
        email=account.email,
        phone=own.phone,
        message=own.message,
        wish=own.wish,
        language=account.language,
    )
    application_id = _create(session, row)
    if application_id is None:
        raise ConflictError(gettext("You have signed up for this already."))
    notify.tell_of_new_application(session, post, application_id)
    return application_id


def accept(
    session: Session, post: Postbox, application_id: int, account_id: int, text: str, *, version: int | None = None
) -> None:
    """Accept an applicant; more may be accepted than there are places, since the club knows best.

    Args:
        session: open for the tenant.
        post: for the mail to the applicant.
        application_id: what is answered.
        account_id: the member who answers.
        text: the letter, in plain text.
        version: of the application as the member saw it; None skips that check.

    Raises:
        NotFoundError: there is no such application, or the account does not act for its organisation.
        ConflictError: somebody else was faster, or the state rules it out.
        InvalidInputError: the letter is empty or too long.
    """
    _answer(session, post, Action.ACCEPT, application_id, _Letter(account_id, text, version))


def ask(
    session: Session, post: Postbox, application_id: int, account_id: int, text: str, *, version: int | None = None
) -> None:
    """Write to an applicant; arguments and errors are those of ``accept``."""
    _answer(session, post, Action.ASK, application_id, _Letter(account_id, text, version))


def decline(
    session: Session, post: Postbox, application_id: int, account_id: int, text: str, *, version: int | None = None
) -> None:
    """Decline an applicant; arguments and errors are those of ``accept``."""
    _answer(session, post, Action.DECLINE, application_id, _Letter(account_id, text, version))


def reply_as_applicant(session: Session, post: Postbox, application_id: int, text: str) -> None:
    """Write to the club; that this is the applicant is for the caller to know.

    Raises:
        NotFoundError: there is no such application.
        ConflictError: it was withdrawn.
        InvalidInputError: the text is empty or too long.
    """
    application = locked(session, application_id)
    move(application, Action.REPLY)
    write(session, application, Author.APPLICANT, text)
    record(session, "application.reply", "application", application_id)
    session.flush()
    notify.tell_of_reply(session, post, application, text)


def withdraw(session: Session, post: Postbox, application_id: int) -> None:
    """Take an application back; that this is the applicant is for the caller to know.

    Raises:
        NotFoundError: there is no such application.
        ConflictError: it was declined or withdrawn before.
    """
    application = locked(session, application_id)
    step = move(application, Action.WITHDRAW)
    note(session, application, step)
    notify.tell_of_withdrawal(session, post, application, frees_a_place=step.moves_place)
    _pass_on(session, post, application, step)


def forget_unconfirmed(session: Session) -> int:
    """Delete the sign-ups that nobody confirmed within seven days, and return how many there were."""
    overdue = (SignUp.confirmed_at.is_(None), SignUp.created_at < now() - UNCONFIRMED_KEPT)
    gone = len(session.scalars(delete(SignUp).where(*overdue).returning(SignUp.id)).all())
    if gone:
        record(session, "sign_up.forget", "sign_up", None, after={"count": gone})
    return gone


def forget_closed(session: Session) -> int:
    """Delete declined and withdrawn applications, with their threads, that are older than the tenant keeps them.

    What stays of them for the figures names nobody. Returns how many there were.
    """
    limit = months_ago(retention_of(session).closed_application_months)
    closed = (ApplicationState.DECLINED, ApplicationState.WITHDRAWN)
    overdue = (Application.state.in_(closed), Application.updated_at < limit)
    gone = session.scalars(select(Application.id).where(*overdue).with_for_update()).all()
    if gone:
        keep_traces(session, gone)
        session.execute(delete(Application).where(Application.id.in_(gone)))
        record(session, "application.forget", "application", None, after={"count": len(gone)})
    return len(gone)


@dataclass(frozen=True)
class _Letter:
    account_id: int
    text: str
    version: int | None


def _answer(session: Session, post: Postbox, action: Action, application_id: int, letter: _Letter) -> None:
    application = locked(session, application_id)
    _refuse_stranger(session, application, letter.account_id)
    if letter.version is not None and letter.version != application.version:
        raise ConflictError(gettext("In the meantime something has changed here. Your text was not sent."))
    step = move(application, action)
    application.first_answered_at = application.first_answered_at or now()
    write(session, application, Author.CLUB, letter.text, letter.account_id)
    note(session, application, step)
    notify.tell_of_answer(session, post, application, action, letter.text)
    _pass_on(session, post, application, step)


def _pass_on(session: Session, post: Postbox, application: Application, step: Step) -> None:
    """Offer a place that has got free to the next in line."""
    if step.moves_place:
        queue.offer_free_places(session, post, application.opportunity_id)


def _visible(session: Session, opportunity_id: int) -> Entry:
    entry = find_entry(session, opportunity_id)
    if entry is None:
        raise NotFoundError
    return entry


def _application_of(row: SignUp) -> Application:
    return Application(
        opportunity_id=row.opportunity_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        message=row.message,
        wish=row.wish,
        language=row.language,
    )


def _create(session: Session, row: Application) -> int | None:
    """Write the application; None if the person has a live one, which the database itself says for certain."""
    lock_places(session, row.opportunity_id)
    if row.wish is not Wish.QUESTION and queue.has_line(session, row.opportunity_id):
        row.state, row.queued_at = ApplicationState.QUEUED, now()
    else:
        row.waiting_since = now()
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        if _constraint(error) != ONE_LIVE_APPLICATION:
            raise
        return None
    record(session, "application.create", "application", row.id, after={"opportunity_id": row.opportunity_id})
    return row.id


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    return str(name) if name else None


def _hand_over(row: SignUp, application_id: int) -> None:
    """From now on the personal data lie in the application alone."""
    row.confirmed_at, row.application_id = now(), application_id
    row.name = row.email = row.phone = row.message = ""


def _refuse_stranger(session: Session, application: Application, account_id: int) -> None:
    """Only who acts for the organisation answers, whatever page the call came from."""
    member = session.scalar(
        select(Membership.id)
        .join(
            Opportunity,
            (Opportunity.tenant_id == Membership.tenant_id)
            & (Opportunity.organisation_id == Membership.organisation_id),
        )
        .where(Opportunity.id == application.opportunity_id, Membership.account_id == account_id)
    )
    if member is None:
        raise NotFoundError
