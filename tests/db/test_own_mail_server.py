"""A tenant's own mail server: kept with a sealed password, spoken to with care, and never the reason to lose a mail."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

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
from engagement.mail.own_server import (
    OwnServer,
    drop_own_server,
    keep_own_server,
    note_outcome,
    server_for,
    try_out,
)
from engagement.mail.queries import own_server
from engagement.mail.server import LineSecurity, MailServer, ServerProblemError, Stage
from tests.factories.mails import ANNA, Note, make_mail, make_postbox
from tests.support.jobs import runtime, work_off
from tests.support.mailserver import (
    LOGIN,
    PASSWORD,
    Mailbox,
    free_port,
    mail_server,
    make_certificate,
    only_known,
)

LOOPBACK = (ip_network("127.0.0.0/8"),)
SEALER = Sealer("s" * 40)
SAFE = {"authenticator": only_known, "auth_required": True}


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS, whose certificate for 127.0.0.1 is trusted here."""
    context, file = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


def at(number: int, security: str = "starttls", password: str | None = PASSWORD, **values: object) -> OwnServer:
    return replace(OwnServer("127.0.0.1", number, LineSecurity(security), LOGIN, password), **values)  # type: ignore[arg-type]


def keep(session: Session, wanted: OwnServer) -> None:
    keep_own_server(session, SEALER, wanted, networks=LOOPBACK)


def server(session: Session, settings: Settings, sealer: Sealer = SEALER) -> MailServer:
    changes = {"private_mail_networks": LOOPBACK, "smtp_timeout": 5.0}
    return server_for(session, settings.model_copy(update=changes), sealer)


def attempt(session: Session, settings: Settings) -> Result:
    found = server(session, settings)
    outcome = deliver(session, found, make_mail(session).id)
    note_outcome(session, found, outcome)
    return outcome.result


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


