"""Accounts: made once a city, registered, proven; roles by table."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts import service
from engagement.accounts.links import LinkState, SignInLinkError, forget_old_links, state_of_link, take_link
from engagement.accounts.models import Account
from engagement.accounts.queries import account_by_email, staff_accounts, staff_role_of
from engagement.accounts.sign_in import (
    Registration,
    enter_with_password,
    register,
    request_new_address,
    request_sign_in_link,
    use_sign_in_link,
)
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from tests.factories.mails import make_postbox
from tests.factories.people import PASSWORD, make_account

TOKEN = re.compile(r"/anmelden/link/([^\s?]+)")


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def token_of(mail: OutgoingMail) -> str:
    found = TOKEN.search(mail.text)
    assert found, mail.text
    return found.group(1)


def wish(password: str = "", email: str = "anna@example.org", name: str = "Anna Becker") -> Registration:
    return Registration(email=email, name=name, language="de", password=password)


class TestMaking:
    def test_an_address_has_one_account(self, session: Session) -> None:
        make_account(session, email="Anna@Example.org")
        with pytest.raises(ConflictError):
            make_account(session, email=" anna@example.ORG ")
        assert session.query(Account).count() == 1

    def test_the_same_address_has_another_one_in_another_city(
        self, app: Flask, session: Session, ettlingen: int
    ) -> None:
        make_account(session, email="anna@example.org")
        session.commit()
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            assert account_by_email(other, "anna@example.org") is None
            make_account(other, email="anna@example.org")
            other.commit()

    def test_a_weak_password_is_refused(self, session: Session) -> None:
        with pytest.raises(InvalidInputError) as caught:
            make_account(session, password="passwort1234")
        assert set(caught.value.problems) == {"password"}

    def test_no_password_enters_the_audit_trail(self, session: Session) -> None:
        anna = make_account(session, password=PASSWORD)
        service.set_password(session, anna.id, "ganz andere Worte")
        session.flush()
        for note in session.scalars(select(AuditRecord)):
            assert "Worte" not in f"{note.before}{note.after}"

    def test_no_name_enters_the_audit_trail(self, session: Session) -> None:
        anna = make_account(session, name="Alter Name")
        service.update_account(session, anna.id, name="Neuer Name", phone="07252 1", language="en")
        session.flush()
        assert (anna.name, anna.phone, anna.language) == ("Neuer Name", "07252 1", "en")
        for note in session.scalars(select(AuditRecord)):
            assert "Name" not in f"{note.before}{note.after}"


class TestRoles:
    @pytest.mark.parametrize("role", [Role.VISITOR, Role.ACCOUNT, Role.EDITOR, Role.OWNER])
    def test_others_are_none_of_the_municipality(self, session: Session, role: Role) -> None:
        anna = make_account(session)
        with pytest.raises(ValueError, match="municipality"):
            service.give_staff_role(session, anna.id, role)
        assert staff_role_of(session, anna.id) is None

    def test_a_new_role_takes_the_place_of_the_old(self, session: Session) -> None:
        anna = make_account(session, staff=Role.MODERATOR)
        service.give_staff_role(session, anna.id, Role.ADMIN)
        assert staff_role_of(session, anna.id) is Role.ADMIN
        assert [person.id for person in staff_accounts(session)] == [anna.id]

    def test_nobody_gets_one_who_is_not_there(self, session: Session) -> None:
        with pytest.raises(NotFoundError):
            service.give_staff_role(session, 999999, Role.ADMIN)


def test_an_old_way_of_keeping_is_renewed_at_sign_in(session: Session) -> None:
    anna = make_account(session)
    anna.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    before = anna.password_hash
    assert service.check_password(session, anna.email, "falsch falsch") is None
    assert anna.password_hash == before
    assert service.check_password(session, anna.email, PASSWORD)
    assert anna.password_hash != before
    assert service.check_password(session, anna.email, PASSWORD)


class TestRegistering:
    def test_the_mailed_link_proves_the_address_and_the_password_holds(self, session: Session) -> None:
        post = make_postbox(session)
        register(session, post, wish(PASSWORD))
        assert enter_with_password(session, post, "anna@example.org", PASSWORD).unproven
        found = use_sign_in_link(session, post, token_of(mails(session)[-1]))
        assert (found.email_proven, found.has_password) == (True, True)
        assert enter_with_password(session, post, "anna@example.org", PASSWORD).account

    def test_the_password_of_somebody_else_does_not_survive_a_sign_in_link(self, session: Session) -> None:
        post = make_postbox(session)
        register(session, post, wish("das Wort von Mallory"))
        request_sign_in_link(session, post, "anna@example.org", language="de")
        assert use_sign_in_link(session, post, token_of(mails(session)[-1])).email_proven
        assert enter_with_password(session, post, "anna@example.org", "das Wort von Mallory").account is None

    def test_of_two_passwords_before_the_proof_none_holds(self, session: Session) -> None:
        post = make_postbox(session)
        register(session, post, wish(PASSWORD))
        register(session, post, wish("das Wort von Mallory"))
        first, second = (token_of(mail) for mail in mails(session))
        assert state_of_link(session, post.signer, first) is LinkState.UNKNOWN
        assert not use_sign_in_link(session, post, second).has_password

    def test_registering_twice_with_the_same_password_keeps_it(self, session: Session) -> None:
        post = make_postbox(session)
        register(session, post, wish(PASSWORD))
        register(session, post, wish(PASSWORD))
        assert use_sign_in_link(session, post, token_of(mails(session)[-1])).has_password

    def test_an_existing_account_is_changed_in_nothing(self, session: Session) -> None:
        anna = make_account(session, email="anna@example.org", password=PASSWORD)
        kept = anna.password_hash
        register(session, make_postbox(session), wish("das Wort von Mallory", name="Mallory"))
        assert (anna.name, anna.password_hash) == ("Anna Becker", kept)
        assert [mail.kind for mail in mails(session)] == ["already-registered"]
        assert "Mallory" not in mails(session)[0].text

    def test_a_weak_password_is_refused_before_anything_is_looked_up(self, session: Session) -> None:
        make_account(session, email="anna@example.org")
        for email in ("anna@example.org", "neu@example.org"):
            with pytest.raises(InvalidInputError):
                register(session, make_postbox(session), wish("kurz", email))
        assert mails(session) == []


class TestLinks:
    def test_a_link_is_taken_once(self, session: Session) -> None:
        anna = make_account(session)
        post = make_postbox(session)
        request_sign_in_link(session, post, anna.email, language="de")
        token = token_of(mails(session)[0])
        assert take_link(session, post.signer, token).account_id == anna.id
        with pytest.raises(SignInLinkError) as caught:
            take_link(session, post.signer, token)
        assert caught.value.state is LinkState.USED

    def test_the_mail_speaks_the_language_of_the_account(self, session: Session) -> None:
        anna = make_account(session, language="en")
        request_sign_in_link(session, make_postbox(session), anna.email, language="de")
        assert mails(session)[0].subject.startswith("Your sign-in link")

    def test_old_ones_are_forgotten(self, session: Session) -> None:
        anna, post = make_account(session), make_postbox(session)
        with stopped(now() - timedelta(days=8)):
            request_sign_in_link(session, post, anna.email, language="de")
        with stopped(now() - timedelta(days=6)):
            request_sign_in_link(session, post, anna.email, language="de")
        assert forget_old_links(session) == 1
        old, late = (token_of(mail) for mail in mails(session))
        assert state_of_link(session, post.signer, old) is LinkState.UNKNOWN
        assert state_of_link(session, post.signer, late) is LinkState.EXPIRED


class TestChangingTheAddress:
    def test_it_changes_when_the_new_one_is_proven(self, session: Session) -> None:
        anna = make_account(session, email="alt@example.org")
        post = make_postbox(session)
        request_new_address(session, post, anna.id, "Neu@example.org")
        assert anna.email == "alt@example.org"
        mail = mails(session)[0]
        assert mail.to_address == "neu@example.org"
        before = anna.session_version
        assert use_sign_in_link(session, post, token_of(mail)).email == "neu@example.org"
        assert anna.session_version == before + 1
        told = mails(session)[-1]
        assert (told.kind, told.to_address) == ("address-changed", "alt@example.org")

    def test_another_accounts_address_stays_theirs(self, session: Session) -> None:
        anna, bob = make_account(session), make_account(session, email="bob@example.org")
        post = make_postbox(session)
        request_new_address(session, post, anna.id, bob.email)
        mail = mails(session)[0]
        assert (mail.kind, mail.to_address) == ("already-registered", bob.email)
        assert use_sign_in_link(session, post, token_of(mail)).id == bob.id

    def test_who_registers_it_in_between_keeps_it(self, session: Session) -> None:
        anna = make_account(session)
        post = make_postbox(session)
        request_new_address(session, post, anna.id, "neu@example.org")
        make_account(session, email="neu@example.org")
        with pytest.raises(ConflictError):
            use_sign_in_link(session, post, token_of(mails(session)[0]))

    def test_the_same_address_is_no_change(self, session: Session) -> None:
        anna = make_account(session)
        request_new_address(session, make_postbox(session), anna.id, anna.email.upper())
        assert mails(session) == []
