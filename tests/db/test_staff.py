"""The municipality's team: invited, let in, changed, let go, and never without somebody who can administrate."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account, StaffInvitation
from engagement.accounts.queries import invited_people, staff_member, staff_members, staff_role_of
from engagement.accounts.staff import (
    InvitationOverError,
    Newcomer,
    accept,
    change_role,
    invite,
    invite_again,
    read_invitation,
    remove,
    withdraw_invitation,
)
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import (
    ConflictError,
    DomainError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from engagement.kernel.permissions import Role
from engagement.mail.service import Postbox
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.people import make_account

NEW = Newcomer("Nora Neu", "de")


@pytest.fixture
def post(session: Session) -> Postbox:
    return make_postbox(session)


@pytest.fixture
def admin(session: Session) -> Account:
    return make_account(session, name="Martina Vogt", staff=Role.ADMIN)


def ask(session: Session, post: Postbox, admin: Account, email: str = "Nora@Example.org") -> str:
    """Invite somebody; return the token in the mail."""
    invite(session, post, email, Role.MODERATOR, by=admin.id, language="de")
    return token_of(session)


def token_of(session: Session) -> str:
    text = mails(session, "staff-invitation")[-1].text
    return text.split("/einladung/")[1].split()[0]


def actions(session: Session) -> list[str]:
    rows = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id))
    return [action for action in rows if action.startswith("staff.")]


class TestInviting:
    def test_somebody_new_gets_a_mail_and_joins(self, session: Session, post: Postbox, admin: Account) -> None:
        token = ask(session, post, admin)
        mail = mails(session, "staff-invitation")[0]
        assert mail.to_address == "nora@example.org"
        assert "Martina Vogt lädt Sie in das Team ein" in " ".join(mail.text.split())
        assert read_invitation(session, post, token).account_id is None
        account_id = accept(session, post, token, NEW)
        member = staff_member(session, account_id)
        assert member is not None
        assert (member.name, member.email, member.role, member.email_proven) == (
            "Nora Neu",
            "nora@example.org",
            Role.MODERATOR,
            True,
        )
        assert member.last_sign_in_at
        assert invited_people(session) == []
        assert actions(session) == ["staff.invite", "staff.accept"]

    def test_no_record_holds_the_address(self, session: Session, post: Postbox, admin: Account) -> None:
        token = ask(session, post, admin)
        withdraw_invitation(session, invited_people(session)[0].id)
        ask(session, post, admin)
        accept(session, post, token_of(session), NEW)
        assert token
        rows = session.scalars(select(AuditRecord)).all()
        assert "nora" not in " ".join(f"{row.before} {row.after}".lower() for row in rows)

    def test_an_account_joins_only_by_somebody_who_is_signed_in_to_it(
        self, session: Session, post: Postbox, admin: Account
    ) -> None:
        """The link is good for two weeks; one that opened the account as well would be a standing key to it."""
        known, other = make_account(session, email="nora@example.org"), make_account(session)
        token = ask(session, post, admin)
        assert read_invitation(session, post, token).account_id == known.id
        for who in (NEW, other.id):
            with pytest.raises(NotAllowedError):
                accept(session, post, token, who)
        assert accept(session, post, token, known.id) == known.id
        assert staff_role_of(session, known.id) is Role.MODERATOR

    def test_a_link_works_once(self, session: Session, post: Postbox, admin: Account) -> None:
        token = ask(session, post, admin)
        accept(session, post, token, NEW)
        with pytest.raises(InvitationOverError):
            accept(session, post, token, NEW)

    def test_a_link_ends_with_its_time_its_withdrawal_and_a_newer_one(
        self, session: Session, post: Postbox, admin: Account
    ) -> None:
        first = ask(session, post, admin)
        with stopped(now() + timedelta(days=13, hours=23)):
            read_invitation(session, post, first)
        with stopped(now() + timedelta(days=14, hours=1)), pytest.raises(InvitationOverError):
            accept(session, post, first, NEW)
        (invited,) = invited_people(session)
        invite_again(session, post, invited.id)
        second = token_of(session)
        with pytest.raises(InvitationOverError):
            read_invitation(session, post, first)
        read_invitation(session, post, second)
        withdraw_invitation(session, invited.id)
        with pytest.raises(InvitationOverError):
            read_invitation(session, post, second)
        assert actions(session) == ["staff.invite", "staff.invite_again", "staff.withdraw_invitation"]

    @pytest.mark.parametrize("token", ["", "x", "a.b.c"])
    def test_a_forged_link_is_nothing(self, session: Session, post: Postbox, token: str) -> None:
        with pytest.raises(NotFoundError):
            read_invitation(session, post, token)

    def test_another_towns_link_is_nothing(
        self, app: Flask, session: Session, post: Postbox, admin: Account, ettlingen: int
    ) -> None:
        token = ask(session, post, admin)
        session.commit()
        with app.app_context():
            abroad = current_session()
            open_for_tenant(abroad, ettlingen)
            with pytest.raises(NotFoundError):
                read_invitation(abroad, make_postbox(abroad), token)

    @pytest.mark.parametrize("twice", ["nora@example.org", "NORA@example.org "])
    def test_nobody_is_invited_twice(self, session: Session, post: Postbox, admin: Account, twice: str) -> None:
        ask(session, post, admin)
        with pytest.raises(InvalidInputError, match=r"schon eingeladen|invited already"):
            ask(session, post, admin, twice)

    def test_nobody_of_the_team_is_invited(self, session: Session, post: Postbox, admin: Account) -> None:
        with pytest.raises(InvalidInputError):
            ask(session, post, admin, admin.email)

    def test_only_roles_of_the_municipality_are_given(self, session: Session, post: Postbox, admin: Account) -> None:
        for role in (Role.OWNER, Role.OPERATOR):
            with pytest.raises(ValueError, match="not a role"):
                invite(session, post, "x@example.org", role, by=admin.id, language="de")
            with pytest.raises(ValueError, match="not a role"):
                change_role(session, post, admin.id, role)

    def test_a_weak_password_is_refused_and_the_invitation_stays(
        self, session: Session, post: Postbox, admin: Account
    ) -> None:
        token = ask(session, post, admin)
        with pytest.raises(InvalidInputError):
            accept(session, post, token, Newcomer("Nora", "de", "kurz"))
        assert session.scalars(select(StaffInvitation)).all()


class TestChanging:
    def test_a_role_holds_at_once_and_the_person_is_told(self, session: Session, post: Postbox, admin: Account) -> None:
        other = make_account(session, staff=Role.MODERATOR)
        change_role(session, post, other.id, Role.ADMIN)
        change_role(session, post, other.id, Role.ADMIN)
        assert staff_role_of(session, other.id) is Role.ADMIN
        (mail,) = mails(session, "staff-role-changed")
        assert mail.to_address == other.email
        assert actions(session) == ["staff.change_role"]

    def test_who_is_removed_keeps_the_account_and_no_session(
        self, session: Session, post: Postbox, admin: Account
    ) -> None:
        other = make_account(session, staff=Role.MODERATOR)
        version = other.session_version
        remove(session, post, other.id)
        assert staff_role_of(session, other.id) is None
        assert other.session_version == version + 1
        assert [mail.to_address for mail in mails(session, "staff-removed")] == [other.email]
        with pytest.raises(NotFoundError):
            remove(session, post, other.id)

    def test_the_last_administrator_stays(self, session: Session, post: Postbox, admin: Account) -> None:
        make_account(session, staff=Role.MODERATOR)
        with pytest.raises(ConflictError):
            remove(session, post, admin.id)
        with pytest.raises(ConflictError):
            change_role(session, post, admin.id, Role.MODERATOR)
        assert staff_role_of(session, admin.id) is Role.ADMIN

    def test_one_who_cannot_sign_in_does_not_count(self, session: Session, post: Postbox, admin: Account) -> None:
        """An address with a typing mistake would lock the town out for good."""
        unproven = make_account(session, staff=Role.ADMIN, proven=False)
        with pytest.raises(ConflictError):
            remove(session, post, admin.id)
        remove(session, post, unproven.id)

    def test_somebody_elses_account_is_no_member(
        self, app: Flask, session: Session, post: Postbox, ettlingen: int
    ) -> None:
        with app.app_context():
            abroad = current_session()
            open_for_tenant(abroad, ettlingen)
            stranger = make_account(abroad, staff=Role.ADMIN)
            abroad.commit()
        for attempt in (remove, lambda *given: change_role(*given, Role.ADMIN)):
            with pytest.raises(NotFoundError):
                attempt(session, post, stranger.id)

    @pytest.mark.parametrize("deed", ["remove", "demote", "both"])
    def test_two_administrators_who_remove_each_other_at_once_leave_one(
        self, app: Flask, session: Session, bretten: int, deed: str
    ) -> None:
        """Two connections, each in the middle of its transaction when the other one begins."""
        people = [make_account(session, staff=Role.ADMIN).id for _ in range(2)]
        session.commit()
        together, outcomes = threading.Barrier(2), []

        def strike(number: int) -> None:
            with app.app_context():
                mine = current_session()
                open_for_tenant(mine, bretten)
                box, victim = make_postbox(mine), people[1 - number]
                staff_members(mine)
                together.wait(timeout=10)
                try:
                    if deed == "remove" or (deed == "both" and number):
                        remove(mine, box, victim)
                    else:
                        change_role(mine, box, victim, Role.MODERATOR)
                    mine.commit()
                    outcomes.append("done")
                except DomainError as error:
                    mine.rollback()
                    outcomes.append(type(error).__name__)

        threads = [threading.Thread(target=strike, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert sorted(outcomes) == ["ConflictError", "done"]
        session.expire_all()
        assert [member.role for member in staff_members(session) if member.role is Role.ADMIN] == [Role.ADMIN]
