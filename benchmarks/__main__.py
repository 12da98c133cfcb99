"""Runs every benchmark on a private PostgreSQL and prints what it measured: ``python -m benchmarks``."""

from __future__ import annotations

import secrets
import uuid

from pydantic import SecretStr

from benchmarks import facets, figures, quality, search
from engagement.kernel.settings import Settings
from engagement.wiring import create_app
from tests.support.server import test_database, test_server


def main() -> None:
    settings = Settings(secret_key=SecretStr(secrets.token_urlsafe(48)), log_level="ERROR")
    with test_server() as server, test_database(server, uuid.uuid4().hex[:12], "bench") as url:
        app = create_app(settings, url)
        quality.run(app, url)
        search.run(app, url)
        facets.run(app, url)
        figures.run(app, url)


if __name__ == "__main__":
    main()
