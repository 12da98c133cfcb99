"""What goes over the line, and what follows when the mail server refuses."""

from __future__ import annotations

import email.utils
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.clock import now, stopped
from engagement.mail.delivery import KEEP_TRYING_FOR, Result, deliver, give_up_on_forgotten, retry_delay
from engagement.mail.message import Action, Content, Item, Recipient
from engagement.mail.models import MailState
from engagement.mail.server import MailServer
from tests.factories.mails import ANNA, Note, make_mail
from tests.support.mailserver import Mailbox, free_port, mail_server

Running = tuple[Mailbox, int]


@pytest.fixture
def running() -> Iterator[Running]:
    with mail_server() as started:
        yield started


def at_port(port: int, *, timeout: float = 5) -> MailServer:
    return MailServer("127.0.0.1", port, "none", None, None, timeout)


def test_a_mail_arrives_with_the_headers_of_an_automatic_one(session: Session, running: Running) -> None:
    box, port = running
    mail = make_mail(
        session, recipient=Recipient("Jörg Müßig", "joerg@example.org", "de"), reply_to="verein@example.org"
    )
    assert deliver(session, at_port(port), mail.id).result is Result.SENT
    (message,) = box.messages
    assert message["From"] == "Engagement vernetzt Bretten <engagement@bretten.example>"
    assert message["To"] == "Jörg Müßig <joerg@example.org>"
    assert message["Reply-To"] == "verein@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == mail.message_id
    assert email.utils.parsedate_to_datetime(message["Date"]) == mail.queued_at.replace(microsecond=0)
    assert "List-Unsubscribe" not in message
    assert box.raw[0].isascii()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.SENT, 1, "")


def test_text_and_html_say_the_same(session: Session, running: Running) -> None:
    box, port = running
    words = Content(
        "Ihre Anfrage",
        "Guten Tag,",
        ("Grüße aus <Bretten> & Umgebung.",),
        action=Action("Ansehen", "http://bretten.localhost:8000/mitmachen/anfrage/x?a=1&b=2"),
        facts=(("Wann", "Dienstag, 14 Uhr"),),
        quote="Erste Zeile\nZweite Zeile",
        after=("Bis bald.",),
        unsubscribe_url="http://bretten.localhost:8000/abbestellen/x",
    )
    deliver(session, at_port(port), make_mail(session, Note(words)).id)
    (message,) = box.messages
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in ("Guten Tag,", "Dienstag, 14 Uhr", "Ansehen", "Zweite Zeile", "Bis bald.", "Marktplatz 1, Bretten"):
        assert part in text
        assert part in html
    assert "Grüße aus <Bretten> & Umgebung." in text
    assert "Grüße aus &lt;Bretten&gt; &amp; Umgebung." in html
    assert '<html lang="de" dir="ltr">' in html
    assert "<img" not in html
    assert message["List-Unsubscribe"] == "<http://bretten.localhost:8000/abbestellen/x>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_umlaut_domain_is_written_as_dns_knows_it(session: Session, running: Running) -> None:
    box, port = running
    deliver(session, at_port(port), make_mail(session, recipient=Recipient("", "post@müller.example", "de")).id)
    assert box.recipients == ["post@xn--mller-kva.example"]


def test_a_server_that_is_away_is_tried_again(session: Session) -> None:
    mail = make_mail(session)
    outcome = deliver(session, at_port(free_port()), mail.id)
    assert (outcome.result, outcome.wait) == (Result.LATER, timedelta(seconds=15))
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert "Connection refused" in mail.last_error


