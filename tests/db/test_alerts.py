"""Who is told, and when: once, and of nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.alerts import service
from engagement.alerts.digest import BATCH, Round, send_batch
from engagement.alerts.models import SavedSearch, SearchDigest
from engagement.alerts.noticing import notice
from engagement.alerts.rhythm import Rhythm
from engagement.catalogue.queries import SearchQuery
from engagement.catalogue.service import write_entries
from engagement.jobs.alerts import tell_everyone
from engagement.jobs.runtime import Runtime
from engagement.kernel.clock import stopped
from engagement.kernel.db import db
from engagement.kernel.errors import ConflictError
from engagement.mail.service import postbox_of
from engagement.tenancy.settings import Module
from tests.factories.applications import mails
from tests.factories.catalogue import entry_data
from tests.factories.people import make_account
from tests.factories.searches import FRIDAY, make_search, new_search
from tests.factories.tenants import decide
from tests.support.alerts import A_DAY, TUESDAY, look_at, offer_at
from tests.support.statements import watched


def test_only_what_is_new_is_told_once_and_at_seven(worker: Runtime, session: Session) -> None:
    offer_at(session, TUESDAY - A_DAY, title="Längst bekannt")
    with stopped(TUESDAY):
        make_search(session)
    offer_at(session, TUESDAY + timedelta(hours=1), title="Vorlesen am Abend")
    assert look_at(worker, session, TUESDAY + timedelta(hours=2)) == []
    assert look_at(worker, session, datetime(2026, 11, 25, 5, 59, tzinfo=UTC)) == []
    (mail,) = look_at(worker, session, datetime(2026, 11, 25, 6, 1, tzinfo=UTC))
    assert "Vorlesen am Abend" in mail.text
    assert "Längst bekannt" not in mail.text
    for later in range(1, 4):
        assert len(look_at(worker, session, datetime(2026, 11, 25, 6, 1, tzinfo=UTC) + later * A_DAY)) == 1


def test_once_a_week_on_the_chosen_day(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session, rhythm=Rhythm.WEEKLY, weekday=FRIDAY)
    offer_at(session, TUESDAY + timedelta(hours=1))
    found = [len(look_at(worker, session, datetime(2026, 11, day, 7, tzinfo=UTC))) for day in (25, 26, 27, 28)]
    assert found == [0, 0, 1, 1]


def test_nothing_new_is_no_mail(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session, query=SearchQuery(text="Gitarre"))
    offer_at(session, TUESDAY + timedelta(hours=1), title="Rasen mähen")
    assert look_at(worker, session, TUESDAY + A_DAY) == []


def test_at_most_ten_and_how_many_more(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session, arguments={"q": "Garten"}, label="„Garten“", query=SearchQuery(text="Garten"))
    for number in range(13):
        offer_at(session, TUESDAY + timedelta(minutes=number + 1), title=f"Garten {number}")
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert mail.text.count("* Garten") == 10
    assert "/angebote?q=Garten&lang=de" in mail.text
    assert mail.subject == "13 neue Angebote für Sie"
    assert "3 weitere" in mail.text


def test_many_with_one_wish_are_one_search(worker: Runtime, session: Session) -> None:
    """Besides each mail and its job, the statements are the same for any number of people and of offers."""
    people = [0]

    def more(people_more: int, offers_more: int) -> int:
        for number in range(people[0], people[0] + people_more):
            with stopped(TUESDAY + timedelta(minutes=number)):
                make_search(session, f"mensch{number}@example.org", query=SearchQuery(text="Garten"))
        people[0] += people_more
        moment = TUESDAY + timedelta(hours=1)
        write_entries(session, [entry_data(title="Gartenhilfe", published_at=moment) for _ in range(offers_more)])
        session.commit()
        with stopped(TUESDAY + A_DAY):
            this, post = Round(notice(session)), postbox_of(session, worker.settings)
            session.commit()
            with watched(db.engine) as seen:
                assert send_batch(session, post, this) == people[0]
            assert session.scalar(select(func.count()).select_from(SearchDigest)) == people[0]
        session.rollback()
        return sum("outgoing_mail" not in statement for statement, _ in seen.sent)

    more(1, 10)  # words of the product are read once a process
    assert len({more(1, 0), more(20, 0), more(0, 1000)}) == 1


def test_more_than_a_batch(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        first = make_search(session)
        values = {
            column.name: getattr(first, column.name)
            for column in SavedSearch.__table__.columns
            if column.name not in {"id", "email"}
        }
        session.add_all(SavedSearch(email=f"mensch{number}@example.org", **values) for number in range(BATCH + 20))
    offer_at(session, TUESDAY + timedelta(hours=1))
    found = look_at(worker, session, TUESDAY + A_DAY)
    assert len({mail.to_address for mail in found}) == len(found) == BATCH + 21


def test_a_killed_batch_leaves_nothing_and_the_next_does_it_all(worker: Runtime, app: Flask, session: Session) -> None:
    with stopped(TUESDAY):
        for number in range(3):
            make_search(session, f"mensch{number}@example.org")
    offer_at(session, TUESDAY + timedelta(hours=1))
    session.commit()
    with stopped(TUESDAY + A_DAY):
        this = Round(notice(session))
        assert send_batch(session, postbox_of(session, worker.settings), this) == 3
        session.rollback()  # what the database does when the worker dies
    assert session.scalar(select(func.count()).select_from(SearchDigest)) == 0
    session.rollback()
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == 3
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == 3


def test_two_workers_at_once_tell_everybody_once(worker: Runtime, app: Flask, session: Session) -> None:
    with stopped(TUESDAY):
        for number in range(30):
            make_search(session, f"mensch{number}@example.org")
    offer_at(session, TUESDAY + timedelta(hours=1))
    session.commit()
    together, failures = Barrier(2), []

    def work() -> None:
        try:
            with stopped(TUESDAY + A_DAY):
                together.wait()
                tell_everyone(worker)
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = mails(session, "new-offers")
    assert sorted(mail.to_address for mail in found) == sorted(f"mensch{number}@example.org" for number in range(30))


def test_the_database_itself_takes_one_digest_a_turn(session: Session) -> None:
    row = make_search(session)
    for _ in range(2):
        session.add(SearchDigest(search_id=row.id, turn=TUESDAY.date(), offers=1))
    with pytest.raises(IntegrityError, match="uq_search_digest"):
        session.flush()
    session.rollback()


def test_paused_and_unconfirmed_ones_hear_nothing_and_going_on_begins_now(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        row = make_search(session)
        make_search(session, "unbestaetigt@example.org", confirmed=False)
        service.pause(session, row.id)
    offer_at(session, TUESDAY + timedelta(hours=1), title="In der Pause")
    assert look_at(worker, session, TUESDAY + A_DAY) == []
    with stopped(TUESDAY + A_DAY):
        service.resume(session, row.id)
    offer_at(session, TUESDAY + A_DAY + timedelta(hours=1), title="Danach")
    (mail,) = look_at(worker, session, TUESDAY + 2 * A_DAY)
    assert "Danach" in mail.text
    assert "In der Pause" not in mail.text


def test_with_an_account_the_mail_goes_to_its_proven_address(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session, account_id=make_account(session, email="da@example.org", language="en").id)
        make_search(session, account_id=make_account(session, proven=False).id)
    offer_at(session, TUESDAY + timedelta(hours=1))
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert (mail.to_address, mail.language, mail.subject) == ("da@example.org", "en", "One new offer for you")


def test_suspended_and_switched_off_towns_rest(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session)
    offer_at(session, TUESDAY + timedelta(hours=1))
    decide(session, modules=frozenset(Module) - {Module.ALERTS})
    assert look_at(worker, session, TUESDAY + A_DAY) == []
    decide(session, modules=frozenset(Module))
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == 1


def test_no_more_than_ten_for_one_person(session: Session) -> None:
    account = make_account(session)
    for number in range(service.MOST_SEARCHES):
        make_search(session, account_id=account.id, query=SearchQuery(text=f"Wunsch {number}"))
        make_search(session, query=SearchQuery(text=f"Wunsch {number}"))
    service.save_for_account(session, account.id, new_search(query=SearchQuery(text="Wunsch 3")))
    with pytest.raises(ConflictError):
        service.save_for_account(session, account.id, new_search(query=SearchQuery(text="zu viel")))
    make_search(session, query=SearchQuery(text="zu viel"), confirmed=False)
    assert session.scalar(select(func.count()).select_from(SavedSearch)) == 2 * service.MOST_SEARCHES
    assert "so viele Suchen" in mails(session, "search-already-saved")[-1].text
