"""The configuration, read once from the environment, typed and frozen.

An unknown ``ENGAGEMENT_`` variable or a missing secret stops the start and names itself: a misspelt name must never
fall back to a default in silence.
"""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "ENGAGEMENT_"
MINIMUM_SECRET_LENGTH = 32
INSTANCE_FILE = "settings.env"
Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """The configuration cannot be used; ``problems`` holds one line per reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything an installation can set. Each field names its variable in ``engagement check``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    secret_key: SecretStr = Field(
        min_length=MINIMUM_SECRET_LENGTH,
        description="Signs sessions and mailed links; at least 32 characters. "
        "Without DATABASE_URL one is made in the data directory.",
    )
    previous_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Former secret keys, comma-separated, until every kept password is sealed with the present one.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15 or newer; without it a private server runs in the data directory.",
    )
    data_dir: Path = Field(
        default=Path("instance"), description="Where the private server and the demo keep their data."
    )

    public_scheme: Literal["http", "https"] = Field(default="https", description="Scheme of links in mails and feeds.")
    public_port: int | None = Field(default=None, ge=1, le=65535, description="Port in links, if not the scheme's own.")
    index_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("localhost",), description="Hosts, comma-separated, that show the list of cities."
    )
    trusted_proxies: int = Field(default=0, ge=0, le=5, description="Reverse proxies in front whose headers count.")
    cookie_secure: bool = Field(default=True, description="Send the session cookie over HTTPS only.")
    max_upload_mb: int = Field(default=10, ge=1, le=100, description="Largest request body, in MB.")

    smtp_host: str = Field(default="localhost", description="Mail server.")
    smtp_port: int = Field(default=25, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(default="none", description="How the line is encrypted.")
    smtp_user: str | None = Field(default=None, description="Login at the mail server, if it wants one.")
    smtp_password: SecretStr | None = Field(default=None, description="Password for it.")
    smtp_timeout: float = Field(default=20.0, gt=0, le=60, description="Seconds to wait for the mail server.")
    mail_from: str = Field(default="noreply@localhost", description="Sender of a tenant that has set none.")
    sender_domains: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Domains, comma-separated, that the mail server may send for; empty for any."
    )
    private_mail_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(), description="Private networks, comma-separated, in which tenants may name a mail server."
    )

    worker_concurrency: int = Field(default=4, ge=1, le=12, description="Jobs that one worker does side by side.")

    log_format: Literal["json", "console"] = Field(default="json", description="One JSON object a line, or for people.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged.")
    mail_catcher_dir: Path | None = Field(
        default=None, description="Demo only: show the mails of this directory on mail.localhost."
    )

    @field_validator("database_url", mode="after")
    @classmethod
    def _only_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql://")
        try:
            make_url(value.get_secret_value() if value else "postgresql://")
        except (ArgumentError, ValueError):
            raise ValueError("must look like postgresql://name:password@host:5432/database") from None
        return value

    @field_validator("index_hosts", "sender_domains", "private_mail_networks", "previous_secret_keys", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        return tuple(filter(None, (part.strip() for part in value.split(",")))) if isinstance(value, str) else value


def variable_name(field: str) -> str:
    """Return the environment variable that sets ``field``."""
    return "DATABASE_URL" if field == "database_url" else f"{PREFIX}{field.upper()}"


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; ``overrides`` (from the command line) win over it.

    An instance with a private database also remembers some beside its data, which the environment wins over.

    Raises:
        SettingsError: a variable is unknown, missing or malformed; every problem is named.
    """
    problems = [_unknown(name) for name in sorted(os.environ) if _is_unknown(name)]
    given = {name: value for name, value in overrides.items() if value is not None}
    settings = None
    try:
        file = instance_file(given.get("data_dir"))
        settings = Settings(**_with_remembered_secret(given), _env_file=file)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        problems += [_explain(dict(detail)) for detail in error.errors()]
    if problems or settings is None:
        raise SettingsError(problems)
    return settings


def _is_unknown(name: str) -> bool:
    return name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in _names()


def _names() -> set[str]:
    return set(Settings.model_fields) - {"database_url"}


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), _names(), n=1)
    hint = f"; did you mean {variable_name(near[0])}?" if near else ""
    return f"{name} is not a setting of Engagement{hint}"


def _explain(detail: dict[str, object]) -> str:
    location = detail["loc"]
    field = str(location[0]) if isinstance(location, tuple) and location else "?"
    name = variable_name("database_url" if field == "DATABASE_URL" else field)
    if detail["type"] == "missing":
        return f"{name} is missing: {Settings.model_fields[field].description}"
    return f"{name}: {str(detail['msg']).removeprefix('Value error, ')}"


def data_dir_of(given: object) -> Path:
    """Return the data directory: the one given, else that of the environment, else ``instance``."""
    return Path(str(given or os.environ.get(f"{PREFIX}DATA_DIR") or "instance"))


def instance_file(data_dir: object) -> Path | None:
    """Return the file in which a private instance remembers settings, None on a real database server."""
    return None if os.environ.get("DATABASE_URL") else data_dir_of(data_dir) / INSTANCE_FILE


def remember(settings: Settings, names: Iterable[str]) -> None:
    """Keep some settings beside the data, so that a command at the same instance writes the same links and mails.

    Args:
        settings: as the instance runs with.
        names: the fields to keep; secrets are refused.

    Raises:
        ValueError: a field is a secret.
    """
    values = {name: getattr(settings, name) for name in names}
    if any("Secret" in str(Settings.model_fields[name].annotation) for name in values):
        raise ValueError("a secret does not belong into a file of settings")
    file = settings.data_dir / INSTANCE_FILE
    partial = file.with_suffix(".partial")
    partial.write_text("".join(f"{variable_name(name)}={as_text(value)}\n" for name, value in values.items()), "utf-8")
    partial.replace(file)


def remembered(data_dir: object) -> frozenset[str]:
    """Return the variables that the instance in ``data_dir`` remembers."""
    file = instance_file(data_dir)
    if file is None or not file.exists():
        return frozenset()
    return frozenset(line.partition("=")[0] for line in file.read_text(encoding="utf-8").splitlines())


def as_text(value: object) -> str:
    """Return a value as it stands in the environment."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _secret_file(data_dir: Path) -> Path:
    return data_dir / "secret_key"


def _with_remembered_secret(given: dict[str, object]) -> dict[str, object]:
    """An instance with a private database keeps its own key beside it; one on a real server must be given one."""
    if "secret_key" in given or os.environ.get(f"{PREFIX}SECRET_KEY") or os.environ.get("DATABASE_URL"):
        return given
    file = _secret_file(data_dir_of(given.get("data_dir")))
    if not file.exists():
        return given
    return {**given, "secret_key": file.read_text(encoding="ascii").strip()}


def ensure_instance_secret(data_dir: Path) -> str:
    """Return the key of the instance in ``data_dir``; make a random one on the first start."""
    file = _secret_file(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    if not file.exists() or len(file.read_text(encoding="ascii").strip()) < MINIMUM_SECRET_LENGTH:
        partial = file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(48), encoding="ascii")
        partial.replace(file)
    return file.read_text(encoding="ascii").strip()
