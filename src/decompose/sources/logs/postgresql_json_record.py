"""PostgreSQL's CSV columns by name, as some services give them, made a record of PostgreSQL's JSON log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KEYS = {
    "log_time": "timestamp",
    "user_name": "user",
    "database_name": "dbname",
    "process_id": "pid",
    "session_id": "session_id",
    "session_line_num": "line_num",
    "command_tag": "ps",
    "session_start_time": "session_start",
    "virtual_transaction_id": "vxid",
    "transaction_id": "txid",
    "error_severity": "error_severity",
    "sql_state_code": "state_code",
    "message": "message",
    "query": "statement",
    "application_name": "application_name",
    "backend_type": "backend_type",
}


def json_record(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the JSON log's keys, `line_num` as a number; columns without a text are left out."""
    record: dict[str, Any] = {key: columns[name] for name, key in _KEYS.items() if columns.get(name) not in (None, "")}
    number = str(record.pop("line_num", ""))
    if number.isascii() and number.isdigit() and len(number) < 11:
        record["line_num"] = int(number)
    return {"error_severity": "LOG", "message": ""} | record
