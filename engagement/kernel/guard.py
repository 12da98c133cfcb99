"""``python -m engagement.kernel.guard DATA_DIR``: stops the private server when its last user was killed.

Users of the server hold a shared lock, which the system takes from whoever dies, however it dies. This process waits
in the background until nobody holds it. Ordinarily the last user has stopped the server by then; otherwise it does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Go to the background at once, then wait."""
    if os.fork():
        os._exit(0)
    from engagement.kernel.postgres import stop_when_deserted  # noqa: PLC0415 - takes time that the caller need not wait

    stop_when_deserted(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
