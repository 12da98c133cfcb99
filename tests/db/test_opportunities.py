"""An opportunity's life in the database, and the catalogue that follows every step of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engagement.catalogue.queries import find_entry
from engagement.kernel import clock
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.geo import Point
from engagement.mail.models import OutgoingMail
from engagement.moderation.kinds import Stand
from engagement.moderation.offers import offers
from engagement.opportunities import review, service
from engagement.opportunities.kinds import PlaceKind, State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import note_places_taken, rebuild, refresh_organisation
from engagement.opportunities.queries import (
    OpportunityInfo,
    count_by_state,
    find_opportunity,
    opportunities_of,
)
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from tests.factories.mails import make_postbox
from tests.factories.offers import dated, make_opportunity, offer_values
from tests.factories.people import make_account, make_member, make_organisation


@pytest.fixture
def club(session: Session) -> Organisation:
    return make_organisation(session, "Lesebrücke", contact_name="Margit Sommer", email="lesen@example.org")


def info(session: Session, opportunity_id: int) -> OpportunityInfo:
    found = find_opportunity(session, opportunity_id)
    assert found is not None
    return found


def set_verification(session: Session, organisation: Organisation, verification: Verification) -> None:
    organisation.verification = verification
    session.flush()
    refresh_organisation(session, organisation.id)


def audited(session: Session) -> list[AuditRecord]:
    session.flush()
    statement = select(AuditRecord).where(AuditRecord.subject_kind == "opportunity").order_by(AuditRecord.id)
    return list(session.scalars(statement))


def test_what_was_said_comes_back(session: Session, club: Organisation) -> None:
    values = offer_values(
        session,
        skills=("Geduld", "Humor"),
        languages=("de", "tr"),
        slots=("tue-morning",),
        point=Point(49.0, 8.7),
        step_free=True,
        hearing_support=False,
        **dated(),
    )
    number = service.create_opportunity(session, club.id, values)
    assert info(session, number).values() == values
    assert info(session, number).state is State.DRAFT
    assert info(session, number).organisation_name == "Lesebrücke"


def test_a_draft_needs_only_a_title(session: Session, club: Organisation) -> None:
    number = service.create_opportunity(session, club.id, service.OpportunityValues(title="Idee"))
    with pytest.raises(InvalidInputError) as caught:
        service.publish(session, number)
    assert set(caught.value.problems) == {"summary", "description", "category_ids", "district_id"}
    assert info(session, number).state is State.DRAFT


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"places": 0}, "places"),
        ({**dated(hours=2), "ends_at": now()}, "ends_at"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    session: Session, club: Organisation, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        service.create_opportunity(session, club.id, offer_values(session, **wrong))
    assert set(caught.value.problems) == {field}


def test_an_incomplete_offer_stays_a_draft_whatever_the_organisation(session: Session, club: Organisation) -> None:
    draft = make_opportunity(session, club.id, state=State.DRAFT, description="")
    with pytest.raises(InvalidInputError):
        service.publish(session, draft)


def test_publishing_shows_it_with_its_facts(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id, title="Vorlesen", skills=("Geduld",), step_free=True)
    entry = find_entry(session, number)
    assert entry is not None
    assert (entry.title, entry.organisation_name) == ("Vorlesen", "Lesebrücke")
    assert entry.facts["skills"] == ["Geduld"]
    assert entry.facts["step_free"] is True
    assert entry.facts["hearing_support"] is None
    assert entry.facts["contact_email"] == "lesen@example.org"
    assert entry.latitude is not None


def test_its_own_contact_hides_the_organisations(session: Session, club: Organisation) -> None:
    entry = find_entry(session, make_opportunity(session, club.id, contact_phone="069 90009-100"))
    assert entry is not None
    assert entry.facts["contact_phone"] == "069 90009-100"
    assert entry.facts["contact_email"] == ""


def test_a_known_point_wins_over_the_districts(session: Session, club: Organisation) -> None:
    known = find_entry(session, make_opportunity(session, club.id, point=Point(49.5, 8.5)))
    of_postcode = find_entry(
        session,
        make_opportunity(
            session, club.id, place_kind=PlaceKind.ADDRESS, street="Weg 1", postcode="75015", district_id=None
        ),
    )
    remote = find_entry(session, make_opportunity(session, club.id, place_kind=PlaceKind.REMOTE))
    assert known is not None
    assert of_postcode is not None
    assert remote is not None
    assert (known.latitude, known.longitude) == (49.5, 8.5)
    assert of_postcode.latitude == pytest.approx(49.0277, abs=0.001)
    assert remote.latitude is None


def test_the_catalogue_follows_every_step(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id)

    def shown() -> bool:
        return find_entry(session, number) is not None

    assert shown()
    service.pause(session, number)
    assert not shown()
    service.reopen(session, number)
    assert shown()
    service.close(session, number)
    assert not shown()
    service.publish(session, number)
    assert shown()
    service.close(session, number)
    service.archive(session, number)
    service.restore(session, number)
    assert not shown()
    assert info(session, number).state is State.DRAFT


def test_the_catalogue_follows_content_and_organisation(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id)
    values = replace(
        info(session, number).values(), title="Neuer Titel", category_ids=offer_values(session).category_ids
    )
    service.update_opportunity(session, number, values)
    club.name = "Neuer Name"
    session.flush()
    refresh_organisation(session, club.id)
    entry = find_entry(session, number)
    assert entry is not None
    assert (entry.title, entry.slug, entry.organisation_name) == ("Neuer Titel", "neuer-titel", "Neuer Name")
    set_verification(session, club, Verification.REJECTED)
    assert find_entry(session, number) is None
    set_verification(session, club, Verification.VERIFIED)
    assert find_entry(session, number)


def test_the_words_of_an_opportunity_can_be_exchanged(session: Session, club: Organisation) -> None:
    words = tuple(session.scalars(text("SELECT id FROM category ORDER BY position")))
    number = make_opportunity(session, club.id, category_ids=words[:2])
    service.update_opportunity(session, number, replace(info(session, number).values(), category_ids=words[1:3]))
    assert info(session, number).category_ids == words[1:3]
    entry = find_entry(session, number)
    assert entry is not None
    assert entry.category_ids == words[1:3]


def test_a_pending_organisation_asks_and_the_municipality_publishes(session: Session) -> None:
    newcomer = make_organisation(session, verification=Verification.PENDING)
    number = make_opportunity(session, newcomer.id)
    assert info(session, number).state is State.IN_REVIEW
    assert [line.id for line in offers(session, Stand.WAITING)] == [number]
    with pytest.raises(ConflictError):
        service.publish(session, number)
    review.approve(session, make_postbox(session), number)
    assert info(session, number).state is State.PUBLISHED
    assert find_entry(session, number) is None
    set_verification(session, newcomer, Verification.VERIFIED)
    assert find_entry(session, number)


def test_a_rejected_organisation_is_told_why_not(session: Session) -> None:
    turned_down = make_organisation(session, verification=Verification.REJECTED)
    number = make_opportunity(session, turned_down.id, state=State.DRAFT)
    for attempt in (service.publish, service.submit_for_review):
        with pytest.raises(ConflictError, match=r"municipality|Kommune"):
            attempt(session, number)


def test_sent_back_carries_a_note_until_the_next_step(session: Session) -> None:
    newcomer = make_organisation(session, verification=Verification.PENDING)
    number = make_opportunity(session, newcomer.id)
    review.send_back(session, number, " Bitte den Ort nennen. ")
    assert (info(session, number).state, info(session, number).review_note) == (State.DRAFT, "Bitte den Ort nennen.")
    service.submit_for_review(session, number)
    assert info(session, number).review_note == ""


def test_the_members_are_told_what_the_municipality_decided(session: Session) -> None:
    newcomer = make_organisation(session, verification=Verification.PENDING)
    make_member(session, newcomer, make_account(session, email="verein@example.org"))
    number = make_opportunity(session, newcomer.id, title="Vorlesen")
    post = make_postbox(session)
    review.send_back(session, number, "Bitte den Ort nennen.", post=post)
    service.submit_for_review(session, number)
    review.approve(session, post, number)
    session.flush()
    mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert [mail.kind for mail in mails] == ["opportunity-sent-back", "opportunity-released"]
    assert "Bitte den Ort nennen." in mails[0].text
    assert f"/verein/{newcomer.id}/angebote/{number}/bearbeiten" in mails[0].text
    assert "Vorlesen" in mails[1].subject


def test_a_step_that_is_not_possible_is_refused(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id)
    with pytest.raises(ConflictError):
        service.archive(session, number)
    with pytest.raises(NotFoundError):
        service.pause(session, number + 999)


def test_who_saved_last_does_not_overwrite_unseen_changes(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id)
    seen = info(session, number)
    service.update_opportunity(session, number, replace(seen.values(), title="Die Erste"), seen=seen.updated_at)
    with pytest.raises(ConflictError):
        service.update_opportunity(session, number, replace(seen.values(), title="Der Zweite"), seen=seen.updated_at)
    assert info(session, number).title == "Die Erste"


def test_what_visitors_see_stays_complete(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id)
    values = info(session, number).values()
    with pytest.raises(InvalidInputError):
        service.update_opportunity(session, number, replace(values, description="kurz"))
    service.pause(session, number)
    service.update_opportunity(session, number, replace(values, description="kurz"))


def test_the_archive_is_not_edited(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id, state=State.DRAFT, **{**dated(), "starts_at": None, "ends_at": None})
    service.archive(session, number)
    with pytest.raises(ConflictError):
        service.update_opportunity(session, number, info(session, number).values())


def test_expiry_is_renewed_by_editing_and_the_job_closes_what_is_over(session: Session, club: Organisation) -> None:
    with clock.stopped(now() - timedelta(days=170)):
        old, stood_by = make_opportunity(session, club.id), make_opportunity(session, club.id)
    service.update_opportunity(session, stood_by, info(session, stood_by).values())
    with clock.stopped(now() + timedelta(days=20)):
        assert service.close_expired(session) == 1
        assert service.close_expired(session) == 0
        assert info(session, old).state is State.CLOSED
        assert find_entry(session, old) is None
        assert find_entry(session, stood_by)


def test_the_audit_names_only_what_changed(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id, places=3)
    service.update_opportunity(session, number, replace(info(session, number).values(), places=5))
    service.update_opportunity(session, number, info(session, number).values())
    records = audited(session)
    assert [record.action for record in records] == ["opportunity.create", "opportunity.publish", "opportunity.update"]
    assert (records[1].before, records[1].after) == ({"state": "draft"}, {"state": "published"})
    assert (records[2].before, records[2].after) == ({"places": 3}, {"places": 5})


def test_places_taken_outlive_a_pause(session: Session, club: Organisation) -> None:
    number = make_opportunity(session, club.id, places=3)
    note_places_taken(session, number, 2)
    service.pause(session, number)
    service.reopen(session, number)
    entry = find_entry(session, number)
    assert entry is not None
    assert entry.places_free == 1


def test_a_rebuilt_catalogue_equals_the_old_one(session: Session, club: Organisation) -> None:
    numbers = [make_opportunity(session, club.id, places=4, skills=("a",)) for _ in range(3)]
    note_places_taken(session, numbers[0], 1)
    service.pause(session, numbers[1])
    make_opportunity(session, make_organisation(session, verification=Verification.PENDING).id)
    whole = text("SELECT * FROM catalogue_entry ORDER BY opportunity_id")
    before = session.execute(whole).all()
    session.execute(text("UPDATE catalogue_entry SET title = 'verdorben'"))
    assert rebuild(session) == 2
    assert session.execute(whole).all() == before


def test_rebuilding_works_in_batches(session: Session, club: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        make_opportunity(session, club.id)
    monkeypatch.setattr("engagement.opportunities.publication.BATCH", 2)
    assert rebuild(session) == 5


def test_lists_and_counts_of_an_organisation(session: Session, club: Organisation) -> None:
    first, second = make_opportunity(session, club.id), make_opportunity(session, club.id, state=State.DRAFT)
    make_opportunity(session, make_organisation(session).id)
    assert [line.id for line in opportunities_of(session, club.id)] == [second, first]
    assert [line.id for line in opportunities_of(session, club.id, [State.PUBLISHED])] == [first]
    counts = count_by_state(session, club.id)
    assert (counts[State.DRAFT], counts[State.PUBLISHED], counts[State.CLOSED]) == (1, 1, 0)


def test_another_tenant_sees_nothing_of_it(app: Flask, session: Session, club: Organisation, ettlingen: int) -> None:
    number = make_opportunity(session, club.id)
    session.commit()
    with app.app_context():
        open_for_tenant(current_session(), ettlingen)
        assert find_opportunity(current_session(), number) is None
        assert find_entry(current_session(), number) is None
        with pytest.raises(NotFoundError):
            service.pause(current_session(), number)
        assert rebuild(current_session()) == 0
        current_session().commit()
    assert find_entry(session, number)
    assert session.scalar(select(Opportunity.state).where(Opportunity.id == number)) is State.PUBLISHED
