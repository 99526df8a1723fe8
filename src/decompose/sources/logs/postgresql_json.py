"""PostgreSQL's JSON log (`log_destination = jsonlog`, 15 and later): one object per line, absent keys left out.

    {"timestamp":"2026-11-22 18:42:33.619 UTC","user":"shop","dbname":"shop","pid":14559,"session_id":"6b033799.38df",
     "line_num":2,"ps":"idle","vxid":"8/46202","txid":0,"error_severity":"LOG","message":"statement: SELECT 1", ...}

Keys: PostgreSQL documentation, "Using JSON-Format Log Output".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines
from decompose.sources.logs.json_lines import LINE_START, decode_line, text_of
from decompose.sources.logs.postgresql_echoes import Echoes
from decompose.sources.logs.postgresql_english import english_message, english_severity
from decompose.sources.logs.postgresql_messages import (
    IN_TRANSACTION,
    OTHER_LANGUAGE,
    SEVERITIES,
    STATEMENT,
    UNNAMED,
    known,
    read_message,
)
from decompose.sources.logs.timestamps import iso_time

_AFTER_STATEMENT = len(STATEMENT)
_IS_STATEMENT = Event.STATEMENT

DAMAGED = Gap("damaged JSON record")
OVERSIZED = Gap("record longer than the limit")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per JSON object, in file order; any other line is a gap."""
    echoes = Echoes(options.head)
    for block in blocks(stream, LINE_START, options):
        if block.dropped:
            yield OVERSIZED
        yield from read_block(block.text, block.line, echoes)


def read_block(text: str, line: int, echoes: Echoes) -> list[Item]:
    """The block's items."""
    items: list[Item] = []
    append = items.append
    for number, row in enumerate(text.split("\n"), line):
        record = decode_line(row)
        if record is not None and "error_severity" in record:
            append(_entry(record, number, echoes))
        elif row.strip():
            append(DAMAGED)
    return items


def _entry(record: dict[str, Any], line: int, echoes: Echoes) -> Item:
    get = record.get
    session, number, label = text_of(get("session_id")), get("line_num"), text_of(get("application_name"))
    at, database, message = iso_time(text_of(get("timestamp"))), text_of(get("dbname")), text_of(get("message"))
    if type(number) is not int:
        number = 0
    if message.startswith(STATEMENT) and get("error_severity") == "LOG":
        state = IN_TRANSACTION.get(text_of(get("ps")))
        sql = message[_AFTER_STATEMENT:]
        label = "" if label == UNNAMED else label
        return LogEntry(session, sql, _IS_STATEMENT, database, label, at, line, state, number)
    severity, message = english_severity(text_of(get("error_severity"))), english_message(message)
    if severity not in SEVERITIES:
        return OTHER_LANGUAGE
    event, sql, done = read_message(severity, message, text_of(get("statement")))
    if event is Event.OTHER and severity == "LOG":
        event, sql, done = echoes.read(session, message)
    state = IN_TRANSACTION.get(text_of(get("ps"))) if event is _IS_STATEMENT else None
    return LogEntry(session, sql, event, known(database), known(label), at, line, state, number, done=done)


def _is_record(line: str) -> bool:
    record = decode_line(line)
    return record is not None and "error_severity" in record and "message" in record


def recognises(head: bytes) -> float:
    """Whether some line is an object with a severity and a message."""
    return 0.98 if any(line[0] == "{" and _is_record(line) for line in head_lines(head)) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The keys that occur in the head."""
    names = {"timestamp": "at", "dbname": "database", "application_name": "label", "ps": "in_transaction"}
    names |= {"line_num": "number", "session_id": "session"}
    keys = {key for line in head_lines(head) for key in decode_line(line) or ()}
    return HeadFacts(tuple(sorted(names[key] for key in keys if key in names)))


POSTGRESQL_JSON = LogFormat(
    name="postgresql-json",
    title="PostgreSQL JSON log (jsonlog)",
    dialect="postgresql",
    sample=(
        '{"timestamp":"2026-11-22 18:42:33.619 UTC","user":"shop","dbname":"shop","pid":14559,'
        '"session_id":"6b033799.38df","line_num":2,"ps":"idle","vxid":"8/46202","txid":0,'
        '"error_severity":"LOG","message":"statement: SELECT 1"}'
    ),
    how_to_capture="log_destination = 'jsonlog', logging_collector = on, log_statement = 'all'",
    cannot_tell="Rows that a statement touched; what functions and triggers did inside the server.",
    recognises=recognises,
    entries=entries,
    facts=facts,
)
