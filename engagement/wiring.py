"""The one composition root: it alone knows all parts and puts them together."""

from __future__ import annotations

import atexit
import sys
from contextlib import ExitStack
from datetime import timedelta

from flask import Flask
from sqlalchemy import URL
from werkzeug.middleware.proxy_fix import ProxyFix

from engagement.cli.context import Kit
from engagement.cli.demo.mailbox import Mailbox
from engagement.cli.main import cli
from engagement.jobs.runtime import Runtime
from engagement.jobs.worker import run_worker as work
from engagement.kernel import logs
from engagement.kernel.database import WEB_OPTIONS, WORKER_OPTIONS, database, engine_url
from engagement.kernel.db import db
from engagement.kernel.links import Links
from engagement.kernel.ratelimit import RateLimiter
from engagement.kernel.sealing import Sealer
from engagement.kernel.settings import Settings, SettingsError, load_settings
from engagement.kernel.signing import Signer
from engagement.mail.service import queue_waiting_mails
from engagement.moderation.texts import add_starting_texts
from engagement.opportunities.pictures import order_missing_variants
from engagement.opportunities.publication import rebuild, refresh_organisation
from engagement.organisations.service import on_public_change
from engagement.tenancy.archive.loader import after_import
from engagement.tenancy.keys import TenantKeys
from engagement.tenancy.queries import TenantDirectory
from engagement.tenancy.service import on_create
from engagement.web.account import blueprint as account
from engagement.web.api import blueprint as api
from engagement.web.club import blueprint as club
from engagement.web.municipality import blueprint as municipality
from engagement.web.operator import blueprint as operator
from engagement.web.operator.visit import blueprint as visit
from engagement.web.public import blueprint as public
from engagement.web.public.sharing import init_sharing
from engagement.web.shared.assets import init_assets
from engagement.web.shared.compression import init_compression
from engagement.web.shared.context import Tools
from engagement.web.shared.drawings import init_drawings
from engagement.web.shared.errors import init_errors
from engagement.web.shared.headers import init_headers
from engagement.web.shared.identity import init_login
from engagement.web.shared.languages import init_languages
from engagement.web.shared.machine_head import init_machine_head
from engagement.web.shared.pictures import init_pictures
from engagement.web.shared.presentation import init_presentation
from engagement.web.shared.request import EngagementApp, init_request
from engagement.web.shared.sessions import SessionsByHost
from engagement.web.shared.sheets import init_sheets
from engagement.web.shared.views import blueprint as shared

MEGABYTE = 1024 * 1024

on_public_change.append(refresh_organisation)
after_import.extend((queue_waiting_mails, rebuild, order_missing_variants))
on_create.append(add_starting_texts)


def create_app(settings: Settings | None = None, url: URL | None = None, options: str = WEB_OPTIONS) -> Flask:
    """Return the application.

    Args:
        settings: read from the environment if not given.
        url: of the database; found by the settings if not given, where the private server then runs until the
            process ends.
        options: libpq options of every connection, the role among them.
    """
    settings = settings or _settings_or_exit()
    logs.configure_logging(settings)
    app = EngagementApp("engagement.web.shared", static_url_path="/static")
    _configure(app, settings, url or _lasting_database(settings), options)
    db.init_app(app)
    with app.app_context():
        app.extensions["engagement"] = _tools(settings)
    app.session_interface = SessionsByHost()
    init_compression(app)
    init_request(app)
    init_headers(app)
    init_login(app)
    init_languages(app)
    init_assets(app)
    init_sheets(app)
    init_drawings(app)
    init_pictures(app)
    init_presentation(app)
    init_machine_head(app)
    init_sharing(app)
    init_errors(app)
    for blueprint in (shared, public, api, account, club, municipality, visit, operator):
        app.register_blueprint(blueprint)
    if settings.mail_catcher_dir:
        app.wsgi_app = Mailbox(app, app.wsgi_app, settings.mail_catcher_dir)  # type: ignore[method-assign]  # Flask's way
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's way
    return app


def run_worker(settings: Settings, url: URL) -> None:
    """Work on the queue of the database at ``url`` until told to stop."""
    app = create_app(settings, url, WORKER_OPTIONS)
    work(Runtime(app=app, settings=settings, limiter=app.extensions["engagement"].limiter), url)


def main() -> None:
    """Run a command."""
    cli(obj=Kit(create_app=create_app, run_worker=run_worker), prog_name="engagement")


def _configure(app: Flask, settings: Settings, url: URL, options: str) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SQLALCHEMY_DATABASE_URI=engine_url(url),
        SQLALCHEMY_ENGINE_OPTIONS={
            "connect_args": {"options": options},
            "pool_pre_ping": True,
            "pool_size": 5,
            "hide_parameters": True,  # an unexpected error goes to the logs, which hold no names and addresses
        },
        SESSION_COOKIE_NAME="engagement",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        # a renewed cookie would ride on pictures and style sheets, which caches on the way keep for everybody
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}


def _tools(settings: Settings) -> Tools:
    secret = settings.secret_key.get_secret_value()
    return Tools(
        settings=settings,
        links=Links.from_settings(settings),
        signer=Signer(secret, TenantKeys()),
        limiter=RateLimiter(db.engine, secret),
        tenants=TenantDirectory(),
        sealer=Sealer.from_settings(settings),
    )


def _settings_or_exit() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        sys.exit("Engagement does not start:\n" + "\n".join(f"  {problem}" for problem in error.problems))


def _lasting_database(settings: Settings) -> URL:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(database(settings))
