"""Who acts for an organisation: claims, invitations, handing over, and never without somebody responsible."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.accounts.queries import account_by_email
from engagement.kernel.clock import now, stopped
from engagement.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from engagement.kernel.permissions import Role
from engagement.kernel.signing import Purpose
from engagement.organisations import claims, invitations, members
from engagement.organisations.claims import Claimant
from engagement.organisations.kinds import ClaimState, Former, InvitationState, Verification
from engagement.organisations.models import Claim, Invitation, Organisation
from engagement.organisations.queries import members_of
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.people import PASSWORD, make_account, make_member, make_organisation
from tests.factories.register import HELGA, make_claim, make_invitation

TOKEN = re.compile(r"/einladung/verein/(\S+)")


def roles(session: Session, organisation: Organisation) -> dict[str, Role]:
    return {member.email: member.role for member in members_of(session, organisation.id)}


def token_of(session: Session) -> str:
    found = TOKEN.search(mails(session, "organisation-invitation")[-1].text)
    assert found
    return found.group(1)


def accept(session: Session, token: str, account: Account | None = None, name: str = "Nele Neu") -> tuple[int, int]:
    account_id = account.id if account else None
    return invitations.accept(session, make_postbox(session), token, account_id=account_id, name=name, language="de")


class TestClaims:
    def test_municipality_and_owners_hear_of_it_and_the_person_gets_a_receipt(self, session: Session) -> None:
        made = make_organisation(session)
        owner, editor = make_member(session, made), make_member(session, made, role=Role.EDITOR)
        staff = make_account(session, staff=Role.MODERATOR)
        make_claim(session, made, note="Ich führe die Kasse.")
        waiting = {mail.to_address: mail.text for mail in mails(session, "claim-waiting")}
        assert set(waiting) == {owner.email, staff.email}
        assert editor.email not in waiting
        assert f"/verein/{made.id}/team" in waiting[owner.email]
        assert f"/verwaltung/organisationen/{made.id}" in waiting[staff.email]
        assert "Ich führe die Kasse." in waiting[staff.email]
        assert [mail.to_address for mail in mails(session, "claim-received")] == [HELGA.email]

    @pytest.mark.parametrize("state", [Verification.PENDING, Verification.REJECTED])
    def test_what_the_public_does_not_see_cannot_be_claimed(self, session: Session, state: Verification) -> None:
        with pytest.raises(NotFoundError):
            make_claim(session, make_organisation(session, verification=state))

    def test_who_asks_twice_has_asked_once_with_the_later_words(self, session: Session) -> None:
        made = make_organisation(session)
        make_claim(session, made)
        number_of_mails = len(mails(session))
        make_claim(session, made, Claimant("Helga Brandt", "HELGA@example.org", "", "de"), "Ich bin Schriftführerin.")
        assert [one.note for one in claims.open_claims(session, made.id)] == ["Ich bin Schriftführerin."]
        assert len(mails(session)) == number_of_mails

    def test_a_member_is_told_by_mail_only(self, session: Session) -> None:
        made = make_organisation(session)
        make_member(session, made, make_account(session, email=HELGA.email))
        claims.claim(session, make_postbox(session), made.id, HELGA, "")
        assert claims.open_claims(session) == []
        assert [mail.kind for mail in mails(session)] == ["claim-already-member"]

    def test_the_first_one_is_responsible_and_gets_a_sign_in_link(self, session: Session) -> None:
        made = make_organisation(session)
        row = make_claim(session, made)
        claims.accept_claim(session, make_postbox(session), made.id, row.id, Role.EDITOR)
        assert roles(session, made) == {HELGA.email: Role.OWNER}
        (mail,) = mails(session, "claim-accepted")
        assert "/anmelden/link/" in mail.text
        assert row.state is ClaimState.ACCEPTED
        with pytest.raises(ConflictError):
            claims.accept_claim(session, make_postbox(session), made.id, row.id, Role.EDITOR)

    def test_a_later_one_helps_and_a_known_account_gets_no_link_that_signs_in(self, session: Session) -> None:
        made = make_organisation(session)
        make_member(session, made)
        make_account(session, email=HELGA.email, password=PASSWORD, proven=False)
        row = make_claim(session, made)
        claims.accept_claim(session, make_postbox(session), made.id, row.id, Role.EDITOR)
        assert roles(session, made)[HELGA.email] is Role.EDITOR
        assert "/anmelden/link/" not in mails(session, "claim-accepted")[0].text

    def test_declining_tells_why(self, session: Session) -> None:
        made = make_organisation(session)
        row = make_claim(session, made)
        claims.decline_claim(session, make_postbox(session), made.id, row.id, " Wir kennen Sie nicht. ")
        assert roles(session, made) == {}
        assert "Wir kennen Sie nicht." in mails(session, "claim-declined")[0].text
        assert claims.count_open_claims(session) == 0

    def test_another_organisations_request_is_not_found(self, session: Session) -> None:
        row = make_claim(session, make_organisation(session))
        other = make_organisation(session)
        with pytest.raises(NotFoundError):
            claims.accept_claim(session, make_postbox(session), other.id, row.id, Role.OWNER)

    def test_answered_ones_are_forgotten_after_half_a_year(self, session: Session) -> None:
        made = make_organisation(session)
        row = make_claim(session, made)
        make_claim(session, made, Claimant("Otto", "otto@example.org", "", "de"))
        claims.decline_claim(session, make_postbox(session), made.id, row.id, "Nein.")
        assert claims.forget_decided_claims(session) == 0
        with stopped(now() + claims.KEPT_FOR + timedelta(minutes=1)):
            assert claims.forget_decided_claims(session) == 1
        assert session.scalars(select(Claim.email)).all() == ["otto@example.org"]


class TestInvitations:
    @pytest.fixture
    def club(self, session: Session) -> Organisation:
        """An organisation with an owner."""
        return make_organisation(session, "Lesebrücke", owner=make_account(session, name="Olga Owner"))

    @pytest.fixture
    def owner(self, session: Session, club: Organisation) -> Account:
        """Its owner."""
        found = session.scalars(select(Account).where(Account.name == "Olga Owner")).one()
        assert roles(session, club)[found.email] is Role.OWNER
        return found

    def test_somebody_without_account_gets_one(self, session: Session, club: Organisation, owner: Account) -> None:
        make_invitation(session, club, owner)
        assert "Olga Owner lädt Sie ein" in mails(session, "organisation-invitation")[0].text
        organisation_id, account_id = accept(session, token_of(session))
        made = account_by_email(session, "neu@example.org")
        assert made
        assert (organisation_id, account_id) == (club.id, made.id)
        assert (made.name, made.email_proven) == ("Nele Neu", True)
        assert roles(session, club)["neu@example.org"] is Role.EDITOR
        assert [mail.to_address for mail in mails(session, "organisation-joined")] == [owner.email]

    def test_an_account_has_to_be_signed_in(self, session: Session, club: Organisation, owner: Account) -> None:
        known = make_account(session, email="neu@example.org")
        make_invitation(session, club, owner)
        for stranger in (None, make_account(session)):
            with pytest.raises(NotAllowedError):
                accept(session, token_of(session), stranger)
        accept(session, token_of(session), known)
        assert roles(session, club)["neu@example.org"] is Role.EDITOR

    def test_a_password_left_on_an_unproven_address_counts_for_nothing(
        self, session: Session, club: Organisation, owner: Account
    ) -> None:
        planted = make_account(session, email="neu@example.org", password=PASSWORD, proven=False)
        make_invitation(session, club, owner)
        accept(session, token_of(session))
        session.refresh(planted)
        assert (planted.password_hash, planted.email_proven_at is not None) == (None, True)

    def test_it_works_once_and_for_a_fortnight(self, session: Session, club: Organisation, owner: Account) -> None:
        make_invitation(session, club, owner)
        token, post = token_of(session), make_postbox(session)
        with stopped(now() + invitations.GOOD_FOR):
            assert invitations.look_at(session, post.signer, token)[0] is InvitationState.EXPIRED
            with pytest.raises(ConflictError):
                accept(session, token)
        accept(session, token)
        assert invitations.look_at(session, post.signer, token)[0] is InvitationState.ACCEPTED
        with pytest.raises(ConflictError):
            accept(session, token)

    def test_sending_again_replaces_the_link(self, session: Session, club: Organisation, owner: Account) -> None:
        row = make_invitation(session, club, owner)
        first = token_of(session)
        invitations.send_again(session, make_postbox(session), club.id, row.id)
        signer = make_postbox(session).signer
        assert invitations.look_at(session, signer, first)[0] is InvitationState.UNKNOWN
        assert invitations.look_at(session, signer, token_of(session))[0] is InvitationState.OPEN

    def test_a_second_invitation_replaces_the_first(self, session: Session, club: Organisation, owner: Account) -> None:
        make_invitation(session, club, owner)
        make_invitation(session, club, owner, role=Role.OWNER)
        (one,) = invitations.invitations_of(session, club.id)
        assert one.role is Role.OWNER

    def test_withdrawn_is_withdrawn(self, session: Session, club: Organisation, owner: Account) -> None:
        row = make_invitation(session, club, owner)
        invitations.withdraw(session, club.id, row.id)
        state, _info = invitations.look_at(session, make_postbox(session).signer, token_of(session))
        assert state is InvitationState.WITHDRAWN
        assert invitations.invitations_of(session, club.id) == []
        with pytest.raises(ConflictError):
            invitations.send_again(session, make_postbox(session), club.id, row.id)

    def test_a_forged_link_is_nobodys(self, session: Session, club: Organisation, owner: Account) -> None:
        row = make_invitation(session, club, owner)
        post = make_postbox(session)
        forged = post.signer.sign(Purpose.SIGN_IN, club.tenant_id, row.id, "1")
        for token in ("x", forged, token_of(session)[:-1]):
            assert invitations.look_at(session, post.signer, token) == (InvitationState.UNKNOWN, None)
            with pytest.raises(NotFoundError):
                accept(session, token)

    def test_who_acts_for_it_already_is_not_invited(self, session: Session, club: Organisation, owner: Account) -> None:
        editor = make_member(session, club, role=Role.EDITOR)
        for email in (owner.email, editor.email.upper()):
            with pytest.raises(ConflictError):
                make_invitation(session, club, owner, email=email)

    @pytest.mark.parametrize(
        ("former", "becomes"), [(Former.EDITOR, Role.EDITOR), (Former.LEAVES, None), (Former.STAYS, Role.OWNER)]
    )
    def test_an_owner_hands_over(
        self, session: Session, club: Organisation, owner: Account, former: Former, becomes: Role | None
    ) -> None:
        other_owner = make_member(session, club)
        heir = make_member(session, club, role=Role.EDITOR)
        make_invitation(session, club, owner, email=heir.email, role=Role.OWNER, former=former)
        assert roles(session, club)[owner.email] is Role.OWNER, "nothing changes before it is accepted"
        accept(session, token_of(session), heir)
        now_held = roles(session, club)
        assert now_held.get(owner.email) is becomes
        assert now_held[heir.email] is Role.OWNER
        assert now_held[other_owner.email] is Role.OWNER, "nobody else is concerned"
        assert owner.email in {mail.to_address for mail in mails(session, "organisation-joined")}

    def test_the_municipality_replaces_all_owners(self, session: Session, club: Organisation, owner: Account) -> None:
        staff = make_account(session, staff=Role.ADMIN)
        make_member(session, club)
        make_invitation(session, club, staff, role=Role.OWNER, former=Former.LEAVES, by_staff=True)
        assert "die Kommune lädt Sie ein" in mails(session, "organisation-invitation")[0].text
        accept(session, token_of(session))
        assert roles(session, club) == {"neu@example.org": Role.OWNER}

    def test_old_ones_are_forgotten(self, session: Session, club: Organisation, owner: Account) -> None:
        make_invitation(session, club, owner)
        assert invitations.forget_old_invitations(session) == 0
        with stopped(now() + invitations.GOOD_FOR + invitations.KEPT_FOR + timedelta(minutes=1)):
            assert invitations.forget_old_invitations(session) == 1
        assert session.scalars(select(Invitation.id)).all() == []


class TestMembers:
    def test_never_without_somebody_responsible(self, session: Session) -> None:
        made = make_organisation(session)
        owner, editor = make_member(session, made), make_member(session, made, role=Role.EDITOR)
        with pytest.raises(ConflictError):
            members.leave(session, made.id, owner.id)
        with pytest.raises(ConflictError):
            members.change_role(session, made.id, owner.id, Role.EDITOR)
        members.change_role(session, made.id, editor.id, Role.OWNER)
        members.leave(session, made.id, owner.id)
        assert roles(session, made) == {editor.email: Role.OWNER}

    def test_who_is_taken_out_is_told(self, session: Session) -> None:
        made = make_organisation(session)
        make_member(session, made)
        editor = make_member(session, made, role=Role.EDITOR)
        members.remove_member(session, make_postbox(session), made.id, editor.id)
        assert editor.email not in roles(session, made)
        assert [mail.to_address for mail in mails(session, "organisation-farewell")] == [editor.email]

    def test_who_is_no_member_is_not_found(self, session: Session) -> None:
        made, stranger = make_organisation(session), make_account(session)
        with pytest.raises(NotFoundError):
            members.change_role(session, made.id, stranger.id, Role.OWNER)
        with pytest.raises(NotFoundError):
            members.remove_member(session, make_postbox(session), made.id, stranger.id)
