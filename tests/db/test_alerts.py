"""Who is told of what, and when: once, and of nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.alerts import service, upkeep
from engagement.alerts.digest import BATCH, Round, send_batch
from engagement.alerts.models import NoticedOffer, SavedSearch, SearchDigest
from engagement.alerts.noticing import notice
from engagement.alerts.rhythm import Rhythm
from engagement.catalogue.queries import SearchQuery
from engagement.catalogue.service import remove_entry
from engagement.jobs.alerts import tell_everyone
from engagement.jobs.runtime import Runtime
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import db
from engagement.kernel.errors import ConflictError
from engagement.mail.models import MailState, OutgoingMail
from engagement.mail.service import postbox_of
from engagement.opportunities.publication import rebuild, refresh_organisation
from engagement.opportunities.vocabulary import merge_words
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.models import Category
from engagement.tenancy.settings import Module
from engagement.tenancy.words import WordKind
from tests.factories.applications import mails
from tests.factories.catalogue import make_entry
from tests.factories.mails import make_postbox
from tests.factories.neighbours import at_work_in, let_agree, let_refuse
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_organisation
from tests.factories.searches import FRIDAY, make_search, new_search
from tests.factories.tenants import decide
from tests.support.jobs import runtime
from tests.support.mailserver import free_port
from tests.support.statements import watched

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""At noon; everything begins here."""
A_DAY = timedelta(days=1)


@pytest.fixture
def worker(app: Flask) -> Runtime:
    return runtime(app, free_port())


def offer_at(session: Session, moment: datetime, **values: object) -> int:
    with stopped(moment):
        return make_entry(session, published_at=moment, **values)


def look_at(worker: Runtime, session: Session, moment: datetime) -> list[OutgoingMail]:
    """Let the worker look and return all digests that were ever written."""
    session.commit()
    with stopped(moment):
        tell_everyone(worker)
    session.expire_all()
    found = mails(session, "new-offers")
    session.commit()
    return found


def verify(session: Session, organisation_id: int, verification: Verification) -> None:
    session.execute(update(Organisation).values(verification=verification))
    session.expire_all()
    refresh_organisation(session, organisation_id)


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


def test_published_anew_is_new_and_changed_is_not(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session)
    number = offer_at(session, TUESDAY + timedelta(hours=1), title="Alt")
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == 1
    first = TUESDAY + timedelta(hours=1)
    offer_at(session, TUESDAY + A_DAY, opportunity_id=number, title="Umbenannt")
    session.rollback()
    with stopped(TUESDAY + A_DAY):
        make_entry(session, opportunity_id=number, title="Umbenannt", published_at=first)
    assert len(look_at(worker, session, TUESDAY + 2 * A_DAY)) == 1
    offer_at(session, TUESDAY + 2 * A_DAY, opportunity_id=number, title="Neu aufgelegt")
    found = look_at(worker, session, TUESDAY + 3 * A_DAY)
    assert len(found) == 2
    assert "Neu aufgelegt" in found[-1].text


def test_one_that_was_away_for_a_while_is_not_new(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session)
    first = TUESDAY + timedelta(hours=1)
    number = offer_at(session, first)
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == 1
    remove_entry(session, number)
    assert len(look_at(worker, session, TUESDAY + 2 * A_DAY)) == 1
    make_entry(session, opportunity_id=number, published_at=first)
    assert len(look_at(worker, session, TUESDAY + 3 * A_DAY)) == 1


def test_an_offer_that_waited_for_its_organisation_is_told_when_it_can_be_seen(
    worker: Runtime, session: Session
) -> None:
    with stopped(TUESDAY):
        organisation = make_organisation(session)
        make_opportunity(session, organisation.id, title="Gut Ding will Weile")
        verify(session, organisation.id, Verification.PENDING)
        make_search(session)
    assert look_at(worker, session, TUESDAY + A_DAY) == []
    with stopped(TUESDAY + A_DAY):
        verify(session, organisation.id, Verification.VERIFIED)
    (mail,) = look_at(worker, session, TUESDAY + 2 * A_DAY)
    assert "Gut Ding will Weile" in mail.text


