"""Sending through a tenant's own mail server: safely, and never the reason to lose a mail."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL
from sqlalchemy.orm import Session

from engagement.kernel.sealing import Sealer
from engagement.kernel.settings import Settings
from engagement.mail.delivery import Result, deliver
from engagement.mail.own_server import keep_own_server
from engagement.mail.queries import own_server
from engagement.mail.server import MailServer
from tests.factories.mails import make_mail
from tests.support.jobs import work_off
from tests.support.mailserver import Mailbox, mail_server, make_certificate, only_known
from tests.support.own_mail import LOOPBACK, SAFE, at, attempt, keep


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
            async def handle_MAIL(self, *_: object) -> str:
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
            async def handle_MAIL(self, *_: object) -> str:
                return "553 sender not owned by user"

        with mail_server(box=Strict()) as (_, port):
            found = MailServer("127.0.0.1", port, "none", None, None, 5)
            assert deliver(session, found, make_mail(session).id).result is Result.FAILED
