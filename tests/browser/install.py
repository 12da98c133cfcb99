"""Finds Chromium, or installs it from Debian's packages where that is possible: ``python -m tests.browser.install``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """Return the path of a Chromium on this machine; TEST_BROWSER names another one."""
    given = os.environ.get("TEST_BROWSER")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    if find_browser():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if not find_browser():
        sys.exit("The browser tests need Chromium: install it (Debian: apt install chromium) or set TEST_BROWSER.")


def install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
