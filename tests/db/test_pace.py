"""How long an organisation usually takes for its first answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.applications.kinds import ApplicationState
from engagement.figures.pace import work_out_paces
from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.kernel.i18n import force_locale
from engagement.organisations.models import Organisation
from engagement.organisations.pace import usual_answer
from tests.factories.applications import make_application, make_offer
from tests.factories.people import make_organisation
from tests.support.statements import watched


def ask(session: Session, organisation: Organisation, hours: list[int], *, unanswered: int = 0) -> None:
    offer, asked = make_offer(session, organisation), now() - timedelta(days=30)
    for number in hours:
        make_application(session, offer, created_at=asked, first_answered_at=asked + timedelta(hours=number))
    for _ in range(unanswered):
        make_application(session, offer, created_at=asked)


def pace(session: Session, organisation: Organisation) -> int | None:
    session.refresh(organisation)
    return organisation.answers_within_hours


def test_it_is_the_median_of_all_who_asked(session: Session) -> None:
    quick, slow = make_organisation(session), make_organisation(session)
    ask(session, quick, [3, 5, 40, 50, 60])
    ask(session, slow, [3, 5, 40, 200], unanswered=3)
    assert work_out_paces(session) == 2
    assert (pace(session, quick), pace(session, slow)) == (40, 200)


def test_nothing_is_said_of_few_people_or_of_no_answers(session: Session) -> None:
    few, silent = make_organisation(session), make_organisation(session)
    few.answers_within_hours = silent.answers_within_hours = 3
    ask(session, few, [3, 3, 3, 3])
    ask(session, silent, [3, 3], unanswered=6)
    assert work_out_paces(session) == 0
    assert (pace(session, few), pace(session, silent)) == (None, None)


def test_time_on_the_waiting_list_is_nobodys_delay(session: Session) -> None:
    organisation = make_organisation(session)
    ask(session, organisation, [4, 4, 4, 4])
    offer, asked = make_offer(session, organisation), now() - timedelta(days=30)
    left = asked + timedelta(days=20)
    make_application(
        session, offer, created_at=asked, queued_at=asked, left_queue_at=left,
        first_answered_at=left + timedelta(hours=4), state=ApplicationState.ACCEPTED,
    )  # fmt: skip
    make_application(session, offer, created_at=asked, queued_at=asked, state=ApplicationState.QUEUED)
    work_out_paces(session)
    assert pace(session, organisation) == 4


def test_it_asks_the_database_equally_often_for_many(session: Session) -> None:
    ask(session, make_organisation(session), [3] * 5)
    with watched(db.engine) as one:
        work_out_paces(session)
    for _ in range(12):
        ask(session, make_organisation(session), [3] * 5)
    with watched(db.engine) as many:
        work_out_paces(session)
    assert len(many) == len(one)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (None, ""), (1, "innerhalb eines Tages"), (24, "innerhalb eines Tages"), (25, "innerhalb von 2 Tagen"),
        (13 * 24, "innerhalb von 13 Tagen"), (14 * 24, "innerhalb von 2 Wochen"), (57 * 24, ""),
    ],
)  # fmt: skip
def test_it_is_said_in_plain_words(session: Session, hours: int | None, says: str) -> None:
    with force_locale("de"):
        words = usual_answer(hours)
    assert (says in words) if says else not words
