"""ProxySQL's query log, format 2: one JSON object per statement that passed the proxy.

    {"client":"10.0.0.7:51234","digest":"0x226CD90D52A2BA0B","duration_us":0,"endtime":"2026-03-02 08:00:00.201",
    "endtime_timestamp_us":1772438400201003,"event":"COM_QUERY","hostgroup_id":1,"query":"SELECT 1",
    "schemaname":"shop","server":"10.0.0.9:3306","starttime_timestamp_us":1772438400200803,"thread_id":42,
    "username":"shop"}

(one line, folded here). `thread_id` is the client's session with the proxy; the server's connection changes under it.
A line is written when its statement is over. Format 1 is binary and must be converted or switched off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines
from decompose.sources.logs.json_lines import LINE_START, decode_line, text_of
from decompose.sources.logs.json_objects import value_text
from decompose.sources.logs.timestamps import epoch_time

BAD_LINE = Gap("JSON line of another kind")
OVERSIZED = Gap("record longer than the limit")
_RUNS = ("COM_QUERY", "COM_STMT_EXECUTE")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per line, in file order."""
    for block in blocks(stream, LINE_START, options):
        if block.dropped:
            yield OVERSIZED
        for number, row in enumerate(block.text.split("\n"), block.line):
            row = row.strip()
            if row:
                record = decode_line(row)
                yield _entry(record, number) if _fits(record) else BAD_LINE


def _fits(record: dict[str, Any] | None) -> bool:
    return record is not None and "thread_id" in record and isinstance(record.get("event"), str)


def _entry(record: dict[str, Any] | None, line: int) -> LogEntry:
    record = record or {}
    session, database, kind = value_text(record["thread_id"]), text_of(record.get("schemaname")), record["event"]
    microseconds = value_text(record.get("starttime_timestamp_us"))
    at = epoch_time(f"{microseconds[:-6]}.{microseconds[-6:]}") if len(microseconds) > 6 else ""
    event, sql = Event.OTHER, ""
    if kind in _RUNS:
        event, sql = Event.STATEMENT, text_of(record.get("query"))
        if value_text(record.get("errno")) not in ("", "0"):
            event = Event.FAILURE
    elif kind == "COM_QUIT":
        event = Event.END
    return LogEntry(session, sql, event, database, "", at, line, done=event is Event.STATEMENT)


def recognises(head: bytes) -> float:
    """The share of lines that are such objects."""
    found = [decode_line(row.strip()) for row in head_lines(head)[:100]]
    fitting = sum(1 for record in found if _fits(record) and record and ("hostgroup_id" in record or "query" in record))
    return 0.97 * fitting / len(found) if found else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """Failures are told by versions that write `errno`."""
    return HeadFacts(("at", "database", "failure", "session") if b'"errno"' in head else ("at", "database", "session"))


PROXYSQL = LogFormat(
    name="proxysql",
    title="ProxySQL query log (JSON, format 2)",
    dialect="mysql",
    sample=(
        '{"duration_us":200,"event":"COM_QUERY","hostgroup_id":1,"query":"SELECT 1","schemaname":"shop",'
        '"starttime_timestamp_us":1772438400200803,"thread_id":42,"username":"shop"}'
    ),
    how_to_capture=(
        "SET mysql-eventslog_filename='queries.log'; SET mysql-eventslog_format=2; SET mysql-eventslog_default_log=1; "
        "LOAD MYSQL VARIABLES TO RUNTIME; back: SET mysql-eventslog_default_log=0; LOAD MYSQL VARIABLES TO RUNTIME"
    ),
    cannot_tell=(
        "What did not pass the proxy or was answered from its cache; whether a statement failed, before version 2.6; "
        "what ran inside procedures and triggers."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
