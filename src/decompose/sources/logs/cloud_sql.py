"""Google Cloud SQL for PostgreSQL: LogEntry objects, as JSON Lines or in an array.

    {"insertId":"s=1","logName":"projects/p/logs/cloudsql.googleapis.com%2Fpostgres.log","resource":{...},
     "textPayload":"2026-11-22 18:41:18.491 UTC [24667]: [1-1] db=shop,user=shop LOG:  statement: SELECT 1",
     "timestamp":"2026-11-22T18:41:18.491534Z"}

(one line, folded here). Older entries have the time outside of the text only; a statement of several lines may be split
into entries, which lose their TAB. An entry exported twice has the same insertId. pgaudit's lines come as
`protoPayload` of type PgAuditEntry. Source: Google Cloud's documentation, "LogEntry" and "Audit for PostgreSQL".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from decompose.sources.logs.cloud_events import event_objects, first_text, oldest_first
from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.postgresql_record_lines import message_lines, server_time
from decompose.sources.logs.wrapping import (
    FOREIGN,
    Piece,
    Unwrapping,
    wrapped_format,
)

_ENTRY = re.compile(rb'"(?:textPayload|protoPayload|jsonPayload)"\s*:')
_CONTEXT = re.compile(rb'"(?:insertId|logName|receiveTimestamp)"\s*:')
_MOST_IDS = 50_000
_AUDIT = ("auditType", "statementId", "substatementId", "auditClass", "command", "objectType", "object")


class _Entry(NamedTuple):
    line: int
    time: str
    text: str


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The text of the entries, oldest first, each once."""
    for entry in oldest_first(_entries(stream, work), lambda each: each.time, work):
        yield message_lines(entry.text.encode(), server_time(entry.time)), entry.line


def _entries(stream: ByteStream, work: Unwrapping) -> Iterator[_Entry]:
    seen: dict[str, None] = {}
    for line, record in event_objects(stream, work):
        text = _text(record)
        identity = first_text(record, "insertId")
        if text is None:
            work.gaps[FOREIGN] += 1
        elif not identity or identity not in seen:
            yield _Entry(line, first_text(record, "timestamp", "receiveTimestamp"), text)
        if identity:
            seen[identity] = None
            if len(seen) > _MOST_IDS:
                del seen[next(iter(seen))]


def _text(record: dict[str, Any]) -> str | None:
    """The entry's line, which may be an empty one; None for an entry of something else."""
    if isinstance(record.get("textPayload"), str):
        return first_text(record, "textPayload")
    for name in ("jsonPayload", "protoPayload"):
        payload = record.get(name)
        if not isinstance(payload, dict):
            continue
        request = payload.get("request")
        if isinstance(request, dict) and "auditClass" in request:
            return _audit_line(request)
        if text := first_text(payload, "message"):
            return text
    return None


def _audit_line(request: dict[str, Any]) -> str:
    """pgaudit's line as the server would have written it, with the session's own number for a process id."""
    fields = ",".join(first_text(request, name).replace(",", " ") for name in _AUDIT)
    statement = first_text(request, "statement").replace('"', '""')
    names = f"db={first_text(request, 'database')},user={first_text(request, 'user')}"
    session = first_text(request, "databaseSessionId") or "0"
    return f'[{session}]: {names} LOG:  AUDIT: {fields},"{statement}",<not logged>'


def _share(head: bytes) -> float:
    """Whether there are objects with a payload and LogEntry's own keys."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    found = begins and _ENTRY.search(head) and _CONTEXT.search(head)
    return 1.0 if found else 0.0


CLOUD_SQL = wrapped_format(
    unwrap,
    _share,
    name="cloud-sql",
    title="Google Cloud SQL for PostgreSQL (Cloud Logging)",
    sample=(
        '{"insertId":"s=1","logName":"projects/p/logs/cloudsql.googleapis.com%2Fpostgres.log",'
        '"textPayload":"2026-11-22 18:41:18.491 UTC [24667]: [1-1] db=shop,user=shop LOG:  statement: SELECT 1",'
        '"timestamp":"2026-11-22T18:41:18.491534Z"}'
    ),
    how_to_capture=(
        "gcloud sql instances patch NAME --database-flags=log_statement=all, then gcloud logging read "
        "'logName:cloudsql.googleapis.com%2Fpostgres.log' --order=asc --format=json > FILE"
    ),
    cannot_tell="Which entry a continuation line belongs to, where entries of several sessions have the same time.",
)
