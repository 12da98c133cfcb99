"""Running the worker inside a test."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import psycopg
from flask import Flask
from psycopg.rows import dict_row
from sqlalchemy import URL

from engagement.jobs.runtime import Runtime
from engagement.jobs.worker import work
from engagement.kernel.database import WEB_OPTIONS, libpq_url


def runtime(app: Flask, smtp_port: int) -> Runtime:
    """What the worker gets from the composition root, with the mail server at ``smtp_port``."""
    kit = app.extensions["engagement"]
    changes = {"smtp_host": "127.0.0.1", "smtp_port": smtp_port, "smtp_timeout": 5.0}
    return Runtime(app=app, settings=kit.settings.model_copy(update=changes), limiter=kit.limiter)


def work_off(app: Flask, url: URL, smtp_port: int) -> None:
    """Do all jobs whose time has come."""
    asyncio.run(work(runtime(app, smtp_port), url, wait=False))


def jobs(url: URL, task: str = "mail.send") -> list[dict[str, Any]]:
    """The jobs of ``task`` that are in the queue's table, as the web role sees them."""
    with psycopg.connect(libpq_url(url), options=WEB_OPTIONS, row_factory=dict_row) as connection:
        return connection.execute(
            "SELECT id, status::text, attempts, scheduled_at, args FROM procrastinate_jobs "
            "WHERE task_name = %s ORDER BY id",
            [task],
        ).fetchall()


def make_due(url: URL, moment: datetime | None = None) -> None:
    """Let the waiting jobs be due now instead of later."""
    with psycopg.connect(libpq_url(url), options=WEB_OPTIONS) as connection:
        connection.execute("UPDATE procrastinate_jobs SET scheduled_at = %s", [moment])
