"""Keeping web server and worker alive, and telling when the first page answers.

A part that ends by itself is started again, with a line that says so; one that ends three times within half a minute
is broken, and the demo ends with what it said last.
"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from engagement.cli.processes import Child, Ending

LOOK_EVERY = 0.1
TOO_OFTEN = 3
WITHIN_SECONDS = 30.0
LINES_OF_LOG = 15
LONGEST_WAIT = 60.0


class PartBrokenError(RuntimeError):
    """A part of the demo does not stay alive; the message holds the end of its log."""


@dataclass
class Part:
    """One program of the demo.

    Args:
        name: for people.
        arguments: of ``python -m``.
        environment: all of it.
        log: where it writes.
        keep_open: file descriptors that it inherits.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    keep_open: Sequence[int] = ()
    child: Child | None = field(default=None, init=False)
    ended_at: list[float] = field(default_factory=list, init=False)

    def start(self) -> None:
        """Start it, or start it again."""
        self.child = Child(self.arguments, self.environment, log=self.log, keep_open=self.keep_open)

    def look_after(self, say: Callable[[str], None]) -> None:
        """Start it again if it has ended.

        Raises:
            PartBrokenError: it ends too often.
        """
        if self.child is None or self.child.exit_code is None:
            return
        moment = time.monotonic()
        self.ended_at = [*(at for at in self.ended_at if moment - at < WITHIN_SECONDS), moment]
        if len(self.ended_at) >= TOO_OFTEN:
            raise PartBrokenError(f"The {self.name} ends again and again. The end of {self.log}:\n{self.last_words()}")
        say(f"The {self.name} ended with {self.child.exit_code} and is started again; its log: {self.log}")
        self.start()

    def last_words(self) -> str:
        """Return the end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LINES_OF_LOG:])


def keep_alive(parts: Sequence[Part], ending: Ending, say: Callable[[str], None]) -> None:
    """Look after ``parts`` until ``ending`` is set, then end them."""
    try:
        while not ending.wait(LOOK_EVERY):
            for part in parts:
                part.look_after(say)
    finally:
        end(parts)


def end(parts: Sequence[Part]) -> None:
    """End all of them at once and wait."""
    children = [part.child for part in parts if part.child]
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end()


def wait_for_page(address: tuple[str, int], host: str, parts: Sequence[Part], ending: Ending) -> bool:
    """Wait until ``host`` answers with a page; False if the demo was told to end before.

    Raises:
        PartBrokenError: a part does not start, or there is no page after a minute.
    """
    until = time.monotonic() + LONGEST_WAIT
    while not ending.is_set():
        for part in parts:
            part.look_after(lambda _: None)
        if _answers(address, host):
            return True
        if time.monotonic() > until:
            raise PartBrokenError(f"There is no page on {host}. The end of {parts[0].log}:\n{parts[0].last_words()}")
        time.sleep(LOOK_EVERY)
    return False


def _answers(address: tuple[str, int], host: str) -> bool:
    connection = http.client.HTTPConnection(*address, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": f"{host}:{address[1]}"})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is started; the web server inherits the socket.

    Raises:
        OSError: it is taken, or may not be used.
    """
    return socket.create_server((host, port), backlog=128)
