"""The lists of reports and of offers that staff work through, and what reading them costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import URL, func, insert, literal, select, text, true
from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.kernel.db import db
from engagement.kernel.migration import owner_connection
from engagement.moderation.kinds import OPEN, ReportReason, ReportState, Stand
from engagement.moderation.models import Report
from engagement.moderation.offers import count_offers, history_of, offers
from engagement.moderation.queries import (
    count_report_groups,
    count_reports,
    report_groups,
)
from engagement.opportunities import review
from engagement.opportunities.models import Opportunity
from engagement.organisations.kinds import Verification
from engagement.tenancy.settings import AnswerTimes
from engagement.today.queries import what_waits
from tests.factories.mails import make_postbox
from tests.factories.moderation import make_report
from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
from tests.support.statements import watched


class TestLists:
    def test_reports_about_one_offer_stand_together_the_urgent_ones_first(self, session: Session, offer: int) -> None:
        other = make_opportunity(session, make_organisation(session).id)
        with stopped(now() - timedelta(days=3)):
            make_report(session, offer)
        make_report(session, other, reason=ReportReason.UNLAWFUL)
        make_report(session, offer)
        make_report(session, offer, state=ReportState.DONE, closed_at=now())
        groups = report_groups(session, OPEN)
        assert [(group.first.opportunity_id, len(group.reports)) for group in groups] == [(other, 1), (offer, 2)]
        assert [group.is_urgent for group in groups] == [True, False]
        assert count_report_groups(session, OPEN) == 2
        assert [len(group.reports) for group in report_groups(session, OPEN, page=2, per_page=1)] == [2]
        assert count_reports(session)[ReportState.DONE] == 1

    @pytest.mark.parametrize("states", [OPEN, set(ReportState) - OPEN], ids=["open", "closed"])
    @pytest.mark.parametrize("once_analyzed", [False, True])
    def test_reading_them_is_quick_whatever_postgresql_knows(
        self, session: Session, database_url: URL, offer: int, states: set[ReportState], *, once_analyzed: bool
    ) -> None:
        """It may know nothing of the tables, or that they were empty; its worst guess must not cost seconds."""
        if once_analyzed:
            make_report(session, offer)
            session.commit()
            with owner_connection(database_url) as owner:
                owner.execute(text("ANALYZE"))
                owner.commit()
        offers_of_town, reports = Opportunity.__table__, Report.__table__
        copied = [column for column in offers_of_town.c if column.name not in {"id", "external_id"}]
        many = func.generate_series(1, 1000).table_valued("number")
        session.execute(insert(offers_of_town).from_select(copied, select(*copied).join(many, true())))
        for state in ReportState:
            row = {
                "reason": "outdated",
                "text": "",
                "name": "",
                "email": "",
                "language": "de",
                "note": "",
                "answer": "",
            }
            values = {**row, "state": state.value, "created_at": now(), "version": 1}
            said = [literal(value, reports.c[name].type) for name, value in values.items()]
            of_offers = select(offers_of_town.c.tenant_id, offers_of_town.c.id, *said)
            session.execute(insert(reports).from_select(["tenant_id", "opportunity_id", *values], of_offers))
        with watched(db.engine) as seen:
            assert len(report_groups(session, states)) == 20
        for statement, parameters in seen.sent:
            explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
            (plan,) = session.connection().exec_driver_sql(explained, parameters).scalar_one()
            assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < 5_000

    def test_each_part_of_the_list_of_offers(self, session: Session, offer: int) -> None:
        newcomer = make_organisation(session, "Neue", verification=Verification.PENDING)
        waiting = make_opportunity(session, newcomer.id, title="Gießen")
        sent_back = make_opportunity(session, newcomer.id)
        review.send_back(session, sent_back, "Bitte kürzer.")
        looked_at = make_opportunity(session, make_organisation(session).id)
        review.mark_looked_at(session, looked_at)
        make_report(session, offer)
        found = {stand: {line.id for line in offers(session, stand)} for stand in Stand}
        assert found == {
            Stand.WAITING: {waiting},
            Stand.NOT_LOOKED_AT: {offer},
            Stand.PUBLIC: {offer, looked_at},
            Stand.SENT_BACK: {sent_back},
            Stand.ALL: {offer, waiting, sent_back, looked_at},
        }
        assert count_offers(session) == {stand: len(ids) for stand, ids in found.items()}
        assert {line.id for line in offers(session, Stand.ALL, search="neu")} == {waiting, sent_back}
        assert {line.id for line in offers(session, Stand.ALL, search="GIESS")} == set()
        assert {line.id for line in offers(session, Stand.ALL, search="gieß")} == {waiting}
        assert [line.open_reports for line in offers(session, Stand.NOT_LOOKED_AT)] == [1]
        assert len(offers(session, Stand.ALL, page=2, per_page=3)) == 1
        waits = what_waits(session, AnswerTimes())
        assert (waits.opportunities_to_review, waits.not_looked_at, waits.reports) == (1, 1, 1)

    def test_the_lists_take_as_many_questions_with_a_thousand_offers(self, session: Session) -> None:
        def questions() -> list[int]:
            counts = []
            for ask in (
                lambda: offers(session, Stand.ALL),
                lambda: count_offers(session),
                lambda: what_waits(session, AnswerTimes()),
                lambda: report_groups(session, OPEN),
            ):
                with watched(db.engine) as seen:
                    ask()
                counts.append(len(seen))
            return counts

        organisation = make_organisation(session)
        for _ in range(10):
            make_report(session, make_opportunity(session, organisation.id))
        few = questions()
        _multiply(session, 1000)
        assert count_offers(session)[Stand.ALL] > 1000
        assert questions() == few == [1, 1, 1, 2]

    def test_the_history_names_who_and_what_they_wrote(self, session: Session, offer: int) -> None:
        review.unpublish(session, make_postbox(session), offer, "Das ist Werbung.")
        session.flush()
        first, *_, last = history_of(session, offer)
        assert (first.action, first.note) == ("opportunity.unpublish", "Das ist Werbung.")
        assert last.action == "opportunity.create"


def _multiply(session: Session, times: int) -> None:
    """Copy the last offer with its report many times, in two statements."""
    session.flush()
    names = [column for column in _columns(session, "opportunity") if column != "id"]
    session.execute(
        text(
            f"INSERT INTO opportunity ({', '.join(names)}) "
            f"SELECT {', '.join('o.' + name for name in names)} "
            "FROM (SELECT * FROM opportunity ORDER BY id DESC LIMIT 1) o, generate_series(1, :times)"
        ),
        {"times": times},
    )
    names = [column for column in _columns(session, "report") if column not in {"id", "opportunity_id"}]
    session.execute(
        text(
            f"INSERT INTO report (opportunity_id, {', '.join(names)}) "
            f"SELECT o.id, {', '.join('r.' + name for name in names)} "
            "FROM (SELECT * FROM report ORDER BY id DESC LIMIT 1) r, opportunity o"
        )
    )


def _columns(session: Session, table: str) -> list[str]:
    statement = text("SELECT column_name FROM information_schema.columns WHERE table_name = :table")
    return list(session.scalars(statement, {"table": table}))
