"""Speaking to a tenant's mail server with care: where it may be, and trying it out."""

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

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.settings import Settings
from engagement.mail.own_server import try_out
from engagement.mail.queries import own_server
from engagement.mail.server import MailServer, ServerProblemError, Stage
from tests.factories.mails import ANNA, Note, make_postbox
from tests.support.mailserver import mail_server
from tests.support.own_mail import LOOPBACK, SAFE, at, keep, server


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
                return real(host, *arguments, **values)
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "10.0.0.1", *arguments, **values)

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
