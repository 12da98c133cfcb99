"""Programs that a command starts and answers for: they end with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PATIENCE = 30.0


class Child:
    """A program in a session of its own, so that Ctrl-C reaches only the command, which then ends it in order.

    Args:
        arguments: of ``python -m``.
        environment: all of it.
        log: file for what it prints; None lets it print where the command does.
        keep_open: file descriptors that it inherits.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        log: Path | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        with log.open("ab") if log else nullcontext() as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own program and arguments
                [sys.executable, "-m", "engagement.cli.child", str(os.getpid()), *arguments],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=keep_open,
                start_new_session=True,
            )

    @property
    def exit_code(self) -> int | None:
        """Return how it ended, None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Send SIGTERM and do not wait."""
        if self._process.poll() is None:
            self._process.terminate()

    def end(self, patience: float = PATIENCE) -> int:
        """Ask it to end, make it end after ``patience`` seconds, and return its exit code."""
        self.ask_to_end()
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class Ending:
    """Set by a signal handler, waited for by the thread that the handler interrupts.

    A ``threading.Event`` cannot do that: if the signal comes while the waiting thread holds its lock, the handler waits
    for its own thread for ever (Python, “signal”: no synchronisation primitives in handlers).
    """

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        """Say that it is time to end."""
        self._set = True

    def is_set(self) -> bool:
        """Tell whether it is time to end."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Sleep so long, which a signal does not shorten, and tell whether it is time to end."""
        if not self._set:
            time.sleep(seconds)
        return self._set


@contextmanager
def told_to_end() -> Iterator[Ending]:
    """Lend what is set by SIGTERM, Ctrl-C or a closed terminal."""
    ending = Ending()
    before = {number: signal.signal(number, lambda *_: ending.set()) for number in ENDS}
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
