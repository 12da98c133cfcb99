"""What happens with an application: answers, replies, withdrawals, places, two people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.applications import service
from engagement.applications.changes import LONGEST_MESSAGE
from engagement.applications.kinds import ApplicationState, Author
from engagement.applications.models import Application, ApplicationMessage
from engagement.applications.queries import club_application, find_application, places_of
from engagement.catalogue.queries import find_entry
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.mail.service import Postbox
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from tests.factories.applications import mails, make_application, make_offer
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_member, make_organisation

NEW, IN_CONTACT, ACCEPTED, DECLINED, WITHDRAWN, *_ = ApplicationState


@pytest.fixture
def post(session: Session) -> Postbox:
    return make_postbox(session)


@pytest.fixture
def club(session: Session) -> Organisation:
    return make_organisation(session, "Lesebrücke e. V.")


@pytest.fixture
def member(session: Session, club: Organisation) -> Account:
    return make_member(session, club, make_account(session, name="Margit Sommerfeld"))


@pytest.fixture
def offer(session: Session, club: Organisation) -> Opportunity:
    return make_offer(session, club, places=2)


@pytest.fixture
def applied(session: Session, offer: Opportunity) -> Application:
    return make_application(session, offer, language="en")


def letters(session: Session) -> list[ApplicationMessage]:
    return list(session.scalars(select(ApplicationMessage).order_by(ApplicationMessage.id)))


ANSWERS = {
    service.accept: (ACCEPTED, "application-accepted"),
    service.ask: (IN_CONTACT, "application-question"),
    service.decline: (DECLINED, "application-declined"),
}


@pytest.mark.parametrize("send", ANSWERS)
def test_an_answer_changes_the_state_and_reaches_the_applicant(
    session: Session, post: Postbox, member: Account, applied: Application, send: Callable[..., None]
) -> None:
    state, kind = ANSWERS[send]
    send(session, post, applied.id, member.id, "Dear Gisela,\nthank you!", version=1)
    assert (applied.state, applied.version, applied.waiting_since) == (state, 2, None)
    assert applied.first_answered_at is not None
    (letter,) = letters(session)
    assert (letter.author, letter.account_id, letter.body) == (Author.CLUB, member.id, "Dear Gisela,\nthank you!")
    (mail,) = mails(session)
    assert (mail.kind, mail.to_address, mail.language, mail.reply_to) == (kind, applied.email, "en", "")
    assert "> Dear Gisela," in mail.text
    assert "/mitmachen/anfrage/" in mail.text


def test_the_thread_names_the_member_to_the_club(
    session: Session, post: Postbox, club: Organisation, member: Account, applied: Application
) -> None:
    service.ask(session, post, applied.id, member.id, "When?")
    service.reply_as_applicant(session, post, applied.id, "On Tuesday.")
    info = club_application(session, club.id, applied.id)
    assert [(letter.author, letter.body, letter.member_name) for letter in info.letters] == [
        (Author.CLUB, "When?", "Margit Sommerfeld"),
        (Author.APPLICANT, "On Tuesday.", ""),
    ]


def test_the_first_answer_is_timed_once(session: Session, post: Postbox, member: Account, applied: Application) -> None:
    moment = now()
    for days in (1, 2):
        with stopped(moment + timedelta(days=days)):
            service.ask(session, post, applied.id, member.id, "When?")
    assert applied.first_answered_at == moment + timedelta(days=1)


def test_a_club_can_change_its_mind_and_the_places_follow(
    session: Session, post: Postbox, member: Account, offer: Opportunity, applied: Application
) -> None:
    def taken() -> tuple[int, int]:
        entry = find_entry(session, offer.id)
        assert entry
        return places_of(session, offer.id).taken, entry.places_taken

    service.accept(session, post, applied.id, member.id, "Yes")
    assert taken() == (1, 1)
    service.decline(session, post, applied.id, member.id, "No, sorry")
    assert taken() == (0, 0)
    service.accept(session, post, applied.id, member.id, "Yes, after all")
    assert taken() == (1, 1)
    service.withdraw(session, post, applied.id)
    assert taken() == (0, 0)


def test_more_may_be_accepted_than_there_are_places(
    session: Session, post: Postbox, member: Account, offer: Opportunity
) -> None:
    for _ in range(3):
        service.accept(session, post, make_application(session, offer).id, member.id, "Yes")
    places = places_of(session, offer.id)
    assert (places.taken, places.wanted, places.full) == (3, 2, True)


def test_who_does_not_act_for_the_organisation_cannot_answer(
    session: Session, post: Postbox, applied: Application
) -> None:
    stranger = make_member(session, make_organisation(session))
    for send in (service.accept, service.ask, service.decline):
        with pytest.raises(NotFoundError):
            send(session, post, applied.id, stranger.id, "Hello")
    assert mails(session) == []


def test_another_organisation_cannot_read_it(session: Session, applied: Application) -> None:
    with pytest.raises(NotFoundError):
        club_application(session, make_organisation(session).id, applied.id)


def test_what_changed_meanwhile_is_not_answered_blindly(
    session: Session, post: Postbox, member: Account, applied: Application
) -> None:
    service.reply_as_applicant(session, post, applied.id, "I can only come on Mondays.")
    queued = len(mails(session))
    with pytest.raises(ConflictError):
        service.accept(session, post, applied.id, member.id, "See you on Tuesday", version=1)
    assert len(mails(session)) == queued
    assert applied.state is NEW


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST_MESSAGE + 1)])
def test_empty_and_endless_letters_are_refused(
    session: Session, post: Postbox, member: Account, applied: Application, text: str
) -> None:
    with pytest.raises(InvalidInputError):
        service.ask(session, post, applied.id, member.id, text)
    with pytest.raises(InvalidInputError):
        service.reply_as_applicant(session, post, applied.id, text)


def test_of_two_members_at_once_one_answers(
    app: Flask, session: Session, post: Postbox, club: Organisation, applied: Application
) -> None:
    members = [make_member(session, club).id for _ in range(2)]
    session.commit()
    ready, outcomes = threading.Barrier(2, timeout=20), []

    def answer(account_id: int) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, post.tenant.id)
            info = find_application(other, applied.id)
            assert info
            ready.wait()
            try:
                service.accept(other, post, applied.id, account_id, "Yes", version=info.version)
                other.commit()
                outcomes.append("sent")
            except ConflictError:
                other.rollback()
                outcomes.append("conflict")
            other.close()

    threads = [threading.Thread(target=answer, args=(account_id,)) for account_id in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["conflict", "sent"]
    assert len(mails(session, "application-accepted")) == 1


def test_two_acceptances_at_once_are_both_counted(
    app: Flask, session: Session, post: Postbox, member: Account, offer: Opportunity
) -> None:
    ids = [make_application(session, offer).id for _ in range(2)]
    session.commit()
    ready, problems = threading.Barrier(2, timeout=20), []

    def accept(application_id: int) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, post.tenant.id)
            ready.wait()
            try:
                service.accept(other, post, application_id, member.id, "Yes")
                other.commit()
            except Exception as error:  # noqa: BLE001 - told of in the main thread
                problems.append(error)
                other.rollback()
            other.close()

    threads = [threading.Thread(target=accept, args=(number,)) for number in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert problems == []
    entry = find_entry(session, offer.id)
    assert entry
    assert entry.places_taken == 2


def test_a_reply_reaches_every_member_and_waits_for_them(
    session: Session, post: Postbox, club: Organisation, member: Account, applied: Application
) -> None:
    other = make_member(session, club, make_account(session, language="en"))
    service.ask(session, post, applied.id, member.id, "When?")
    moment = now() + timedelta(hours=1)
    with stopped(moment):
        service.reply_as_applicant(session, post, applied.id, "On Tuesday.")
    with stopped(moment + timedelta(hours=1)):
        service.reply_as_applicant(session, post, applied.id, "Or on Friday.")
    assert (applied.state, applied.waiting_since) == (IN_CONTACT, moment)
    told = mails(session, "application-reply")
    assert sorted(mail.to_address for mail in told) == sorted(2 * [member.email, other.email])
    assert not any(applied.email in mail.text for mail in told)


def test_a_word_of_thanks_after_the_decision_waits_for_nobody(
    session: Session, post: Postbox, member: Account, applied: Application
) -> None:
    service.accept(session, post, applied.id, member.id, "Yes")
    service.reply_as_applicant(session, post, applied.id, "Thank you!")
    assert (applied.state, applied.waiting_since) == (ACCEPTED, None)
    assert len(mails(session, "application-reply")) == 1


def test_withdrawing_tells_the_club_and_ends_it(
    session: Session, post: Postbox, member: Account, applied: Application
) -> None:
    service.withdraw(session, post, applied.id)
    assert (applied.state, applied.waiting_since) == (WITHDRAWN, None)
    (mail,) = mails(session)
    assert (mail.kind, mail.to_address) == ("application-withdrawn", member.email)
    with pytest.raises(ConflictError):
        service.withdraw(session, post, applied.id)
    with pytest.raises(ConflictError):
        service.reply_as_applicant(session, post, applied.id, "Oh, wait")
    with pytest.raises(ConflictError):
        service.accept(session, post, applied.id, member.id, "Yes")
    assert len(mails(session)) == 1


def test_the_trail_says_who_did_what_without_a_word_of_it(
    session: Session, post: Postbox, member: Account, applied: Application
) -> None:
    service.ask(session, post, applied.id, member.id, "Geheime Frage")
    service.reply_as_applicant(session, post, applied.id, "Geheime Antwort")
    service.withdraw(session, post, applied.id)
    rows = session.scalars(
        select(AuditRecord).where(AuditRecord.subject_kind == "application").order_by(AuditRecord.id)
    ).all()
    assert {row.action: (row.before, row.after) for row in rows} == {
        "application.ask": ({"state": "new"}, {"state": "in_contact"}),
        "application.reply": (None, None),
        "application.withdraw": ({"state": "in_contact"}, {"state": "withdrawn"}),
    }
