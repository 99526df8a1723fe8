"""Log formats: each turns a stream of bytes into log entries, ready-made transactions and gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from decompose.errors import InputError, UsageError
from decompose.evidence.log_entry import Gap, LogEntry, RecordedTransaction, StatementCount
from decompose.sources.logs.azure import AZURE
from decompose.sources.logs.cloud_sql import CLOUD_SQL
from decompose.sources.logs.cloudnativepg import CLOUDNATIVEPG
from decompose.sources.logs.cloudwatch import CLOUDWATCH
from decompose.sources.logs.django import DJANGO
from decompose.sources.logs.docker_compose import DOCKER_COMPOSE
from decompose.sources.logs.docker_json import DOCKER_JSON
from decompose.sources.logs.format import BLOCK_BYTES, HEAD_BYTES, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.heroku import HEROKU
from decompose.sources.logs.hibernate import HIBERNATE
from decompose.sources.logs.jsonl import JSON_LINES
from decompose.sources.logs.kubernetes_cri import KUBERNETES_CRI
from decompose.sources.logs.mysql_binlog import MYSQL_BINLOG
from decompose.sources.logs.mysql_general import MYSQL_GENERAL
from decompose.sources.logs.mysql_slow import MYSQL_SLOW
from decompose.sources.logs.opening import LogSource, LogStream, log_sources
from decompose.sources.logs.oracle_audit import ORACLE_AUDIT
from decompose.sources.logs.oracle_logminer import ORACLE_LOGMINER
from decompose.sources.logs.oracle_trace import ORACLE_TRACE
from decompose.sources.logs.p6spy import P6SPY
from decompose.sources.logs.performance_schema import PERFORMANCE_SCHEMA
from decompose.sources.logs.pg_stat_statements import PG_STAT_STATEMENTS
from decompose.sources.logs.postgresql_csv import POSTGRESQL_CSV
from decompose.sources.logs.postgresql_csv_export import POSTGRESQL_CSV_EXPORT
from decompose.sources.logs.postgresql_json import POSTGRESQL_JSON
from decompose.sources.logs.postgresql_stderr import POSTGRESQL_STDERR
from decompose.sources.logs.proxysql import PROXYSQL
from decompose.sources.logs.rails import RAILS
from decompose.sources.logs.sqlite_trace import SQLITE_TRACE
from decompose.sources.logs.sqlserver_csv import SQLSERVER_CSV
from decompose.sources.logs.sqlserver_query_store import SQLSERVER_QUERY_STORE
from decompose.sources.logs.sqlserver_xml import SQLSERVER_XML
from decompose.sources.logs.syslog import SYSLOG
from decompose.sources.logs.timestamped_lines import TIMESTAMPED_LINES

LOG_FORMATS: tuple[LogFormat, ...] = (
    POSTGRESQL_CSV,
    POSTGRESQL_CSV_EXPORT,
    POSTGRESQL_JSON,
    POSTGRESQL_STDERR,
    MYSQL_GENERAL,
    PG_STAT_STATEMENTS,
    MYSQL_SLOW,
    PERFORMANCE_SCHEMA,
    PROXYSQL,
    MYSQL_BINLOG,
    SQLSERVER_XML,
    SQLSERVER_CSV,
    SQLSERVER_QUERY_STORE,
    ORACLE_TRACE,
    ORACLE_LOGMINER,
    ORACLE_AUDIT,
    SQLITE_TRACE,
    RAILS,
    DJANGO,
    HIBERNATE,
    P6SPY,
    JSON_LINES,
    SYSLOG,
    DOCKER_JSON,
    DOCKER_COMPOSE,
    KUBERNETES_CRI,
    CLOUDNATIVEPG,
    TIMESTAMPED_LINES,
    CLOUDWATCH,
    CLOUD_SQL,
    AZURE,
    HEROKU,
)
"""Every format; on equal scores the earlier one is taken."""

WRAPPINGS: tuple[LogFormat, ...] = (
    SYSLOG,
    DOCKER_JSON,
    DOCKER_COMPOSE,
    KUBERNETES_CRI,
    CLOUDNATIVEPG,
    TIMESTAMPED_LINES,
    CLOUDWATCH,
    CLOUD_SQL,
    AZURE,
    HEROKU,
)
"""The formats that only wrap another one."""

_ENOUGH = 0.3

EMPTY = Gap("log is empty")


@dataclass(frozen=True, slots=True)
class LogDescription:
    """What a head of a log tells: its format, the fields it fills, and the PostgreSQL prefix if it has one."""

    format: LogFormat
    facts: HeadFacts


def detect(head: bytes, name: str | None = None) -> LogFormat:
    """The format called `name`, or else the one that recognises this head best.

    Raises UsageError for an unknown name and InputError for a head that no format recognises.
    """
    if name is not None:
        found = next((each for each in LOG_FORMATS if each.name == name), None)
        if found is None:
            raise UsageError(f"There is no log format {name!r}.", f"Known: {', '.join(_names())}.")
        return found
    if head[257:262] == b"ustar":
        raise InputError("The log is a tar archive.", "Unpack it, and give the folder.")
    scores = [each.recognises(head) for each in LOG_FORMATS]
    best = max(range(len(scores)), key=lambda index: (scores[index], -index))
    if scores[best] >= _ENOUGH:
        return LOG_FORMATS[best]
    raise InputError("The log is in no format that is known here.", _advice(head, LOG_FORMATS[best], scores[best]))


def describe(head: bytes, *, format: str | None = None, prefix: str | None = None) -> LogDescription:
    """Format and fields of a log from its first 64 KiB. Raises InputError like `detect`."""
    found = detect(head, format)
    facts = found.facts(head, ReadOptions(prefix=prefix, head=head, inner=_others(found)))
    return LogDescription(replace(found, dialect=facts.dialect or found.dialect), facts)


def read_log(
    source: LogSource | str,
    *,
    format: str | None = None,
    prefix: str | None = None,
    database: str | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Item]:
    """The items of one log, in file order; what cannot be read is a gap.

    `format` names a row of `LOG_FORMATS`, `prefix` is a PostgreSQL `log_line_prefix`; both are detected when None.
    `database` leaves out entries known to be of another one. Raises InputError where the log cannot be opened or is
    in no known format.
    """
    if isinstance(source, str):
        source = LogSource(source, is_url="://" in source)
    with source.open() as stream:
        items = _items(stream, format, prefix, block_bytes)
        if database is None:
            yield from items
        else:
            yield from (item for item in items if _is_of(item, database))
        if stream.damage:
            yield Gap(stream.damage)


def _items(stream: LogStream, name: str | None, prefix: str | None, block_bytes: int) -> Iterator[Item]:
    head = stream.head(HEAD_BYTES)
    if not head.strip():
        return iter(() if stream.damage else (EMPTY,))
    found, options = reading(head, name, prefix, block_bytes)
    return found.entries(stream, options)


def reading(
    head: bytes, name: str | None = None, prefix: str | None = None, block_bytes: int = BLOCK_BYTES
) -> tuple[LogFormat, ReadOptions]:
    """The format of a log with this head, and how to read it. Raises InputError like `detect`."""
    found = detect(head, name) if name or prefix is None else _around_text_log(head)
    return found, ReadOptions(prefix, head, block_bytes, inner=_others(found))


def _others(found: LogFormat) -> tuple[LogFormat, ...]:
    """What a log of this format may hold inside."""
    return tuple(each for each in LOG_FORMATS if each is not found) if found in WRAPPINGS else ()


def _around_text_log(head: bytes) -> LogFormat:
    """Where a log_line_prefix is given: PostgreSQL's text log, or what wraps it."""
    scores = [each.recognises(head) for each in WRAPPINGS]
    best = max(range(len(scores)), key=lambda index: (scores[index], -index))
    return WRAPPINGS[best] if scores[best] >= _ENOUGH else POSTGRESQL_STDERR


