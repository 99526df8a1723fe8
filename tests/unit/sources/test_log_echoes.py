"""Plans of auto_explain and lines of pgaudit, from real servers: a statement counts once, however often it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose import pipeline
from decompose.evidence.bundle import Coverage
from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.postgresql_echoes import Echoes
from log_reading import LOGS, fixture, read, statements

STORY = statements(read(fixture("postgresql-syslog.stderr.log")))
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")
FAILED = "INSERT INTO orders\nVALUES (1, 1, 'again')"
NOTHING_LOGGED = Echoes(b"")


def told_by(name: str) -> list[str]:
    """The statements of the two sessions that tell the story."""
    items = read(fixture(name))
    assert not [item for item in items if isinstance(item, Gap)]
    return [
        i.sql for i in items if isinstance(i, LogEntry) and i.event is Event.STATEMENT and i.label in ("web", "jobs")
    ]


def coverage(path: Path) -> Coverage:
    return pipeline.collect(pipeline.CollectRequest(logs=(str(path),))).coverage


def test_story_holds_what_the_tests_need() -> None:
    assert len(STORY) == 14
    assert any(len(sql) > 900 for sql in STORY)
    assert FAILED in STORY


@pytest.mark.parametrize("kind", ["text", "json", "xml", "yaml"])
def test_plans_stand_for_statements_that_are_not_logged(kind: str) -> None:
    found = told_by(f"postgresql-auto-explain-{kind}.log")
    assert sorted(found) == sorted(sql for sql in STORY if sql not in CONTROL and sql != FAILED)


def test_plans_beside_statements_are_not_counted() -> None:
    assert sorted(told_by("postgresql-auto-explain-text-and-statements.log")) == sorted(STORY)


@pytest.mark.parametrize("kind", ["log", "csv", "json"])
def test_audit_lines_stand_for_statements_that_are_not_logged(kind: str) -> None:
    assert sorted([*told_by(f"postgresql-pgaudit.{kind}"), "ROLLBACK"]) == sorted(STORY)


def test_audit_lines_beside_statements_are_not_counted() -> None:
    assert sorted(told_by("postgresql-pgaudit-and-statements.log")) == sorted(STORY)


def test_transactions_from_audit_lines_alone() -> None:
    found = coverage(LOGS / "postgresql-pgaudit.log")
    assert (found.transactions_explicit, found.rolled_back) == (1, 0)
    reasons = {gap.reason: gap.count for gap in found.gaps}
    assert reasons["transaction still open when its session or the log ended"] == 2


def test_the_rollback_that_pgaudit_leaves_out_is_seen_at_the_next_begin(tmp_path: Path) -> None:
    def audit(number: int, sql: str) -> str:
        return f'LOG:  AUDIT: SESSION,{number},1,WRITE,X,,,"{sql}",<not logged>'

    lines = [
        audit(1, "BEGIN"),
        audit(2, "INSERT INTO a VALUES (1)"),
        "ERROR:  boom",
        "STATEMENT:  INSERT INTO a VALUES (1)",
        audit(3, "BEGIN"),
        audit(4, "INSERT INTO b VALUES (1)"),
        audit(5, "COMMIT"),
    ]
    path = tmp_path / "pg.log"
    path.write_text("".join(f"2026-03-02 08:00:00.000 UTC [7] {line}\n" for line in lines))
    found = coverage(path)
    assert (found.transactions_explicit, found.rolled_back) == (1, 1)


def test_log_statement_mod_beside_audit_lines() -> None:
    head = b"x LOG:  statement: INSERT INTO t VALUES (1)\nx LOG:  statement: /* a */ UPDATE t SET a = 1\n"
    echoes = Echoes(head)
    insert = 'AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,public.t,"INSERT INTO t VALUES (1)",<not logged>'
    select = "AUDIT: SESSION,2,1,READ,SELECT,TABLE,public.t,SELECT 1 FROM t,<not logged>"
    assert echoes.read("1", insert).event is Event.OTHER
    assert echoes.read("1", select).sql == "SELECT 1 FROM t"


@pytest.mark.parametrize(
    ("line", "sql"),
    [
        ("AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.t,select 1,<not logged>", "select 1"),
        ('AUDIT: SESSION,1,1,READ,SELECT,TABLE,"public.""T,x""","select ""a"", 2",<not logged>', 'select "a", 2'),
        ("AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.t,select 1,<none>,3", "select 1"),
        ("AUDIT: SESSION,1,2,READ,SELECT,TABLE,public.t,select 1,<not logged>", ""),
        ("AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.t,<previously logged>,<previously logged>", ""),
        ("AUDIT: SESSION,1", ""),
        ("duration: 0.1 ms  plan:\nQuery Text: select 1;\nResult  (cost=0.00..0.01 rows=1 width=4)", "select 1;"),
        (
            "duration: 0.1 ms  plan:\nQuery Text: select $1\nQuery Parameters: $1 = 'secret'\n"
            "Result  (cost=0.00..0.01 rows=1 width=4) (actual time=0.1..0.2 rows=1 loops=1)",
            "select $1",
        ),
        ('duration: 0.1 ms  plan:\n{\n  "Query Text": "select \'\\u0041\\"\\\\\'",\n  "Plan": {}', "select 'A\"\\'"),
        ("duration: 0.1 ms  plan:\n<explain a>\n  <Query-Text>select 1 &lt; 2</Query-Text>", "select 1 < 2"),
        ('duration: 0.1 ms  plan:\nQuery Text: "select\\n1"\nPlan: \n', "select\n1"),
        ("duration: 0.1 ms  plan:\nQuery Text: select 1", ""),
        ("duration: 0.1 ms  plan:\n", ""),
        ("duration: 0.1 ms", ""),
    ],
)
def test_shapes(line: str, sql: str) -> None:
    found = Echoes(b"").read("1", line)
    assert found.sql == sql
    assert found.event is (Event.STATEMENT if sql else Event.OTHER)
    assert found.done == bool(sql and "plan" in line)


