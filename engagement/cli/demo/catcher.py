"""A mail server on the loopback interface that writes every mail into a file and sends none on."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class FileWriter:
    """Keeps mails as ``<timestamp>-<n>.eml``, which sorts them by arrival.

    Args:
        folder: made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Write one mail; readers see it whole or not at all."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{next(self._numbers):04d}"
        partial = self._folder / f".{name}.partial"
        partial.write_bytes(envelope.original_content or b"")
        partial.rename(self._folder / f"{name}.eml")
        return "250 OK"


@contextmanager
def catching_mail(folder: Path) -> Iterator[int]:
    """Run the mail server in a thread and lend its port, which the system chooses."""
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    writer = FileWriter(folder)

    async def serve() -> None:
        server = await loop.create_server(lambda: SMTP(writer, enable_SMTPUTF8=True), sock=listening)
        async with server:
            ready.set()
            await stopping.wait()

    stopping = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="mail-catcher", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield listening.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        loop.close()
