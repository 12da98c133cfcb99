"""The word to end is heard at whatever moment it comes."""

from __future__ import annotations

import signal
import subprocess
import sys
from inspect import getsource
from types import FrameType

import pytest

from engagement.cli.processes import ENDS, told_to_end

IMPORTS = """
from __future__ import annotations
import signal, sys
from engagement.cli.processes import told_to_end
"""


def wait_with_a_signal_at_line(number: int) -> bool:
    """Wait, send SIGTERM before the line ``number`` that is run meanwhile, and tell whether there is such a line."""
    left = number

    def count(_frame: FrameType, what: str, _argument: object) -> object:
        nonlocal left
        left -= what == "line"
        if left == 0:
            sys.settrace(None)
            signal.raise_signal(signal.SIGTERM)
        return count

    with told_to_end() as ending:
        sys.settrace(count)
        ending.wait(0.001)
        sys.settrace(None)
        assert ending.is_set() == (left <= 0)
        return left <= 0


def try_every_line() -> None:
    number = 1
    while wait_with_a_signal_at_line(number):
        number += 1


def test_a_signal_at_any_line_of_the_wait_is_heard_and_blocks_nothing() -> None:
    """In a process of its own, because a lock that its own handler waits for can only be killed."""
    parts = [getsource(part) for part in (wait_with_a_signal_at_line, try_every_line)]
    imports = (
        "from __future__ import annotations\nimport signal, sys\nfrom engagement.cli.processes import told_to_end\n"
    )
    script = "\n".join([imports, *parts, "try_every_line()"])
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)


@pytest.mark.parametrize("number", ENDS)
def test_each_of_them_is_heard_and_the_old_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with told_to_end() as ending:
        assert not ending.wait(0)
        signal.raise_signal(number)
        assert ending.wait(0)
        assert ending.is_set()
    assert signal.getsignal(number) is before