def test_one_line_of_several_counts() -> None:
    echoes = Echoes(b"")
    line = "AUDIT: SESSION,{},1,READ,SELECT,TABLE,public.t,select 1,<not logged>"
    found = [
        echoes.read(session, line.format(number)).event for session, number in [("a", 1), ("a", 1), ("b", 1), ("a", 2)]
    ]
    assert found == [Event.STATEMENT, Event.OTHER, Event.STATEMENT, Event.STATEMENT]


@given(
    st.sampled_from(("AUDIT: SESSION,1,1,", "duration: 1 ms  plan:\n", 'duration: 1 ms  plan:\n{\n "Query Text": "')),
    st.text(),
)
def test_any_text(begin: str, text: str) -> None:
    NOTHING_LOGGED.read("1", begin + text).sql.encode()


@pytest.mark.parametrize("columns", [22, 23, 24, 26, 27, 29])
def test_csv_of_every_width_and_wider(columns: int) -> None:
    head = '2026-03-02 08:00:00.000 UTC,"u","d",7,"[local]",6b03.7,1,"idle",2026-03-02 08:00:00 UTC,3/1,0,LOG,00000,'
    row = [
        head + '"statement: SELECT ""a"",\n1"',
        *[""] * 8,
        '"app"',
        '"client backend"',
        "",
        "0",
        '"new, ""too"""',
        "5",
        "",
    ]
    record = ",".join(row[: columns - 13]) + "\n"
    items = read((record * 3).encode())
    assert statements(items) == ['SELECT "a",\n1'] * 3
    assert len(items) == 3


def test_rotated_csv_files_one_after_another() -> None:
    data = fixture("postgresql.csv")
    whole, cut = read(data), data.index(b"two\n\tlines")
    items = read(data[:cut] + b"\n" + data)
    assert [item for item in items if isinstance(item, Gap)] == [Gap("damaged CSV record")]
    assert statements(items)[-len(statements(whole)) :] == statements(whole)
    begun_inside = read(data[cut:] + data)
    assert statements(begun_inside)[-len(statements(whole)) :] == statements(whole)
