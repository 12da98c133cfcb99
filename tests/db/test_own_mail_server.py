"""A tenant's own mail server is kept with a sealed password, also while keys change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import URL, select, text
from sqlalchemy.orm import Session

from engagement.jobs.upkeep import do_chores
from engagement.kernel.audit import HIDDEN, AuditRecord
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import InvalidInputError
from engagement.kernel.sealing import Sealer
from engagement.kernel.settings import Settings
from engagement.mail.delivery import Result, deliver
from engagement.mail.models import MailAccount, MailState
from engagement.mail.own_server import OwnServer, drop_own_server, keep_own_server, note_outcome, server_for
from engagement.mail.queries import own_server
from engagement.mail.server import LineSecurity
from tests.factories.mails import make_mail
from tests.support.jobs import runtime
from tests.support.mailserver import PASSWORD, free_port
from tests.support.own_mail import LOOPBACK, SEALER, at, keep, server


class TestKeeping:
    @pytest.mark.parametrize("port", [0, -1, 65536])
    def test_in_opened_networks_too_a_port_has_to_be_one(self, session: Session, port: int) -> None:
        with pytest.raises(InvalidInputError) as refused:
            keep(session, at(port))
        assert list(refused.value.problems) == ["port"]

    def test_the_password_is_in_no_column_and_no_record(self, session: Session) -> None:
        keep(session, at(587))
        session.flush()
        whole = session.execute(text("SELECT mail_account::text, encode(sealed_password, 'escape') FROM mail_account"))
        assert PASSWORD not in str(whole.all())
        (noted,) = session.scalars(select(AuditRecord).where(AuditRecord.action == "mail.change_server"))
        assert (noted.after or {})["password"] == HIDDEN
        assert PASSWORD not in f"{noted.before} {noted.after}"

    def test_the_password_is_in_no_line_of_a_log(self, session: Session, settings: Settings) -> None:
        keep(session, at(587))
        assert PASSWORD not in repr(server(session, settings))
        assert PASSWORD not in repr(own_server(session))
        assert PASSWORD not in repr(at(587))

    def test_a_known_password_stays_when_nothing_else_changes(self, session: Session, settings: Settings) -> None:
        keep(session, at(587))
        keep(session, at(587, password=None))
        assert server(session, settings).password == PASSWORD

    @pytest.mark.parametrize(
        "change",
        [{"host": "127.0.0.2"}, {"port": 2525}, {"security": LineSecurity.NONE}, {"login": "other"}],
    )
    def test_a_known_password_goes_to_no_other_place(self, session: Session, change: dict[str, object]) -> None:
        """Otherwise one administrator could read what another one has typed, by naming a server of their own."""
        keep(session, at(587))
        with pytest.raises(InvalidInputError) as caught:
            keep(session, at(587, password=None, **change))
        assert set(caught.value.problems) == {"password"}

    def test_without_a_login_no_password_is_kept(self, session: Session) -> None:
        keep(session, at(587))
        keep(session, at(587, login="", password=None))
        found = own_server(session)
        assert found is not None
        assert not found.has_password

    def test_dropping_it_deletes_the_password(self, session: Session, settings: Settings) -> None:
        keep(session, at(587))
        drop_own_server(session)
        drop_own_server(session)
        assert session.scalars(select(MailAccount)).all() == []
        assert server(session, settings).host == settings.smtp_host
        assert not server(session, settings).is_tenants

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [
            (at(587, host="mail server"), "host"),
            (at(587, host="https://mail.example"), "host"),
            (at(587, host=""), "host"),
            (at(22), "port"),
            (at(587, "none", host="mail.example.org"), "security"),
            (at(587, password=None), "password"),
        ],
    )
    def test_what_cannot_be_right_is_refused(self, session: Session, wanted: OwnServer, field: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            keep_own_server(session, SEALER, wanted)
        assert set(caught.value.problems) == {field}

    def test_another_town_cannot_open_it(self, app: Flask, session: Session, bretten: int, ettlingen: int) -> None:
        """Somebody with the database in hand copies the sealed password into their own town's row."""
        keep(session, at(587))
        sealed = session.scalar(select(MailAccount.sealed_password))
        session.commit()
        with app.app_context():
            abroad = current_session()
            open_for_tenant(abroad, ettlingen)
            keep(abroad, at(587, password="x"))
            abroad.execute(text("UPDATE mail_account SET sealed_password = :sealed"), {"sealed": sealed})
            abroad.expire_all()
            found = server(abroad, app.extensions["engagement"].settings)
            assert found.password is None
            assert "cannot be read" in found.problem


class TestKeys:
    def test_a_former_key_opens_and_the_present_one_takes_over(self, session: Session, settings: Settings) -> None:
        keep(session, at(587))
        changed = Sealer("n" * 40, ("s" * 40,))
        assert server(session, settings, changed).password == PASSWORD
        assert server(session, settings, Sealer("n" * 40)).password == PASSWORD

    def test_a_lost_key_loses_no_mail(self, session: Session, settings: Settings) -> None:
        keep(session, at(587))
        found = server(session, settings, Sealer("n" * 40))
        mail = make_mail(session)
        outcome = deliver(session, found, mail.id)
        note_outcome(session, found, outcome)
        assert (outcome.result, mail.state) == (Result.LATER, MailState.QUEUED)
        info = own_server(session)
        assert info is not None
        assert "enter it again" in info.last_error

    def test_upkeep_does_it_for_towns_that_send_no_mail(
        self, app: Flask, session: Session, settings: Settings, database_url: URL
    ) -> None:
        key = settings.secret_key
        former = settings.model_copy(update={"secret_key": SecretStr("f" * 40)})
        keep_own_server(session, Sealer.from_settings(former), at(587), networks=LOOPBACK)
        session.commit()
        rotated = settings.model_copy(update={"previous_secret_keys": (SecretStr("f" * 40),)})
        do_chores(replace(runtime(app, free_port()), settings=rotated))
        session.expire_all()
        assert server(session, settings, Sealer(key.get_secret_value())).password == PASSWORD


def test_previous_keys_come_from_the_settings(session: Session, settings: Settings) -> None:
    keep(session, at(587))
    rotated = settings.model_copy(
        update={"secret_key": SecretStr("n" * 40), "previous_secret_keys": (SecretStr("s" * 40),)}
    )
    assert server_for(session, rotated, Sealer.from_settings(rotated)).password == PASSWORD
