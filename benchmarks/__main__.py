"""Runs the benchmarks on a private PostgreSQL and prints what they measured: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from pydantic import SecretStr
from sqlalchemy import URL

from benchmarks import facets, figures, quality, search
from benchmarks.judged import Collection, demo_collections, imported_collection
from engagement.kernel.settings import Settings
from engagement.wiring import create_app
from tests.support.server import test_database, test_server

Benchmark = Callable[[Flask, URL], None]


def main() -> None:
    given = _arguments()
    benchmarks: dict[str, Benchmark] = {
        "quality": partial(_quality, given=given),
        "search": search.run,
        "facets": facets.run,
        "figures": figures.run,
    }
    with _application() as (app, url):
        for name in given.names or benchmarks:
            benchmarks[name](app, url)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure quality and speed.")
    names = ["quality", "search", "facets", "figures"]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(names)}")
    parser.add_argument("--import", dest="export", type=Path, metavar="FILE", help="search in this export of Freinet")
    parser.add_argument("--judged", type=Path, metavar="FILE", help="the queries over it, see benchmarks/README.md")
    parser.add_argument("--each", action="store_true", help="print the quality of each query, the worst first")
    given = parser.parse_args()
    if (given.export is None) != (given.judged is None):
        parser.error("--import and --judged go together")
    if unknown := set(given.names) - set(names):
        parser.error(f"there is no benchmark {min(unknown)!r}")
    return given


def _quality(app: Flask, url: URL, given: argparse.Namespace) -> None:
    with app.app_context():
        collections = _collections(given)
    quality.run(app, url, collections, each=given.each)


def _collections(given: argparse.Namespace) -> list[Collection]:
    return [imported_collection(given.export, given.judged)] if given.export else demo_collections()


@contextmanager
def _application() -> Iterator[tuple[Flask, URL]]:
    settings = Settings(secret_key=SecretStr(secrets.token_urlsafe(48)), log_level="ERROR")
    with test_server() as server, test_database(server, uuid.uuid4().hex[:12], "bench") as url:
        yield create_app(settings, url), url


if __name__ == "__main__":
    main()
