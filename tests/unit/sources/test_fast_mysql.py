"""MySQL's slow log read column by column counts what the reference fold counts, however it is cut."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folding import Log
from log_reading import fixture

STATEMENTS = [
    "SELECT * FROM orders WHERE id = 5",
    "SELECT * FROM t1 WHERE a = 'it''s; fine'",
    "SELECT * FROM t2 WHERE a = 'x\\'y\\\\'",
    "UPDATE orders SET a = 1, b = NULL WHERE c IN (1, 2, 3)",
    "INSERT INTO lines (a, b) VALUES (1, 'x;\n# Time: no record'), (2, 'y')",
    "DELETE FROM carts WHERE id = 77 /*controller='carts',action='drop'*/",
    "SELECT *\nFROM wishes\n\nWHERE id = 3",
    "\nSELECT * FROM blank",
    "SELECT 1; SELECT * FROM stock",
    "# noted\nSELECT * FROM notes",
    "BEGIN",
    "BEGIN",
    "COMMIT",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s1",
    "ROLLBACK TO SAVEPOINT s1",
    "SET autocommit = 0",
    "SET autocommit = 1",
    "CREATE TABLE made (id int)",
    "",
]
FLAVOURS = ("mysql", "extra", "mariadb", "percona", "anonymous")


class Record(NamedTuple):
    """One record; `kind` is a statement, a failure, an administrator's command, a sample, or what comes between."""

    session: int
    kind: str
    sql: str
    use: str
    timed: bool


records = st.lists(
    st.builds(
        Record,
        st.integers(1, 3),
        st.sampled_from(["sql"] * 12 + ["fail", "fail", "quit", "anonymous", "sample", "banner", "junk"]),
        st.sampled_from(STATEMENTS),
        st.sampled_from([""] * 8 + ["shop", "`odd ``name`", "mysql"]),
        st.booleans(),
    ),
    max_size=50,
)
cuts = st.lists(st.integers(0, 20_000), max_size=5)


def slow(script: list[Record], flavour: str) -> bytes:
    rows = ["mysqld, Version: 8.0.44 (MySQL). started with:\nTcp port: 0  Unix socket: x\nTime  Id Command  Argument\n"]
    rows += [_record(Record(9, "sql", "SELECT 1", "", True), flavour)] * 3
    return "".join(rows + [_record(record, flavour) for record in script]).encode()


def _record(record: Record, flavour: str) -> str:
    if record.kind == "banner":
        return "/usr/sbin/mysqld, Version: 8.0.44 (x). started with:\nTcp port: 0\nTime  Id Command  Argument\n"
    if record.kind == "junk":
        return "# Time: 2026-03-02T08:00:00.201003Z\nsomething else\n"
    time = "# Time: 261122 19:22:56\n" if record.timed else ""
    used = f"use {record.use};\n" if record.use else ""
    sql = "# administrator command: Quit" if record.kind == "quit" else record.sql
    end = f"{sql};\n" if sql else ""
    return f"{time}{_header(record, flavour)}{used}SET timestamp=1795375376;\n{end}"


def _header(record: Record, flavour: str) -> str:
    errno = 1146 if record.kind == "fail" else 0
    thread = 40 + record.session
    name = "" if record.kind == "anonymous" or flavour in ("mariadb", "anonymous") else f"  Id: {thread:5d}"
    lines = [f"# User@Host: app[app] @ localhost [10.0.0.9]{name}"]
    if flavour == "mariadb" and record.kind != "anonymous":
        lines.append(f"# Thread_id: {thread}  Schema: {'shop' if record.session < 3 else 'mysql'}  QC_hit: No")
    if flavour == "percona":
        lines.append(f"# Schema: {'shop' if record.session < 3 else ''}  Last_errno: {errno}  Killed: 0")
    lines.append("# Query_time: 0.000120  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1")
    if flavour == "extra":
        lines[-1] += f" Thread_id: {thread} Errno: {errno} Killed: 0"
    if record.kind == "sample":
        lines.append("# Log_slow_rate_type: query  Log_slow_rate_limit: 10")
    return "\n".join(lines) + "\n"


@settings(max_examples=150, deadline=None)
@given(records, cuts, st.sampled_from(FLAVOURS), st.sampled_from([500, 1 << 20]))
def test_slow_logs(script: list[Record], places: list[int], flavour: str, block_bytes: int) -> None:
    log = Log(slow(script, flavour), block_bytes)
    expected = log.slowly()
    assert log.fast() == expected
    assert log.in_parts(places) == expected


@settings(max_examples=30, deadline=None)
@given(records, cuts)
def test_one_database_of_a_slow_log(script: list[Record], places: list[int]) -> None:
    log = Log(slow(script, "mysql"), databases=("shop",))
    expected = log.slowly()
    assert log.fast() == expected
    assert log.in_parts(places) == expected


@pytest.mark.parametrize("name", ["mysql8-slow.log", "mariadb-slow.log", "percona-slow.log"])
@pytest.mark.parametrize("block_bytes", [300, 1 << 20])
def test_samples_of_real_servers(name: str, block_bytes: int) -> None:
    data = fixture(name)
    log = Log(data, block_bytes)
    assert log.fast() == log.slowly()
    assert log.in_parts(range(0, len(data), max(1, len(data) // 9))) == log.slowly()
