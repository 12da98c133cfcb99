"""Who gets which mail, and in which language. No mail names an address for replies: all is said on the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications.kinds import Action, ApplicationState
from engagement.applications.links import club_path, confirm_path, follow_path, place_path
from engagement.applications.mails import (
    About,
    Accepted,
    AlreadySignedUp,
    ApplicantReplied,
    ApplicantWithdrew,
    ConfirmSignUp,
    Declined,
    NewApplication,
    Question,
    Request,
    SignUpConfirmed,
)
from engagement.applications.models import Application, SignUp
from engagement.applications.queries import ApplicationInfo, find_application
from engagement.applications.queue_mails import OnWaitingList, PlaceFree, PlaceLapsed
from engagement.catalogue.queries import Entry
from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import DEFAULT_LANGUAGE
from engagement.mail.message import Message, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from engagement.organisations.queries import members_of

_ANSWERS: dict[Action, Callable[[About, str], Message]] = {
    Action.ACCEPT: Accepted,
    Action.ASK: Question,
    Action.DECLINE: Declined,
}


def ask_to_confirm(session: Session, post: Postbox, entry: Entry, row: SignUp) -> None:
    """Mail a guest the link to confirm."""
    about = About(row.name, entry.title, entry.organisation_name, confirm_path(post, row.id, row.language))
    queue_mail(session, post, ConfirmSignUp(about), Recipient(row.name, row.email, row.language))


def tell_already_signed_up(session: Session, post: Postbox, application_id: int) -> None:
    """Mail the applicant, in the words and language of the first sign-up, where it can be followed."""
    info = _info(session, application_id)
    _to_applicant(session, post, info, AlreadySignedUp(_for_applicant(post, info)))


def tell_of_new_application(session: Session, post: Postbox, application_id: int) -> None:
    """Mail both sides that there is an application; on the waiting list the applicant learns the place in line."""
    tell_club_of_new_application(session, post, application_id)
    info = _info(session, application_id)
    about = _for_applicant(post, info)
    if info.place_in_line is not None:
        _to_applicant(session, post, info, OnWaitingList(about, info.place_in_line))
    else:
        _to_applicant(session, post, info, SignUpConfirmed(about, info.answers_within_hours))


def tell_club_of_new_application(session: Session, post: Postbox, application_id: int) -> None:
    """Mail the club that somebody wants to join in, or stands on the waiting list from now on."""
    info = _info(session, application_id)
    request = Request(info.name, info.message, info.wish, queued=info.state is ApplicationState.QUEUED)
    _to_club(session, post, info, lambda about, has_members: NewApplication(about, request, has_members))


def tell_of_free_place(session: Session, post: Postbox, application_id: int, kept_for: timedelta) -> None:
    """Ask the first in line whether they want the place that got free."""
    info = _info(session, application_id)
    path = place_path(post, info.id, info.account_id, info.language)
    _to_applicant(session, post, info, PlaceFree(replace(_for_applicant(post, info), path=path), kept_for.days))


def tell_of_lapse(session: Session, post: Postbox, application_id: int) -> None:
    """Mail somebody who did not answer in time that the place has gone to the next in line."""
    info = _info(session, application_id)
    _to_applicant(session, post, info, PlaceLapsed(_for_applicant(post, info)))


def tell_of_answer(session: Session, post: Postbox, application: Application, action: Action, text: str) -> None:
    """Mail the applicant what the club answered."""
    info = _info(session, application.id)
    _to_applicant(session, post, info, _ANSWERS[action](_for_applicant(post, info), text))


def tell_of_reply(session: Session, post: Postbox, application: Application, text: str) -> None:
    """Mail the club what the applicant wrote."""
    info = _info(session, application.id)
    _to_club(session, post, info, lambda about, _has_members: ApplicantReplied(about, info.name, text))


def tell_of_withdrawal(session: Session, post: Postbox, application: Application, *, frees_a_place: bool) -> None:
    """Mail the club that the applicant is not coming."""
    info = _info(session, application.id)
    _to_club(session, post, info, lambda about, _has_members: ApplicantWithdrew(about, info.name, frees_a_place))


def _info(session: Session, application_id: int) -> ApplicationInfo:
    info = find_application(session, application_id)
    if info is None:
        raise NotFoundError
    return info


def _for_applicant(post: Postbox, info: ApplicationInfo) -> About:
    path = follow_path(post, info.id, info.account_id, info.language)
    return About(info.name, info.title, info.organisation_name, path, opens_to_anybody=info.account_id is None)


def _to_applicant(session: Session, post: Postbox, info: ApplicationInfo, message: Message) -> None:
    queue_mail(session, post, message, Recipient(info.name, info.email, info.language))


def _to_club(session: Session, post: Postbox, info: ApplicationInfo, message: Callable[[About, bool], Message]) -> None:
    members = [
        Recipient(member.name, member.email, member.language) for member in members_of(session, info.organisation_id)
    ]
    for reader in members or _contact(session, info):
        about = About(reader.name, info.title, info.organisation_name, club_path(info.organisation_id, info.id))
        queue_mail(session, post, message(about, bool(members)), reader)


def _contact(session: Session, info: ApplicationInfo) -> list[Recipient]:
    """Return the address that an organisation without members gave, as imported ones have none."""
    addresses = session.execute(
        select(Opportunity.contact_email, Organisation.email)
        .join(
            Organisation,
            (Organisation.tenant_id == Opportunity.tenant_id) & (Organisation.id == Opportunity.organisation_id),
        )
        .where(Opportunity.id == info.opportunity_id)
    ).one()
    return [Recipient("", address, DEFAULT_LANGUAGE) for address in addresses if address][:1]
