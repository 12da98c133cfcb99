"""Operators, their entries and deeds: what the database lets whom see and change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from engagement.jobs.upkeep import do_chores
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.database import WEB_OPTIONS, engine_url
from engagement.kernel.db import open_for_installation
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.operators import queries, service
from engagement.operators.entries import allow_entry, end_entry, note_expired
from engagement.operators.models import Operator
from engagement.operators.second_factor import code_at
from engagement.operators.sign_in import end_sessions, enter
from engagement.tenancy.overview import count_history, tenant_history
from engagement.tenancy.queries import tenant_by_slug
from tests.factories.operators import PASSWORD, REASON, entry_of, make_entry, make_operator
from tests.support.jobs import runtime


@pytest.fixture
def desk(open_session: Session) -> Session:
    """A session open for the installation."""
    open_for_installation(open_session, "test")
    return open_session


@pytest.fixture
def web(app: Flask, database_url: URL) -> Iterator[Engine]:
    engine = create_engine(engine_url(database_url), connect_args={"options": WEB_OPTIONS})
    yield engine
    engine.dispose()


def leavings(session: Session) -> list[AuditRecord]:
    """Return the records of operators who are inside no more."""
    return list(session.scalars(select(AuditRecord).where(AuditRecord.action == "operator.leave")))


def within(engine: Engine, tenant_id: int | str, statement: str) -> list[object]:
    """Run a statement as the web role within a tenant, "" for the installation."""
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(tenant_id)})
        result = connection.execute(text(statement))
        return list(result.scalars()) if result.returns_rows else [result.rowcount]


class TestWalls:
    def test_a_tenant_sees_no_operator(self, app: Flask, bretten: int, web: Engine) -> None:
        make_operator(app)
        assert within(web, bretten, "SELECT email FROM operator") == []
        assert within(web, bretten, "UPDATE operator SET disabled_at = now()") == [0]
        assert len(within(web, "", "SELECT email FROM operator")) == 1

    def test_a_tenant_sees_the_entries_into_itself(self, app: Flask, bretten: int, ettlingen: int, web: Engine) -> None:
        operator = make_operator(app)
        here, there = make_entry(app, operator, bretten), make_entry(app, operator, ettlingen)
        assert within(web, bretten, "SELECT id FROM operator_entry") == [here]
        assert within(web, ettlingen, "SELECT id FROM operator_entry") == [there]
        assert within(web, bretten, f"UPDATE operator_entry SET ended_at = now() WHERE id = {there}") == [0]

    def test_a_tenant_can_neither_make_nor_lengthen_an_entry(self, app: Flask, bretten: int, web: Engine) -> None:
        operator = make_operator(app)
        make_entry(app, operator, bretten)
        with pytest.raises(ProgrammingError, match="row-level security"):
            within(
                web,
                bretten,
                "INSERT INTO operator_entry (operator_id, operator_name, tenant_id, reason, created_at, until) "
                f"VALUES ({operator.id}, 'x', {bretten}, 'xxxxxxxxxx', now(), now() + interval '1 year')",
            )
        for change in ("until = until + interval '1 day'", "tenant_id = 0", "operator_name = 'Somebody else'"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                within(web, bretten, f"UPDATE operator_entry SET {change}")


class TestSigningIn:
    def test_all_three_have_to_fit(self, app: Flask, desk: Session) -> None:
        operator, sealer = make_operator(app), app.extensions["engagement"].sealer
        with stopped(now() + timedelta(minutes=1)):
            code = code_at(operator.secret, now())
            assert enter(desk, sealer, operator.email, "something else entirely", code) is None
            assert enter(desk, sealer, operator.email, PASSWORD, "000000") is None
            assert enter(desk, sealer, "nobody@example.org", PASSWORD, code) is None
            found = enter(desk, sealer, f" {operator.email.upper()}", PASSWORD, code)
            assert found is not None
            assert found.id == operator.id
            assert enter(desk, sealer, operator.email, PASSWORD, code) is None, "the same code a second time"

    def test_the_code_of_the_set_up_does_not_sign_in(self, app: Flask, desk: Session) -> None:
        operator, sealer = make_operator(app), app.extensions["engagement"].sealer
        used = code_at(operator.secret, now())
        assert enter(desk, sealer, operator.email, PASSWORD, used) is None

    def test_one_who_is_not_set_up_or_switched_off_is_not_let_in(self, app: Flask, desk: Session) -> None:
        sealer = app.extensions["engagement"].sealer
        fresh, gone = make_operator(app, set_up=False), make_operator(app)
        service.disable_operator(desk, gone.id)
        with stopped(now() + timedelta(minutes=1)):
            for operator in (fresh, gone):
                assert enter(desk, sealer, operator.email, PASSWORD, code_at(operator.secret, now())) is None

    def test_signing_out_ends_every_session(self, app: Flask, desk: Session) -> None:
        operator = make_operator(app)
        end_sessions(desk, operator.id)
        found = queries.find_operator(desk, operator.id)
        assert found is not None
        assert found.session_version == operator.session_version + 1

    def test_secrets_are_not_kept_in_the_clear(self, app: Flask, desk: Session) -> None:
        operator = make_operator(app)
        row = desk.scalars(select(Operator)).one()
        assert PASSWORD not in (row.password_hash or "")
        assert (row.password_hash or "").startswith("$argon2id$")
        assert operator.secret.hex().encode() not in row.sealed_secret
        assert all(PASSWORD not in str(one.details) for one in tenant_history(desk))


class TestSettingUp:
    def test_a_link_works_once_and_for_a_day(self, app: Flask, desk: Session) -> None:
        kit, operator = app.extensions["engagement"], make_operator(app)
        token = service.new_set_up_link(desk, kit.signer, operator.id).rpartition("/")[2]
        with stopped(now() + timedelta(hours=25)), pytest.raises(NotFoundError):
            service.look_at_set_up(desk, kit.signer, kit.sealer, token)
        with stopped(now() + timedelta(minutes=5)):
            code = code_at(operator.secret, now())
            service.finish_set_up(desk, kit.signer, kit.sealer, token, password=PASSWORD, code=code)
        with pytest.raises(NotFoundError):
            service.look_at_set_up(desk, kit.signer, kit.sealer, token)

    def test_a_newer_link_takes_the_place_of_an_older_one(self, app: Flask, desk: Session) -> None:
        kit, operator = app.extensions["engagement"], make_operator(app, set_up=False)
        older = service.new_set_up_link(desk, kit.signer, operator.id).rpartition("/")[2]
        newer = service.new_set_up_link(desk, kit.signer, operator.id).rpartition("/")[2]
        with pytest.raises(NotFoundError):
            service.look_at_set_up(desk, kit.signer, kit.sealer, older)
        assert service.look_at_set_up(desk, kit.signer, kit.sealer, newer).email == operator.email

    def test_a_weak_password_and_a_wrong_code_are_both_named(self, app: Flask, desk: Session) -> None:
        kit, operator = app.extensions["engagement"], make_operator(app, set_up=False)
        token = service.new_set_up_link(desk, kit.signer, operator.id).rpartition("/")[2]
        with pytest.raises(InvalidInputError) as caught:
            service.finish_set_up(desk, kit.signer, kit.sealer, token, password="kurz", code="123")
        assert set(caught.value.problems) == {"password", "code"}

    def test_a_reset_takes_password_key_and_entries_away(self, app: Flask, desk: Session, bretten: int) -> None:
        kit, operator = app.extensions["engagement"], make_operator(app)
        entry_id = make_entry(app, operator, bretten)
        inside = service.reset_operator(desk, kit.sealer, operator.id)
        desk.commit()
        assert [entry.id for entry in inside] == [entry_id]
        assert entry_of(app, entry_id).is_over
        with stopped(now() + timedelta(minutes=1)):
            code = code_at(operator.secret, now())
            assert enter(desk, kit.sealer, operator.email, PASSWORD, code) is None

    def test_an_address_is_taken_once(self, app: Flask, desk: Session) -> None:
        kit, operator = app.extensions["engagement"], make_operator(app)
        with pytest.raises(ConflictError):
            service.create_operator(desk, kit.sealer, email=operator.email.upper(), name="x")


class TestEntries:
    @pytest.mark.parametrize(
        ("reason", "minutes", "field"),
        [
            ("zu kurz", 60, "reason"),
            ("   a         b   ", 60, "reason"),
            ("x" * 501, 60, "reason"),
            (REASON, 999, "minutes"),
        ],
    )
    def test_a_reason_and_an_offered_time_are_needed(
        self, app: Flask, desk: Session, bretten: int, reason: str, minutes: int, field: str
    ) -> None:
        operator, tenant = make_operator(app), tenant_by_slug(desk, "bretten")
        assert tenant is not None
        with pytest.raises(InvalidInputError) as caught:
            allow_entry(desk, operator.office, tenant, reason=reason, minutes=minutes)
        assert set(caught.value.problems) == {field}

    def test_it_is_open_from_its_beginning_to_its_end(self, app: Flask, bretten: int) -> None:
        operator = make_operator(app)
        waiting = entry_of(app, make_entry(app, operator, bretten, begun=False))
        assert not waiting.is_open
        inside = entry_of(app, make_entry(app, operator, bretten, minutes=15))
        assert inside.is_open
        with stopped(now() + timedelta(minutes=16)):
            assert inside.is_over
            assert not inside.is_open

    def test_the_record_says_who_did_what(self, app: Flask, desk: Session, bretten: int) -> None:
        operator = make_operator(app, "Ada Betrieb")
        make_entry(app, operator, bretten)
        deeds = [(one.operator_name, one.action) for one in tenant_history(desk)]
        assert deeds == [
            ("Ada Betrieb", "entry.allow"),
            ("Ada Betrieb", "operator.set_up"),
            (None, "operator.create"),
            (None, "tenant.create"),
        ]
        assert [one.action for one in tenant_history(desk, page=2, limit=3)] == ["tenant.create"]
        assert (count_history(desk), count_history(desk, bretten)) == (4, 2)

    def test_the_tenants_own_log_names_operator_and_reason(self, app: Flask, session: Session, bretten: int) -> None:
        make_entry(app, make_operator(app, "Ada Betrieb"), bretten)
        found = session.scalars(select(AuditRecord).where(AuditRecord.action == "operator.enter")).one()
        assert (found.actor_kind, found.operator_name, found.operator_reason) == ("operator", "Ada Betrieb", REASON)

    def test_an_entry_whose_time_is_over_is_noted_once(
        self, app: Flask, session: Session, bretten: int, ettlingen: int
    ) -> None:
        operator = make_operator(app, "Ada Betrieb")
        short = entry_of(app, make_entry(app, operator, bretten, minutes=15))
        make_entry(app, operator, bretten, minutes=60)
        make_entry(app, operator, bretten, begun=False, minutes=15)
        make_entry(app, operator, ettlingen, minutes=15)
        assert note_expired(session) == 0
        with stopped(now() + timedelta(minutes=16)):
            assert [note_expired(session), note_expired(session)] == [1, 0]
            assert not end_entry(session, short.id)
        assert [(one.subject_id, one.after["until"]) for one in leavings(session)] == [
            (short.id, short.until.isoformat())
        ]
        assert leavings(session)[0].operator_name == "Ada Betrieb"

    def test_one_that_was_left_before_is_not_noted_again(self, app: Flask, session: Session, bretten: int) -> None:
        entry_id = make_entry(app, make_operator(app), bretten, minutes=15)
        assert end_entry(session, entry_id)
        with stopped(now() + timedelta(minutes=16)):
            assert note_expired(session) == 0
        assert len(leavings(session)) == 1

    def test_upkeep_notes_it_also_of_an_operator_who_was_switched_off_meanwhile(
        self, app: Flask, session: Session, desk: Session, bretten: int
    ) -> None:
        operator = make_operator(app)
        make_entry(app, operator, bretten, minutes=15)
        with stopped(now() + timedelta(minutes=16)):
            assert service.disable_operator(desk, operator.id) == []
            desk.commit()
            do_chores(runtime(app, 1))
        assert len(leavings(session)) == 1

    def test_nothing_of_it_can_be_changed_from_inside_through_the_models(
        self, app: Flask, session: Session, bretten: int
    ) -> None:
        entry_id = make_entry(app, make_operator(app), bretten)
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(
                update(queries.OperatorEntry)
                .where(queries.OperatorEntry.id == entry_id)
                .values(until=now() + timedelta(days=1))
            )
