"""Azure Database for PostgreSQL: diagnostic records of single and flexible servers, as JSON or CSV.

    {"time":"2026-11-22T18:41:18Z","category":"PostgreSQLLogs","properties":{"errorLevel":"LOG","message":
     "2026-11-22 18:41:18 UTC-6b03374e.34a7-LOG:  statement: SELECT 1"}}              (flexible server, storage account)
    {"category":"PostgreSQLLogs","properties":{"prefix":"2026-11-22 18:41:18 UTC-6b03374e.34a7-","message":
     "statement: SELECT 1","errorLevel":"LOG"}}                                                  (single server)

(one line each, folded here). Event hubs put records into {"records": [...]}. Log Analytics exports (AzureDiagnostics)
name the columns `Message`, `Message_s`, `Prefix_s`, `errorLevel_s`, or `record_message_s`, `record_session_id_s` and so
on after PostgreSQL's CSV log. Column names vary with the generation: they are read without regard to case and suffix.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.cloud_events import event_objects, oldest_first
from decompose.sources.logs.csv_rows import Names, columns, rows
from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.postgresql_json_record import json_record
from decompose.sources.logs.postgresql_record_lines import RECORD_LINE, message_lines, server_time
from decompose.sources.logs.wrapping import (
    FOREIGN,
    Piece,
    Unwrapping,
    wrapped_format,
)

_AZURE = re.compile(rb'"(?:PostgreSQLLogs|errorLevel(?:_s)?|record_message_s|ResourceProvider)"', re.IGNORECASE)
_SUFFIX = re.compile(r"(?:_[sdgtb])$")
_MESSAGE_COLUMNS = frozenset(("message", "message_s", "record_message_s", "properties_message_s", "event_message_s"))
_CONTEXT_COLUMNS = frozenset(("category", "timegenerated", "timegenerated [utc]", "errorlevel_s"))


class _Record(NamedTuple):
    line: int
    time: str
    fields: Mapping[str, str]


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The server's text log, or lines of its JSON log where the columns are given one by one; oldest first."""
    for record in oldest_first(_records(stream, work), lambda each: each.time, work):
        yield _line(record), record.line


def _line(record: _Record) -> bytes:
    fields = record.fields
    if fields.get("session_id"):
        named = {"log_time": record.time, "error_severity": fields.get("errorlevel", "")}
        return json.dumps(json_record({**named, **fields})).encode() + b"\n"
    message, before = fields["message"].encode(), server_time(record.time)
    if RECORD_LINE.match(message):
        return message_lines(message, before)
    prefix, level = fields.get("prefix", ""), fields.get("errorlevel", "LOG") or "LOG"
    if not prefix:
        process = fields.get("processid") or fields.get("process_id") or ""
        prefix = before.decode() + (f"[{process}] " if process.isdigit() else "")
    text = f"{prefix}{level}:  ".encode() + message
    detail = fields.get("detail")
    return message_lines(text + (f"\n{prefix}DETAIL:  {detail}".encode() if detail else b""), before)


def _records(stream: ByteStream, work: Unwrapping) -> Iterator[_Record]:
    found = _from_rows(stream, work) if _is_table(work.options.head) else _from_objects(stream, work)
    for line, fields in found:
        if fields.get("message"):
            time = next((fields[name] for name in fields if name.startswith(("time", "log_time"))), "")
            yield _Record(line, time, fields)
        else:
            work.gaps[FOREIGN] += 1


def _from_objects(stream: ByteStream, work: Unwrapping) -> Iterator[tuple[int, dict[str, str]]]:
    for line, outer in event_objects(stream, work):
        inner = outer.get("records")
        for record in inner if isinstance(inner, list) else [outer]:
            if isinstance(record, dict):
                properties = record.get("properties")
                if isinstance(properties, str):
                    properties = _decoded(properties)
                yield line, _texts(record) | (_texts(properties) if isinstance(properties, dict) else {})
            else:
                work.gaps[FOREIGN] += 1


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _from_rows(stream: ByteStream, work: Unwrapping) -> Iterator[tuple[int, dict[str, str]]]:
    for item in rows(stream, work.options, _is_header):
        if isinstance(item, Gap):
            work.gaps[item.reason] += item.count
        else:
            yield item[0], _texts(dict(item[1]))


def _texts(record: dict[str, Any]) -> dict[str, str]:
    """Texts and numbers by name in lower case, without Log Analytics' type suffix and the `record_` in front."""
    return {
        _SUFFIX.sub("", name.lower()).removeprefix("record_").removeprefix("properties_"): _text(value)
        for name, value in record.items()
        if isinstance(value, str) or type(value) is int
    }


def _text(value: str | int) -> str:
    return str(value)[:40] if isinstance(value, int) else value.encode("utf-8", "replace").decode()


def _is_header(names: Names) -> bool:
    return bool(names & _MESSAGE_COLUMNS and names & _CONTEXT_COLUMNS)


def _is_table(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"[")


def _share(head: bytes) -> float:
    """Whether there are Azure's keys or its columns."""
    found = bool(columns(head, _is_header)) if _is_table(head) else bool(_AZURE.search(head))
    return 1.0 if found else 0.0


AZURE = wrapped_format(
    unwrap,
    _share,
    name="azure-postgresql",
    title="Azure Database for PostgreSQL diagnostics (AzureDiagnostics, PostgreSQLLogs)",
    sample=(
        '{"time":"2026-11-22T18:41:18Z","category":"PostgreSQLLogs","properties":{"errorLevel":"LOG","message":'
        '"2026-11-22 18:41:18 UTC-6b03374e.34a7-LOG:  statement: SELECT 1"}}'
    ),
    how_to_capture=(
        "Server parameter log_statement = ALL, a diagnostic setting that sends PostgreSQLLogs to a storage account or "
        "to Log Analytics; from there: AzureDiagnostics | where Category == 'PostgreSQLLogs' | "
        "sort by TimeGenerated asc"
    ),
    cannot_tell="Order within a second where the service has not kept it; the database, unless the prefix has it.",
)
