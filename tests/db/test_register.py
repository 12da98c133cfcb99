"""The register that stays clean: likeness, checks, suspension, confirmation, merging, sleep, list and history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications import service as applications
from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.permissions import Role
from engagement.mail.models import MailState
from engagement.opportunities import review
from engagement.opportunities import service as opportunities
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations import confirmation, service, suspension, verification
from engagement.organisations.claims import Claimant, open_claims
from engagement.organisations.invitations import invitations_of
from engagement.organisations.kinds import Check, Likeness, Verification
from engagement.organisations.likeness import Features, alike_in_public, alike_in_register, named_like
from engagement.organisations.merging import Part
from engagement.organisations.models import Organisation
from engagement.organisations.queries import find_organisation, members_of, public_organisation, public_survivor
from engagement.register import queries, sleeping
from engagement.register.history import history_of
from engagement.register.merging import merge, plan
from engagement.register.queries import Asked, Filter, Order
from engagement.register.sleeping import Sign
from engagement.tenancy.settings import AnswerTimes
from engagement.today.queries import what_waits
from tests.factories.applications import mails, make_application, make_offer
from tests.factories.mails import make_mail, make_postbox
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_member, make_organisation
from tests.factories.register import days_ago, make_claim, make_invitation, make_old_organisation

TOKEN = re.compile(r"/angaben-bestaetigen/(\S+)")


def in_catalogue(session: Session) -> dict[int, str]:
    session.expire_all()
    return {row.opportunity_id: row.organisation_name for row in session.scalars(select(CatalogueEntry))}


class TestLikeness:
    @pytest.mark.parametrize(
        ("typed", "reasons"),
        [
            (Features("Lesebrücke Bretten gGmbH"), {Likeness.NAME}),
            (Features("Etwas anderes", street="Gartenstr.  12", postcode="75015"), {Likeness.ADDRESS}),
            (Features("Etwas anderes", street="gartenstrasse 12", postcode="75015"), {Likeness.ADDRESS}),
            (Features("Etwas anderes", street="Gartenstraße 12", postcode="75016"), set()),
            (Features("Etwas anderes", street="Gartenstraße 1", postcode="75015"), set()),
            (Features("Etwas anderes", email="kasse@lesebruecke.example"), {Likeness.DOMAIN}),
            (Features("Etwas anderes", website="https://www.lesebruecke.example/wir"), {Likeness.DOMAIN}),
            (Features("Etwas anderes", website="HTTP://lesebruecke.example:80"), {Likeness.DOMAIN}),
            (Features("Etwas anderes", email="a@nicht-lesebruecke.example"), set()),
            (Features("Etwas anderes"), set()),
        ],
    )
    def test_name_address_and_domain(self, session: Session, typed: Features, reasons: set[Likeness]) -> None:
        make_organisation(
            session,
            "Lesebrücke Bretten e. V.",
            street="Gartenstraße 12",
            postcode="75015",
            email="vorstand@lesebruecke.example",
            website="https://lesebruecke.example",
        )
        assert [set(one.reasons) for one in alike_in_register(session, typed)] == ([reasons] if reasons else [])

    def test_a_mail_host_of_many_is_no_likeness_but_the_same_address_there_is(self, session: Session) -> None:
        make_organisation(session, "Alpha", email="alpha@gmx.de")
        assert alike_in_register(session, Features("Omega", email="omega@gmx.de")) == []
        (found,) = alike_in_register(session, Features("Omega", email="Alpha@gmx.de"))
        assert found.reasons == {Likeness.DOMAIN}

    def test_the_public_sees_only_what_is_public(self, session: Session) -> None:
        make_organisation(session, "Lesebrücke", verification=Verification.PENDING)
        hidden = make_organisation(session, "Lesebrücke")
        suspension.suspend(session, make_postbox(session), hidden.id, "Prüfung")
        assert alike_in_public(session, Features("Lesebrücke")) == []
        assert named_like(session, "Lesebrücke") == []
        assert len(alike_in_register(session, Features("Lesebrücke"))) == 2

    def test_an_entry_is_not_its_own_double(self, session: Session) -> None:
        made = make_organisation(session, "Lesebrücke")
        assert alike_in_register(session, Features("Lesebrücke"), but=made.id) == []

    @pytest.mark.parametrize("typed", ["lesebrucke", "Lesebrüke", "brücke", "LESEBRÜCKE BRETTEN eV"])
    def test_looking_forgives_typing_mistakes(self, session: Session, typed: str) -> None:
        make_organisation(session, "Lesebrücke Bretten e. V.")
        make_organisation(session, "Musikverein Sprantal")
        assert [one.name for one in named_like(session, typed)] == ["Lesebrücke Bretten e. V."]


class TestReview:
    def test_who_ticked_what_and_when_is_kept(self, session: Session) -> None:
        made = make_organisation(session, verification=Verification.PENDING)
        anna, otto = make_account(session, name="Anna"), make_account(session, name="Otto")
        verification.keep_review(session, made.id, {Check.ADDRESS}, "", account_id=anna.id)
        verification.keep_review(session, made.id, {Check.ADDRESS, Check.PURPOSE}, "Ruft zurück", account_id=otto.id)
        review = verification.review_of(session, made.id)
        assert {check: done.by for check, done in review.checks.items()} == {
            Check.ADDRESS: "Anna",
            Check.PURPOSE: "Otto",
        }
        assert review.note == "Ruft zurück"
        verification.keep_review(session, made.id, {Check.PURPOSE}, "", account_id=anna.id)
        assert set(verification.review_of(session, made.id).checks) == {Check.PURPOSE}

    def test_the_note_is_in_no_plain_value_and_not_in_the_trail(self, session: Session) -> None:
        made = make_organisation(session)
        verification.keep_review(session, made.id, set(), "Streit im Vorstand", account_id=1)
        assert "Streit" not in repr(find_organisation(session, made.id))
        trail = session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation.check")).one()
        assert "Streit" not in repr((trail.before, trail.after))


class TestSuspension:
    def test_it_hides_all_at_once_and_lifting_restores(self, session: Session) -> None:
        made = make_organisation(session)
        anna = make_member(session, made)
        offer_id = make_opportunity(session, made.id)
        suspension.suspend(session, make_postbox(session), made.id, "Wir prüfen eine Meldung.")
        assert public_organisation(session, made.id) is None
        assert in_catalogue(session) == {}
        assert "Wir prüfen eine Meldung." in mails(session, "organisation-suspended")[0].text
        suspension.lift(session, make_postbox(session), made.id)
        assert public_organisation(session, made.id)
        assert set(in_catalogue(session)) == {offer_id}
        assert [mail.to_address for mail in mails(session, "organisation-back")] == [anna.email]

    def test_nothing_is_published_meanwhile(self, session: Session) -> None:
        made = make_organisation(session)
        draft = make_opportunity(session, made.id, state=State.DRAFT)
        suspension.suspend(session, make_postbox(session), made.id, "x")
        for attempt in (opportunities.publish, opportunities.submit_for_review):
            with pytest.raises(ConflictError, match="gesperrt"):
                attempt(session, draft)
        with pytest.raises(ConflictError):
            review.approve(session, make_postbox(session), draft)

    def test_requests_that_came_in_are_still_answered(self, session: Session) -> None:
        made = make_organisation(session)
        member = make_member(session, made)
        application = make_application(session, make_offer(session, made))
        suspension.suspend(session, make_postbox(session), made.id, "x")
        applications.accept(session, make_postbox(session), application.id, member.id, "Kommen Sie gern!")
        assert mails(session, "application-accepted")

    def test_twice_is_refused(self, session: Session) -> None:
        made = make_organisation(session)
        with pytest.raises(ConflictError):
            suspension.lift(session, make_postbox(session), made.id)
        suspension.suspend(session, make_postbox(session), made.id, "x")
        with pytest.raises(ConflictError):
            suspension.suspend(session, make_postbox(session), made.id, "x")


class TestConfirmation:
    def token(self, session: Session) -> str:
        found = TOKEN.search(mails(session, "organisation-still-right")[-1].text)
        assert found
        return found.group(1)

    def test_owners_are_asked_once_a_year_and_reminded_once(self, session: Session) -> None:
        made = make_old_organisation(session, "Lesebrücke", days=366, email="info@example.org", street="Gartenweg 12")
        make_organisation(session, "Neu", email="neu@example.org")
        owner = make_member(session, made)
        make_member(session, made, role=Role.EDITOR)
        post = make_postbox(session)
        assert confirmation.ask_due(session, post) == 1
        (mail,) = mails(session, "organisation-still-right")
        assert mail.to_address == owner.email
        assert "Gartenweg 12" in mail.text
        assert (confirmation.ask_due(session, post), confirmation.remind_due(session, post)) == (0, 0)
        with stopped(now() + confirmation.REMIND_AFTER + timedelta(minutes=1)):
            assert confirmation.remind_due(session, post) == 1
            assert confirmation.remind_due(session, post) == 0
        assert "Erinnerung" in mails(session, "organisation-still-right")[-1].subject

    def test_without_owner_the_contact_is_asked_and_without_any_nobody(self, session: Session) -> None:
        make_old_organisation(session, "Alpha", email="info@alpha.example")
        make_old_organisation(session, "Omega")
        assert confirmation.ask_due(session, make_postbox(session)) == 1
        (mail,) = mails(session, "organisation-still-right")
        assert mail.to_address == "info@alpha.example"

    @pytest.mark.parametrize("state", ["pending", "suspended"])
    def test_who_is_not_public_is_not_asked(self, session: Session, state: str) -> None:
        made = make_old_organisation(session, email="info@alpha.example")
        if state == "pending":
            made.verification = Verification.PENDING
        else:
            made.suspended_at = now()
        session.flush()
        assert confirmation.ask_due(session, make_postbox(session)) == 0
        with pytest.raises(ConflictError):
            confirmation.ask_now(session, make_postbox(session), made.id)

    def test_one_click_confirms_and_the_second_changes_nothing(self, session: Session) -> None:
        made = make_old_organisation(session, email="info@alpha.example")
        post = make_postbox(session)
        confirmation.ask_due(session, post)
        token = self.token(session)
        question = confirmation.question_of(session, post.signer, token)
        assert question
        assert question.is_open
        confirmation.confirm_by_link(session, post.signer, token)
        first = made.confirmed_at
        assert first
        confirmation.confirm_by_link(session, post.signer, token)
        assert made.confirmed_at == first
        assert confirmation.ask_due(session, post) == 0
        with stopped(now() + confirmation.EVERY + timedelta(minutes=1)):
            assert confirmation.ask_due(session, post) == 1

    def test_a_newer_question_replaces_the_link_and_a_forged_one_is_nobodys(self, session: Session) -> None:
        made = make_old_organisation(session, email="info@alpha.example")
        post = make_postbox(session)
        confirmation.ask_due(session, post)
        old = self.token(session)
        with stopped(now() + timedelta(days=1)):
            confirmation.ask_now(session, post, made.id)
        question = confirmation.question_of(session, post.signer, old)
        assert question
        assert not question.is_open
        assert confirmation.question_of(session, post.signer, "x") is None
        with pytest.raises(NotFoundError):
            confirmation.confirm_by_link(session, post.signer, "x")


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


class TestSleeping:
    def signs(self, session: Session, organisation: Organisation) -> set[Sign]:
        return {sign for sign in Sign for one in sleeping.sleepers(session, sign) if one.id == organisation.id}

    def test_a_lively_entry_shows_no_sign(self, session: Session) -> None:
        made = make_organisation(session)
        make_member(session, made)
        assert self.signs(session, made) == set()
        assert sleeping.count_sleeping(session) == 0

    def test_every_sign_is_seen(self, session: Session) -> None:
        made = make_old_organisation(session, email="weg@example.org")
        assert self.signs(session, made) == {Sign.UNCONFIRMED, Sign.NOBODY, Sign.NO_OFFERS}
        with stopped(days_ago(500)):
            member = make_member(session, made)
        assert self.signs(session, made) == {Sign.UNCONFIRMED, Sign.SILENT, Sign.NO_OFFERS}
        member.last_sign_in_at = days_ago(5)
        make_opportunity(session, made.id)
        confirmation.confirm(session, made.id, how="staff")
        assert self.signs(session, made) == set()
        mail = make_mail(session)
        mail.to_address, mail.state, mail.failed_at = "weg@example.org", MailState.FAILED, now()
        session.flush()
        assert self.signs(session, made) == {Sign.BOUNCES}
        mail.dismissed_at = now()
        session.flush()
        assert self.signs(session, made) == set()

    def test_one_quiet_sign_alone_is_no_sleep_but_two_are(self, session: Session) -> None:
        made = make_organisation(session)
        assert self.signs(session, made) == {Sign.NOBODY}
        assert sleeping.count_sleeping(session) == 0
        made.created_at = days_ago(400)
        session.flush()
        assert [one.signs for one in sleeping.sleepers(session)] == [(Sign.NOBODY, Sign.NO_OFFERS)]

    def test_hidden_ones_are_awake_enough(self, session: Session) -> None:
        made = make_old_organisation(session)
        assert sleeping.count_signs(session)[0] == 1
        suspension.suspend(session, make_postbox(session), made.id, "x")
        assert sleeping.count_signs(session) == (0, dict.fromkeys(Sign, 0))


class TestList:
    def names(self, session: Session, **asked: object) -> list[str]:
        wanted = Asked(**asked)  # type: ignore[arg-type]
        found = [one.name for one in queries.entries(session, wanted)]
        assert queries.count_entries(session, wanted) == len(found)
        return found

    def test_each_part_holds_what_it_says(self, session: Session) -> None:
        post = make_postbox(session)
        make_organisation(session, "Wartend", verification=Verification.PENDING)
        make_organisation(session, "Abgelehnt", verification=Verification.REJECTED)
        lively = make_organisation(session, "Lebendig")
        make_member(session, lively)
        suspension.suspend(session, post, make_organisation(session, "Gesperrt").id, "x")
        merge(session, post, lively.id, make_organisation(session, "Doppelt").id, set())
        make_old_organisation(session, "Alt")
        expected = {
            Filter.ALL: ["Wartend", "Abgelehnt", "Alt", "Gesperrt", "Lebendig"],
            Filter.WAITING: ["Wartend"],
            Filter.VERIFIED: ["Alt", "Gesperrt", "Lebendig"],
            Filter.REJECTED: ["Abgelehnt"],
            Filter.SUSPENDED: ["Gesperrt"],
            Filter.SLEEPING: ["Alt"],
            Filter.ALONE: ["Wartend", "Abgelehnt", "Alt", "Gesperrt"],
            Filter.MERGED: ["Doppelt"],
        }
        assert {part: self.names(session, part=part) for part in Filter} == expected
        assert queries.count_by_filter(session) == {part: len(names) for part, names in expected.items()}

    def test_search_forgives_and_looks_at_contacts(self, session: Session) -> None:
        make_organisation(session, "Lesebrücke Bretten", contact_name="Margit Sommerfeld", city="Gölshausen")
        make_organisation(session, "Musikverein 100%")
        assert self.names(session, text="lesebrüke") == ["Lesebrücke Bretten"]
        assert self.names(session, text="sommerf") == ["Lesebrücke Bretten"]
        assert self.names(session, text="gölsh") == ["Lesebrücke Bretten"]
        assert self.names(session, text="100%") == ["Musikverein 100%"]
        assert self.names(session, text="%") == ["Musikverein 100%"]

    def test_orders(self, session: Session) -> None:
        make_old_organisation(session, "beta", days=10)
        make_organisation(session, "Gamma").confirmed_at = days_ago(1)
        make_old_organisation(session, "Alpha", days=20).confirmed_at = days_ago(2)
        session.flush()
        assert self.names(session, order=Order.NAME) == ["Alpha", "beta", "Gamma"]
        assert self.names(session, order=Order.NEWEST) == ["Gamma", "beta", "Alpha"]
        assert self.names(session, order=Order.CONFIRMED) == ["beta", "Alpha", "Gamma"]

    def test_what_waits_is_counted(self, session: Session) -> None:
        make_organisation(session, verification=Verification.PENDING)
        make_claim(session, make_old_organisation(session))
        waits = what_waits(session, AnswerTimes())
        assert (waits.organisations_to_verify, waits.claims, waits.sleeping) == (1, 1, 1)


def test_an_incomplete_offer_stays_a_draft_whatever_the_organisation(session: Session) -> None:
    made = make_organisation(session)
    draft = make_opportunity(session, made.id, state=State.DRAFT, description="")
    with pytest.raises(InvalidInputError):
        opportunities.publish(session, draft)