class TestSending:
    def test_with_starttls_and_a_login(self, session: Session, settings: Settings, trusted: ssl.SSLContext) -> None:
        with mail_server(tls_context=trusted, require_starttls=True, **SAFE) as (box, port):
            keep(session, at(port))
            assert attempt(session, settings) is Result.SENT
        assert len(box.messages) == 1
        info = own_server(session)
        assert info is not None
        assert info.proven_at

    def test_with_tls_from_the_first_byte(self, session: Session, settings: Settings, trusted: ssl.SSLContext) -> None:
        with mail_server(ssl_context=trusted, auth_require_tls=False, authenticator=only_known) as (box, port):
            keep(session, at(port, "tls"))
            assert attempt(session, settings) is Result.SENT
        assert len(box.messages) == 1

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_certificate_for_another_name_is_not_taken(
        self, session: Session, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
    ) -> None:
        context, file = make_certificate(tmp_path, "mail.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        how = {"ssl_context": context} if security == "tls" else {"tls_context": context}
        with mail_server(authenticator=only_known, **how) as (box, port):
            keep(session, at(port, security))
            assert attempt(session, settings) is Result.LATER
        assert box.messages == []
        info = own_server(session)
        assert info is not None
        assert "CERTIFICATE_VERIFY_FAILED" in info.last_error

    def test_the_worker_uses_it(
        self, app: Flask, session: Session, database_url: URL, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kit = app.extensions["engagement"]
        changed = kit.settings.model_copy(update={"private_mail_networks": LOOPBACK})
        monkeypatch.setitem(app.extensions, "engagement", replace(kit, settings=changed))
        with mail_server() as (own, port), mail_server() as (installation, other_port):
            keep_own_server(
                session,
                Sealer.from_settings(kit.settings),
                at(port, "none", login="", password=None),
                networks=LOOPBACK,
            )
            make_mail(session)
            session.commit()
            work_off(app, database_url, other_port)
        assert (len(own.messages), len(installation.messages)) == (1, 0)


class TestFailing:
    """No mail is lost, and the municipality learns that it is the settings."""

    def test_a_wrong_password(self, session: Session, settings: Settings, trusted: ssl.SSLContext) -> None:
        with mail_server(tls_context=trusted, **SAFE) as (box, port):
            keep(session, at(port, password="falsch"))
            assert attempt(session, settings) is Result.LATER
            first = own_server(session)
            assert attempt(session, settings) is Result.LATER
            second = own_server(session)
            assert first is not None
            assert second is not None
            assert first.failing_since == second.failing_since is not None
            assert "535" in second.last_error
            keep(session, at(port))
            assert attempt(session, settings) is Result.SENT
        healed = own_server(session)
        assert healed is not None
        assert (healed.failing_since, healed.last_error) == (None, "")
        assert len(box.messages) == 1

    def test_a_server_that_does_not_take_our_sender(self, session: Session, settings: Settings) -> None:
        class Strict(Mailbox):
            async def handle_MAIL(self, *_: object) -> str:  # noqa: N802
                return "553 sender not owned by user"

        with mail_server(box=Strict()) as (_, port):
            keep(session, at(port, "none", login="", password=None))
            assert attempt(session, settings) is Result.LATER
        info = own_server(session)
        assert info is not None
        assert "553" in info.last_error

    def test_a_server_that_wants_a_login(self, session: Session, settings: Settings, trusted: ssl.SSLContext) -> None:
        with mail_server(tls_context=trusted, **SAFE) as (_, port):
            keep(session, at(port, login="", password=None))
            assert attempt(session, settings) is Result.LATER

    def test_a_recipient_who_is_not_there_is_no_mistake_of_the_settings(
        self, session: Session, settings: Settings
    ) -> None:
        with mail_server() as (box, port):
            box.answer_to_recipient = "550 no such user"
            keep(session, at(port, "none", login="", password=None))
            assert attempt(session, settings) is Result.FAILED
        info = own_server(session)
        assert info is not None
        assert info.failing_since is None

    def test_the_installations_server_is_judged_as_before(self, session: Session, settings: Settings) -> None:
        class Strict(Mailbox):
            async def handle_MAIL(self, *_: object) -> str:  # noqa: N802
                return "553 sender not owned by user"

        with mail_server(box=Strict()) as (_, port):
            found = MailServer("127.0.0.1", port, "none", None, None, 5)
            assert deliver(session, found, make_mail(session).id).result is Result.FAILED


class TestWhereItMayBe:
    def test_this_machine_is_closed_unless_the_installation_opens_it(self, settings: Settings) -> None:
        with mail_server() as (box, port):
            closed = MailServer("127.0.0.1", port, "none", None, None, 2, networks=())
            with pytest.raises(ServerProblemError, match="not on the public internet") as caught, closed.connected():
                pass
            with replace(closed, networks=LOOPBACK).connected() as smtp:
                assert smtp.noop()[0] == 250
        assert caught.value.stage is Stage.TARGET
        assert box.messages == []

    def test_a_name_is_looked_up_once_and_the_line_goes_where_was_looked(
        self, monkeypatch: pytest.MonkeyPatch, trusted: ssl.SSLContext
    ) -> None:
        """A name that changes its answer gets nowhere: the second question is never asked."""
        asked: list[object] = []
        real = socket.getaddrinfo

        def answers(host: object, *arguments: object, **values: object) -> object:
            if host != "mail.changing.example":
                return real(host, *arguments, **values)  # type: ignore[arg-type]
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "10.0.0.1", *arguments, **values)  # type: ignore[arg-type]

        with mail_server() as (_, port):
            monkeypatch.setattr(socket, "getaddrinfo", answers)
            changing = MailServer("mail.changing.example", port, "none", None, None, 2, networks=LOOPBACK)
            with changing.connected() as smtp:
                assert smtp.noop()[0] == 250
        assert len(asked) == 1

    def test_plain_text_is_for_this_machine_only(self) -> None:
        wide = (ip_network("0.0.0.0/0"),)
        elsewhere = MailServer("10.1.2.3", 25, "none", None, None, 2, networks=wide)
        with pytest.raises(ServerProblemError, match="must be encrypted"), elsewhere.connected():
            pass


@contextmanager
def dripping(seconds: float) -> Iterator[int]:
    """A server that sends one byte now and then and never ends its greeting."""
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line:
            while not over.wait(seconds):
                try:
                    line.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join()


class TestTryingOut:
    def trial(self, session: Session, found: MailServer) -> tuple[Stage | None, str]:
        result = try_out(session, found, make_postbox(session), Note(), ANNA)
        return result.stage, result.answer

    def test_a_mail_really_arrives(self, session: Session, settings: Settings, trusted: ssl.SSLContext) -> None:
        with mail_server(tls_context=trusted, **SAFE) as (box, port):
            keep(session, at(port))
            assert self.trial(session, server(session, settings)) == (None, "")
        (message,) = box.messages
        assert message["To"] == "Anna Becker <anna@example.org>"
        info = own_server(session)
        assert info is not None
        assert info.proven_at

    def test_it_says_how_far_it_came(self, session: Session, settings: Settings, trusted: ssl.SSLContext) -> None:
        with mail_server(tls_context=trusted, **SAFE) as (box, port):
            keep(session, at(port, password="falsch"))
            stage, answer = self.trial(session, server(session, settings))
            assert (stage, "535" in answer) == (Stage.SIGN_IN, True)
            keep(session, at(port))
            box.answer_to_recipient = "550 no such user"
            assert self.trial(session, server(session, settings)) == (Stage.RECIPIENT, "550 no such user")
            box.answer_to_recipient, box.answer_to_content = "250 OK", "554 looks like spam"
            assert self.trial(session, server(session, settings)) == (Stage.CONTENT, "554 looks like spam")
        assert self.trial(session, server(session, settings))[0] is Stage.CONNECT

    def test_a_server_without_encryption(self, session: Session, settings: Settings) -> None:
        with mail_server() as (_, port):
            keep(session, at(port))
            assert self.trial(session, server(session, settings))[0] is Stage.ENCRYPT
            keep(session, at(port, "tls"))
            assert self.trial(session, server(session, settings))[0] is Stage.ENCRYPT

    def test_a_server_that_answers_drop_by_drop_is_cut_off(self, session: Session) -> None:
        with dripping(0.05) as port:
            slow = MailServer("127.0.0.1", port, "none", None, None, 0.3, networks=LOOPBACK)
            began = time.monotonic()
            stage, answer = self.trial(session, slow)
        assert time.monotonic() - began < 5
        assert (stage, "no answer in time" in answer) == (Stage.CONNECT, True)

    def test_nothing_secret_is_logged(
        self, session: Session, settings: Settings, trusted: ssl.SSLContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with mail_server(tls_context=trusted, **SAFE) as (_, port):
            keep(session, at(port, password="falsch-geheim"))
            _, answer = self.trial(session, server(session, settings))
        assert "falsch-geheim" not in caplog.text + answer


def test_previous_keys_come_from_the_settings(session: Session, settings: Settings) -> None:
    keep(session, at(587))
    rotated = settings.model_copy(
        update={"secret_key": SecretStr("n" * 40), "previous_secret_keys": (SecretStr("s" * 40),)}
    )
    assert server_for(session, rotated, Sealer.from_settings(rotated)).password == PASSWORD
