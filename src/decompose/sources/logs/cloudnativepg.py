"""CloudNativePG: the operator's JSON lines, with PostgreSQL's CSV columns as the record inside.

    {"level":"info","ts":1795372893.6,"logger":"postgres","msg":"record","logging_pod":"shop-1","record":{"log_time":
     "2026-11-22 18:41:33.619 UTC","user_name":"shop","database_name":"shop","process_id":"14559","session_id":
     "6b033799.38df","session_line_num":"2","error_severity":"LOG","message":"statement: SELECT 1", ...}}

(one line, folded here). pgaudit's lines come from the logger `pgaudit`, taken apart under `audit`. Source: the
operator's documentation, "Logging".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.json_lines import decode_line, text_of
from decompose.sources.logs.postgresql_json_record import json_record
from decompose.sources.logs.wrapping import (
    DAMAGED,
    FOREIGN,
    Piece,
    Unwrapping,
    outer_lines,
    share_of,
    wrapped_format,
)

_LINE = re.compile(rb'\{(?=[^\n]*"logger":)(?=[^\n]*"msg":)[^\n]*"record":\{[^\n]*\}\}? *\r?$')
_ANY_LINE = re.compile(rb'\{"level":"|' + _LINE.pattern)
_AUDIT = ("audit_type", "statement_id", "substatement_id", "class", "command", "object_type", "object_name")


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The server's records as lines of its JSON log."""
    for row, number in outer_lines(stream, work):
        outer = decode_line(row.decode("utf-8", "replace").strip()) if row.strip() else None
        record = outer.get("record") if outer else None
        if not isinstance(record, dict):
            work.gaps[FOREIGN if outer else DAMAGED] += bool(row.strip())
            continue
        audit = record.get("audit")
        if isinstance(audit, dict):
            record = record | {"message": _audit_message(audit)}
        yield json.dumps(json_record(record)).encode() + b"\n", number


def _audit_message(audit: dict[str, Any]) -> str:
    """pgaudit's own line."""
    statement = text_of(audit.get("statement")).replace('"', '""')
    fields = [text_of(audit.get(name)).replace(",", " ") for name in _AUDIT]
    return f'AUDIT: {",".join(fields)},"{statement}",<not logged>'


def _share(head: bytes) -> float:
    """Whether there are the operator's lines, and records among them."""
    if not any(_LINE.match(row) for row in head.split(b"\n")):
        return 0.0
    return share_of(_ANY_LINE, head)


CLOUDNATIVEPG = wrapped_format(
    unwrap,
    _share,
    name="cloudnativepg",
    title="CloudNativePG operator's JSON lines",
    sample=(
        '{"level":"info","ts":1795372893.6,"logger":"postgres","msg":"record","logging_pod":"shop-1","record":{'
        '"log_time":"2026-11-22 18:41:33.619 UTC","user_name":"shop","database_name":"shop","process_id":"14559",'
        '"session_id":"6b033799.38df","session_line_num":"2","command_tag":"idle","error_severity":"LOG",'
        '"sql_state_code":"00000","message":"statement: SELECT 1","application_name":"web"}}'
    ),
    how_to_capture="kubectl logs CLUSTER-1 -c postgres > pg.jsonl, with log_statement: all under postgresql.parameters",
    cannot_tell="Rows that a statement touched; what functions and triggers did inside the server.",
)
