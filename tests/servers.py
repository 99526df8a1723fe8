"""Private PostgreSQL and MariaDB servers for tests and capture scripts.

Each server lives in its own temporary directory, listens on 127.0.0.1 only, on a port the kernel picked, behind a
random password, and is gone when the `with` block, or the process that opened it, ends. Nothing of the machine's own
servers is used or touched.

    with postgresql(settings={"logging_collector": "on", "log_destination": "csvlog"}) as server:
        with server.database() as name:
            run_the_story(server.url(name))
        server.stop()                                # flushes what the server still had to write
        keep(server.log_directory)
"""

from __future__ import annotations

import itertools
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

USER = "decompose"
START_SECONDS = 30
STOP_SECONDS = 30
START_ATTEMPTS = 3

_serial = itertools.count(1)


class ServerUnavailableError(Exception):
    """A server's programs are missing, or it does not start; the message says what to do. Never a reason to skip."""


class DatabaseServer(ABC):
    """One running private server: its port, its databases, its log directory."""

    scheme: ClassVar[str]
    accounts: ClassVar[tuple[str, ...]]
    stop_signal: ClassVar[signal.Signals]
    host = "127.0.0.1"

    def __init__(self, settings: Mapping[str, str | int]) -> None:
        self.settings = dict(settings)
        self.password = secrets.token_hex(12)
        self.port = 0
        self.directory = Path(tempfile.mkdtemp(prefix=f"decompose-{self.scheme}-"))
        self.log_directory = self.directory / "log"
        self._account = _unprivileged_account(self.accounts)
        self._output = self.directory / "server-output.txt"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def create(self) -> None:
        """Write an empty data directory."""

    @abstractmethod
    def command(self) -> list[str]:
        """The server's command line, for the present port and settings."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the server says it accepts connections, asked without leaving a trace in its logs."""

    @abstractmethod
    def execute(self, statement: str) -> None:
        """Run one administrative statement, outside any transaction."""

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one database of this server."""
        return f"{self.scheme}://{USER}:{self.password}@{self.host}:{self.port}/{database}"

    @contextmanager
    def database(self, name: str | None = None) -> Iterator[str]:
        """A fresh empty database, dropped afterwards even when connections to it are still open."""
        name = name or f"test_{next(_serial)}"
        self.execute(self.create_statement(name))
        try:
            yield name
        finally:
            self.execute(self.drop_statement(name))

    @abstractmethod
    def create_statement(self, name: str) -> str:
        """The statement that makes the database."""

    @abstractmethod
    def drop_statement(self, name: str) -> str:
        """The statement that drops the database."""

    def start(self) -> None:
        """Make the data directory and start; another port is tried when somebody took ours in between."""
        self.log_directory.mkdir()
        for path in (self.directory, self.log_directory):
            if self._account:
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
        self.create()
        for attempt in range(START_ATTEMPTS):
            self.port = _free_port()
            if self._start_once():
                return
            if attempt + 1 == START_ATTEMPTS:
                raise ServerUnavailableError(f"{self.scheme} server does not start:\n{self._last_words()}")

    def stop(self) -> None:
        """End the server, gently first; what it logged is complete afterwards. Calling it again does nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(self.stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def remove(self) -> None:
        """Stop, and delete everything the server wrote."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def write(self, name: str, text: str) -> Path:
        """Write a small file that only the server's account can read."""
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(text)
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)
        return path

    def run(self, command: Sequence[str]) -> None:
        """Run one of the server's own set-up programs as the server's account."""
        with self._output.open("ab") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.directory,
                user=self._uid, group=self._gid, extra_groups=self._no_groups, check=False,
            )  # fmt: skip
        if done.returncode:
            raise ServerUnavailableError(f"{command[0]} failed with status {done.returncode}:\n{self._last_words()}")

    @property
    def _uid(self) -> int | None:
        return self._account.pw_uid if self._account else None

    @property
    def _gid(self) -> int | None:
        return self._account.pw_gid if self._account else None

    @property
    def _no_groups(self) -> list[str | int] | None:
        return [] if self._account else None

    def _start_once(self) -> bool:
        # The kernel passes the stop signal on when this process dies without a chance to clean up (kill -9, SIGTERM).
        setpriv = shutil.which("setpriv")
        tied = [setpriv, "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"] if setpriv else []
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [*tied, *self.command()], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.directory,
                user=self._uid, group=self._gid, extra_groups=self._no_groups, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self.is_ready():
                return True
            time.sleep(0.05)
        if self._process.poll() is None:
            self.stop()
            raise ServerUnavailableError(
                f"{self.scheme} server is silent after {START_SECONDS} s:\n{self._last_words()}"
            )
        return False

    def _last_words(self) -> str:
        texts = [self._output, *sorted(self.log_directory.glob("*"))]
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in texts if path.is_file())


