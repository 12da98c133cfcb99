"""The line to a mail server: the installation's, or one that a tenant's administration has typed in."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engagement.kernel.outward import Address, ForbiddenTargetError, checked_addresses
from engagement.kernel.settings import Network, Settings

PORTS = frozenset({25, 465, 587, 2525})
"""On which mail servers of the public internet take mail (RFC 5321, RFC 6409, RFC 8314, and a common other one)."""
PATIENCE = 3
"""Times the time-out that a whole conversation may take: a server must not hold a process by answering drop by drop."""


class LineSecurity(StrEnum):
    """How the line to a mail server is encrypted; ``none`` is for a server on the same machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Stage(StrEnum):
    """How far a conversation with a mail server came."""

    TARGET = "target"
    CONNECT = "connect"
    ENCRYPT = "encrypt"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


class TemporaryProblemError(Exception):
    """The mail may go through another time; ``stage`` says how far it came."""

    def __init__(self, reason: str, stage: Stage = Stage.CONTENT) -> None:
        super().__init__(reason)
        self.stage = stage


class ServerProblemError(TemporaryProblemError):
    """It is not for the mail: the server cannot be used as it is set."""


@dataclass(frozen=True)
class MailServer:
    """How a mail server is reached.

    Args:
        host: name or address.
        port: at the host.
        security: ``none``, ``starttls`` or ``tls``.
        user: login, None for none.
        password: for it.
        timeout: seconds to wait for each answer.
        networks: None for the installation's own server, which is trusted; for a tenant's the private networks in
            which it may lie.
        problem: why it cannot even be tried, empty if it can.
    """

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    timeout: float
    networks: tuple[Network, ...] | None = None
    problem: str = ""

    @classmethod
    def from_settings(cls, settings: Settings) -> MailServer:
        """Return the server that ``settings`` name."""
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            timeout=settings.smtp_timeout,
        )

    def __repr__(self) -> str:
        """Return it without the password, wherever it is printed."""
        return f"MailServer({self.host}:{self.port}, {self.security}, {'own' if self.is_tenants else 'installation'})"

    @property
    def is_tenants(self) -> bool:
        """Tell whether a tenant has named it."""
        return self.networks is not None

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """Lend an open, encrypted and authenticated line, as far as the settings ask for it.

        Raises:
            ServerProblemError: it does not come about; whatever the reason, no mail is to blame.
        """
        if self.problem:
            raise ServerProblemError(self.problem, Stage.TARGET)
        limit = _Limit(self.timeout * PATIENCE)
        try:
            smtp = self._open(limit)
            try:
                yield smtp
            finally:
                _hang_up(smtp)
        finally:
            limit.lift()

    def _open(self, limit: _Limit) -> smtplib.SMTP:
        with self._stage(Stage.CONNECT, limit):
            smtp = self._line(self._targets(), limit)
        try:
            if self.security == "starttls":
                with self._stage(Stage.ENCRYPT, limit):
                    smtp.starttls(context=ssl.create_default_context())
            if self.user:
                with self._stage(Stage.SIGN_IN, limit):
                    smtp.login(self.user, self.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _targets(self) -> list[Address] | None:
        """Return the addresses that may be connected to, None for any that the name has."""
        if self.networks is None:
            return None
        found = checked_addresses(self.host, self.port, ports=PORTS, networks=self.networks)
        if self.security == "none" and not all(address.is_loopback for address in found):
            raise ForbiddenTargetError(f"{self.host} is another machine; the line to it must be encrypted")
        return found

    def _line(self, targets: list[Address] | None, limit: _Limit) -> smtplib.SMTP:
        way, target = _Way(targets, limit), (self.host, self.port, socket.gethostname())
        if self.security == "tls":
            return _EncryptedLine(*target, timeout=self.timeout, context=ssl.create_default_context(), way=way)
        return _Line(*target, timeout=self.timeout, way=way)

    @contextmanager
    def _stage(self, stage: Stage, limit: _Limit) -> Iterator[None]:
        where = f"{self.host}:{self.port}"
        try:
            yield
        except ForbiddenTargetError as error:
            raise ServerProblemError(f"{where}: {error}", Stage.TARGET) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            reached = Stage.ENCRYPT if isinstance(error, ssl.SSLError) else stage
            reason = "no answer in time" if limit.is_over else explain(error)
            raise ServerProblemError(f"{where}: {reason}", reached) from error


class _Limit:
    """Cuts a line off when the whole conversation takes too long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None
        self._copy: socket.socket | None = None
        self.is_over = False

    def put_on(self, line: socket.socket) -> None:
        # a copy, because encryption takes the socket over; shutting down either ends the one connection
        self._copy = line.dup()
        self._timer = threading.Timer(self._seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def lift(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        if self._copy:
            self._copy.close()

    def _cut(self) -> None:
        self.is_over = True
        if self._copy:
            with contextlib.suppress(OSError):
                self._copy.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class _Way:
    """Where a line may go, and how long it may last."""

    targets: list[Address] | None
    limit: _Limit


class _Line(smtplib.SMTP):
    """Connects to addresses that were looked at, while certificates are still checked against the name."""

    def __init__(self, *arguments: Any, way: _Way | None = None, **options: Any) -> None:
        if way:  # SMTP_SSL comes here a second time, without it
            self.way = way
        super().__init__(*arguments, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        hosts = [host] if self.way.targets is None else list(map(str, self.way.targets))
        line = _first_that_answers(hosts, port, timeout)
        self.way.limit.put_on(line)
        return line


class _EncryptedLine(smtplib.SMTP_SSL, _Line):
    """The same with TLS from the first byte: ``SMTP_SSL`` wraps the socket that ``_Line`` makes."""

    def __init__(self, *arguments: Any, way: _Way, **options: Any) -> None:
        self.way = way
        super().__init__(*arguments, **options)


def explain(error: Exception) -> str:
    """Return what went wrong in one readable line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(answer)}" for code, answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error.strerror or error) if isinstance(error, OSError) else str(error) or type(error).__name__


def _first_that_answers(hosts: list[str], port: int, timeout: float) -> socket.socket:
    failures: list[OSError] = []
    for host in hosts:
        try:
            return socket.create_connection((host, port), timeout)
        except OSError as error:
            failures.append(error)
    raise failures[-1]


def _text(answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())


def _hang_up(smtp: smtplib.SMTP) -> None:
    """The mail is with the server already; a line that breaks on QUIT is no failure."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
