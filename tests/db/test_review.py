"""What the municipality looks at first, and what citizens see meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engagement.catalogue.queries import find_entry
from engagement.kernel import clock
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.files import StoredFile, keep_file
from engagement.mail.models import OutgoingMail
from engagement.moderation.diff import text_diff
from engagement.opportunities import review, service, versions
from engagement.opportunities.kinds import State, TimeKind
from engagement.opportunities.models import OpportunityVersion
from engagement.opportunities.pictures import KEPT_UNUSED, forget_unused_pictures
from engagement.opportunities.publication import note_places_taken, rebuild, refresh_organisation
from engagement.opportunities.queries import opportunities_of
from engagement.opportunities.versions import MOST_KEPT, forget_old_versions, last_approved
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.settings import ModerationPolicy
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.moderation import set_policy
from tests.factories.offers import dated, info, make_opportunity, offer_values, shown
from tests.factories.people import make_account, make_member, make_organisation


@pytest.fixture
def club(session: Session) -> Organisation:
    made = make_organisation(session, "Lesebrücke")
    make_member(session, made, make_account(session, email="verein@example.org"))
    return made


@pytest.fixture
def all_reviewed(session: Session) -> None:
    set_policy(session, ModerationPolicy.REVIEW_ALL)


def public(session: Session, club: Organisation, **values: Any) -> int:
    """Make an offer that was handed in and approved."""
    number = make_opportunity(session, club.id, title="Vorlesen", **values)
    if info(session, number).state is State.IN_REVIEW:
        review.approve(session, make_postbox(session), number)
    return number


def edit(session: Session, number: int, **changes: Any) -> None:
    service.update_opportunity(session, number, replace(info(session, number).latest().values(), **changes))


def kinds(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)))


@pytest.mark.usefixtures("all_reviewed")
class TestEditsOfWhatIsPublic:
    def test_citizens_see_the_approved_version_until_the_change_is_released(
        self, session: Session, club: Organisation
    ) -> None:
        number = public(session, club)
        edit(session, number, title="Vorlesen am Abend", contact_phone="069 90009-100")
        assert (shown(session, number).title, shown(session, number).facts["contact_phone"]) == ("Vorlesen", "")
        waiting = info(session, number)
        assert (waiting.title, waiting.latest().title, waiting.waits) == ("Vorlesen", "Vorlesen am Abend", True)
        review.approve(session, make_postbox(session), number, seen=waiting.revision)
        assert (shown(session, number).title, shown(session, number).slug) == ("Vorlesen am Abend", "vorlesen-am-abend")
        assert info(session, number).edit is None
        assert kinds(session) == ["opportunity-released", "opportunity-edit-released"]

    def test_a_rebuild_and_a_change_of_the_organisation_keep_to_the_approved_version(
        self, session: Session, club: Organisation
    ) -> None:
        number = public(session, club, places=4)
        edit(session, number, title="Anders", places=9)
        note_places_taken(session, number, 3)
        whole = text("SELECT * FROM catalogue_entry")
        before = session.execute(whole).all()
        assert rebuild(session) == 1
        assert session.execute(whole).all() == before
        club.name = "Neue Lesebrücke"
        session.flush()
        refresh_organisation(session, club.id)
        entry = shown(session, number)
        assert (entry.title, entry.organisation_name, entry.places_free) == ("Vorlesen", "Neue Lesebrücke", 1)

    @pytest.mark.parametrize("step", [service.pause, service.close])
    def test_who_takes_it_off_takes_it_off_at_once_and_keeps_the_change(
        self, session: Session, club: Organisation, step: Callable[[Session, int], None]
    ) -> None:
        number = public(session, club)
        edit(session, number, title="Anders")
        step(session, number)
        assert find_entry(session, number) is None
        assert (info(session, number).title, info(session, number).edit) == ("Anders", None)
        assert service.reopen(session, number) is State.IN_REVIEW

    def test_what_was_only_paused_comes_back_without_another_look(self, session: Session, club: Organisation) -> None:
        number = public(session, club)
        service.pause(session, number)
        assert service.reopen(session, number) is State.PUBLISHED
        service.pause(session, number)
        edit(session, number, title="Anders")
        assert service.reopen(session, number) is State.IN_REVIEW

    def test_a_change_that_was_sent_back_leaves_the_approved_version_public(
        self, session: Session, club: Organisation
    ) -> None:
        number = public(session, club)
        edit(session, number, title="ANDERS!!!")
        review.send_back(session, number, " Bitte ohne Ausrufezeichen. ", post=make_postbox(session))
        found = info(session, number)
        assert (found.state, shown(session, number).title, found.waits) == (State.PUBLISHED, "Vorlesen", False)
        assert found.latest().review_note == "Bitte ohne Ausrufezeichen."
        assert [line.review_note for line in opportunities_of(session, club.id)] == ["Bitte ohne Ausrufezeichen."]
        assert kinds(session)[-1] == "opportunity-edit-sent-back"
        edit(session, number, title="Anders")
        assert info(session, number).waits
        assert info(session, number).latest().review_note == ""

    def test_an_edit_that_brings_the_public_version_back_is_none(self, session: Session, club: Organisation) -> None:
        number = public(session, club)
        edit(session, number, title="Anders")
        edit(session, number, title="Vorlesen")
        assert info(session, number).edit is None
        assert info(session, number).looked_at

    def test_a_change_can_be_thrown_away(self, session: Session, club: Organisation) -> None:
        number = public(session, club)
        edit(session, number, title="Anders")
        service.discard_edit(session, number)
        assert (info(session, number).latest().title, shown(session, number).title) == ("Vorlesen", "Vorlesen")
        with pytest.raises(ConflictError):
            service.discard_edit(session, number)

    def test_when_its_time_is_over_while_a_new_date_waits_it_goes_into_review(
        self, session: Session, club: Organisation
    ) -> None:
        late, over = (public(session, club, **dated(days=2)) for _ in range(2))
        later = dated(days=20)
        edit(session, late, starts_at=later["starts_at"], ends_at=later["ends_at"])
        waits_since = now()
        with clock.stopped(now() + timedelta(days=4)):
            assert find_entry(session, late) is None
            assert service.close_expired(session) == 2
            assert info(session, over).state is State.CLOSED
            moved = info(session, late)
            assert (moved.state, moved.starts_at, moved.edit) == (State.IN_REVIEW, later["starts_at"], None)
            assert moved.handed_in_at
            assert moved.handed_in_at <= waits_since
            review.approve(session, make_postbox(session), late)
            assert shown(session, late).starts_at == later["starts_at"]

    def test_a_change_that_is_over_cannot_be_released(self, session: Session, club: Organisation) -> None:
        number = public(session, club)
        edit(session, number, **dated(days=2))
        with clock.stopped(now() + timedelta(days=5)), pytest.raises(InvalidInputError):
            review.approve(session, make_postbox(session), number)
        assert shown(session, number).time_kind == TimeKind.ONGOING

    def test_saving_renews_the_time_of_what_is_public(self, session: Session, club: Organisation) -> None:
        with clock.stopped(now() - timedelta(days=170)):
            number = public(session, club)
        edit(session, number, title="Anders")
        expires_at = info(session, number).expires_at
        assert expires_at
        assert expires_at > now() + timedelta(days=179)

    def test_two_members_do_not_overwrite_each_others_change(self, session: Session, club: Organisation) -> None:
        number = public(session, club)
        edit(session, number, title="Anders")
        seen = info(session, number).latest()
        edit(session, number, title="Noch anders")
        with pytest.raises(ConflictError):
            service.update_opportunity(session, number, seen.values(), seen=seen.updated_at)

    def test_a_picture_that_waits_is_not_thrown_away(self, session: Session, club: Organisation) -> None:
        number = public(session, club)
        with clock.stopped(now() - KEPT_UNUSED * 2):
            file = keep_file(session, b"bild", "image/webp", width=1, height=1)
        edit(session, number, picture_file_id=file.id, picture_alt="Ein Buch")
        assert forget_unused_pictures(session) == 0
        assert info(session, number).latest().picture_sha256 == file.sha256
        service.discard_edit(session, number)
        assert forget_unused_pictures(session) == 1
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 0

    def test_when_the_policy_changes_the_next_save_is_public(self, session: Session, club: Organisation) -> None:
        number = public(session, club)
        edit(session, number, title="Anders")
        set_policy(session, ModerationPolicy.REVIEW_UNVERIFIED)
        assert shown(session, number).title == "Vorlesen"
        edit(session, number, title="Noch anders")
        assert (shown(session, number).title, info(session, number).edit) == ("Noch anders", None)


class TestPolicies:
    @pytest.mark.usefixtures("all_reviewed")
    def test_also_verified_organisations_wait_where_all_is_reviewed(self, session: Session, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        assert info(session, number).state is State.IN_REVIEW
        assert find_entry(session, number) is None

    def test_at_once_but_unverified_organisations_stay_unseen(self, session: Session, club: Organisation) -> None:
        set_policy(session, ModerationPolicy.PUBLISH_AT_ONCE)
        newcomer = make_organisation(session, verification=Verification.PENDING)
        seen, unseen = make_opportunity(session, club.id), make_opportunity(session, newcomer.id)
        assert find_entry(session, seen)
        assert info(session, unseen).state is State.PUBLISHED
        assert find_entry(session, unseen) is None
        newcomer.verification = Verification.VERIFIED
        session.flush()
        refresh_organisation(session, newcomer.id)
        assert find_entry(session, unseen)

    def test_a_change_takes_the_mark_of_having_been_looked_at(self, session: Session, club: Organisation) -> None:
        set_policy(session, ModerationPolicy.PUBLISH_AT_ONCE)
        number = make_opportunity(session, club.id)
        assert info(session, number).looked_at is None
        review.mark_looked_at(session, number)
        assert info(session, number).looked_at
        service.confirm(session, number)
        assert info(session, number).looked_at
        edit(session, number, title="Anders")
        assert info(session, number).looked_at is None


class TestDecisions:
    def test_taking_off_is_at_once_and_the_next_version_is_looked_at(
        self, session: Session, club: Organisation
    ) -> None:
        number = public(session, club)
        review.unpublish(session, make_postbox(session), number, "Das ist Werbung.")
        assert find_entry(session, number) is None
        assert (info(session, number).state, info(session, number).review_note) == (State.DRAFT, "Das ist Werbung.")
        mail = session.scalars(select(OutgoingMail)).one()
        assert (mail.kind, "Das ist Werbung." in mail.text) == ("opportunity-taken-down", True)
        assert service.publish(session, number) is State.IN_REVIEW
        service.withdraw_from_review(session, number)
        assert service.publish(session, number) is State.IN_REVIEW
        review.approve(session, make_postbox(session), number)
        service.pause(session, number)
        assert service.reopen(session, number) is State.PUBLISHED

    @pytest.mark.parametrize("decision", ["approve", "look", "send_back", "unpublish"])
    def test_nobody_decides_on_what_they_have_not_seen(
        self, session: Session, club: Organisation, decision: str
    ) -> None:
        if decision in {"approve", "send_back"}:
            set_policy(session, ModerationPolicy.REVIEW_ALL)
        number, post = make_opportunity(session, club.id), make_postbox(session)
        seen = info(session, number).revision
        edit(session, number, title="Anders")
        decide = {
            "approve": lambda: review.approve(session, post, number, seen=seen),
            "look": lambda: review.mark_looked_at(session, number, seen=seen),
            "send_back": lambda: review.send_back(session, number, "Nein.", seen=seen),
            "unpublish": lambda: review.unpublish(session, post, number, "Nein.", seen=seen),
        }[decision]
        with pytest.raises(ConflictError):
            decide()
        seen = info(session, number).revision
        decide()

    def test_what_does_not_wait_cannot_be_approved(self, session: Session, club: Organisation) -> None:
        post = make_postbox(session)
        draft, published = make_opportunity(session, club.id, state=State.DRAFT), make_opportunity(session, club.id)
        for number in (draft, published):
            with pytest.raises(ConflictError):
                review.approve(session, post, number)
        with pytest.raises(ConflictError):
            review.mark_looked_at(session, draft)
        with pytest.raises(ConflictError):
            review.unpublish(session, post, draft, "x")
        with pytest.raises(NotFoundError):
            review.approve(session, post, published + 999)

    @pytest.mark.usefixtures("all_reviewed")
    def test_offers_of_a_rejected_organisation_are_not_approved(self, session: Session, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        club.verification = Verification.REJECTED
        session.flush()
        with pytest.raises(ConflictError):
            review.approve(session, make_postbox(session), number)


class TestVersions:
    def test_the_next_look_knows_what_was_approved(self, session: Session, club: Organisation) -> None:
        number = make_opportunity(session, club.id, title="Vorlesen am Dienstag")
        assert last_approved(session, number) is None
        review.mark_looked_at(session, number)
        edit(session, number, title="Vorlesen am Mittwoch")
        approved = last_approved(session, number)
        assert approved
        pieces = text_diff(approved.values.title, info(session, number).title)
        assert [piece.text.strip() for piece in pieces] == ["Vorlesen am", "Dienstag", "Mittwoch"]

    def test_only_the_newest_are_kept(self, session: Session, club: Organisation) -> None:
        number, other = make_opportunity(session, club.id), make_opportunity(session, club.id)
        review.mark_looked_at(session, other)
        for round_ in range(MOST_KEPT + 3):
            edit(session, number, title=f"Fassung {round_}")
            review.mark_looked_at(session, number)
        counts = session.execute(
            select(OpportunityVersion.opportunity_id, func.count())
            .group_by(OpportunityVersion.opportunity_id)
            .order_by(OpportunityVersion.opportunity_id)
        ).all()
        assert [tuple(row) for row in counts] == [(number, MOST_KEPT), (other, 1)]
        approved = last_approved(session, number)
        assert approved
        assert approved.values.title == f"Fassung {MOST_KEPT + 2}"

    def test_old_ones_are_forgotten_but_not_the_newest(self, session: Session, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        for days in (500, 400):
            with clock.stopped(now() - timedelta(days=days)):
                review.mark_looked_at(session, number)
        assert forget_old_versions(session) == 1
        assert forget_old_versions(session) == 0
        approved = last_approved(session, number)
        assert approved
        assert approved.kept_at > now() - versions.KEPT - timedelta(days=40)


def test_a_field_that_is_gone_does_not_stop_a_release(session: Session, club: Organisation, all_reviewed: None) -> None:
    words = tuple(session.scalars(text("SELECT id FROM category ORDER BY position")))
    number = public(session, club, category_ids=words[:1])
    edit(session, number, category_ids=words[1:3], district_id=offer_values(session).district_id)
    session.execute(text("DELETE FROM category WHERE id = :id"), {"id": words[1]})
    review.approve(session, make_postbox(session), number)
    assert info(session, number).category_ids == (words[2],)


def test_members_are_told_when_something_is_handed_back(session: Session) -> None:
    organisation = make_organisation(session, verification=Verification.PENDING)
    make_member(session, organisation, make_account(session, email="verein@example.org"))
    number = make_opportunity(session, organisation.id)
    review.send_back(session, number, "Bitte kürzer.", post=make_postbox(session))
    service.submit_for_review(session, number)
    assert [mail.to_address for mail in mails(session, "opportunity-sent-back")] == ["verein@example.org"]
