"""The doctor's statements, run by a superuser, switch logging on and then exactly back; asking changes nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from decompose import pipeline
from decompose.errors import DatabaseError, UsageError
from decompose.evidence.capture.model import Diagnosis, Rebuildable, State
from decompose.evidence.capture.postgresql_change import quoted
from decompose.reports.doctor import render_diagnosis
from decompose.store import doctor_json
from servers import DatabaseServer

REQUEST = pipeline.DoctorRequest()


def asked(url: str) -> Diagnosis:
    (found,) = pipeline.diagnose(url, REQUEST)
    return found


def postgresql_rows(url: str, query: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def postgresql_state(server: DatabaseServer) -> tuple[Any, ...]:
    """Every setting that is in force, and the lines of the server's override file."""
    query = "SELECT name, current_setting(name), source FROM pg_settings WHERE name LIKE 'l%' ORDER BY name"
    written = (server.directory / "data" / "postgresql.auto.conf").read_text().splitlines()
    return postgresql_rows(server.url("postgres"), query), sorted(written)


def settled(told: Callable[[], bool]) -> bool:
    """Whether something becomes true soon: a reload is a signal, not an answer."""
    deadline = time.monotonic() + 10
    while not (reached := told()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return reached


@pytest.fixture
def postgresql_settings(postgresql_server: DatabaseServer) -> Iterator[DatabaseServer]:
    yield postgresql_server
    postgresql_server.execute("ALTER SYSTEM RESET ALL")
    postgresql_server.execute("SELECT pg_reload_conf()")
    base = postgresql_server.url("postgres")
    assert settled(lambda: postgresql_rows(base, "SHOW log_statement") == [("none",)])


BEFORE = [
    pytest.param((), Rebuildable.NOTHING, id="defaults"),
    pytest.param(("log_statement = 'mod'", r"log_line_prefix = E'it''s\t%m \\ %p '"), Rebuildable.STATEMENTS, id="own"),
    pytest.param(("log_min_messages = fatal", "log_min_duration_statement = 0"), Rebuildable.NOTHING, id="fatal"),
    pytest.param(("log_transaction_sample_rate = 0.25",), Rebuildable.SAMPLED, id="sampled"),
]


@pytest.mark.parametrize(("own", "expected"), BEFORE)
def test_postgresql_is_switched_on_and_exactly_back(
    postgresql_settings: DatabaseServer, own: tuple[str, ...], expected: Rebuildable
) -> None:
    server, base = postgresql_settings, postgresql_settings.url("postgres")
    for setting in own:
        server.execute(f"ALTER SYSTEM SET {setting}")
    server.execute("SELECT pg_reload_conf()")
    assert settled(lambda: asked(base).rebuildable is expected)
    before, found = postgresql_state(server), asked(base)

    for statement in found.switch_on:
        server.execute(statement)
    assert settled(lambda: asked(base).rebuildable is Rebuildable.TRANSACTIONS)
    switched = asked(base)
    assert not switched.switch_on
    assert {aspect.state for aspect in switched.aspects} == {State.YES}
    assert postgresql_state(server) != before

    for statement in found.switch_back:
        server.execute(statement)
    assert settled(lambda: postgresql_state(server) == before)


def test_what_postgresql_logs_when_switched_on_is_rebuilt_whole(
    postgresql_settings: DatabaseServer, postgresql_url: str, tmp_path: Any
) -> None:
    found = asked(postgresql_url)
    for statement in found.switch_on:
        postgresql_settings.execute(statement)
    assert settled(lambda: asked(postgresql_url).rebuildable is Rebuildable.TRANSACTIONS)
    output = postgresql_settings.directory / "server-output.txt"
    start = output.stat().st_size
    with psycopg.connect(postgresql_url) as connection:
        connection.execute("CREATE TABLE t (id int)")
        connection.execute("INSERT INTO t VALUES (4711)")
    log = tmp_path / "postgresql.log"
    assert settled(lambda: b"COMMIT" in output.read_bytes()[start:])
    log.write_bytes(output.read_bytes()[start:])
    seen = asked(str(log))
    assert (seen.rebuildable, seen.format) == (Rebuildable.TRANSACTIONS, "postgresql-stderr")
    assert seen.counts is not None
    assert (seen.counts.explicit, seen.counts.torn) == (1, 0)
    assert not seen.lacks
    assert "4711" not in render_diagnosis(seen) + doctor_json.dump([seen])


def test_sampling_by_transaction_keeps_postgresqls_transactions_whole(
    postgresql_settings: DatabaseServer, postgresql_url: str, tmp_path: Any
) -> None:
    name = make_url(postgresql_url).database
    postgresql_settings.execute(f'ALTER DATABASE "{name}" SET log_transaction_sample_rate = 0.5')
    assert asked(postgresql_url).rebuildable is Rebuildable.SAMPLED
    output = postgresql_settings.directory / "server-output.txt"
    start = output.stat().st_size
    with psycopg.connect(postgresql_url) as connection:
        for number in range(60):
            connection.execute(f"SELECT {number}".encode())
            connection.commit()
    log = tmp_path / "postgresql.log"
    log.write_bytes(output.read_bytes()[start:])
    seen = asked(str(log)).counts
    assert seen is not None
    assert 5 < seen.explicit < 55
    assert (seen.autocommit, seen.torn) == (0, 0)


def test_a_plain_postgresql_role_may_ask_and_the_printed_grants_let_it_switch(
    postgresql_settings: DatabaseServer,
) -> None:
    server, base = postgresql_settings, postgresql_settings.url("postgres")
    server.execute("CREATE ROLE \"O'Brien\" LOGIN PASSWORD 'plain-secret'")
    plain = base.replace(f"decompose:{server.password}", "O'Brien:plain-secret")
    try:
        found = asked(plain)
        assert found.rebuildable is Rebuildable.NOTHING
        assert "is not" in found.privileges[0]
        grants = [text.partition(": ")[2] for text in found.privileges if "GRANT" in text]
        assert len(grants) == 2
        for grant in grants:
            server.execute(grant)
        assert "granted to O'Brien" in asked(plain).privileges[0]
        for statement in found.switch_on:
            postgresql_rows(plain, statement) if statement.startswith("SELECT") else run_postgresql(plain, statement)
        assert settled(lambda: asked(plain).rebuildable is Rebuildable.TRANSACTIONS)
    finally:
        server.execute('DROP OWNED BY "O\'Brien"')
        server.execute('DROP ROLE "O\'Brien"')


def run_postgresql(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_a_role_that_sees_no_files_is_told_that_the_way_back_pins(postgresql_settings: DatabaseServer) -> None:
    server = postgresql_settings
    server.execute("ALTER SYSTEM SET log_statement = 'ddl'")
    server.execute("SELECT pg_reload_conf()")
    server.execute("CREATE ROLE plain LOGIN PASSWORD 'plain-secret'")
    plain = server.url("postgres").replace(f"decompose:{server.password}", "plain:plain-secret")
    try:
        assert settled(lambda: "ALTER SYSTEM SET log_statement = 'ddl';" in asked(plain).switch_back)
        assert "pins the value of now" in asked(plain).privileges[-1]
        server.execute("GRANT pg_read_all_settings TO plain")
        assert "pins the value of now" not in asked(plain).privileges[-1]
        assert asked(plain).switch_back == asked(server.url("postgres")).switch_back
    finally:
        server.execute("DROP ROLE plain")


def test_settings_of_single_databases_and_of_the_command_line_are_told(
    postgresql_server: DatabaseServer, postgresql_url: str
) -> None:
    name = make_url(postgresql_url).database
    postgresql_server.execute(f"ALTER DATABASE \"{name}\" SET log_statement = 'all'")
    found = asked(postgresql_url)
    assert found.rebuildable is Rebuildable.TRANSACTIONS
    assert any(f"log_statement (database {name})" in note for note in found.notes)


def test_asking_postgresql_sends_few_statements_and_none_that_writes(
    postgresql_server: DatabaseServer, postgresql_url: str
) -> None:
    output = postgresql_server.directory / "server-output.txt"
    name = make_url(postgresql_url).database
    postgresql_server.execute(f"ALTER DATABASE \"{name}\" SET log_statement = 'all'")
    before, state = len(output.read_text(errors="replace")), postgresql_state(postgresql_server)
    asked(postgresql_url)
    assert postgresql_state(postgresql_server) == state
    seen = re.findall(r"LOG:  (?:statement|execute [^:]*): *\s*(\w+ ?\w*)", output.read_text(errors="replace")[before:])
    assert 5 <= len(seen) <= 20
    assert {statement.split()[0].upper() for statement in seen} <= {"BEGIN", "SELECT", "SET", "SHOW", "ROLLBACK"}
    assert "BEGIN READ" in seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_a_quoted_value_is_that_value_to_the_server(postgresql_connection: Any, value: str) -> None:
    text = quoted(value)
    assert text.isascii()
    assert text.isprintable()
    assert postgresql_connection.execute(f"SELECT {text}::text".encode()).fetchone() == (value,)


@pytest.fixture
def postgresql_connection(postgresql_url: str) -> Iterator[Any]:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        yield connection


def mariadb_state(server: DatabaseServer) -> list[Any]:
    with mariadb_cursor(server.url("mysql")) as cursor:
        cursor.execute("SHOW GLOBAL VARIABLES")
        return sorted(cursor.fetchall())


@contextmanager
def mariadb_cursor(url: str) -> Iterator[Any]:
    at = make_url(url)
    with pymysql.connect(
        host=at.host, port=at.port or 3306, user=at.username, password=str(at.password), autocommit=True
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        yield cursor


@pytest.mark.parametrize("output", ["FILE", "TABLE", "NONE"])
def test_mariadb_is_switched_on_and_exactly_back(mariadb_server: DatabaseServer, output: str) -> None:
    server, base = mariadb_server, mariadb_server.url("")
    server.execute(f"SET GLOBAL log_output = '{output}'")
    try:
        before, found = mariadb_state(server), asked(base)
        assert found.rebuildable is Rebuildable.NOTHING
        for statement in found.switch_on:
            server.execute(statement)
        assert asked(base).rebuildable is Rebuildable.TRANSACTIONS
        assert not asked(base).switch_on
        assert mariadb_state(server) != before
        for statement in found.switch_back:
            server.execute(statement)
        assert mariadb_state(server) == before
    finally:
        server.execute("SET GLOBAL general_log = OFF")
        server.execute("SET GLOBAL log_output = 'FILE'")


SLOW = [
    pytest.param("long_query_time = 0", Rebuildable.TRANSACTIONS, id="all"),
    pytest.param("long_query_time = 2", Rebuildable.STATEMENTS, id="slow-ones"),
]


@pytest.mark.parametrize(("setting", "expected"), SLOW)
def test_mariadbs_slow_log_is_judged_by_what_it_leaves_out(
    mariadb_server: DatabaseServer, setting: str, expected: Rebuildable
) -> None:
    mariadb_server.execute("SET GLOBAL slow_query_log = ON")
    mariadb_server.execute(f"SET GLOBAL {setting}")
    try:
        assert asked(mariadb_server.url("")).rebuildable is expected
    finally:
        mariadb_server.execute("SET GLOBAL slow_query_log = OFF")
        mariadb_server.execute("SET GLOBAL long_query_time = 10")


def test_a_plain_mariadb_user_may_ask_and_is_told_what_is_missing(mariadb_server: DatabaseServer) -> None:
    mariadb_server.execute("CREATE USER plain IDENTIFIED BY 'plain-secret'")
    try:
        url = mariadb_server.url("").replace(f"decompose:{mariadb_server.password}", "plain:plain-secret")
        found = asked(url)
        assert "not seen to have" in found.privileges[0]
        assert "which decompose@% has" in asked(mariadb_server.url("")).privileges[0]
        assert "plain-secret" not in render_diagnosis(found) + doctor_json.dump([found])
    finally:
        mariadb_server.execute("DROP USER plain")


def test_asking_mariadb_sends_few_statements_and_none_that_writes(
    mariadb_server: DatabaseServer, mariadb_url: str
) -> None:
    mariadb_server.execute("SET GLOBAL general_log = ON")
    try:
        asked(mariadb_url)
    finally:
        mariadb_server.execute("SET GLOBAL general_log = OFF")
    log = (mariadb_server.log_directory / "general.log").read_text(errors="replace")
    database = str(make_url(mariadb_url).database)
    ours = next(found[1] for found in re.finditer(r"(\d+) Connect\t.* on (\S+)", log) if found[2] == database)
    seen = [word.upper() for word in re.findall(rf"^\S*(?: +\S+)?\s+{ours} Query\t\s*(\w+)", log, re.MULTILINE)]
    assert 5 <= len(seen) <= 25
    assert set(seen) <= {"SELECT", "SET", "SHOW", "START", "ROLLBACK"}
    assert "START" in seen


def test_sqlite_traces_in_the_application(tmp_path: Any) -> None:
    (tmp_path / "x.db").write_bytes(b"")
    found = asked(f"sqlite:///{tmp_path / 'x.db'}")
    assert (found.rebuildable, found.switch_on) == (Rebuildable.NOTHING, ())
    assert "sqlite3_trace_v2" in found.notes[0]
    with pytest.raises(DatabaseError):
        asked(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_server_that_is_not_there_is_a_database_error_without_the_password(kind: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        asked(f"{kind}://ann:plain-secret@127.0.0.1:1/shop")
    assert "plain-secret" not in raised.value.message + raised.value.hint


def test_a_server_that_nobody_can_ask_here_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="oracle"):
        asked("oracle://ann:plain-secret@h/shop")