def test_a_server_that_is_silent_is_tried_again(session: Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outcome = deliver(session, at_port(silent.getsockname()[1], timeout=0.2), make_mail(session).id)
    assert outcome.result is Result.LATER
    assert "timed out" in outcome.reason


@pytest.mark.parametrize(
    ("security", "user", "reason"), [("starttls", None, "STARTTLS"), ("tls", None, "SSL"), ("none", "us", "AUTH")]
)
def test_a_line_that_is_not_as_safe_as_asked_for_is_not_used(
    session: Session, running: Running, security: str, user: str | None, reason: str
) -> None:
    box, port = running
    server = MailServer("127.0.0.1", port, security, user, "secret", 5)
    outcome = deliver(session, server, make_mail(session).id)
    assert outcome.result is Result.LATER
    assert reason in outcome.reason
    assert box.messages == []


@pytest.mark.parametrize(
    ("recipient", "content", "result"),
    [
        ("450 mailbox busy", "250 OK", Result.LATER),
        ("250 OK", "451 try later", Result.LATER),
        ("550 no such user", "250 OK", Result.FAILED),
        ("250 OK", "554 looks like spam", Result.FAILED),
    ],
)
def test_the_answer_of_the_server_decides(
    session: Session, running: Running, recipient: str, content: str, result: Result
) -> None:
    box, port = running
    box.answer_to_recipient, box.answer_to_content = recipient, content
    mail = make_mail(session)
    assert deliver(session, at_port(port), mail.id).result is result
    assert mail.last_error in {recipient, content}
    assert (mail.failed_at is not None) == (result is Result.FAILED)


def test_a_mail_that_used_up_its_attempts_fails(session: Session) -> None:
    mail = make_mail(session)
    mail.attempts = 200
    assert deliver(session, at_port(free_port()), mail.id).result is Result.FAILED
    assert mail.state is MailState.FAILED


def test_a_mail_is_sent_once(session: Session, running: Running) -> None:
    box, port = running
    mail = make_mail(session)
    results = [deliver(session, at_port(port), mail.id).result for _ in range(2)]
    assert results == [Result.SENT, Result.NOTHING_TO_DO]
    assert len(box.messages) == 1


def test_an_address_that_got_broken_fails_with_the_reason(session: Session, running: Running) -> None:
    mail = make_mail(session)
    mail.to_address = "anna@example.org\r\nBcc: fremd@example.org"
    assert deliver(session, at_port(running[1]), mail.id).result is Result.FAILED
    assert mail.last_error.startswith("the mail cannot be written")


def test_a_mail_without_a_job_is_shown_after_some_days(session: Session) -> None:
    with stopped(now() - KEEP_TRYING_FOR - timedelta(days=2)):
        lost = make_mail(session)
    fresh = make_mail(session, recipient=ANNA)
    assert give_up_on_forgotten(session) == 1
    session.refresh(lost)
    assert (lost.state, fresh.state) == (MailState.FAILED, MailState.QUEUED)


def test_the_schedule_doubles_to_an_hour_and_ends_after_three_days() -> None:
    waits = []
    while (wait := retry_delay(len(waits) + 1)) is not None:
        waits.append(wait)
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (15, 30, 60, 120)]
    assert max(waits) == timedelta(hours=1)
    assert timedelta(days=2, hours=22) < sum(waits, timedelta()) <= timedelta(days=3)


def test_a_list_of_things_reads_well_in_both_bodies_and_its_mail_names_its_list(
    session: Session, running: Running
) -> None:
    box, port = running
    words = Content(
        "Neues",
        "Guten Tag,",
        ("es gibt Neues.",),
        items=(
            Item("Vorlesen <laut>", "http://bretten.localhost:8000/angebote/1-x?lang=de", ("Verein & Co", "Ruit")),
            Item("Gießen", "http://bretten.localhost:8000/angebote/2-y?lang=de"),
        ),
        unsubscribe_url="http://bretten.localhost:8000/suchen/x/abbestellen?lang=de",
    )
    mail = make_mail(session, Note(words, kind="new-offers"))
    assert deliver(session, at_port(port), mail.id).result is Result.SENT
    (message,) = box.messages
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = message.get_body(("html",)).get_content()
    assert "* Vorlesen <laut>\n  Verein & Co\n  Ruit\n  http://bretten.localhost:8000/angebote/1-x?lang=de\n" in text
    assert "Vorlesen &lt;laut&gt;</a>" in html
    assert html.count("<a href") == text.count("http://") == 4
    assert message["List-Unsubscribe"] == "<http://bretten.localhost:8000/suchen/x/abbestellen?lang=de>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<new-offers.bretten.localhost>"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-generated"
