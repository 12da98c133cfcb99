"""What becomes of saved searches in time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.alerts import service, upkeep
from engagement.alerts.models import NoticedOffer, SavedSearch, SearchDigest
from engagement.alerts.noticing import notice
from engagement.catalogue.service import remove_entries
from engagement.kernel.clock import now, stopped
from engagement.mail.models import MailState, OutgoingMail
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.people import make_account
from tests.factories.searches import make_search
from tests.support.alerts import A_DAY, TUESDAY, offer_at


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
        remove_entries(session, [gone])
    with stopped(TUESDAY + timedelta(days=401)):
        upkeep.forget_searches(session)
    assert set(session.scalars(select(NoticedOffer.opportunity_id))) == {0, stays}
