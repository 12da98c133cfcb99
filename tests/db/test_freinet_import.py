"""Importing into the database: all or nothing, again and again, and never over what people did here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.queries import find_entry
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import db, open_for_tenant
from engagement.kernel.errors import ConflictError
from engagement.opportunities.freinet.errors import BrokenFileError
from engagement.opportunities.freinet.importer import BATCH, LOCK, Outcome, RowReport, Summary, run_import
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.policy import LASTS
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.service import archive, close, close_expired, pause, publish, update_opportunity
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.organisations.service import OrganisationValues, update_organisation
from engagement.organisations.suspension import suspend
from engagement.register.merging import merge
from engagement.tenancy.models import Category
from engagement.tenancy.queries import own_tenant
from tests.factories.freinet import FOLDER, HEAD, offer, short_xml, table
from tests.factories.mails import make_postbox
from tests.factories.people import make_organisation

Import = Callable[..., Summary]
LATER = str(int(datetime(2025, 6, 1, tzinfo=UTC).timestamp()))


@pytest.fixture
def bring(session: Session, tmp_path: Path) -> Import:
    """Import offers of the short layout, a text or a file, and keep what became of the rows in ``reports``."""

    def run(*offers: str, text: str = "", file: Path | None = None, reports: list[RowReport] | None = None) -> Summary:
        written = tmp_path / "export"
        written.write_text(text or short_xml(offers), encoding="utf-8")
        heard = [] if reports is None else reports
        summary = run_import(session, file or written, own_tenant(session), on_row=heard.append)
        session.commit()
        assert [report.row for report in heard] == list(range(1, summary.rows + 1))
        assert summary.outcomes.total() == summary.rows
        return summary

    return run


def one(session: Session, external_id: str = "1") -> Opportunity:
    statement = select(Opportunity).where(Opportunity.external_id == external_id)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def outcomes(summary: Summary) -> dict[str, int]:
    return {outcome: number for outcome, number in summary.outcomes.items() if number}


def test_imports_the_short_layout_and_again_changes_nothing(session: Session, bring: Import) -> None:
    reports: list[RowReport] = []
    summary = bring(file=FOLDER / "short.xml", reports=reports)
    assert outcomes(summary) == {"new": 3, "skipped": 2}
    assert [report.reason for report in reports[3:]] == ["no title (angebotsname)", "the same id as row 1"]
    states = {row.external_id: row.state for row in session.scalars(select(Opportunity))}
    assert states == {"1001": State.PUBLISHED, "1002": State.PAUSED, "1003": State.DRAFT}
    assert session.scalar(select(func.count()).select_from(CatalogueEntry)) == 1
    before = _everything(session)
    assert outcomes(bring(file=FOLDER / "short.xml")) == {"unchanged": 3, "skipped": 2}
    assert _everything(session) == before


def test_a_published_offer_is_found_with_all_that_was_said(session: Session, bring: Import) -> None:
    with stopped(datetime(2026, 3, 1, tzinfo=UTC)):
        bring(file=FOLDER / "full.xml")
    row = one(session, "2001")
    assert (row.created_at, row.updated_at) == (
        datetime(2016, 7, 4, 13, 19, tzinfo=UTC),
        datetime(2025, 3, 5, 14, 45, 12, tzinfo=UTC),
    )
    assert row.published_at == row.created_at
    assert row.expires_at == datetime(2026, 3, 1, tzinfo=UTC) + LASTS
    assert [word.name for word in row.categories] == ["Leben im Alter"]
    assert [word.name for word in row.target_groups] == ["Seniorinnen und Senioren"]
    entry = session.scalars(select(CatalogueEntry)).one()
    assert (entry.opportunity_id, entry.district_name) == (row.id, "Sprantal")
    organisation = session.scalars(select(Organisation)).one()
    assert (organisation.verification, organisation.external_id) == (Verification.VERIFIED, "601")
    assert organisation.website == "https://heim.example"


def test_a_table_finds_offers_and_organisations_of_an_earlier_import(session: Session, bring: Import) -> None:
    bring(file=FOLDER / "short.xml")
    reports: list[RowReport] = []
    summary = bring(file=FOLDER / "table.csv", reports=reports)
    assert [report.outcome for report in reports] == [Outcome.CHANGED, Outcome.SKIPPED, Outcome.NEW]
    assert reports[1].reason == "7 columns instead of 18"
    assert summary.organisations[Outcome.NEW] == 1
    row = one(session, "1001")
    assert row.street == "Schulgasse 1", "a table has no streets, so it takes none away"
    assert row.title == "Vorlesen in der Grundschule"
    assert outcomes(bring(file=FOLDER / "table.csv")) == {"unchanged": 2, "skipped": 1}


def test_a_change_there_is_a_change_here(session: Session, bring: Import) -> None:
    bring(offer(1), offer(2))
    first_audit = session.scalar(select(func.max(AuditRecord.id)))
    assert outcomes(bring(offer(1, angebotsname="Vorlesen im Hort", bearbeitet=LATER), offer(2))) == {
        "changed": 1,
        "unchanged": 1,
    }
    row = one(session)
    assert (row.title, row.slug) == ("Vorlesen im Hort", "vorlesen-im-hort")
    assert row.updated_at == datetime(2025, 6, 1, tzinfo=UTC)
    entry = find_entry(session, row.id)
    assert entry is not None
    assert entry.title == "Vorlesen im Hort"
    noted = session.scalars(select(AuditRecord).where(AuditRecord.id > first_audit).order_by(AuditRecord.id)).all()
    assert [record.action for record in noted] == ["opportunity.update", "opportunity.import"]
    assert noted[0].after == {"title": "Vorlesen im Hort"}
    assert noted[1].after["outcomes"] == {"changed": 1, "unchanged": 1}


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ({}, {"kontaktierbar": "-1"}, State.PAUSED),
        ({}, {"beschreibung": ""}, State.PAUSED),
        ({"kontaktierbar": "0"}, {"kontaktierbar": "1"}, State.PUBLISHED),
        ({"beschreibung": ""}, {}, State.PUBLISHED),
    ],
)
def test_the_state_follows(
    session: Session, bring: Import, before: dict[str, str], after: dict[str, str], state: State
) -> None:
    bring(offer(1, **before))
    assert outcomes(bring(offer(1, **after))) == {"changed": 1}
    row = one(session)
    assert row.state is state
    assert (find_entry(session, row.id) is not None) is (state is State.PUBLISHED)
    assert outcomes(bring(offer(1, **after))) == {"unchanged": 1}


def test_what_was_edited_here_is_left_alone(session: Session, bring: Import) -> None:
    bring(offer(1))
    _edit(session, title="Vorlesen, aber besser")
    assert outcomes(bring(offer(1))) == {"unchanged": 1}
    reports: list[RowReport] = []
    bring(offer(1, angebotsname="Etwas anderes", bearbeitet=LATER), reports=reports)
    assert (reports[0].outcome, reports[0].reason) == (Outcome.SKIPPED, "edited here since the last import")
    assert one(session).title == "Vorlesen, aber besser"


def test_what_the_export_does_not_speak_of_may_be_edited_here(session: Session, bring: Import) -> None:
    bring(offer(1))
    _edit(session, skills=("Geduld",), slots=("mon-morning",))
    assert outcomes(bring(offer(1, angebotsname="Vorlesen im Hort", bearbeitet=LATER))) == {"changed": 1}
    row = one(session)
    assert (row.title, row.skills, row.slots) == ("Vorlesen im Hort", ["Geduld"], ["mon-morning"])
    assert [category.position for category in row.categories] == [0], "the short layout has no categories"


@pytest.mark.parametrize(("act", "state"), [(pause, State.PAUSED), (close, State.CLOSED)])
def test_what_was_taken_down_here_stays_down(
    session: Session, bring: Import, act: Callable[[Session, int], None], state: State
) -> None:
    bring(offer(1))
    act(session, one(session).id)
    session.commit()
    assert outcomes(bring(offer(1, anzahl_gesuche="9"))) == {"skipped": 1}
    assert one(session).state is state


def test_what_was_archived_here_stays_there(session: Session, bring: Import) -> None:
    bring(offer(1, kontaktierbar="0"))
    archive(session, one(session).id)
    session.commit()
    reports: list[RowReport] = []
    bring(offer(1), reports=reports)
    assert (reports[0].outcome, reports[0].reason) == (Outcome.SKIPPED, "archived here")


def test_what_ran_out_comes_back_when_the_agency_stands_by_it(session: Session, bring: Import) -> None:
    bring(offer(1))
    with stopped(now() + LASTS + timedelta(days=1)):
        assert close_expired(session) == 1
        session.commit()
        assert outcomes(bring(offer(1))) == {"unchanged": 1}
        assert one(session).state is State.CLOSED
        assert outcomes(bring(offer(1, bearbeitet=LATER))) == {"changed": 1}
        row = one(session)
        assert row.state is State.PUBLISHED
        assert row.expires_at is not None
        assert row.expires_at > now()


def test_organisations_follow_their_id(session: Session, bring: Import) -> None:
    bring(offer(1), offer(2, einrichtungs_id="", einrichtungsname="Lesewelt Bretten e. V."))
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1
    summary = bring(offer(1, einrichtungsname="Lesewelt Kraichgau"))
    assert summary.organisations == {Outcome.CHANGED: 1}
    row = one(session)
    assert row.organisation.name == "Lesewelt Kraichgau"
    entry = find_entry(session, row.id)
    assert entry is not None
    assert entry.organisation_name == "Lesewelt Kraichgau"


def test_two_organisations_may_share_a_name(session: Session, bring: Import) -> None:
    bring(offer(1), offer(2, einrichtungs_id="999"))
    assert session.scalar(select(func.count()).select_from(Organisation)) == 2


def test_an_organisation_edited_here_is_left_alone(session: Session, bring: Import) -> None:
    bring(offer(1))
    organisation = session.scalars(select(Organisation)).one()
    update_organisation(session, organisation.id, OrganisationValues(name="Unser eigener Name"))
    session.commit()
    reports: list[RowReport] = []
    bring(offer(1, einrichtungsname="Lesewelt Kraichgau"), reports=reports)
    assert reports[0].notes == ("organisation left as it is: edited here",)
    assert session.scalars(select(Organisation.name)).all() == ["Unser eigener Name"]


def test_a_verified_organisation_of_that_name_is_joined(session: Session, bring: Import) -> None:
    own = make_organisation(session, "Lesewelt Bretten e. V.", email="wir@lesewelt.example")
    make_organisation(session, "Tierhilfe", verification=Verification.PENDING)
    bring(offer(1), offer(2, einrichtungsname="Tierhilfe", einrichtungs_id="7"))
    assert one(session).organisation_id == own.id
    names = session.scalars(select(Organisation.name).order_by(Organisation.id)).all()
    assert names == ["Lesewelt Bretten e. V.", "Tierhilfe", "Tierhilfe"], "a name alone proves nothing"


def test_offers_of_an_organisation_turned_down_here_are_skipped(session: Session, bring: Import) -> None:
    bring(offer(1))
    session.scalars(select(Organisation)).one().verification = Verification.REJECTED
    session.commit()
    reports: list[RowReport] = []
    bring(offer(1), offer(2), reports=reports)
    assert {report.reason for report in reports} == {"its organisation was turned down or suspended here"}


@pytest.mark.parametrize(
    "text",
    [
        HEAD + offer(1) + "<angebot",
        HEAD + "".join(offer(number) for number in range(2 * BATCH)) + "</falsch>",
        table([{"_angebotsId": str(number)} for number in range(2 * BATCH)]) + '1;"',
    ],
)
def test_a_broken_file_imports_nothing(session: Session, tmp_path: Path, text: str) -> None:
    (tmp_path / "export").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenFileError):
        run_import(session, tmp_path / "export", own_tenant(session))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Organisation)) == 0
    assert session.scalar(select(func.count()).select_from(Opportunity)) == 0


def test_more_rows_than_a_batch(session: Session, bring: Import) -> None:
    offers = [offer(number, angebotsname=f"Vorlesen {number}") for number in range(1, 2 * BATCH + 2)]
    assert outcomes(bring(*offers, offers[0])) == {"new": 2 * BATCH + 1, "skipped": 1}
    assert session.scalar(select(func.count()).select_from(CatalogueEntry)) == 2 * BATCH + 1


def test_a_trial_keeps_nothing(session: Session) -> None:
    summary = run_import(session, FOLDER / "short.xml", own_tenant(session))
    session.rollback()
    assert summary.outcomes[Outcome.NEW] == 3
    assert session.scalar(select(func.count()).select_from(Opportunity)) == 0
    assert session.scalar(select(func.count()).select_from(CatalogueEntry)) == 0


def test_another_tenant_keeps_its_own(session: Session, bring: Import, ettlingen: int) -> None:
    with Session(db.engine) as plain, plain.begin():
        assert plain.scalar(select(func.count()).select_from(CatalogueEntry)) == 0
    bring(offer(1))
    session.close()
    session.info.clear()
    open_for_tenant(session, ettlingen)
    assert session.scalar(select(func.count()).select_from(Opportunity)) == 0
    assert outcomes(bring(offer(1, angebotsname="Vorlesen in Ettlingen", ort="Ettlingen"))) == {"new": 1}
    assert session.scalars(select(Opportunity.title)).all() == ["Vorlesen in Ettlingen"]
    titles = session.execute(select(CatalogueEntry.tenant_id, CatalogueEntry.title)).all()
    assert len(titles) == 2


def test_one_import_at_a_time(session: Session) -> None:
    tenant = own_tenant(session)
    with db.engine.connect() as other:
        other.execute(select(func.pg_advisory_xact_lock(LOCK, tenant.id)))
        with pytest.raises(ConflictError, match="Another import"):
            run_import(session, FOLDER / "short.xml", tenant)


def test_the_same_offer_published_here_first_is_edited(session: Session, bring: Import) -> None:
    bring(offer(1, beschreibung=""))
    _edit(
        session, description="Wir haben selbst etwas geschrieben, das lang genug ist, um zu gefallen.", summary="Kurz"
    )
    publish(session, one(session).id)
    session.commit()
    assert outcomes(bring(offer(1))) == {"skipped": 1}


def _edit(session: Session, **fields: object) -> None:
    """Do what a club does in the form."""
    info = find_opportunity(session, one(session).id)
    assert info is not None
    said: dict[str, object] = {name: getattr(info, name) for name in type(info.values()).__dataclass_fields__}
    categories = tuple(session.scalars(select(Category.id).where(Category.position == 0)))
    complete = {"category_ids": categories} | fields
    update_opportunity(session, info.id, type(info.values())(**(said | complete)))
    session.commit()


def _everything(session: Session) -> list[object]:
    tables = (Opportunity.__table__, Organisation.__table__, CatalogueEntry.__table__)
    return [[tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))] for table in tables]


def test_what_was_merged_here_is_found_in_the_entry_that_stays(session: Session, bring: Import) -> None:
    bring(offer(1))
    imported = session.scalars(select(Organisation)).one()
    stays = make_organisation(session, "Lesewelt in Bretten")
    merge(session, make_postbox(session), stays.id, imported.id, set())
    session.commit()
    assert outcomes(bring(offer(1))) == {"unchanged": 1}
    assert outcomes(bring(offer(1, angebotsname="Vorlesen am Nachmittag", bearbeitet=LATER), offer(2))) == {
        "changed": 1,
        "new": 1,
    }
    assert {row.organisation_id for row in session.scalars(select(Opportunity))} == {stays.id}


def test_a_suspended_organisation_gets_nothing_new(session: Session, bring: Import) -> None:
    bring(offer(1))
    suspend(session, make_postbox(session), session.scalars(select(Organisation.id)).one(), "Prüfung")
    session.commit()
    reports: list[RowReport] = []
    assert outcomes(bring(offer(1), offer(2), reports=reports)) == {"skipped": 2}
    assert reports[0].reason == "its organisation was turned down or suspended here"
    assert session.scalar(select(func.count()).select_from(CatalogueEntry)) == 0
