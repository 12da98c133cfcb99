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
from engagement.applications import notify
from engagement.applications.kinds import Action, ApplicationState, Author, SignUpState
from engagement.applications.links import read_token
from engagement.applications.models import Application, ApplicationMessage, SignUp
from engagement.applications.policy import moves_places, next_state, waits_for_club
from engagement.applications.queries import SignUpInfo, describe_sign_up, live_application, places_of
from engagement.applications.traces import keep_traces
from engagement.catalogue.queries import Entry, find_entry
from engagement.kernel.audit import record
from engagement.kernel.clock import months_ago, now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.signing import Purpose
from engagement.mail.service import Postbox
from engagement.opportunities import publication
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Membership
from engagement.tenancy.retention import retention_of

UNCONFIRMED_KEPT = timedelta(days=7)
LONGEST_MESSAGE = 4000
ONE_LIVE_APPLICATION = "uq_application_live"


@dataclass(frozen=True)
class SignUpValues:
    """What a guest types; ``language`` is the one of the page."""

    name: str
    email: str
    phone: str = ""
    message: str = ""
    language: str = "de"


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
    session: Session, post: Postbox, opportunity_id: int, account_id: int, *, phone: str = "", message: str = ""
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
        phone=phone,
        message=message,
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
    application = _locked(session, application_id)
    _move(application, Action.REPLY)
    _write(session, application, Author.APPLICANT, text)
    record(session, "application.reply", "application", application_id)
    session.flush()
    notify.tell_of_reply(session, post, application, text)


def withdraw(session: Session, post: Postbox, application_id: int) -> None:
    """Take an application back; that this is the applicant is for the caller to know.

    Raises:
        NotFoundError: there is no such application.
        ConflictError: it was declined or withdrawn before.
    """
    application = _locked(session, application_id)
    before = _move(application, Action.WITHDRAW)
    _note(session, application, Action.WITHDRAW, before)
    frees_a_place = moves_places(before, application.state)
    notify.tell_of_withdrawal(session, post, application, frees_a_place=frees_a_place)


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
    application = _locked(session, application_id)
    _refuse_stranger(session, application, letter.account_id)
    if letter.version is not None and letter.version != application.version:
        raise ConflictError(gettext("In the meantime something has changed here. Your text was not sent."))
    before = _move(application, action)
    application.first_answered_at = application.first_answered_at or now()
    _write(session, application, Author.CLUB, letter.text, letter.account_id)
    _note(session, application, action, before)
    notify.tell_of_answer(session, post, application, action, letter.text)


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
        language=row.language,
    )


def _create(session: Session, row: Application) -> int | None:
    """Write the application; None if the person has a live one, which the database itself says for certain."""
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


def _locked(session: Session, application_id: int) -> Application:
    row = session.scalar(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError
    return row


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


def _move(application: Application, action: Action) -> ApplicationState:
    """Change the state by policy and return the one before.

    Raises:
        ConflictError: the policy rules it out.
    """
    before = application.state
    after = next_state(action, before)
    if after is None:
        raise ConflictError(_why_not(before))
    application.state, application.updated_at = after, now()
    application.version += 1
    if not waits_for_club(action, after):
        application.waiting_since = application.waiting_since if action is Action.REPLY else None
    elif application.waiting_since is None:
        application.waiting_since = now()
    return before


def _why_not(state: ApplicationState) -> str:
    reasons = {
        ApplicationState.ACCEPTED: gettext("This request has already been accepted."),
        ApplicationState.DECLINED: gettext("This request has already been declined."),
        ApplicationState.WITHDRAWN: gettext("This request has been withdrawn."),
    }
    return str(reasons.get(state) or gettext("That is not possible any more"))


def _write(
    session: Session, application: Application, author: Author, text: str, account_id: int | None = None
) -> None:
    if not text.strip():
        raise InvalidInputError({"text": gettext("Please write a few words.")})
    if len(text) > LONGEST_MESSAGE:
        raise InvalidInputError(
            {"text": gettext("Please shorten this to %(max)d characters.", max=LONGEST_MESSAGE)},
        )
    session.add(
        ApplicationMessage(application_id=application.id, author=author, account_id=account_id, body=text.strip())
    )


def _note(session: Session, application: Application, action: Action, before: ApplicationState) -> None:
    """Record the change, without a word of what was written, and count the places anew."""
    record(
        session,
        f"application.{action}",
        "application",
        application.id,
        before={"state": before},
        after={"state": application.state},
    )
    session.flush()
    if moves_places(before, application.state):
        _count_places(session, application.opportunity_id)


def _count_places(session: Session, opportunity_id: int) -> None:
    """Count under the opportunity's lock: of two acceptances at once the second must count the first."""
    session.execute(select(Opportunity.id).where(Opportunity.id == opportunity_id).with_for_update(key_share=True))
    publication.note_places_taken(session, opportunity_id, places_of(session, opportunity_id).taken)
