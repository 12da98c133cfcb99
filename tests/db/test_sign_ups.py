"""A guest's way: form, mailed link, application; once a person and offer, whatever happens at the same time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.applications import service
from engagement.applications.kinds import ApplicationState, SignUpState
from engagement.applications.models import Application, SignUp
from engagement.applications.queries import applications_of, followed_application, live_application, own_application
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from engagement.kernel.signing import Purpose
from engagement.mail.service import Postbox
from tests.factories.applications import end_offer, mails, make_application, make_offer, make_sign_up
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_member, make_organisation

GUEST = service.SignUpValues(
    name="Gisela Brandt", email="Gisela@Example.org", phone="07252 1234", message="Ich lese gern vor.", language="de"
)


@pytest.fixture
def post(session: Session) -> Postbox:
    return make_postbox(session)


def confirm_token(post: Postbox, row: SignUp) -> str:
    return post.signer.sign(Purpose.CONFIRM_SIGN_UP, post.tenant.id, row.id)


def only_sign_up(session: Session) -> SignUp:
    return session.scalars(select(SignUp)).one()


def applications(session: Session) -> list[Application]:
    return list(session.scalars(select(Application).order_by(Application.id)))


def test_a_form_waits_as_a_sign_up_and_is_mailed_to_nobody_else(session: Session, post: Postbox) -> None:
    organisation = make_organisation(session)
    make_member(session, organisation)
    service.sign_up(session, post, make_offer(session, organisation).id, GUEST)
    assert only_sign_up(session).email == "gisela@example.org"
    assert applications(session) == []
    (mail,) = mails(session)
    assert (mail.kind, mail.to_address, mail.language) == ("confirm-sign-up", "gisela@example.org", "de")
    assert "/mitmachen/bestaetigen/" in mail.text


def test_nobody_signs_up_for_what_visitors_cannot_see(session: Session, post: Postbox) -> None:
    offer = make_offer(session)
    end_offer(session, offer)
    account = make_account(session)
    with pytest.raises(NotFoundError):
        service.sign_up(session, post, offer.id, GUEST)
    with pytest.raises(NotFoundError):
        service.apply_as_account(session, post, offer.id, account.id)


def test_confirming_makes_the_application_and_tells_both_sides(session: Session, post: Postbox) -> None:
    organisation = make_organisation(session)
    german, english = make_member(session, organisation), make_account(session, language="en", name="John Doe")
    make_member(session, organisation, english)
    offer = make_offer(session, organisation)
    service.sign_up(session, post, offer.id, GUEST)
    done = service.confirm(session, post, confirm_token(post, only_sign_up(session)))
    assert done.first_time
    (application,) = applications(session)
    assert (application.state, application.email, application.message) == (
        ApplicationState.NEW,
        "gisela@example.org",
        "Ich lese gern vor.",
    )
    assert application.waiting_since is not None
    club = {mail.to_address: mail for mail in mails(session, "new-application")}
    assert set(club) == {german.email, english.email}
    assert (club[german.email].language, club[english.email].language) == ("de", "en")
    for mail in club.values():
        assert mail.reply_to == ""
        assert f"/verein/{organisation.id}/anfragen/{application.id}" in mail.text
        assert "Ich lese gern vor." in mail.text
        assert "gisela@example.org" not in mail.text + mail.html
        assert "1234" not in mail.text + mail.html
    (guest,) = mails(session, "sign-up-confirmed")
    assert "/mitmachen/anfrage/" in guest.text


def test_a_confirmed_sign_up_keeps_nothing_of_the_person(session: Session, post: Postbox) -> None:
    service.sign_up(session, post, make_offer(session).id, GUEST)
    row = only_sign_up(session)
    service.confirm(session, post, confirm_token(post, row))
    session.refresh(row)
    assert (row.name, row.email, row.phone, row.message) == ("", "", "", "")
    assert row.application_id == applications(session)[0].id


def test_the_link_works_once_and_says_so_the_second_time(session: Session, post: Postbox) -> None:
    service.sign_up(session, post, make_offer(session).id, GUEST)
    token = confirm_token(post, only_sign_up(session))
    service.confirm(session, post, token)
    queued = len(mails(session))
    again = service.confirm(session, post, token)
    assert (again.first_time, again.info.state) == (False, SignUpState.CONFIRMED)
    assert len(applications(session)) == 1
    assert len(mails(session)) == queued


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(hours=47, minutes=59), SignUpState.CONFIRMED),
        (timedelta(hours=48, minutes=1), SignUpState.EXPIRED),
    ],
)
def test_the_link_works_for_48_hours(session: Session, post: Postbox, age: timedelta, state: SignUpState) -> None:
    row = make_sign_up(session, make_offer(session))
    with stopped(row.created_at + age):
        assert service.confirm(session, post, confirm_token(post, row)).info.state is state
    assert len(applications(session)) == (state is SignUpState.CONFIRMED)


def test_an_offer_that_ended_meanwhile_takes_nobody(session: Session, post: Postbox) -> None:
    offer = make_offer(session)
    row = make_sign_up(session, offer)
    end_offer(session, offer)
    info = service.confirm(session, post, confirm_token(post, row)).info
    assert (info.state, info.title) == (SignUpState.ENDED, offer.title)
    assert applications(session) == []


@pytest.mark.parametrize("purpose", [Purpose.FOLLOW_APPLICATION, Purpose.SIGN_IN])
def test_a_token_for_something_else_confirms_nothing(session: Session, post: Postbox, purpose: Purpose) -> None:
    row = make_sign_up(session, make_offer(session))
    with pytest.raises(NotFoundError):
        service.confirm(session, post, post.signer.sign(purpose, post.tenant.id, row.id))


def test_another_tenants_token_confirms_nothing(session: Session, post: Postbox) -> None:
    row = make_sign_up(session, make_offer(session))
    for token in (post.signer.sign(Purpose.CONFIRM_SIGN_UP, post.tenant.id + 1, row.id), "x.y.z", ""):
        with pytest.raises(NotFoundError):
            service.confirm(session, post, token)


def test_signing_up_again_mails_the_way_to_the_request_instead(session: Session, post: Postbox) -> None:
    offer = make_offer(session)
    application = make_application(session, offer, email="gisela@example.org")
    service.sign_up(session, post, offer.id, GUEST)
    assert session.scalars(select(SignUp)).all() == []
    (mail,) = mails(session)
    assert (mail.kind, mail.to_address) == ("already-signed-up", "gisela@example.org")
    token = mail.text.split("/mitmachen/anfrage/")[1].split("?")[0]
    assert followed_application(session, post.signer, token).id == application.id


def test_who_withdrew_may_sign_up_anew(session: Session, post: Postbox) -> None:
    offer = make_offer(session)
    make_application(session, offer, email="gisela@example.org", state=ApplicationState.WITHDRAWN)
    service.sign_up(session, post, offer.id, GUEST)
    assert service.confirm(session, post, confirm_token(post, only_sign_up(session))).first_time


def test_two_sign_ups_of_one_person_become_one_application(session: Session, post: Postbox) -> None:
    offer = make_offer(session)
    first, second = (make_sign_up(session, offer, email="gisela@example.org") for _ in range(2))
    service.confirm(session, post, confirm_token(post, first))
    done = service.confirm(session, post, confirm_token(post, second))
    assert (done.first_time, done.info.state) == (False, SignUpState.CONFIRMED)
    (application,) = applications(session)
    assert done.info.application_id == application.id
    assert len(mails(session, "sign-up-confirmed")) == 1


@pytest.mark.parametrize("state", [state for state in ApplicationState if state is not ApplicationState.WITHDRAWN])
def test_the_database_itself_refuses_a_second_live_application(session: Session, state: ApplicationState) -> None:
    offer = make_offer(session)
    make_application(session, offer, email="gisela@example.org", state=state)
    with pytest.raises(IntegrityError, match="uq_application_live"), session.begin_nested():
        make_application(session, offer, email="gisela@example.org")


def test_of_two_at_the_same_moment_one_makes_the_application(app: Flask, session: Session, post: Postbox) -> None:
    offer = make_offer(session)
    rows = [make_sign_up(session, offer, email="gisela@example.org") for _ in range(2)]
    tokens = [confirm_token(post, row) for row in rows]
    session.commit()
    ready, outcomes = threading.Barrier(2, timeout=20), []

    def confirm(token: str) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, post.tenant.id)
            other.execute(select(SignUp.id))
            ready.wait()
            outcomes.append(service.confirm(other, post, token))
            other.commit()
            other.close()

    threads = [threading.Thread(target=confirm, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcome.first_time for outcome in outcomes) == [False, True]
    assert {outcome.info.state for outcome in outcomes} == {SignUpState.CONFIRMED}
    assert len(applications(session)) == 1
    assert len(mails(session, "sign-up-confirmed")) == 1


def test_an_account_applies_without_a_mail_to_confirm(session: Session, post: Postbox) -> None:
    offer, account = make_offer(session), make_account(session, name="Anna Becker", language="en")
    application_id = service.apply_as_account(session, post, offer.id, account.id, service.OwnWords(message="Hello"))
    info = own_application(session, account.id, application_id)
    assert (info.name, info.email, info.language) == ("Anna Becker", account.email, "en")
    (mail,) = mails(session, "sign-up-confirmed")
    assert f"/konto/anfragen/{application_id}" in mail.text
    assert mail.language == "en"


def test_an_account_is_refused_a_second_time_and_nothing_is_broken(session: Session, post: Postbox) -> None:
    offer, account = make_offer(session), make_account(session)
    first = service.apply_as_account(session, post, offer.id, account.id)
    with pytest.raises(ConflictError):
        service.apply_as_account(session, post, offer.id, account.id)
    assert live_application(session, offer.id, account.email.upper()) == first
    assert len(mails(session, "sign-up-confirmed")) == 1


def test_an_unproven_address_cannot_apply(session: Session, post: Postbox) -> None:
    offer, account = make_offer(session), make_account(session, proven=False)
    with pytest.raises(NotAllowedError):
        service.apply_as_account(session, post, offer.id, account.id)


def test_what_a_guest_sent_shows_in_the_account_once_the_address_is_proven(session: Session) -> None:
    application = make_application(session, make_offer(session), email="gisela@example.org")
    account = make_account(session, email="gisela@example.org", proven=False)
    assert applications_of(session, account.id) == []
    with pytest.raises(NotFoundError):
        own_application(session, account.id, application.id)
    account.email_proven_at = now()
    session.flush()
    assert [row.id for row in applications_of(session, account.id)] == [application.id]
    assert own_application(session, account.id, application.id).id == application.id


def test_an_organisation_without_members_hears_of_it_at_the_address_it_gave(session: Session, post: Postbox) -> None:
    organisation = make_organisation(session, email="kontakt@verein.example")
    named = make_offer(session, organisation, contact_email="lesen@verein.example")
    for offer in (named, make_offer(session, organisation), make_offer(session)):
        service.confirm(session, post, confirm_token(post, make_sign_up(session, offer)))
    told = [(mail.to_address, "ehrenamt@bretten.example" in mail.text) for mail in mails(session, "new-application")]
    assert told == [("lesen@verein.example", True), ("kontakt@verein.example", True)]


def test_what_nobody_confirmed_is_forgotten_after_seven_days(session: Session, post: Postbox) -> None:
    offer, moment = make_offer(session), now()
    old = make_sign_up(session, offer, created_at=moment - timedelta(days=7, minutes=1))
    young = make_sign_up(session, offer, created_at=moment - timedelta(days=6, hours=23))
    used = make_sign_up(session, offer)
    service.confirm(session, post, confirm_token(post, used))
    used.created_at = moment - timedelta(days=30)
    session.flush()
    assert service.forget_unconfirmed(session) == 1
    assert service.forget_unconfirmed(session) == 0
    assert set(session.scalars(select(SignUp.id))) == {young.id, used.id}
    assert service.confirm(session, post, confirm_token(post, old)).info.state is SignUpState.EXPIRED


def test_closed_applications_are_forgotten_after_half_a_year(session: Session) -> None:
    offer, long_ago = make_offer(session), now() - timedelta(days=185)
    for state in ApplicationState:
        make_application(session, offer, state=state, updated_at=long_ago)
        make_application(session, offer, state=state)
    assert service.forget_closed(session) == 2
    left = session.scalars(select(Application.state).where(Application.updated_at == long_ago)).all()
    assert set(left) == set(ApplicationState) - {ApplicationState.DECLINED, ApplicationState.WITHDRAWN}


def test_the_trail_names_nobody_and_holds_no_message(session: Session, post: Postbox) -> None:
    service.sign_up(session, post, make_offer(session).id, GUEST)
    service.confirm(session, post, confirm_token(post, only_sign_up(session)))
    kinds = ("sign_up", "application")
    rows = session.scalars(select(AuditRecord).where(AuditRecord.subject_kind.in_(kinds))).all()
    assert {row.action for row in rows} == {"sign_up.create", "application.create"}
    kept = " ".join(f"{row.before} {row.after}" for row in rows)
    assert not any(word in kept for word in ("Gisela", "gisela", "1234", "vor."))


def test_another_tenant_sees_nothing_of_it(app: Flask, session: Session, post: Postbox, ettlingen: int) -> None:
    application = make_application(session, make_offer(session))
    token = post.signer.sign(Purpose.FOLLOW_APPLICATION, post.tenant.id, application.id)
    session.commit()
    session.close()
    with app.app_context():
        other = current_session()
        open_for_tenant(other, ettlingen)
        assert other.scalar(select(func.count()).select_from(Application)) == 0
        with pytest.raises(NotFoundError):
            followed_application(other, post.signer, token)
        other.rollback()