def _is_of(item: Item, database: str) -> bool:
    return not isinstance(item, LogEntry) or item.database in ("", database)


def _names() -> list[str]:
    return [each.name for each in LOG_FORMATS]


_NO_LOG: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "It is a SQLite database: give it as sqlite:///PATH."),
    (b"PGDMP", "It is a pg_dump archive of a database, not a log."),
    (b"PK\x03\x04", "It is a zip archive: unpack it first."),
    (b"\xfebin", "It is a binary log: turn it to text with `mysqlbinlog --verbose --base64-output=DECODE-ROWS FILE`."),
)
_DDL = re.compile(rb"(?im)^[ \t]*CREATE\s+(?:\w+\s+){0,3}TABLE\b")


def _advice(head: bytes, nearest: LogFormat, score: float) -> str:
    """What to do about a log that nothing recognises."""
    known = f"Known formats: {', '.join(_names())}."
    for start, hint in _NO_LOG:
        if head.startswith(start):
            return hint
    if _DDL.search(head):
        return "It looks like a schema, not a log: `decompose analyze SCHEMA --log LOG` reads both."
    if b"\0" in head:
        return "It is not text."
    if not score:
        return f"{known} Name one with --log-format, or convert the log to JSON Lines."
    if nearest is POSTGRESQL_STDERR:
        return "It looks like PostgreSQL's text log: give the server's log_line_prefix with --log-line-prefix."
    return f"Nearest is {nearest.name}, whose lines look like: {nearest.sample} {known}"


__all__ = [
    "EMPTY",
    "LOG_FORMATS",
    "WRAPPINGS",
    "Gap",
    "HeadFacts",
    "Item",
    "LogDescription",
    "LogEntry",
    "LogFormat",
    "LogSource",
    "LogStream",
    "ReadOptions",
    "RecordedTransaction",
    "StatementCount",
    "describe",
    "detect",
    "log_sources",
    "read_log",
    "reading",
]
