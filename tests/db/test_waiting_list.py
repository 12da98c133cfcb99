"""The waiting list: order of arrival, free places kept for one person each, whatever happens at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications import queue, service
from engagement.applications.inbox import InboxFilter, inbox
from engagement.applications.kinds import ApplicationState, Group, Wish
from engagement.applications.models import Application
from engagement.applications.queries import find_application, places_of
from engagement.catalogue.queries import find_entry
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError
from engagement.mail.service import Postbox
from engagement.opportunities.models import Opportunity
from engagement.organisations.queries import members_of
from tests.factories.applications import end_offer, mails, make_application, make_offer
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_member, make_organisation

ACCEPTED, NEW, QUEUED, WITHDRAWN = (
    ApplicationState.ACCEPTED,
    ApplicationState.NEW,
    ApplicationState.QUEUED,
    ApplicationState.WITHDRAWN,
)


@pytest.fixture
def post(session: Session) -> Postbox:
    return make_postbox(session)


def full_offer(session: Session, post: Postbox, places: int = 1) -> tuple[Opportunity, list[int]]:
    """Make an offer and as many accepted applications as it has places; return their ids."""
    organisation = make_organisation(session)
    member = make_account(session)
    make_member(session, organisation, member)
    offer = make_offer(session, organisation, places=places)
    accepted = [make_application(session, offer).id for _ in range(places)]
    for number in accepted:
        service.accept(session, post, number, member.id, "Herzlich willkommen!")
    return offer, accepted


def join(session: Session, post: Postbox, offer: Opportunity, wish: Wish = Wish.JOIN) -> int:
    person = make_account(session)
    return service.apply_as_account(session, post, offer.id, person.id, service.OwnWords(message="Gern", wish=wish))


def application(session: Session, number: int) -> Application:
    found = select(Application).where(Application.id == number).execution_options(populate_existing=True)
    return session.scalars(found).one()


def line(session: Session, numbers: list[int]) -> list[int | None]:
    return [info.place_in_line if (info := find_application(session, number)) else None for number in numbers]


def test_who_comes_when_all_places_are_taken_stands_in_line(session: Session, post: Postbox) -> None:
    offer, _ = full_offer(session, post)
    numbers = [join(session, post, offer) for _ in range(3)]
    assert line(session, numbers) == [1, 2, 3]
    assert {application(session, number).waiting_since for number in numbers} == {None}
    assert [mail.kind for mail in mails(session)][-2:] == ["new-application", "on-waiting-list"]
    assert "Platz 3" in mails(session)[-1].text
    rows = inbox(session, offer.organisation_id, InboxFilter(state=QUEUED)).rows
    assert [(row.id, row.group) for row in rows] == [(number, Group.QUEUED) for number in numbers]


def test_somebody_with_a_question_does_not_queue(session: Session, post: Postbox) -> None:
    offer, _ = full_offer(session, post)
    assert application(session, join(session, post, offer, Wish.QUESTION)).state is NEW
    assert "hat eine Frage" in mails(session, "new-application")[-1].subject


def test_a_free_place_is_kept_for_the_first_in_line_alone(session: Session, post: Postbox) -> None:
    offer, (accepted,) = full_offer(session, post)
    first, second = join(session, post, offer), join(session, post, offer)
    service.withdraw(session, post, accepted)
    assert [application(session, number).keeps_place for number in (first, second)] == [True, False]
    (mail,) = mails(session, "place-free")
    assert f"/konto/anfragen/{first}/platz" in mail.text
    assert places_of(session, offer.id).full
    entry = find_entry(session, offer.id)
    assert entry
    assert entry.places_free == 0
    assert application(session, join(session, post, offer)).state is QUEUED


def test_a_yes_is_a_request_whose_place_stays_kept_until_the_club_decides(session: Session, post: Postbox) -> None:
    offer, (accepted,) = full_offer(session, post)
    first, second = join(session, post, offer), join(session, post, offer)
    service.withdraw(session, post, accepted)
    queue.take_place(session, post, first)
    row = application(session, first)
    assert (row.state, row.keeps_place, row.kept_until) == (NEW, True, None)
    assert row.waiting_since
    queue.tend_waiting_lists(session, post)
    assert not application(session, second).keeps_place
    with pytest.raises(ConflictError):
        queue.take_place(session, post, first)
    (member,) = members_of(session, offer.organisation_id)
    service.decline(session, post, first, member.account_id, "Leider nicht")
    assert application(session, second).keeps_place


def test_a_no_passes_the_place_on(session: Session, post: Postbox) -> None:
    offer, (accepted,) = full_offer(session, post)
    first, second = join(session, post, offer), join(session, post, offer)
    service.withdraw(session, post, accepted)
    service.withdraw(session, post, first)
    assert application(session, first).state is WITHDRAWN
    assert application(session, second).keeps_place


def test_without_an_answer_in_time_the_place_goes_on(session: Session, post: Postbox) -> None:
    offer, (accepted,) = full_offer(session, post)
    first, second = join(session, post, offer), join(session, post, offer)
    service.withdraw(session, post, accepted)
    with stopped(now() + queue.KEPT_FOR - timedelta(minutes=1)):
        queue.tend_waiting_lists(session, post)
        assert application(session, first).state is QUEUED
    with stopped(now() + queue.KEPT_FOR + timedelta(minutes=1)):
        with pytest.raises(ConflictError):
            queue.take_place(session, post, first)
        queue.tend_waiting_lists(session, post)
        assert application(session, first).state is WITHDRAWN
        assert application(session, second).keeps_place
        assert [mail.kind for mail in mails(session)][-2:] == ["place-lapsed", "place-free"]
        queue.tend_waiting_lists(session, post)
    assert len(mails(session, "place-free")) == 2


def test_more_places_are_offered_in_order(session: Session, post: Postbox) -> None:
    offer, _ = full_offer(session, post)
    numbers = [join(session, post, offer) for _ in range(4)]
    offer.places = 3
    session.flush()
    queue.tend_waiting_lists(session, post)
    assert [application(session, number).keeps_place for number in numbers] == [True, True, False, False]
    offer.places = None
    session.flush()
    queue.tend_waiting_lists(session, post)
    assert all(application(session, number).keeps_place for number in numbers)


def test_nobody_is_asked_while_the_offer_cannot_be_seen(session: Session, post: Postbox) -> None:
    offer, (accepted,) = full_offer(session, post)
    first = join(session, post, offer)
    end_offer(session, offer)
    service.withdraw(session, post, accepted)
    queue.tend_waiting_lists(session, post)
    assert not application(session, first).keeps_place


def test_who_comes_while_others_wait_for_a_free_place_queues_behind_them(session: Session, post: Postbox) -> None:
    offer, _ = full_offer(session, post)
    join(session, post, offer)
    offer.places = 2
    session.flush()
    assert application(session, join(session, post, offer)).state is QUEUED


def run_at_once(app: Flask, tenant_id: int, deeds: list[Callable[[Session, Postbox], object]]) -> list[str]:
    """Do each deed in a thread and a transaction of its own, all at the same moment; return what went wrong."""
    start, problems = threading.Barrier(len(deeds)), []

    def do(deed: Callable[[Session, Postbox], object]) -> None:
        with app.app_context():
            session = current_session()
            open_for_tenant(session, tenant_id)
            start.wait(10)
            try:
                deed(session, make_postbox(session))
                session.commit()
            except ConflictError:
                session.rollback()
                problems.append("conflict")
            except Exception as error:  # noqa: BLE001 - a deadlock above all; the test must see it
                session.rollback()
                problems.append(repr(error))

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return problems


def test_places_that_get_free_at_once_go_to_one_person_each(app: Flask, session: Session, post: Postbox) -> None:
    offer, accepted = full_offer(session, post, places=3)
    numbers = [join(session, post, offer) for _ in range(4)]
    session.commit()
    tenant_id = offer.tenant_id
    deeds = [lambda s, p, one=one: service.withdraw(s, p, one) for one in accepted]
    deeds += [lambda s, p: service.withdraw(s, p, numbers[0])]
    deeds += [queue.tend_waiting_lists] * 2
    assert run_at_once(app, tenant_id, deeds) == []
    session.expire_all()
    kept = [application(session, number).keeps_place for number in numbers]
    assert kept == [False, True, True, True]
    told = [mail.to_address for mail in mails(session, "place-free")]
    assert len(set(told)) == len(told)
    assert places_of(session, offer.id).taken == 3


def test_of_two_yeses_at_once_one_counts(app: Flask, session: Session, post: Postbox) -> None:
    offer, (accepted,) = full_offer(session, post)
    first = join(session, post, offer)
    service.withdraw(session, post, accepted)
    session.commit()
    problems = run_at_once(app, offer.tenant_id, [lambda s, p: queue.take_place(s, p, first)] * 3)
    assert problems == ["conflict", "conflict"]
    session.expire_all()
    assert application(session, first).state is NEW
    assert places_of(session, offer.id).taken == 1