def test_a_catalogue_made_anew_is_no_news(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_opportunity(session, make_organisation(session).id)
        make_search(session)
        rebuild(session)
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


def test_many_with_one_wish_are_one_search(worker: Runtime, app: Flask, session: Session) -> None:
    def statements(people: int) -> int:
        for number in range(people):
            make_search(session, f"mensch{people}-{number}@example.org", query=SearchQuery(text="Garten"))
        session.commit()
        moment = now()
        this = Round(moment)
        with watched(db.engine) as seen:
            send_batch(session, postbox_of(session, worker.settings), this)
        session.rollback()
        return sum("catalogue_entry" in statement for statement, _ in seen.sent)

    with stopped(TUESDAY):
        offer_at(session, TUESDAY - A_DAY)
    with stopped(TUESDAY + 2 * A_DAY):
        notice(session)
        session.commit()
        few = statements(2)
        many = statements(20)
    assert few == many


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


def test_a_merged_word_goes_on(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        organisation = make_organisation(session)
        old, new = session.scalars(select(Category.id).order_by(Category.position).limit(2)).all()
        make_search(session, query=SearchQuery(category_ids=(old,)))
        merge_words(session, WordKind.CATEGORY, old, new)
    with stopped(TUESDAY + timedelta(hours=1)):
        make_opportunity(session, organisation.id, title="Unter neuem Namen", category_ids=(new,))
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert "Unter neuem Namen" in mail.text


def test_neighbours_as_long_as_both_agree(
    worker: Runtime, app: Flask, session: Session, bretten: int, ettlingen: int
) -> None:
    session.commit()
    let_agree(app, bretten, "ettlingen")
    let_agree(app, ettlingen, "bretten")
    with stopped(TUESDAY):
        make_search(session, neighbours=True)
        make_search(session, "nur-hier@example.org")
        session.commit()
    with at_work_in(app, ettlingen) as theirs:
        offer_at(theirs, TUESDAY + timedelta(hours=1), title="Von nebenan")
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert mail.to_address == "gisela@example.org"
    assert "http://ettlingen.localhost:8000/angebote/" in mail.text
    assert "Ettlingen" in mail.text
    with at_work_in(app, ettlingen) as theirs:
        offer_at(theirs, TUESDAY + A_DAY + timedelta(hours=1), title="Nicht mehr")
    let_refuse(app, ettlingen, "bretten")
    assert len(look_at(worker, session, TUESDAY + 2 * A_DAY)) == 1


def test_another_town_is_another_world(worker: Runtime, app: Flask, session: Session, ettlingen: int) -> None:
    with stopped(TUESDAY):
        make_search(session)
    session.commit()
    with at_work_in(app, ettlingen) as theirs:
        offer_at(theirs, TUESDAY + timedelta(hours=1))
        assert theirs.scalars(select(SavedSearch)).all() == []
    assert look_at(worker, session, TUESDAY + A_DAY) == []


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


def test_unconfirmed_addresses_go_after_a_week(session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session, confirmed=False)
        kept = make_search(session, "bleibt@example.org")
    with stopped(TUESDAY + timedelta(days=6, hours=23)):
        assert upkeep.forget_searches(session) == 0
    with stopped(TUESDAY + timedelta(days=7, minutes=1)):
        assert upkeep.forget_searches(session) == 1
    assert session.scalars(select(SavedSearch.id)).all() == [kept.id]


def test_after_a_year_we_ask_and_without_an_answer_it_goes(session: Session) -> None:
    post = make_postbox(session)
    with stopped(TUESDAY):
        answers, silent = make_search(session), make_search(session, "still@example.org")
    with stopped(TUESDAY + timedelta(days=364)):
        assert upkeep.ask_if_still_wanted(session, post) == 0
    with stopped(TUESDAY + timedelta(days=367)):
        assert upkeep.ask_if_still_wanted(session, post) == 2
        assert upkeep.ask_if_still_wanted(session, post) == 0
        service.keep_on(session, answers.id)
    assert {mail.to_address for mail in mails(session, "search-still-wanted")} == {
        "gisela@example.org",
        "still@example.org",
    }
    with stopped(TUESDAY + timedelta(days=396)):
        assert upkeep.forget_searches(session) == 0
    with stopped(TUESDAY + timedelta(days=398)):
        assert upkeep.forget_searches(session) == 1
    assert session.scalars(select(SavedSearch.id)).all() == [answers.id]
    assert silent.id != answers.id


def test_three_dead_letters_in_a_row_are_a_pause(session: Session) -> None:
    dead, alive = make_search(session), make_search(session, "lebt@example.org")

    def digest(row: SavedSearch, day: int, state: MailState) -> None:
        mail = mails(session)[0]
        copy = {c.name: getattr(mail, c.name) for c in OutgoingMail.__table__.columns if c.name != "id"}
        letter = OutgoingMail(**{**copy, "state": state})
        session.add(letter)
        session.flush()
        moment = now() + day * A_DAY
        session.add(SearchDigest(search_id=row.id, turn=moment.date(), mail_id=letter.id, offers=1, made_at=moment))
        session.flush()

    for day in (1, 2):
        digest(dead, day, MailState.FAILED)
        digest(alive, day, MailState.FAILED)
    assert upkeep.rest_dead_addresses(session) == 0
    digest(alive, 3, MailState.SENT)
    digest(alive, 4, MailState.FAILED)
    digest(dead, 3, MailState.FAILED)
    assert upkeep.rest_dead_addresses(session) == 1
    session.refresh(dead)
    session.refresh(alive)
    assert dead.paused_at
    assert alive.paused_at is None
    with stopped(now() + 5 * A_DAY):
        service.resume(session, dead.id)
        assert upkeep.rest_dead_addresses(session) == 0


def test_an_account_takes_its_searches_with_it(session: Session) -> None:
    account = make_account(session)
    make_search(session, account_id=account.id)
    session.delete(account)
    session.flush()
    assert session.scalars(select(SavedSearch)).all() == []


def test_what_is_known_of_offers_goes_a_year_after_they_went(session: Session) -> None:
    gone, stays = offer_at(session, TUESDAY), offer_at(session, TUESDAY)
    with stopped(TUESDAY):
        notice(session)
        remove_entry(session, gone)
    with stopped(TUESDAY + timedelta(days=401)):
        upkeep.forget_searches(session)
    assert set(session.scalars(select(NoticedOffer.opportunity_id))) == {0, stays}
