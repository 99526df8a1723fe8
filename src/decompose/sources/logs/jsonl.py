"""Generic JSON Lines, for captures that no other reader knows. Two shapes, which may be mixed:

    {"transaction": "checkout", "count": 3, "accesses": [["orders", "W"], ["users", "R"]], "calls": ["payments"]}
    {"ts": "2026-11-22T18:42:33Z", "session": "7", "sql": "SELECT 1", "tags": {"controller": "orders"}}

`count` is 1 unless given; `calls` names outside systems that were called before the transaction ended; `ts`, `session`,
`database` and `tags` may be missing: without a session each statement is a session of its own. Other keys are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from decompose.evidence.log_entry import EXTERNAL, Event, Gap, LogEntry, RecordedTransaction
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines
from decompose.sources.logs.json_lines import LINE_START, decode_line, text_of
from decompose.sources.logs.timestamps import epoch_time, iso_time

_MODES = frozenset("RWLIUD")

BAD_LINE = Gap("JSON line of neither shape")
OVERSIZED = Gap("record longer than the limit")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One item per line, in file order; a line of neither shape is a gap."""
    for block in blocks(stream, LINE_START, options):
        if block.dropped:
            yield OVERSIZED
        for number, row in enumerate(block.text.split("\n"), block.line):
            row = row.strip()
            if row:
                yield _item(row, number) or BAD_LINE


def _item(row: str, line: int) -> Item | None:
    record = decode_line(row)
    if record is None:
        return None
    if "accesses" in record:
        return _transaction(record, line)
    return _entry(record, line) if isinstance(record.get("sql"), str) else None


def _transaction(record: dict[str, Any], line: int) -> RecordedTransaction | None:
    executions, accesses = record.get("count", 1), record["accesses"]
    if type(executions) is not int or executions < 0 or not isinstance(accesses, list):
        return None
    calls = record.get("calls", [])
    pairs = tuple(pair for access in accesses if (pair := _access(access)))
    if len(pairs) < len(accesses) or not isinstance(calls, list) or not all(isinstance(call, str) for call in calls):
        return None
    pairs += tuple((name, EXTERNAL) for call in calls if (name := text_of(call)))
    return RecordedTransaction(text_of(record.get("transaction")), executions, pairs, line)


def _access(access: object) -> tuple[str, str] | None:
    """`["orders", "W"]` as a pair; None for anything else."""
    if not isinstance(access, list) or len(access) != 2:
        return None
    table, mode = text_of(access[0]), text_of(access[1]).upper()
    return (table, mode) if table and mode in _MODES else None


def _entry(record: dict[str, Any], line: int) -> LogEntry:
    session, tags = record.get("session"), record.get("tags")
    key = str(session) if isinstance(session, str | int) else f"line {line}"
    kept = {}
    if isinstance(tags, dict):
        kept = {text_of(name): text_of(value) for name, value in sorted(tags.items()) if isinstance(value, str)}
    at, database = _time_of(record.get("ts")), text_of(record.get("database"))
    return LogEntry(text_of(key), text_of(record["sql"]), Event.STATEMENT, database, "", at, line, tags=kept)


def _time_of(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return epoch_time(str(value))
    return iso_time(text_of(value))


def recognises(head: bytes) -> float:
    """The share of lines of either shape."""
    rows = [row.strip() for row in head_lines(head)[:100] if row.strip()]
    return 0.9 * sum(1 for row in rows if _item(row, 0)) / len(rows) if rows else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The keys that occur in the head."""
    names = {"ts": "at", "database": "database", "session": "session", "tags": "tags", "accesses": "accesses"}
    keys = {key for row in head_lines(head) for key in decode_line(row.strip()) or ()}
    return HeadFacts(tuple(sorted(names[key] for key in keys if key in names)))


JSON_LINES = LogFormat(
    name="jsonl",
    title="generic JSON Lines",
    dialect="",
    sample='{"ts": "2026-11-22T18:42:33Z", "session": "7", "sql": "SELECT 1", "tags": {"controller": "orders"}}',
    how_to_capture=(
        "One object per line, written by your own code: "
        '{"transaction": NAME, "count": N, "accesses": [[TABLE, "R|W|L"]], "calls": [SYSTEM]} or '
        '{"ts": ..., "session": ..., "sql": ...}'
    ),
    cannot_tell="Whatever its writer left out; the SQL dialect is that of the schema.",
    recognises=recognises,
    entries=entries,
    facts=facts,
)
