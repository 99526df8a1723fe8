"""PostgreSQL through rsyslog, captured from a real server beside the text log that it wrote itself."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from decompose import pipeline
from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.syslog_chunks import MISSING
from decompose.sources.logs.wrapping import FOREIGN
from log_reading import LOGS, fixture, read, statements

TEMPLATES = ("postgresql-syslog.log", "postgresql-syslog-iso.log", "postgresql-syslog-rfc5424.log")
BEFORE_THE_COLLECTOR = "redirecting log output to logging collector process"


def entries(data: bytes) -> list[LogEntry]:
    return [item for item in read(data) if isinstance(item, LogEntry)]


def story(found: list[LogEntry]) -> list[tuple[Event, str, str, str, bool]]:
    return [(each.event, each.sql, each.database, each.label, each.done) for each in found]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_daemon_tells_what_the_server_told(name: str) -> None:
    (first, *rest) = entries(fixture(name))
    assert first.event is Event.OTHER  # written before the server had a log file of its own
    assert BEFORE_THE_COLLECTOR in fixture(name).decode().splitlines()[first.line - 1]
    assert story(rest) == story(entries(fixture("postgresql-syslog.stderr.log")))


@pytest.mark.parametrize("name", TEMPLATES)
def test_sessions_and_numbers_come_from_the_daemon(name: str) -> None:
    found = [each for each in entries(fixture(name)) if each.label in ("web", "jobs")]
    assert {(each.label, each.session) for each in found} == {(each.label, each.session) for each in found[:2]}
    for session in {each.session for each in found}:
        numbers = [each.number for each in found if each.session == session]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    coverage = pipeline.collect(pipeline.CollectRequest(logs=(str(LOGS / name),))).coverage
    assert (coverage.transactions_explicit, coverage.rolled_back) == (1, 1)
    assert {gap.reason for gap in coverage.gaps} == {
        FOREIGN,
        "transaction still open when its session or the log ended",
    }


def test_times_of_every_template() -> None:
    bsd, iso, rfc5424 = (entries(fixture(name))[-1].at for name in TEMPLATES)
    assert re.fullmatch(r"0000-\d\d-\d\dT\d\d:\d\d:\d\d LOCAL", bsd)
    assert iso == rfc5424
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", iso)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_missing_chunk_costs_its_message_and_is_counted(name: str) -> None:
    lines = fixture(name).splitlines(keepends=True)
    chunks = [number for number, line in enumerate(lines) if re.search(rb" \[(?:10-2|14-[23])\] ", line)]
    whole = statements(read(fixture(name)))
    for missing in chunks:
        items = read(b"".join(lines[:missing] + lines[missing + 1 :]))
        assert Gap(MISSING) in items
        kept = [item for item in items if isinstance(item, LogEntry)]
        assert len(kept) == len(entries(fixture(name))) - 1
        assert set(statements(items)) <= set(whole)


def test_a_missing_message_is_a_jump_in_numbers(tmp_path: Path) -> None:
    kept = [line for line in fixture(TEMPLATES[1]).splitlines(keepends=True) if b"VALUES (1, 1, 'two" not in line]
    kept = [
        line for line in kept if not re.search(rb"\]: \[10-\d\] (?:.*INSERT INTO orders|#011(?:lines|  VALUES))", line)
    ]
    path = tmp_path / "syslog.log"
    path.write_bytes(b"".join(kept))
    coverage = pipeline.collect(pipeline.CollectRequest(logs=(str(path),))).coverage
    reasons = {gap.reason: gap.count for gap in coverage.gaps}
    assert reasons["log records missing (numbers jump)"] == 1
    assert reasons["transaction began before the log"] == 1
    assert coverage.transactions_explicit == 0


def test_without_sequence_numbers_lines_are_told_by_their_shape() -> None:
    data = re.sub(rb"\[\d+-\d+\] ", b"", fixture(TEMPLATES[1]))
    short = [sql for sql in statements(read(fixture(TEMPLATES[1]))) if len(sql) < 900]
    assert [sql for sql in statements(read(data)) if len(sql) < 900] == short


def test_a_prefix_of_its_own_is_not_doubled() -> None:
    lines = [
        f"Mar  3 10:00:01 - postgres[7]: [{n}-1] 2026-03-03 10:00:01.5{n}0 UTC [7] 6b033b6b.7 {n} LOG:  statement: {q}"
        for n, q in ((1, "BEGIN"), (2, "SELECT 1"))
    ]
    data = ("\n".join(lines) + "\n").encode()
    assert [(each.session, each.number, each.at) for each in entries(data)] == [
        ("6b033b6b.7", 1, "2026-03-03T10:00:01.510Z"),
        ("6b033b6b.7", 2, "2026-03-03T10:00:01.520Z"),
    ]


def test_journald_of_the_servers_own_text_log() -> None:
    rows = fixture("postgresql-default-prefix.log").decode().splitlines()
    journal = "".join(
        json.dumps({"_PID": re.sub(r".*?\[(\d+)\].*", r"\1", row) if row[0] != "\t" else pid, "_COMM": "postgres",
                    "MESSAGE": row, "__REALTIME_TIMESTAMP": "1772438400101000"}) + "\n"
        for pid, row in zip(_pids(rows), rows, strict=True)
    )  # fmt: skip
    expected = entries(fixture("postgresql-default-prefix.log"))
    assert story(entries(journal.encode())) == story(expected)


def _pids(rows: list[str]) -> list[str]:
    found, pid = [], ""
    for row in rows:
        match = re.search(r"\[(\d+)\]", row)
        pid = match[1] if match and row[0] != "\t" else pid
        found.append(pid)
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_damage_anywhere_gives_items(name: str) -> None:
    data = fixture(name)
    for cut in range(0, len(data), 251):
        read(data[:cut], "postgresql-syslog")
        read(data[cut:], "postgresql-syslog")
    source = random.Random(name)
    for _ in range(20):
        damaged = bytearray(data)
        for _ in range(20):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        assert all(isinstance(item, LogEntry | Gap) for item in read(bytes(damaged), "postgresql-syslog"))
