"""Two entries of the same organisation become one, and nothing of either is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.errors import ConflictError
from engagement.kernel.permissions import Role
from engagement.opportunities.models import Opportunity
from engagement.organisations import service, suspension
from engagement.organisations.claims import Claimant, open_claims
from engagement.organisations.invitations import invitations_of
from engagement.organisations.kinds import Verification
from engagement.organisations.merging import Part
from engagement.organisations.models import Organisation
from engagement.organisations.queries import find_organisation, members_of, public_organisation, public_survivor
from engagement.register.history import history_of
from engagement.register.merging import merge, plan
from tests.factories.applications import mails
from tests.factories.catalogue import in_catalogue
from tests.factories.mails import make_postbox
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_member, make_organisation
from tests.factories.register import make_claim, make_invitation


class TestMerging:
    @pytest.fixture
    def pair(self, session: Session) -> tuple[Organisation, Organisation]:
        """Two entries of the same organisation."""
        return (
            make_organisation(session, "Lesebrücke Bretten", phone="07252 1"),
            make_organisation(session, "Lesebrücke Bretten e. V.", phone="07252 2", website="https://lese.example"),
        )

    def test_offers_people_and_requests_move(self, session: Session, pair: tuple[Organisation, Organisation]) -> None:
        stays, goes = pair
        both, only = make_member(session, stays, role=Role.EDITOR), make_member(session, goes)
        make_member(session, goes, both)
        offer_id = make_opportunity(session, goes.id)
        make_claim(session, stays)
        make_claim(session, goes)
        make_claim(session, goes, Claimant("Otto", "otto@example.org", "", "de"))
        make_invitation(session, goes, only)
        assert plan(session, stays.id, goes.id).in_both == (both.name,)
        merge(session, make_postbox(session), stays.id, goes.id, {Part.NAME, Part.WEBSITE})
        found = find_organisation(session, stays.id)
        assert found
        assert (found.name, found.website, found.phone) == (
            "Lesebrücke Bretten e. V.",
            "https://lese.example",
            "07252 1",
        )
        assert {member.account_id: member.role for member in members_of(session, stays.id)} == {
            both.id: Role.OWNER,
            only.id: Role.OWNER,
        }
        assert members_of(session, goes.id) == []
        assert session.scalars(select(Opportunity.organisation_id)).all() == [stays.id]
        assert in_catalogue(session) == {offer_id: "Lesebrücke Bretten e. V."}
        assert sorted(one.email for one in open_claims(session, stays.id)) == ["helga@example.org", "otto@example.org"]
        assert [one.email for one in invitations_of(session, stays.id)] == ["neu@example.org"]
        told = {mail.to_address for mail in mails(session, "organisations-merged")}
        assert told == {both.email, only.email}

    def test_the_absorbed_one_only_leads_to_the_other(
        self, session: Session, pair: tuple[Organisation, Organisation]
    ) -> None:
        stays, goes = pair
        merge(session, make_postbox(session), stays.id, goes.id, set())
        assert public_organisation(session, goes.id) is None
        survivor = public_survivor(session, goes.id)
        assert survivor
        assert survivor.id == stays.id
        post = make_postbox(session)
        with pytest.raises(ConflictError):
            service.verify_organisation(session, post, goes.id)
        with pytest.raises(ConflictError):
            suspension.suspend(session, post, goes.id, "x")
        for one, other in ((stays, goes), (goes, stays), (stays, stays)):
            with pytest.raises(ConflictError):
                merge(session, post, one.id, other.id, set())

    def test_a_chain_leads_to_its_end(self, session: Session, pair: tuple[Organisation, Organisation]) -> None:
        stays, goes = pair
        last = make_organisation(session, "Lesebrücke")
        merge(session, make_postbox(session), stays.id, goes.id, set())
        merge(session, make_postbox(session), last.id, stays.id, set())
        survivor = public_survivor(session, goes.id)
        assert survivor
        assert survivor.id == last.id

    def test_the_better_verification_and_the_more_cautious_hiding_win(self, session: Session) -> None:
        post = make_postbox(session)
        waiting = make_organisation(session, verification=Verification.PENDING)
        merge(session, post, waiting.id, make_organisation(session).id, set())
        assert public_organisation(session, waiting.id)
        hidden = make_organisation(session)
        suspension.suspend(session, post, hidden.id, "Prüfung")
        merge(session, post, waiting.id, hidden.id, set())
        found = find_organisation(session, waiting.id)
        assert found
        assert (found.is_public, found.suspension_reason) == (False, "Prüfung")

    def test_the_history_of_both_is_kept_and_shown(
        self, session: Session, pair: tuple[Organisation, Organisation]
    ) -> None:
        stays, goes = pair
        make_member(session, goes, make_account(session, name="Otto"))
        merge(session, make_postbox(session), stays.id, goes.id, {Part.PHONE})
        events = history_of(session, stays.id)
        actions = [(event.action, event.of_absorbed) for event in events]
        assert ("organisation.create", True) in actions
        assert ("organisation.create", False) in actions
        assert ("organisation.absorb", False) in actions
        assert "Otto" in {event.person for event in events}
        absorb = next(event for event in events if event.action == "organisation.absorb")
        assert "07252" not in repr((absorb.before, absorb.after)), "the trail does not hold who the contact was"
