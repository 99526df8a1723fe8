"""Each format read from a small faithful sample; the PostgreSQL ones tell one story."""

from __future__ import annotations

import json

import pytest

from decompose.errors import InputError, UsageError
from decompose.evidence.log_entry import Event, Gap, LogEntry, RecordedTransaction, StatementCount
from decompose.sources.logs import LOG_FORMATS, LogFormat, describe, detect
from log_reading import FIXTURES, facts, fixture, read, statements

UPDATE = 'UPDATE "stock" SET "on_hand" = "on_hand" - 1 WHERE "sku" = \'A1\''


@pytest.mark.parametrize(("name", "expected"), FIXTURES.items())
def test_detected_by_content(name: str, expected: str) -> None:
    assert detect(fixture(name)).name == expected


@pytest.mark.parametrize("each", LOG_FORMATS, ids=lambda each: each.name)
def test_every_format_recognises_and_reads_its_own_sample(each: LogFormat) -> None:
    sample = (each.sample + "\n").encode()
    assert detect(sample) is each
    assert [type(item) for item in read(sample)] in ([LogEntry], [RecordedTransaction], [StatementCount])
    assert each.how_to_capture
    assert each.cannot_tell


def test_postgresql_formats_tell_the_same_facts() -> None:
    csv, structured, text = (facts(read(fixture(f"postgresql.{kind}"))) for kind in ("csv", "json", "log"))
    assert csv == structured
    # %q leaves a background process its process id only
    assert text == [("1800", *fact[1:]) if fact[0] == "6b030000.708" else fact for fact in csv]
    assert len(csv) == 19


def test_default_prefix_tells_the_same_but_session_and_label() -> None:
    rich, poor = (facts(read(fixture(f"postgresql{kind}.log"))) for kind in ("", "-default-prefix"))
    assert [(fact[1], fact[2], fact[4]) for fact in poor] == [(fact[1], fact[2], fact[4]) for fact in rich]
    assert {fact[0] for fact in poor} == {"1800", "2101", "2102", "2103"}


def test_postgresql_events_of_the_story() -> None:
    entries = [item for item in read(fixture("postgresql.csv")) if isinstance(item, LogEntry)]
    web = [(entry.event, entry.in_transaction, entry.number) for entry in entries if entry.label == "web"]
    assert web == [
        (Event.CONNECT, None, 2),
        (Event.STATEMENT, False, 3),
        (Event.STATEMENT, True, 4),
        (Event.STATEMENT, True, 5),
        (Event.FAILURE, None, 6),
        (Event.STATEMENT, True, 7),
    ]
    assert [entry.line for entry in entries][:7] == [1, 2, 3, 4, 5, 8, 9]
    failure = next(entry for entry in entries if entry.event is Event.FAILURE)
    assert failure.sql == UPDATE
    assert [entry.sql for entry in entries if entry.done] == [
        'SELECT "id" FROM "job"',
        'DELETE FROM "job" WHERE "id" = 3',
    ]


def test_line_numbers_of_text_log_do_not_count_detail_lines() -> None:
    numbers: dict[str, list[int]] = {}
    for item in read(fixture("postgresql.log")):
        if isinstance(item, LogEntry) and item.number:
            numbers.setdefault(item.session, []).append(item.number)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


@pytest.mark.parametrize("name", [name for name in FIXTURES if name.startswith("postgresql")])
def test_parameters_are_dropped_when_read(name: str) -> None:
    assert "ann@example.org" not in repr(read(fixture(name)))


def test_interleaved_statement_line_reaches_its_error() -> None:
    log = b"""2026-03-02 08:00:00.000 UTC [1] ERROR:  boom
2026-03-02 08:00:00.000 UTC [2] LOG:  statement: SELECT 1
2026-03-02 08:00:00.000 UTC [1] STATEMENT:  DELETE
\tFROM t
2026-03-02 08:00:00.000 UTC [2] ERROR:  other
"""
    for size in (16, 1 << 20):
        items = read(log, block_bytes=size)
        assert [(i.session, i.event.name, i.sql) for i in items if isinstance(i, LogEntry)] == [
            ("1", "FAILURE", "DELETE\nFROM t"),
            ("2", "STATEMENT", "SELECT 1"),
            ("2", "FAILURE", ""),
        ]


def test_reused_process_id_is_another_session() -> None:
    lines = (
        "connection received: host=a",
        "connection authorized: user=u",
        "statement: BEGIN",
        "disconnection: session time: 0",
        "statement: SELECT 1",
        "connection received: host=a",
        "connection authorized: user=u",
        "statement: SELECT 2",
    )
    log = "".join(f"2026-03-02 08:00:00.000 UTC [7] LOG:  {line}\n" for line in lines).encode()
    sessions = [item.session for item in read(log) if isinstance(item, LogEntry)]
    assert sessions == ["7", "7", "7", "7", "7.1", "7.2", "7.2", "7.2"]