class PostgresqlServer(DatabaseServer):
    """A PostgreSQL server of whatever major version is installed."""

    scheme = "postgresql"
    accounts = ("postgres", "nobody")
    stop_signal = signal.SIGINT  # "fast shutdown": does not wait for clients

    def create(self) -> None:
        password_file = self.write("password", self.password)
        initdb = [
            _program("initdb", _POSTGRESQL_HINT),
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            f"--username={USER}",
        ]
        self.run([*initdb, "--auth=scram-sha-256", f"--pwfile={password_file}", str(self.directory / "data")])

    def command(self) -> list[str]:
        defaults: dict[str, str | int] = {
            "listen_addresses": self.host, "port": self.port, "unix_socket_directories": str(self.directory),
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 40,
            "shared_buffers": "32MB", "timezone": "UTC", "log_timezone": "UTC",
            "log_directory": str(self.log_directory),
        }  # fmt: skip
        settings = defaults | self.settings
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        return [_program("postgres", _POSTGRESQL_HINT), "-D", str(self.directory / "data"), *options]

    def is_ready(self) -> bool:
        # Line 8 of the lock file is the postmaster's own status; pg_ctl waits for the same word.
        lock_file = self.directory / "data" / "postmaster.pid"
        lines = lock_file.read_text().splitlines() if lock_file.exists() else []
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_statement(self, name: str) -> str:
        return f'CREATE DATABASE "{name}" TEMPLATE template0'

    def drop_statement(self, name: str) -> str:
        return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


class MariadbServer(DatabaseServer):
    """A MariaDB server of whatever version is installed."""

    scheme = "mysql"
    accounts = ("mysql", "nobody")
    stop_signal = signal.SIGTERM

    def create(self) -> None:
        # The set-up server runs without grant tables until it is told to read them.
        first_user = self.write(
            "first-user.sql",
            "FLUSH PRIVILEGES;\n"
            f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n",
        )
        install = [
            _program("mariadb-install-db", _MARIADB_HINT),
            "--no-defaults",
            "--skip-test-db",
            "--skip-name-resolve",
        ]
        self.run([*install, f"--datadir={self.directory / 'data'}", f"--extra-file={first_user}"])

    def command(self) -> list[str]:
        defaults: dict[str, str | int] = {
            "datadir": str(self.directory / "data"), "bind-address": self.host, "port": self.port,
            "socket": str(self.directory / "socket"), "pid-file": str(self.directory / "pid"),
            "tmpdir": str(self.directory), "skip-name-resolve": 1, "skip-log-bin": 1, "character-set-server": "utf8mb4",
            "innodb-flush-log-at-trx-commit": 0, "innodb-flush-method": "nosync", "innodb-buffer-pool-size": "64M",
            "innodb-log-file-size": "32M", "performance-schema": "OFF", "default-time-zone": "+00:00",
            "general-log-file": str(self.log_directory / "general.log"),
            "slow-query-log-file": str(self.log_directory / "slow.log"),
        }  # fmt: skip
        settings = defaults | {name.replace("_", "-"): value for name, value in self.settings.items()}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [_program("mariadbd", _MARIADB_HINT), "--no-defaults", *options]

    def is_ready(self) -> bool:
        return bool(re.search(rf"ready for connections\.\s.*port: {self.port}\b", self._output_text()))

    def execute(self, statement: str) -> None:
        import pymysql

        with pymysql.connect(
            host=self.host, port=self.port, user=USER, password=self.password, autocommit=True
        ) as connection, connection.cursor() as cursor:  # fmt: skip
            cursor.execute("SET lock_wait_timeout = 10")
            cursor.execute(statement)

    def create_statement(self, name: str) -> str:
        return f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4"

    def drop_statement(self, name: str) -> str:
        return f"DROP DATABASE IF EXISTS `{name}`"

    def _output_text(self) -> str:
        return self._output.read_text(errors="replace")


@contextmanager
def postgresql(settings: Mapping[str, str | int] | None = None) -> Iterator[DatabaseServer]:
    """A private PostgreSQL server with these `postgresql.conf` settings; raises ServerUnavailableError."""
    with _running(PostgresqlServer(settings or {})) as server:
        yield server


@contextmanager
def mariadb(settings: Mapping[str, str | int] | None = None) -> Iterator[DatabaseServer]:
    """A private MariaDB server with these `mariadbd` options (without the dashes); raises ServerUnavailableError."""
    with _running(MariadbServer(settings or {})) as server:
        yield server


@contextmanager
def _running(server: DatabaseServer) -> Iterator[DatabaseServer]:
    try:
        server.start()
        yield server
    finally:
        server.remove()


_POSTGRESQL_HINT = (
    "install Debian's `postgresql` package (`make servers` does it for root) or put its bin directory on PATH"
)
_MARIADB_HINT = "install Debian's `mariadb-server-core` package (as root: `make servers`) or put mariadbd on PATH"


def _program(name: str, hint: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found:
        return found
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise ServerUnavailableError(f"`{name}` is not installed: {hint}. Tests never skip a missing server.")
    return str(newest)


def _unprivileged_account(names: Sequence[str]) -> pwd.struct_passwd | None:
    """The account to drop to when we are root, which PostgreSQL refuses to run as; None when we are not."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name: account for account in pwd.getpwall()}
    for name in names:
        if name in known:
            return known[name]
    raise ServerUnavailableError(f"running as root, and no account of {', '.join(names)} exists to run a server as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
