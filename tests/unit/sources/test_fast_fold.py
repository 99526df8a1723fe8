"""The fast fold counts what the reference fold counts, over the whole log and over any cuts of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folding import Log
from log_reading import FIXTURES, LOGS

COLUMN_FIXTURES = sorted(
    name
    for name, kind in FIXTURES.items()
    if kind in ("postgresql-stderr", "postgresql-csv", "postgresql-json", "mysql-general")
)
OTHER_SERVERS = [
    "postgresql-12.csv",
    "postgresql-18.log",
    "postgresql-de.log",
    "postgresql-fr.log",
    "postgresql-zh.log",
]


@pytest.mark.parametrize("name", COLUMN_FIXTURES + OTHER_SERVERS)
@pytest.mark.parametrize("block_bytes", [400, 1 << 20])
def test_samples_of_real_servers_fold_alike(name: str, block_bytes: int) -> None:
    data = (LOGS / name).read_bytes()
    log = Log(data, block_bytes)
    assert log.fast() == log.slowly()
    assert log.in_parts(range(0, len(data), max(1, len(data) // 9))) == log.slowly()


class Step(NamedTuple):
    """Something that a session does; `kind` is a statement, a failure of the last one, a begin or end of a session."""

    session: int
    kind: str
    sql: str = ""
    label: str = ""
    other: str = "shop"

    @property
    def database(self) -> str:
        """A PostgreSQL session has one database for life."""
        return "postgres" if self.session == 4 else "shop"


PLAIN = [
    "SELECT * FROM orders WHERE id = 5",
    "SELECT * FROM t1 WHERE a = 'it''s'",
    "SELECT * FROM t2 WHERE a = 'x'",
    "UPDATE orders SET a = 1, b = NULL WHERE c IN (1, 2, 3)",
    "INSERT INTO lines (a, b) VALUES (1, 'x'), (2, 'y')",
    "DELETE FROM carts WHERE id = 77 /*controller='carts',action='drop'*/",
    "SELECT 1; SELECT * FROM stock",
    'SELECT "order 1"."a" FROM "order 1"',
    "SELECT *\nFROM wishes\nWHERE id = 3",
]
CONTROL = [
    "BEGIN",
    "BEGIN",
    "COMMIT",
    "COMMIT",
    "ROLLBACK",
    "START TRANSACTION",
    "COMMIT AND CHAIN",
    "SAVEPOINT s1",
    "ROLLBACK TO SAVEPOINT s1",
    "RELEASE SAVEPOINT s1",
    "BEGIN /*controller='a',action='b'*/",
    "PREPARE TRANSACTION 'p1'",
    "COMMIT PREPARED 'p1'",
    "DECLARE c1 CURSOR FOR SELECT * FROM books",
    "FETCH 10 FROM c1",
    "PREPARE q1 (int) AS UPDATE stock SET a = $1 WHERE b = 2",
    "EXECUTE q1(3)",
    "DEALLOCATE q1",
    "SET autocommit = 0",
    "SET autocommit = 1",
    "CREATE TABLE made (id int)",
]
statements = st.sampled_from(PLAIN) | st.sampled_from(CONTROL[:5]) | st.sampled_from(CONTROL)
steps = st.lists(
    st.builds(
        Step,
        st.integers(1, 4),
        st.sampled_from(["sql"] * 12 + ["done", "fail", "fail", "connect", "end", "other", "lost"]),
        statements,
        st.sampled_from(["", "", "web", "job"]),
        st.sampled_from(["shop"] * 8 + ["postgres"]),
    ),
    max_size=60,
)


def _message(step: Step) -> tuple[str, str]:
    """Severity and message."""
    return {
        "sql": ("LOG", f"statement: {step.sql}"),
        "done": ("LOG", f"duration: 0.100 ms  execute <unnamed>: {step.sql}"),
        "fail": ("ERROR", "relation does not exist"),
        "connect": ("LOG", "connection authorized: user=app database=shop"),
        "end": ("LOG", "disconnection: session time: 0:00:00.1 user=app"),
        "other": ("LOG", "duration: 0.100 ms"),
        "lost": ("LOG", "checkpoint starting" if step.session == 4 else "connection received: host=[local]"),
    }[step.kind]


def stderr(script: list[Step], session: str) -> bytes:
    lines = ["2026-11-22 18:41:18.490 UTC [13490] app@shop/web sess=6b03374e.34b2 LOG:  statement: BEGIN\n"] * 3
    lines = [_line(Step(9, "sql", "BEGIN"), session)] * 3
    for step in script:
        lines.append(_line(step, session))
        if step.kind == "fail" and step.label:
            lines.append(_line(step, session, "STATEMENT", step.sql))
    return "".join(lines).encode()


def _line(step: Step, session: str, severity: str = "", message: str = "") -> str:
    told, text = _message(step)
    key = f"sess=6b03374e.{step.session:x} " if session == "c" else ""
    text = (message or text).replace("\n", "\n\t")
    return (
        f"2026-11-22 18:41:18.490 UTC [{100 + step.session}] app@{step.database}/{step.label or '[unknown]'} {key}"
        f"{severity or told}:  {text}\n"
    )


def csv(script: list[Step], states: bool) -> bytes:
    rows = []
    numbers = dict.fromkeys(range(10), 0)
    inside = dict.fromkeys(range(10), False)
    for step in [Step(9, "sql", "BEGIN"), *script]:
        severity, message = _message(step)
        numbers[step.session] += 2 if step.kind == "lost" else 1
        state = ("idle in transaction" if inside[step.session] else "idle") if states else "SELECT"
        if step.kind == "sql":
            word = "".join(step.sql.split()[:1])
            inside[step.session] = word in ("BEGIN", "START") or (
                inside[step.session] and word not in ("COMMIT", "ROLLBACK")
            )
        text, sql = message.replace('"', '""'), step.sql.replace('"', '""')
        query = f'"{sql}"' if step.kind == "fail" and step.label else ""
        rows.append(
            f'2026-11-22 18:42:33.619 UTC,"app","{step.database}",14559,"[local]",6b033799.{step.session:x},'
            f'{numbers[step.session]},"{state}",2026-11-22 18:42:33 UTC,8/46202,0,{severity},00000,"{text}",'
            f',,,,,{query},,,"{step.label}","client backend",,0\n'
        )
    return "".join(rows).encode()


def jsonl(script: list[Step]) -> bytes:
    rows = []
    numbers = dict.fromkeys(range(10), 0)
    for step in [Step(9, "sql", "BEGIN"), *script]:
        severity, message = _message(step)
        numbers[step.session] += 1
        record = {
            "timestamp": "2026-11-22 18:42:33.619 UTC",
            "user": "app",
            "dbname": step.database,
            "pid": 14559,
            "session_id": f"6b033799.{step.session:x}",
            "line_num": numbers[step.session],
            "ps": "idle",
            "error_severity": severity,
            "message": message,
        }
        if step.kind == "fail" and step.label:
            record["statement"] = step.sql
        rows.append(json.dumps(record | {"application_name": step.label}, separators=(",", ":")) + "\n")
    return "".join(rows).encode()


def general(script: list[Step]) -> bytes:
    rows = ["mysqld, Version: 8.0.44 (MySQL). started with:\nTcp port: 0  Unix socket: x\nTime  Id Command  Argument\n"]
    for step in [Step(9, "sql", "BEGIN"), *script]:
        command, text = {
            "sql": ("Query", step.sql),
            "done": ("Execute", step.sql),
            "fail": ("Query", f"use {step.other}"),
            "connect": ("Connect", f"app@localhost on {step.other} using Socket"),
            "end": ("Quit", ""),
            "other": ("Prepare", step.sql),
            "lost": ("Init DB", step.other),
        }[step.kind]
        rows.append(f"2026-11-22T18:45:40.098124Z\t   {40 + step.session} {command}\t{text}\n")
    return "".join(rows).encode()


Writer = Callable[..., bytes]
cuts = st.lists(st.integers(0, 20_000), max_size=6)


def check(data: bytes, places: list[int], databases: tuple[str, ...] = ()) -> None:
    log = Log(data, databases=databases)
    expected = log.slowly()
    assert log.fast() == expected
    assert log.in_parts(places) == expected


@settings(max_examples=60, deadline=None)
@given(steps, cuts, st.sampled_from(["c", "p"]))
def test_text_logs(script: list[Step], places: list[int], session: str) -> None:
    check(stderr(script, session), places)


@settings(max_examples=60, deadline=None)
@given(steps, cuts, st.booleans())
def test_csv_logs(script: list[Step], places: list[int], states: bool) -> None:
    check(csv(script, states), places)


@settings(max_examples=40, deadline=None)
@given(steps, cuts)
def test_json_logs(script: list[Step], places: list[int]) -> None:
    check(jsonl(script), places)


@settings(max_examples=60, deadline=None)
@given(steps, cuts)
def test_mysql_general_logs(script: list[Step], places: list[int]) -> None:
    check(general(script), places)


@settings(max_examples=20, deadline=None)
@given(steps, cuts)
def test_one_database_of_several(script: list[Step], places: list[int]) -> None:
    check(stderr(script, "c"), places, ("postgres",))


PIECES = [
    "SELECT a FROM t WHERE b = ",
    "UPDATE t2 SET c = ",
    "'x'",
    "'it''s'",
    "'",
    "''",
    '"',
    "\\",
    "\\'",
    "\0",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "1",
    "12.5",
    "$1",
    ", NULL",
    " IN (1, 2)",
    " -- it's",
    "/* a */",
    " /*controller='a'*/",
    "\n",
    "\t",
    "é",
    ";",
    " ",
]
nasty = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), max_size=30)


@settings(max_examples=80, deadline=None)
@given(nasty, st.sampled_from([stderr, csv, jsonl]), cuts)
def test_texts_that_mislead_readers_of_many_at_once(texts: list[str], write: Writer, places: list[int]) -> None:
    script = [Step(1 + index % 3, "sql", text) for index, text in enumerate(texts)]
    data = write(script, "c") if write is stderr else write(script, True) if write is csv else write(script)
    check(data, places)


def test_bytes_that_are_no_text_do_not_stop_the_fast_reading_of_json() -> None:
    script = [Step(1, "sql", "SELECT \"a\" FROM t WHERE b = '\\n'"), Step(1, "sql", "SELECT a\nFROM t")]
    check(jsonl(script).replace(b'"a', b'"a\xff').replace(b"FROM", b"FROM \xe9"), [])


@settings(max_examples=40, deadline=None)
@given(steps, st.sampled_from([("shop",), ("shop", "postgres"), ("other",)]))
def test_databases_that_rows_do_not_name(script: list[Step], databases: tuple[str, ...]) -> None:
    log = Log(general(script), databases=databases)
    assert log.fast() == log.slowly()
