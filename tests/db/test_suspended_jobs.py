"""What the worker does for tenants that are suspended, resumed, or due to be deleted."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import URL, select

from engagement.jobs.upkeep import purge_due
from engagement.kernel.clock import now, stopped
from engagement.mail.delivery import give_up_on_forgotten
from engagement.mail.models import MailState, OutgoingMail
from engagement.tenancy import lifecycle
from engagement.tenancy.overview import find_tenant, tenant_history
from tests.db.test_tenant_lifecycle import let_the_wait_be_over, operating, working_for
from tests.factories.mails import make_mail
from tests.support.jobs import jobs, make_due, runtime, work_off
from tests.support.mailserver import mail_server


def test_mails_of_a_suspended_tenant_rest_and_go_out_when_it_is_resumed(
    app: Flask, bretten: int, ettlingen: int, database_url: URL
) -> None:
    for tenant_id in (bretten, ettlingen):
        with working_for(app, tenant_id) as session:
            make_mail(session)
    with operating(app) as session:
        lifecycle.suspend(session, bretten, "Rechnung offen")
    with mail_server() as (box, port):
        work_off(app, database_url, port)
        assert len(box.messages) == 1, "only the neighbour's"
        (job,) = jobs(database_url)
        assert (job["status"], job["args"]["tenant_id"]) == ("todo", bretten)
        assert timedelta(minutes=4) < job["scheduled_at"] - now() <= timedelta(minutes=5)
        with working_for(app, bretten) as session:
            assert session.execute(select(OutgoingMail.state, OutgoingMail.attempts)).all() == [(MailState.QUEUED, 0)]
        with operating(app) as session:
            lifecycle.resume(session, bretten)
        make_due(database_url)
        work_off(app, database_url, port)
        assert len(box.messages) == 2
    assert jobs(database_url) == []


def test_a_mail_that_waited_through_a_long_suspension_is_not_given_up(app: Flask, bretten: int) -> None:
    with stopped(now() - timedelta(days=40)), working_for(app, bretten) as session:
        make_mail(session)
    with operating(app) as session:
        lifecycle.suspend(session, bretten, "Rechnung offen")
        lifecycle.resume(session, bretten)
    with working_for(app, bretten) as session:
        assert give_up_on_forgotten(session) == 0
    with stopped(now() + timedelta(days=5)), working_for(app, bretten) as session:
        assert give_up_on_forgotten(session) == 1


def test_chores_leave_a_suspended_tenant_alone(app: Flask, bretten: int, ettlingen: int) -> None:
    with operating(app) as session:
        lifecycle.suspend(session, bretten, "Rechnung offen")
        lifecycle.request_deletion(session, ettlingen)
    assert runtime(app, 25).tenant_ids() == []


def test_the_worker_removes_those_whose_time_has_come(
    app: Flask, bretten: int, ettlingen: int, database_url: URL
) -> None:
    with operating(app) as session:
        for tenant_id in (bretten, ettlingen):
            lifecycle.request_deletion(session, tenant_id)
    let_the_wait_be_over(database_url, bretten)
    purge_due(runtime(app, 25))
    with operating(app) as session:
        assert find_tenant(session, bretten) is None
        assert find_tenant(session, ettlingen)
        (entry,) = tenant_history(session, bretten, limit=1)
        assert (entry.action, entry.actor_kind) == ("tenant.purge", "system")
    purge_due(runtime(app, 25))