@pytest.mark.parametrize(
    ("message", "sql"),
    [
        ("statement: SELECT 1", "SELECT 1"),
        ("execute <unnamed>: SELECT 1", "SELECT 1"),
        ("execute S_1/C_3: SELECT 1", "SELECT 1"),
        ("execute a:b: SELECT 1", "SELECT 1"),
        ("duration: 0.010 ms  statement: SELECT 1", "SELECT 1"),
        ("duration: 12.010 ms  execute S_1: SELECT 1", "SELECT 1"),
        ("duration: 0.010 ms  parse S_1: SELECT 1", None),
        ("duration: 0.010 ms  bind S_1: SELECT 1", None),
        ("duration: 0.010 ms  execute fetch from S_1/C_3: SELECT 1", None),
        ("duration: 0.010 ms  plan:", None),
        ("duration: 0.010 ms", None),
        ("checkpoint complete", None),
    ],
)
def test_which_messages_are_statements(message: str, sql: str | None) -> None:
    items = read(f"2026-03-02 08:00:00.000 UTC [7] LOG:  {message}\n".encode())
    assert statements(items) == ([] if sql is None else [sql])
    assert len(items) == 1


@pytest.mark.parametrize("columns", [22, 23, 24, 26])
def test_csv_of_every_width(columns: int) -> None:
    head = '2026-03-02 08:00:00.000 UTC,"u","d",7,"[local]",6b03.7,1,"idle",2026-03-02 08:00:00 UTC,3/1,0,LOG,00000,'
    row = [head + '"statement: SELECT ""a"",\n1"', *[""] * 8, '"app"', '"client backend"', "", "0"]
    items = read((",".join(row[: columns - 13]) + "\n").encode())
    assert statements(items) == ['SELECT "a",\n1']
    assert isinstance(items[0], LogEntry)
    assert items[0].label == ("app" if columns > 22 else "")


def test_csv_that_begins_and_ends_inside_a_record() -> None:
    data = fixture("postgresql.csv")
    items = read(data[40 : len(data) - 60])
    assert [item for item in items if isinstance(item, Gap)] == [Gap("damaged CSV record")] * 2
    assert len(items) == 19


def test_mysql_general_log() -> None:
    entries = [item for item in read(fixture("mysql8-general.log")) if isinstance(item, LogEntry)]
    assert len(entries) == 19
    assert [(e.session, e.event.name, e.database) for e in entries if e.session[0] == "9"] == [
        ("9", "CONNECT", ""),
        ("9", "USE", "crm"),
        ("9", "OTHER", "crm"),
        ("9", "STATEMENT", "crm"),
        ("9", "OTHER", "crm"),
        ("9", "OTHER", "crm"),
        ("9", "USE", "shop"),
        ("9", "STATEMENT", "shop"),
        ("9", "OTHER", "shop"),
        ("9", "END", "shop"),
        ("9", "STATEMENT", "shop"),
    ]
    assert [e.session for e in entries if e.session[0] == "8"] == ["8"] * 7
    assert entries[3].sql == "INSERT INTO orders (customer_id, note)\nVALUES (7, 'two\nlines')"
    assert entries[3].at == "2026-03-02T08:00:00.201003Z"


def test_mariadb_general_log_keeps_the_time_until_it_changes() -> None:
    entries = [item for item in read(fixture("mariadb-general.log")) if isinstance(item, LogEntry)]
    assert [entry.at[-2:] for entry in entries] == ["00"] * 4 + ["01"] * 6
    assert [entry.line for entry in entries] == [4, 5, 6, 9, 10, 11, 12, 13, 14, 15]
    assert [e.database for e in entries if e.session.startswith("32")] == ["shop", "crm", "crm", "shop", "shop"]


def test_json_lines() -> None:
    items = read(fixture("generic.jsonl"))
    assert items[0] == RecordedTransaction("checkout", 3, (("orders", "W"), ("users", "R")), 1)
    assert [(i.session, i.sql, dict(i.tags), i.at) for i in items if isinstance(i, LogEntry)] == [
        ("7", "BEGIN", {"controller": "orders"}, "2026-03-02T08:00:00Z"),
        ("7", "SELECT 1 FROM t", {}, "2026-03-02T08:00:00.25Z"),
        ("line 4", "SELECT 2", {}, ""),
    ]
    assert items[4:] == [Gap("JSON line of neither shape")] * 3


@pytest.mark.parametrize(
    "line", ['{"sql": 3}', '{"accesses": 1}', "[" * 100_000, '{"sql": "x"} y', "1" * 9999, '"sql"']
)
def test_bad_json_line_is_a_gap(line: str) -> None:
    assert read(line.encode(), "jsonl") == [Gap("JSON line of neither shape")]


def test_lone_surrogate_can_be_written_again() -> None:
    item = read(json.dumps({"session": "1", "sql": "SELECT '\ud800'"}).encode())[0]
    assert isinstance(item, LogEntry)
    assert item.sql.encode("utf-8") == b"SELECT '?'"


def test_unknown_content_and_unknown_name_say_what_to_do() -> None:
    with pytest.raises(InputError) as unknown:
        detect(b"hello\nworld\n")
    assert "postgresql-csv" in unknown.value.hint
    with pytest.raises(UsageError) as misnamed:
        detect(b"", "csv")
    assert "postgresql-csv" in misnamed.value.hint


def test_describe_names_prefix_and_fields() -> None:
    found = describe(fixture("postgresql-default-prefix.log"))
    assert (found.format.name, found.facts.prefix) == ("postgresql-stderr", "%m [%p] ")
    assert found.facts.fields == ("at", "session")
    assert describe(fixture("mysql8-general.log")).facts.fields == ("at", "database", "session")
