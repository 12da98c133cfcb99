"""The database's roles: one owns the tables, one serves requests and is held by row-level security.

The login role of ``DATABASE_URL`` inherits nothing; each connection takes on the one role it needs. A login that
serves only requests need not be a member of the owner role at all.
"""

from __future__ import annotations

from psycopg import sql

OWNER = "engagement_owner"
WEB = "engagement_web"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


def preparation_sql(login: str, password: str | None = None, *, for_tests: bool = False) -> str:
    """Return the SQL that an administrator runs once on a server, before ``engagement migrate``.

    It can be run again.

    Args:
        login: name of the login role for ``DATABASE_URL``.
        password: its password; None where the server trusts the line (the private server's socket).
        for_tests: let the login make the databases of the test suite.
    """
    statements = [_role(OWNER, sql.SQL("NOLOGIN")), _role(WEB, sql.SQL("NOLOGIN"))]
    attributes: sql.Composable = sql.SQL("LOGIN NOINHERIT")
    if for_tests:
        attributes += sql.SQL(" CREATEDB")
    if password is not None:
        attributes += sql.SQL(" PASSWORD ") + sql.Literal(password)
    statements.append(_role(login, attributes))
    statements += [
        sql.SQL("GRANT {} TO {};").format(sql.Identifier(role), sql.Identifier(login)) for role in (OWNER, WEB)
    ]
    return "\n".join(statement.as_string(None) for statement in statements)


def serving_sql(login: str, password: str) -> str:
    """Return the SQL that an administrator runs for a login that serves requests and jobs and can do nothing else.

    It is a member of the web role alone: not even arbitrary SQL can make it the owner of the tables.

    Args:
        login: name of the login role for ``DATABASE_URL`` of ``serve`` and ``worker``.
        password: its password.
    """
    return "\n".join(
        statement.as_string(None)
        for statement in (
            _role(login, sql.SQL("LOGIN NOINHERIT PASSWORD ") + sql.Literal(password)),
            sql.SQL("GRANT {} TO {};").format(sql.Identifier(WEB), sql.Identifier(login)),
        )
    )


def database_sql(database: str) -> str:
    """Return the statement that makes ``database``; it cannot run inside a transaction."""
    return (
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
        .format(sql.Identifier(database), sql.Identifier(OWNER))
        .as_string(None)
    )


def extension_sql() -> str:
    """Return the statements, to be run inside the database by its owner or an administrator."""
    return "\n".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)


def administrator_script(database: str, login: str, password: str, *, for_tests: bool = False) -> str:
    """Return everything above as one script for ``psql``."""
    make = database_sql(database).replace("'", "''")
    name = sql.Literal(database).as_string(None)
    return "\n".join(
        [
            "\\set ON_ERROR_STOP on",
            preparation_sql(login, password, for_tests=for_tests),
            f"SELECT '{make}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {name}) \\gexec",  # noqa: S608 - quoted above
            f"\\connect {sql.Identifier(database).as_string(None)}",
            extension_sql(),
            "",
        ]
    )


def _role(name: str, attributes: sql.Composable) -> sql.Composable:
    return sql.SQL(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal}) "
        "THEN CREATE ROLE {name}; END IF; END $$; ALTER ROLE {name} {attributes};"
    ).format(literal=sql.Literal(name), name=sql.Identifier(name), attributes=attributes)
