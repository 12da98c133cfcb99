"""Two towns agree and end it, each in its own scope; a third one learns nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import URL, select, text
from sqlalchemy.orm import Session

from engagement.accounts.queries import staff_who_may
from engagement.catalogue.queries import SearchQuery, search
from engagement.kernel import migration
from engagement.kernel.audit import AuditRecord
from engagement.kernel.db import db
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.permissions import Permission, Role
from engagement.mail.models import OutgoingMail
from engagement.neighbours.policy import Relation
from engagement.neighbours.queries import agreed_towns, neighbours, search_towns
from engagement.neighbours.service import agree, refuse, tell
from tests.factories.catalogue import make_entry
from tests.factories.mails import make_postbox
from tests.factories.neighbours import at_work_in, let_agree, let_refuse, switch_off
from tests.factories.people import make_account
from tests.factories.synthetic import fill_catalogue
from tests.factories.tenants import make_tenant
from tests.support.statements import watched

Seen = Callable[[int], list[str]]


@pytest.fixture
def third(app: Flask) -> int:
    """A town that has nothing to do with it."""
    with app.app_context():
        return make_tenant("baden-baden", "Baden-Baden", commit=True)


@pytest.fixture
def shown(app: Flask) -> Seen:
    """Says whose offers a town may show."""

    def look(tenant_id: int) -> list[str]:
        with at_work_in(app, tenant_id) as session:
            return [town.slug for town in agreed_towns(session)]

    return look


def relations(app: Flask, tenant_id: int) -> dict[str, Relation]:
    with at_work_in(app, tenant_id) as session:
        return {one.town.slug: one.relation for one in neighbours(session)}


def test_it_takes_both_and_ends_with_either(app: Flask, bretten: int, ettlingen: int, third: int, shown: Seen) -> None:
    assert shown(bretten) == shown(ettlingen) == []
    assert let_agree(app, bretten, "ettlingen", "Hallo") is Relation.WE_ASKED
    assert shown(bretten) == shown(ettlingen) == []
    assert let_agree(app, ettlingen, "bretten") is Relation.AGREED
    assert (shown(bretten), shown(ettlingen), shown(third)) == (["ettlingen"], ["bretten"], [])
    let_refuse(app, ettlingen, "bretten")
    assert shown(bretten) == shown(ettlingen) == []
    assert relations(app, bretten) == {"ettlingen": Relation.THEY_REFUSED}
    assert let_agree(app, ettlingen, "bretten") is Relation.WE_ASKED, "the other side has to agree anew"
    assert shown(bretten) == shown(ettlingen) == []
    let_agree(app, bretten, "ettlingen")
    assert shown(bretten) == ["ettlingen"]


def test_a_third_town_sees_nothing_of_it(app: Flask, bretten: int, ettlingen: int, third: int) -> None:
    let_agree(app, bretten, "ettlingen", "Nur für Ettlingen")
    assert relations(app, third) == {}
    with at_work_in(app, third) as session:
        assert session.execute(text("SELECT count(*) FROM neighbour_consent")).scalar() == 0
    with at_work_in(app, ettlingen) as session:
        (asked,) = neighbours(session)
        assert (asked.relation, asked.note) == (Relation.THEY_ASK, "Nur für Ettlingen")


@pytest.mark.parametrize("who", ["bretten", "ettlingen"])
def test_switched_off_on_either_side_nothing_is_shown_there(
    app: Flask, bretten: int, ettlingen: int, shown: Seen, who: str
) -> None:
    let_agree(app, bretten, "ettlingen")
    let_agree(app, ettlingen, "bretten")
    switch_off(app, {"bretten": bretten, "ettlingen": ettlingen}[who])
    assert shown({"bretten": ettlingen, "ettlingen": bretten}[who]) == []


def test_what_cannot_be_done_is_refused(session: Session, ettlingen: int) -> None:
    for wrong in ("bretten", "nirgendwo", ""):
        with pytest.raises(NotFoundError):
            agree(session, wrong)
        with pytest.raises(NotFoundError):
            refuse(session, wrong)
    with pytest.raises(ConflictError):
        refuse(session, "ettlingen")
    agree(session, "ettlingen")
    with pytest.raises(ConflictError):
        agree(session, "ettlingen")


def test_each_side_has_its_own_deeds_in_its_audit_trail(app: Flask, bretten: int, ettlingen: int) -> None:
    let_agree(app, bretten, "ettlingen", "Hallo")
    let_agree(app, ettlingen, "bretten")
    let_refuse(app, bretten, "ettlingen")
    for tenant_id, other, deeds in (
        (bretten, ettlingen, ["neighbour.agree", "neighbour.refuse"]),
        (ettlingen, bretten, ["neighbour.agree"]),
    ):
        with at_work_in(app, tenant_id) as session:
            records = session.scalars(
                select(AuditRecord).where(AuditRecord.action.startswith("neighbour.")).order_by(AuditRecord.id)
            ).all()
            assert [record.action for record in records] == deeds
            assert {record.subject_id for record in records} == {other}


class TestTelling:
    @pytest.fixture(autouse=True)
    def staff(self, app: Flask, ettlingen: int) -> None:
        with at_work_in(app, ettlingen) as session:
            make_account(session, email="chefin@ettlingen.example", staff=Role.ADMIN)
            make_account(session, email="team@ettlingen.example", staff=Role.MODERATOR)

    def told(self, app: Flask, ettlingen: int) -> list[OutgoingMail]:
        """Run what was queued for Ettlingen, as the worker would, and return its mails."""
        with at_work_in(app, ettlingen) as session:
            jobs = session.execute(
                text("SELECT args FROM procrastinate_jobs WHERE task_name = 'neighbours.tell' ORDER BY id")
            ).scalars()
            for job in jobs.all():
                if job["tenant_id"] == ettlingen:
                    tell(session, make_postbox(session), job["row_id"])
            return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))

    def test_those_who_decide_get_the_request_with_its_note(self, app: Flask, bretten: int, ettlingen: int) -> None:
        let_agree(app, bretten, "ettlingen", "Rufen Sie gern an.")
        (mail,) = self.told(app, ettlingen)
        assert mail.to_address == "chefin@ettlingen.example"
        assert (mail.kind, mail.subject) == ("neighbour-asks", "Bretten möchte Angebote gemeinsam mit Ihnen zeigen")
        assert "Rufen Sie gern an." in mail.text
        assert "/verwaltung/nachbarn" in mail.text

    def test_they_are_told_how_things_stand_now(self, app: Flask, bretten: int, ettlingen: int) -> None:
        let_agree(app, bretten, "ettlingen")
        let_refuse(app, bretten, "ettlingen")
        assert self.told(app, ettlingen) == [], "a request that was withdrawn before anybody heard of it"

    def test_an_end_is_told(self, app: Flask, bretten: int, ettlingen: int) -> None:
        let_agree(app, ettlingen, "bretten")
        let_agree(app, bretten, "ettlingen")
        let_refuse(app, bretten, "ettlingen")
        assert {mail.kind for mail in self.told(app, ettlingen)} == {"neighbour-refuses"}

    def test_nobody_is_told_of_what_was_said_to_somebody_else(
        self, app: Flask, bretten: int, ettlingen: int, third: int
    ) -> None:
        let_agree(app, bretten, "baden-baden")
        with at_work_in(app, bretten) as session:
            consent = session.execute(text("SELECT id FROM neighbour_consent")).scalar_one()
        with at_work_in(app, ettlingen) as session:
            assert tell(session, make_postbox(session), consent) == 0

    def test_only_roles_that_carry_it_decide(self, app: Flask, ettlingen: int) -> None:
        with at_work_in(app, ettlingen) as session:
            people = staff_who_may(session, Permission.TENANT_NEIGHBOUR_MANAGE)
            assert [person.email for person in people] == ["chefin@ettlingen.example"]
            assert len(staff_who_may(session, Permission.TENANT_FIGURES_READ)) == 2


def test_towns_are_found_by_part_of_their_name(session: Session, ettlingen: int, third: int) -> None:
    assert [town.name for town in search_towns(session, "lingen")] == ["Ettlingen"]
    assert [town.host for town in search_towns(session, "BADEN")] == ["baden-baden.localhost"]
    assert search_towns(session, "Bretten") == search_towns(session, "%") == []


class TestSearch:
    @pytest.fixture(autouse=True)
    def offers(self, app: Flask, bretten: int, ettlingen: int, third: int) -> None:
        for tenant_id, name, number in ((bretten, "Bretten", 7), (ettlingen, "Ettlingen", 7), (third, "Baden", 8)):
            with at_work_in(app, tenant_id) as session:
                make_entry(
                    session,
                    opportunity_id=number,
                    title=f"Orgel {name}",
                    category_ids=(number,),
                    category_slugs=("musik",),
                    target_group_slugs=("alle",),
                    latitude=49.0,
                    longitude=8.5,
                )

    @pytest.mark.parametrize(
        "query",
        [{}, {"text": "orgel"}, {"text": "orgle"}, {"category_slugs": ("musik",)}, {"target_group_slugs": ("alle",)}],
    )
    def test_only_the_towns_that_are_named_are_searched(
        self, session: Session, ettlingen: int, query: dict[str, object]
    ) -> None:
        alone = search(session, SearchQuery(**query))
        assert [card.title for card in alone.cards] == ["Orgel Bretten"]
        both = search(session, SearchQuery(**query, also_tenants=(ettlingen,)))
        assert {(card.title, card.tenant_id == ettlingen) for card in both.cards} == {
            ("Orgel Bretten", False),
            ("Orgel Ettlingen", True),
        }
        assert (alone.total, both.total) == (1, 2)

    def test_words_of_a_town_are_not_looked_for_in_another(self, app: Flask, session: Session, ettlingen: int) -> None:
        with at_work_in(app, ettlingen) as abroad:
            make_entry(abroad, opportunity_id=99, title="Schlossfestspiele")
        assert search(session, SearchQuery(text="schloss")).total == 0
        assert search(session, SearchQuery(text="schloss", also_tenants=(ettlingen,))).total == 1

    def test_five_towns_take_as_many_statements_as_one(self, app: Flask, session: Session, ettlingen: int) -> None:
        towns = []
        for number in range(5):
            with app.app_context():
                towns.append(make_tenant(f"ort-{number}", f"Ort {number}", commit=True))
        search(session, SearchQuery(text="orgel"))
        counts = []
        for also in ((ettlingen,), (ettlingen, *towns)):
            with watched(db.engine) as seen:
                search(session, SearchQuery(text="orgel", also_tenants=also))
            counts.append(len(seen))
        assert counts[0] == counts[1] == 5


def test_the_indexes_serve_several_towns(app: Flask, session: Session, ettlingen: int, database_url: URL) -> None:
    fill_catalogue(session, 3000)
    with at_work_in(app, ettlingen) as abroad:
        fill_catalogue(abroad, 3000, seed=2)
    with migration.owner_connection(database_url) as owner:
        owner.execution_options(isolation_level="AUTOCOMMIT")
        owner.execute(text("VACUUM ANALYZE catalogue_entry, catalogue_stem, catalogue_posting"))
    with watched(db.engine) as statements:
        assert search(session, SearchQuery(text="Orgelführung", also_tenants=(ettlingen,))).total
    plans = statements.plans(session.connection())
    assert sum(plan.count("ix_catalogue_stem_trigrams") == 2 for plan in plans) == 1
    assert sum("pk_catalogue_posting" in plan for plan in plans) == 1
