"""Doing something again and again beside the jobs, not as one of them: a crowded queue must not hold it up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable


@contextlib.asynccontextmanager
async def beside(step: Callable[[], Awaitable[object]], every: float) -> AsyncIterator[None]:
    """Take ``step`` at once and every so many seconds, until the block ends.

    Cancelling is not enough to end it: in the middle of a lost line to the database the driver turns a cancellation
    into an error of its own, so the loop also asks whether it is over.
    """
    over = asyncio.Event()

    async def go_on() -> None:
        while not over.is_set():
            await step()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), every)

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        over.set()
        going.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await going
