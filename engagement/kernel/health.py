"""Looking at a database the way an operator should before the first visitor does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from engagement.kernel import migration, roles
from engagement.kernel.database import WEB_OPTIONS, engine_url
from engagement.kernel.postgres import OLDEST


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found, and whether that is good."""

    subject: str
    good: bool
    text: str


def examine_database(url: URL) -> list[Finding]:
    """Return what can be said of the database: version, extensions, role, tables, migrations."""
    engine = create_engine(engine_url(url), connect_args={"options": WEB_OPTIONS, "connect_timeout": 10})
    try:
        with engine.connect() as connection:
            return [
                Finding("connection", good=True, text="answers"),
                _version(connection),
                _extensions(connection),
                *_role(connection),
                _migrations(connection),
            ]
    except DBAPIError as error:
        return [Finding("connection", good=False, text=" ".join(str(error.orig).split()))]
    finally:
        engine.dispose()


def _version(connection: Connection) -> Finding:
    number = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    return Finding("version", good=number >= OLDEST, text=f"PostgreSQL {number}, {OLDEST} or newer is needed")


def _extensions(connection: Connection) -> Finding:
    there = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    missing = sorted(set(roles.EXTENSIONS) - there)
    told = f"missing: {', '.join(missing)}; see “engagement database prepare”" if missing else "all there"
    return Finding("extensions", good=not missing, text=told)


def _role(connection: Connection) -> list[Finding]:
    """Row-level security holds nobody who owns a table, is a superuser or has BYPASSRLS."""
    row = connection.execute(
        text(
            "SELECT current_user AS name, session_user AS login, rolsuper OR rolbypassrls AS mighty, "
            "pg_has_role(session_user, :owner, 'MEMBER') AS may_own, "
            "(SELECT rolsuper FROM pg_roles WHERE rolname = session_user) AS mighty_login, "
            "(SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user) AS owned "
            "FROM pg_roles WHERE rolname = current_user"
        ),
        {"owner": roles.OWNER},
    ).one()
    held = not row.mighty and not row.owned
    told = "is held by row-level security" if held else "owns tables, is a superuser or has BYPASSRLS: no wall holds it"
    login = "a superuser; make one with “engagement database prepare”" if row.mighty_login else "an ordinary role"
    if row.may_own and not row.mighty_login:
        login += "; it may become the owner of the tables, which “engagement database prepare-serving” avoids"
    return [
        Finding("role", good=held, text=f"{row.name} {told}"),
        Finding("login", good=not row.mighty_login, text=f"{row.login} is {login}"),
    ]


def _migrations(connection: Connection) -> Finding:
    behind = migration.is_behind(connection)
    return Finding("migrations", good=not behind, text="to be applied: engagement migrate" if behind else "up to date")
