"""A running demo, as a user starts it, and its mails, read from the files that the catcher writes."""

from __future__ import annotations

import email
import email.policy
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from email.message import EmailMessage
from http import HTTPStatus
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("engagement")
PASSWORD = "demo-engagement"
PATIENCE = 90.0


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """Return our environment without settings, as on a fresh machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ENGAGEMENT_", "DATABASE_URL"))}


@dataclass(frozen=True)
class Answer:
    """What the demo answered."""

    status: int
    content_type: str
    text: str


@dataclass
class Demo:
    """A demo in ``folder`` on ``port``."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def output(self) -> str:
        """Return what it has printed so far."""
        return (self.folder / "demo.log").read_text(encoding="utf-8")

    @property
    def runs(self) -> bool:
        """Tell whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it and wait for its first page."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it without waiting."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "demo.log").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "demo", "--port", str(self.port), "--data-dir", str(self.folder)],
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                env=environment(),
            )

    def wait(self) -> None:
        """Wait until Bretten's home page answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"the demo ended with {self.process.returncode}:\n{self.output}")
            if self.answers("/"):
                return
            time.sleep(0.2)
        raise AssertionError(f"no page after {PATIENCE} s:\n{self.output}")

    def answers(self, path: str, host: str = "bretten.localhost") -> bool:
        """Tell whether a page answers 200."""
        try:
            return self.read(path, host).status == HTTPStatus.OK
        except OSError:
            return False

    def read(self, path: str, host: str = "bretten.localhost") -> Answer:
        """Return what stands at an address, without following a redirect; only browsers know hosts below localhost."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": f"{host}:{self.port}"})
            found = connection.getresponse()
            return Answer(found.status, found.headers.get_content_type(), found.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it as a user or a supervisor would; return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=40)

    def address(self, path: str = "/", city: str = "bretten") -> str:
        """Return the address of a page of a city."""
        return f"http://{city}.localhost:{self.port}{path}"

    def mails(self, to: str) -> list[EmailMessage]:
        """Return the mails to an address, oldest first."""
        found = []
        for file in sorted((self.folder / "mail").glob("*.eml")):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            if to in str(message["To"]):
                found.append(message)
        return found

    def wait_for_mail(self, to: str, subject: str) -> EmailMessage:
        """Wait for a mail to ``to`` whose subject holds ``subject``; return the newest one."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            hits = [mail for mail in self.mails(to) if subject.lower() in str(mail["Subject"]).lower()]
            if hits:
                return hits[-1]
            time.sleep(0.1)
        seen = [f"{mail['To']}: {mail['Subject']}" for mail in self.mails("@")]
        raise AssertionError(f"no mail to {to} about {subject!r}; there are {seen}")


def link_in(mail: EmailMessage, part: str) -> str:
    """Return the first address in the mail's text that holds ``part``."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"https?://\S*{re.escape(part)}\S*", body.get_content())
    assert found, body.get_content()
    return found.group()
