"""PostgreSQL's CSV log as it comes out of a table or a spreadsheet: with a header, other quotes, another order.

    log_time,user_name,database_name,process_id,connection_from,session_id,session_line_num,command_tag,...
    2026-11-22 18:42:33.619+00,shop,shop,14559,[local],6b033799.38df,2,INSERT,...,LOG,00000,"statement: INSERT ...",...

People load the log into the table `postgres_log` of PostgreSQL's documentation ("Using CSV-Format Log Output"), choose
from it, and write the rows out with COPY, psql or a database client. Without a header the columns stand in the table's
order. Rows tell a session's order by `session_line_num`; those that come later than their successor are counted gaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.csv_rows import Names, columns, first_row, rows
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.postgresql_echoes import Echoes
from decompose.sources.logs.postgresql_english import english_message, english_severity
from decompose.sources.logs.postgresql_messages import (
    IN_TRANSACTION,
    OTHER_LANGUAGE,
    SEVERITIES,
    known,
    read_message,
)
from decompose.sources.logs.timestamps import iso_time

NO_ORDER = Gap("row that stands behind a later one of its session: export with ORDER BY session_id, session_line_num")
NO_SESSION = Gap("row without session_id")

_COLUMNS = (
    "log_time",
    "user_name",
    "database_name",
    "process_id",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    "virtual_transaction_id",
    "transaction_id",
    "error_severity",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
)
_LEAST_COLUMNS = 22
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")
_SESSION = re.compile(r"[0-9a-f]{1,16}\.[0-9a-f]{1,8}")
_SESSIONS = 1 << 16


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per row, in file order."""
    echoes = Echoes(options.head)
    last: dict[str, int] = {}
    unnamed = _unnamed(options.head)
    for row in rows(stream, options, _is_header, unnamed):
        yield row if isinstance(row, Gap) else _item(*row, echoes, last)


def _item(line: int, row: Mapping[str, str], echoes: Echoes, last: dict[str, int]) -> Item:
    session, number = row["session_id"], row.get("session_line_num", "")
    if not session:
        return NO_SESSION
    told = int(number) if number.isdecimal() and len(number) < 11 else 0
    if told and told <= last.get(session, 0):
        return NO_ORDER
    last.pop(session, None)
    last[session] = told
    if len(last) > _SESSIONS:
        del last[next(iter(last))]
    severity, message = english_severity(row["error_severity"]), english_message(row["message"])
    if severity not in SEVERITIES:
        return OTHER_LANGUAGE
    event, sql, done = read_message(severity, message, row.get("query", ""))
    if event is Event.OTHER and severity == "LOG":
        event, sql, done = echoes.read(session, message)
    state = IN_TRANSACTION.get(row.get("command_tag", "")) if event is Event.STATEMENT else None
    at = row.get("log_time", "")
    return LogEntry(
        session,
        sql,
        event,
        known(row.get("database_name", "")),
        known(row.get("application_name", "")),
        iso_time(at) if _TIME.match(at) else "",
        line,
        state,
        told,
        done=done,
    )


def _is_header(names: Names) -> bool:
    # A line of the JSON log has the same names, with its brackets.
    return {"session_id", "error_severity", "message"} <= names and not any("{" in name for name in names)


def _unnamed(head: bytes) -> tuple[str, tuple[str, ...]] | None:
    """Delimiter and columns of an export without a header; None where there is one, or no such export."""
    if columns(head, _is_header):
        return None
    delimiter, values = first_row(head)
    if not _LEAST_COLUMNS <= len(values) <= len(_COLUMNS):
        return None
    row = dict(zip(_COLUMNS, values, strict=False))
    fits = (
        _TIME.match(row["log_time"]) and _SESSION.fullmatch(row["session_id"]) and row["session_line_num"].isdecimal()
    )
    return (
        (delimiter, _COLUMNS[: len(values)]) if fits and english_severity(row["error_severity"]) in SEVERITIES else None
    )


def recognises(head: bytes) -> float:
    """Whether the table's columns are there, by name or by what stands in the first row."""
    if columns(head, _is_header):
        return 0.99
    return 0.97 if _unnamed(head) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The columns that an export holds."""
    told = {
        "log_time": "at",
        "database_name": "database",
        "command_tag": "in_transaction",
        "application_name": "label",
        "session_line_num": "number",
        "session_id": "session",
    }
    unnamed = _unnamed(head)
    names = columns(head, _is_header) or frozenset(unnamed[1] if unnamed else ())
    return HeadFacts(tuple(sorted(field for name, field in told.items() if name in names)))


POSTGRESQL_CSV_EXPORT = LogFormat(
    name="postgresql-csv-export",
    title="PostgreSQL CSV log, exported from a table or a spreadsheet",
    dialect="postgresql",
    sample=(
        "log_time,session_id,session_line_num,command_tag,error_severity,message,application_name\n"
        "2026-11-22 18:42:33.619+00,6b033799.38df,2,idle,LOG,statement: SELECT 1,web"
    ),
    how_to_capture=(
        "log_destination = 'csvlog', logging_collector = on, log_statement = 'all'; \\copy (SELECT * FROM postgres_log "
        "ORDER BY session_id, session_line_num) TO 'log.csv' WITH (FORMAT csv, HEADER)"
    ),
    cannot_tell=(
        "What the choice of rows left out; rows that are not in their session's order; rows that a statement touched; "
        "what functions and triggers did inside the server."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
