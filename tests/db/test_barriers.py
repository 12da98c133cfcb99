"""Reported barriers: mailed, answered, forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.permissions import Role
from engagement.legal import queries
from engagement.legal.barriers import Barrier, close_barrier, forget_closed_barriers, report_barrier
from engagement.legal.facts import Facts
from engagement.legal.kinds import BarrierState
from engagement.legal.service import set_facts
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.people import make_account
from tests.support.rows import AT

BARRIER = Barrier("Ich komme nicht an den Knopf.", "/angebote", "gisela@example.org", "en")


def test_it_is_kept_and_mailed_to_the_address_of_the_statement(session: Session) -> None:
    set_facts(session, Facts(email="barrierefrei@bretten.example"))
    report_id = report_barrier(session, make_postbox(session), BARRIER)
    found = queries.find_barrier_report(session, report_id)
    assert found is not None
    assert (found.state, found.message, found.place) == (BarrierState.NEW, BARRIER.message, "/angebote")
    (mail,) = mails(session, "barrier-reported")
    assert (mail.to_address, mail.reply_to) == ("barrierefrei@bretten.example", "gisela@example.org")
    assert "Ich komme nicht an den Knopf." in mail.text
    assert "http://bretten.localhost:8000/angebote" in mail.text
    assert f"/verwaltung/barrieren/{report_id}" in mail.text


def test_without_any_address_the_staff_gets_it(session: Session) -> None:
    post = make_postbox(session)
    make_account(session, email="admin@bretten.example", staff=Role.ADMIN)
    silent = type(post)(type(post.tenant)(**{**vars(post.tenant), "contact_email": ""}), post.links, "x@y.example",
                        post.signer)  # fmt: skip
    report_barrier(session, silent, Barrier("Zu klein"))
    assert [mail.to_address for mail in mails(session)] == ["admin@bretten.example"]


def test_an_answer_goes_out_in_the_language_of_the_person_once(session: Session) -> None:
    post = make_postbox(session)
    report_id = report_barrier(session, post, BARRIER)
    with pytest.raises(InvalidInputError):
        close_barrier(session, post, report_id, "  ")
    close_barrier(session, post, report_id, "Das ist behoben.\n\nVielen Dank.")
    (mail,) = mails(session, "barrier-answered")
    assert (mail.to_address, mail.language) == ("gisela@example.org", "en")
    assert "Das ist behoben." in mail.text
    assert "/barrierefreiheit" in mail.text
    with pytest.raises(ConflictError):
        close_barrier(session, post, report_id, "Noch einmal")
    with pytest.raises(NotFoundError):
        close_barrier(session, post, report_id + 1, "x")


def test_without_an_address_it_is_closed_without_a_mail(session: Session) -> None:
    post = make_postbox(session)
    report_id = report_barrier(session, post, Barrier("Zu klein"))
    close_barrier(session, post, report_id, "")
    assert mails(session, "barrier-answered") == []
    assert queries.count_barrier_reports(session) == {BarrierState.NEW: 0, BarrierState.CLOSED: 1}


def test_what_waits_comes_first(session: Session) -> None:
    post = make_postbox(session)
    old, answered, young = (report_barrier(session, post, Barrier(text)) for text in ("a", "b", "c"))
    close_barrier(session, post, answered, "")
    assert [found.id for found in queries.barrier_reports(session)] == [old, young, answered]
    assert [found.id for found in queries.barrier_reports(session, BarrierState.NEW)] == [old, young]


def test_a_year_after_the_answer_it_is_forgotten_and_what_waits_is_not(session: Session) -> None:
    post = make_postbox(session)
    with stopped(AT):
        report_barrier(session, post, Barrier("wartet"))
        old = report_barrier(session, post, Barrier("alt"))
    with stopped(now() - timedelta(days=366)):
        close_barrier(session, post, old, "")
    young = report_barrier(session, post, Barrier("jung"))
    close_barrier(session, post, young, "")
    assert forget_closed_barriers(session) == 1
    assert [found.message for found in queries.barrier_reports(session)] == ["wartet", "jung"]
