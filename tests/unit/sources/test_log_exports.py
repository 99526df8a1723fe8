"""Exports with a header row, and JSON objects in any arrangement: performance_schema, counts, ProxySQL."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose import pipeline
from decompose.evidence.log_entry import Event, Gap, LogEntry, StatementCount
from decompose.sources.logs import ReadOptions, detect
from decompose.sources.logs.csv_rows import Names, rows
from decompose.sources.logs.json_objects import objects
from log_reading import fixture, read, statements
from repository import ROOT

CELL = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\0"), max_size=12).filter(
    lambda text: text not in ("NULL", "null", r"\N")
)


def is_header(names: Names) -> bool:
    return "sql" in names


def table(text: str, size: int) -> list[object]:
    found = rows(io.BytesIO(text.encode()), ReadOptions(block_bytes=size), is_header)
    return [item if isinstance(item, Gap) else tuple(item[1].values()) for item in found]


@given(cells=st.lists(st.tuples(CELL, CELL), max_size=6), size=st.integers(1, 60), delimiter=st.sampled_from(",;"))
@settings(max_examples=200, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(cells: list[tuple[str, str]], size: int, delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("sql", "n"), *cells])
    assert table(text.getvalue(), size) == cells


@given(values=st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=9), max_size=3), max_size=5),
       size=st.integers(1, 60), indent=st.sampled_from([None, 0, 2]))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_json_in_any_arrangement(values: list[dict[str, str]], size: int, indent: int | None) -> None:
    lines = "\n".join(json.dumps(value) for value in values)
    for text in (json.dumps(values, indent=indent), lines):
        found = objects(io.BytesIO(text.encode()), ReadOptions(block_bytes=size))
        assert [None if isinstance(item, Gap) else item[1] for item in found] == values


def test_batch_mode_of_the_mysql_client() -> None:
    assert table("sql\tn\nSELECT\\n1\\t\\\\\tNULL\n", 7) == [("SELECT\n1\t\\", "")]


def test_rows_of_another_width_and_a_header_that_comes_again() -> None:
    text = 'preamble\nsql,n\na,1\nb\n"c,2\nn,sql\n3,d\n'
    assert table(text.replace('"c', "c"), 5) == [
        Gap("line before the export's header"),
        ("a", "1"),
        Gap("damaged row of an export"),
        ("c", "2"),
        ("n", "sql"),
        ("3", "d"),
    ]
    assert table("sql,n\na,1\nSQL,N\nb,2\n", 5) == [("a", "1"), ("b", "2")]


def test_performance_schema_in_both_forms_tells_the_same() -> None:
    text, structured = (read(fixture(f"mariadb-performance-schema.{kind}")) for kind in ("csv", "json"))
    assert [item._replace(line=0) for item in text if isinstance(item, LogEntry)] == [
        item._replace(line=0) for item in structured if isinstance(item, LogEntry)
    ]
    assert not [item for item in text if isinstance(item, Gap)]
    failed = [item.sql for item in text if isinstance(item, LogEntry) and item.event is Event.FAILURE]
    assert failed == ["SELECT nothing FROM orders"]


@pytest.mark.parametrize(
    ("sql", "digest", "expected"),
    [
        ("SELECT 1", "SELECT ? ", ["SELECT 1"]),
        ("SELECT a FROM t WHERE id IN (1, 2, 3...", "SELECT `a` FROM `t` WHERE `id` IN (...) ",
         ["SELECT `a` FROM `t` WHERE `id` IN (?)"]),
        ("INSERT INTO t VALUES...", "INSERT INTO `t` VALUES (...) /* , ... */ ", ["INSERT INTO `t` VALUES (?)"]),
        ("SELECT a...", "SELECT `a` ...", []),
        ("", "", []),
    ],
)  # fmt: skip
def test_digest_stands_in_for_a_text_that_was_cut_off(sql: str, digest: str, expected: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("THREAD_ID", "SQL_TEXT", "DIGEST_TEXT"), ("1", sql, digest)])
    items = read(text.getvalue().encode())
    assert statements(items) == expected
    assert len(items) == 1


def test_procedure_steps_are_no_statements() -> None:
    head = "THREAD_ID,EVENT_NAME,SQL_TEXT,DIGEST_TEXT\n"
    log = "1,statement/sp/jump_if_not,x,x\n1,statement/com/Prepare,SELECT ?,x\n1,statement/com/Execute,SELECT 1,x\n"
    assert statements(read((head + log).encode())) == ["SELECT 1"]


@pytest.mark.parametrize(
    "columns",
    [
        "userid,dbid,query,calls,total_time,rows,shared_blks_hit",
        "query,calls",
        "query,calls,rows",
        "userid,dbid,queryid,query,calls,total_time,min_time,rows",
        "userid,dbid,queryid,query,plans,total_plan_time,calls,total_exec_time,rows",
        "userid,dbid,toplevel,queryid,query,plans,calls,total_exec_time,shared_blk_read_time,stats_since",
        "userid,dbid,toplevel,queryid,query,calls,total_exec_time,wal_buffers_full,parallel_workers_launched",
    ],
)
def test_pg_stat_statements_of_every_version(columns: str) -> None:
    row = ["SELECT $1" if name == "query" else "12" for name in columns.split(",")]
    data = f"{columns}\n{','.join(row)}\n".encode()
    assert detect(data).name == "pg-stat-statements"
    assert read(data) == [StatementCount("SELECT $1", 12, "", 2)]


def test_proxysql_prepares_are_not_executions() -> None:
    items = read(fixture("proxysql.json"))
    assert len(statements(items)) == 10
    assert [item.event for item in items if isinstance(item, LogEntry)].count(Event.OTHER) == 1
    assert read(b'{"a": 1}\n', "proxysql") == [Gap("JSON line of another kind")]


def test_statements_without_transactions_touch_tables() -> None:
    log = ROOT / "fixtures" / "logs" / "pg-stat-statements.csv"
    found = pipeline.collect(pipeline.CollectRequest(logs=(str(log),)))
    named = {access.table for statement in found.statements for access in statement.accesses}
    assert found.coverage.tables_touched == len(named) > 2
    assert (found.coverage.transactions, found.profiles) == (0, ())
