"""The private servers keep their promises: fresh databases, no leftovers, a clear word when a program is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url

import servers


def test_postgresql_database_is_empty_and_writable(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        connection.execute("CREATE TABLE orders (id int)")
        assert connection.execute("SHOW TimeZone").fetchone() == ("UTC",)


def test_mariadb_database_is_empty_and_writable(mariadb_url: str) -> None:
    url = make_url(mariadb_url)
    with pymysql.connect(
        host=url.host, port=url.port or 0, user=url.username, password=url.password or "", database=url.database
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        assert cursor.execute("SHOW TABLES") == 0
        cursor.execute("CREATE TABLE orders (id int)")


def test_a_database_is_dropped_although_a_connection_is_open(postgresql_server: servers.DatabaseServer) -> None:
    with postgresql_server.database() as name:
        connection = psycopg.connect(postgresql_server.url(name))
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(postgresql_server.url(name))
    connection.close()


def test_settings_reach_the_server_and_the_log_stays_after_stop() -> None:
    with servers.postgresql(settings={"logging_collector": "on", "log_statement": "all"}) as server:
        server.execute("SELECT 'mark of this test'")
        server.stop()
        assert any("mark of this test" in path.read_text() for path in server.log_directory.iterdir())
    assert not server.directory.exists()


def test_mariadb_general_log_can_be_captured() -> None:
    with servers.mariadb(settings={"general_log": 1}) as server:
        server.execute("SELECT 'mark of this test'")
        server.stop()
        assert "mark of this test" in (server.log_directory / "general.log").read_text()


def test_a_missing_program_is_an_error_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers.shutil, "which", lambda *_, **__: None)
    with pytest.raises(servers.ServerUnavailableError, match="make servers"):
        servers._program("no-such-server", servers._POSTGRESQL_HINT)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_killed_test_run_takes_its_server_along(kind: str) -> None:
    script = (
        "import servers, sys, time\n"
        f"with servers.{kind}() as server:\n"
        "    print(server._process.pid, server.directory, flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(servers.__file__).parent)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment, text=True) as child:
        assert child.stdout is not None
        pid, directory = child.stdout.readline().split()
        child.kill()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    servers.shutil.rmtree(directory, ignore_errors=True)
