"""Reading fixtures and bytes with the log readers, for the tests of this room."""

from __future__ import annotations

import io
from pathlib import Path

from decompose.evidence.log_entry import Event, LogEntry
from decompose.sources.logs import LOG_FORMATS, Item, ReadOptions, detect
from decompose.sources.logs.format import BLOCK_BYTES, MAX_RECORD_BYTES

LOGS = Path(__file__).resolve().parents[1] / "fixtures" / "logs"
FIXTURES = {
    "postgresql.log": "postgresql-stderr",
    "postgresql-default-prefix.log": "postgresql-stderr",
    "postgresql.csv": "postgresql-csv",
    "postgresql-table.csv": "postgresql-csv-export",
    "postgresql.json": "postgresql-json",
    "mysql8-general.log": "mysql-general",
    "mariadb-general.log": "mysql-general",
    "generic.jsonl": "jsonl",
    "mysql8-slow.log": "mysql-slow",
    "percona-slow.log": "mysql-slow",
    "mariadb-slow.log": "mysql-slow",
    "mariadb-performance-schema.csv": "performance-schema",
    "mariadb-performance-schema.json": "performance-schema",
    "proxysql.json": "proxysql",
    "mariadb-binlog.txt": "mysql-binlog",
    "sqlserver-events.xml": "sqlserver-events-xml",
    "sqlserver-events.csv": "sqlserver-events-csv",
    "sqlserver-query-store.csv": "sqlserver-query-store",
    "oracle-trace.trc": "oracle-trace",
    "oracle-logminer.csv": "oracle-logminer",
    "oracle-audit.csv": "oracle-audit",
    "sqlite-trace.sql": "sqlite-trace",
    "rails.log": "rails",
    "django.log": "django",
    "hibernate.log": "hibernate",
    "p6spy.log": "p6spy",
    "pg-stat-statements.csv": "pg-stat-statements",
}


def read(
    data: bytes,
    name: str | None = None,
    prefix: str | None = None,
    block_bytes: int = BLOCK_BYTES,
    max_record_bytes: int = MAX_RECORD_BYTES,
) -> list[Item]:
    """All items of a log held in memory."""
    found = detect(data[: 1 << 16], name)
    options = ReadOptions(prefix, data[: 1 << 16], block_bytes, max_record_bytes)
    return list(found.entries(io.BytesIO(data), options))


def fixture(name: str) -> bytes:
    """The bytes of a sample log."""
    return (LOGS / name).read_bytes()


def facts(items: list[Item]) -> list[tuple[str, str, str, str, bool]]:
    """What every PostgreSQL format with a session id tells alike: session, event, SQL, label, done."""
    return [(i.session, i.event.name, i.sql, i.label, i.done) for i in items if isinstance(i, LogEntry)]


def statements(items: list[Item]) -> list[str]:
    """The SQL of the statements, in order."""
    return [item.sql for item in items if isinstance(item, LogEntry) and item.event is Event.STATEMENT]


FORMAT_NAMES = tuple(each.name for each in LOG_FORMATS)
