"""``python -m engagement.cli.child PARENT MODULE …`` becomes ``python -m MODULE …`` that does not outlive its parent.

The kernel is asked to send SIGTERM when the parent dies, even by SIGKILL (prctl(2), PR_SET_PDEATHSIG; it outlasts
exec). Elsewhere than on Linux a killed parent leaves its children to be ended by hand.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent and become the program."""
    parent, *arguments = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit("the parent is gone")
    os.execv(sys.executable, [sys.executable, "-m", *arguments])  # noqa: S606 - our own program and arguments


if __name__ == "__main__":
    main()
