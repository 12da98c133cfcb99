"""``engagement check``: the whole configuration explained, and what is wrong with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from pydantic import SecretStr
from rich.table import Table

from engagement.cli.context import console, data_dir_option, settings_for
from engagement.kernel.database import database
from engagement.kernel.health import Finding, examine_database
from engagement.kernel.postgres import PostgresUnavailableError
from engagement.kernel.settings import INSTANCE_FILE, Settings, SettingsError, remembered, variable_name
from engagement.mail.server import MailServer, TemporaryProblemError

FIRST_REFUSAL = 400
"""Codes from here on say no, for now or for good (RFC 5321, section 4.2.1)."""


@click.command()
@data_dir_option
def check(data_dir: Path | None) -> None:
    """Explain every setting; look at database and mail server; exit with 1 if something is wrong."""
    settings, problems = _settings(data_dir)
    _print_settings(settings, data_dir)
    findings = [Finding("settings", good=False, text=problem) for problem in problems]
    if settings:
        findings += [Finding("settings", good=True, text="complete"), *_database(settings), _mail(settings)]
    _print_findings(findings)
    sys.exit(0 if all(finding.good for finding in findings) else 1)


def _settings(data_dir: Path | None) -> tuple[Settings | None, list[str]]:
    try:
        return settings_for(data_dir), []
    except SettingsError as error:
        return None, error.problems


def _print_settings(settings: Settings | None, data_dir: Path | None) -> None:
    table = Table("Variable", "Value", "From", "Meaning", title="Settings", title_justify="left")
    for name, field in Settings.model_fields.items():
        value, source = _value(name, settings), _source(name, data_dir)
        table.add_row(variable_name(name), value, source, field.description or "")
    console().print(table)


def _value(name: str, settings: Settings | None) -> str:
    """Return a value to show; of a secret only whether it is set."""
    given = os.environ.get(variable_name(name), "")
    secret = "Secret" in str(Settings.model_fields[name].annotation)
    if settings is None:
        default = Settings.model_fields[name].get_default()
        return ("set" if given else "not set") if secret else given or _shown(default)
    return _shown(getattr(settings, name))


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set"
    if isinstance(value, tuple) and any(isinstance(part, SecretStr) for part in value):
        return f"{len(value)} set"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "not set" if value is None or repr(value) == "PydanticUndefined" else str(value)


def _source(name: str, data_dir: Path | None) -> str:
    if name == "data_dir" and data_dir is not None and not os.environ.get(variable_name(name)):
        return "--data-dir"
    if os.environ.get(variable_name(name)):
        return "environment"
    if variable_name(name) in remembered(data_dir):
        return INSTANCE_FILE
    if name == "secret_key":
        return "not set" if os.environ.get("DATABASE_URL") else "data directory"
    return "default"


def _database(settings: Settings) -> list[Finding]:
    try:
        with database(settings) as url:
            return [
                Finding(f"database: {found.subject}", good=found.good, text=found.text)
                for found in examine_database(url)
            ]
    except PostgresUnavailableError as error:
        return [Finding("database: connection", good=False, text=str(error))]


def _mail(settings: Settings) -> Finding:
    try:
        with MailServer.from_settings(settings).connected() as smtp:
            code, answer = smtp.noop()
    except TemporaryProblemError as error:
        return Finding("mail server", good=False, text=str(error))
    return Finding("mail server", good=code < FIRST_REFUSAL, text=f"{code} {answer.decode(errors='replace')}")


def _print_findings(findings: list[Finding]) -> None:
    screen = console()
    for finding in findings:
        mark = "[green]ok[/]   " if finding.good else "[red]wrong[/]"
        screen.print(mark, end=" ")
        screen.print(f"{finding.subject}: {finding.text}", markup=False)
