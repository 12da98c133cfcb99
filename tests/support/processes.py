"""Looking at running processes, and waiting for things to happen in them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from tests.support.demo import PROGRAM, environment

GUARD = "engagement.kernel.guard"


def family(pid: int, folder: Path) -> list[psutil.Process]:
    """Return a process with all that it started, and the private server of ``folder`` with its own and its guard."""
    everything = list(psutil.process_iter())
    guards = [process for process in find(everything, GUARD) if str(folder) in process.cmdline()]
    roots = [psutil.Process(pid), *find(everything, str(folder / "postgres")), *guards]
    return [process for root in roots for process in (root, *children(root))]


def children(process: psutil.Process) -> list[psutil.Process]:
    """Return all that ``process`` has started, nothing if it has ended since it was found, as helpers do any time."""
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def still_there(processes: list[psutil.Process], *, within: float) -> list[str]:
    """Give ``processes`` so many seconds to end and name those that did not."""
    _, alive = psutil.wait_procs(processes, timeout=within)
    return [described for process in alive if (described := _described(process))]


def _described(process: psutil.Process) -> str:
    """Return which program that is, nothing if it has ended this moment."""
    with contextlib.suppress(psutil.NoSuchProcess):
        if process.status() != psutil.STATUS_ZOMBIE:
            return f"{process.pid} {process.cmdline()}"
    return ""


def find(processes: list[psutil.Process], word: str) -> list[psutil.Process]:
    """Return those that live and whose command line has ``word``."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if word in process.cmdline():
                found.append(process)
    return found


RESCUED_WITHIN = 30
"""Seconds for a second worker to start, to find the jobs of a killed one after 4 to 14, and to do them."""


def eventually(check: Callable[[], bool], what: str, *, within: float = 20) -> None:
    """Wait until ``check`` holds.

    Raises:
        AssertionError: it does not, in so many seconds.
    """
    until = time.monotonic() + within
    while not check():
        assert time.monotonic() < until, f"{what}: not within {within} s"
        time.sleep(0.1)


def run(
    *arguments: str, variables: Mapping[str, str] | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command of Engagement as a person does who types ``typed``, without any settings but ``variables``."""
    return subprocess.run(
        [PROGRAM, *arguments],
        env={**environment(), **(variables or {})},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def start_python(module: str, *arguments: str, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start ``python -m module`` with only ``variables`` set."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**environment(), **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
