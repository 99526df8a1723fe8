"""A live MySQL or MariaDB database: `information_schema` of the URL's database, in one read-only transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from decompose.errors import DatabaseError
from decompose.evidence.schema import COMPUTED, SEQUENCE, Column, Schema
from decompose.sources.schemas.source import SchemaSource
from decompose.sources.schemas.url import (
    CONNECT_SECONDS,
    LOCK_SECONDS,
    STATEMENT_SECONDS,
    database_title,
    parse_url,
    read_only,
    scheme,
)
from decompose.sql.ddl import build
from decompose.sql.ddl.constraints import EXPRESSION
from decompose.sql.ddl.draft import Draft, IndexDraft, KeyDraft, Name, TableDraft, TriggerDraft, ViewDraft
from decompose.sql.ddl.objects import routine, routine_language
from decompose.sql.ddl.tokens import tokenise
from decompose.sql.ddl.types import canonical_type
from decompose.sql.dialects import dialect

if TYPE_CHECKING:
    from sqlalchemy import Connection

Rows = Sequence[Any]

_TABLES = """
    SELECT table_name, table_type, table_rows, table_comment FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_name"""
_COLUMNS = """
    SELECT table_name, column_name, column_type, is_nullable, column_comment, extra
    FROM information_schema.columns
    WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"""
_INDEXES = """
    SELECT table_name, index_name, column_name, non_unique FROM information_schema.statistics
    WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index"""
_FOREIGN_KEYS = """
    SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema, k.referenced_table_name,
        k.referenced_column_name, r.delete_rule, r.update_rule
    FROM information_schema.key_column_usage k
    JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema
        AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
    WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL AND r.constraint_schema = DATABASE()
    ORDER BY k.table_name, k.constraint_name, k.ordinal_position"""
_VIEWS = """
    SELECT table_name, view_definition FROM information_schema.views
    WHERE table_schema = DATABASE() ORDER BY table_name"""
_TRIGGERS = """
    SELECT trigger_name, event_object_table, event_manipulation, action_statement FROM information_schema.triggers
    WHERE trigger_schema = DATABASE() ORDER BY event_object_table, trigger_name"""
_ROUTINES = """
    SELECT routine_name, lower(routine_type), routine_definition FROM information_schema.routines
    WHERE routine_schema = DATABASE() AND routine_type IN ('FUNCTION', 'PROCEDURE') ORDER BY routine_name"""
_EVENTS = """
    SELECT event_name, 'event', event_definition FROM information_schema.events
    WHERE event_schema = DATABASE() ORDER BY event_name"""
_HIDDEN = "body that the user may not see"


def recognises(source: str) -> bool:
    """`mysql://...` and `mariadb://...`, with or without a driver."""
    return scheme(source) in ("mysql", "mariadb")


def read(source: str, _dialect: str | None = None) -> Schema:
    """The schema of the URL's database; raises DatabaseError. A dozen queries whatever the number of tables."""
    url = parse_url(source)
    if not url.database:
        raise DatabaseError("the URL names no database", "write it as mysql://user@host:3306/database")
    with connected(source) as connection:
        version, database = connection.exec_driver_sql("SELECT version(), DATABASE()").one()
        return _schema(connection, "mariadb" if "mariadb" in version.lower() else "mysql", database)


@contextmanager
def connected(source: str) -> Iterator[Connection]:
    """A connection to a MySQL or MariaDB server that can only read; raises DatabaseError."""
    # One driver, whatever the URL names; the MariaDB variant of the dialect would refuse a MySQL server.
    url = parse_url(source).set(drivername="mysql+pymysql")
    timeouts = {"connect_timeout": CONNECT_SECONDS, "read_timeout": 6 * STATEMENT_SECONDS}
    with read_only(url, "mysql", _prepare, timeouts) as connection:
        yield connection


def _prepare(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        (version,) = cursor.fetchone()
        limit = "max_statement_time" if "mariadb" in version.lower() else "max_execution_time"
        seconds = STATEMENT_SECONDS if limit == "max_statement_time" else STATEMENT_SECONDS * 1000
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.execute(f"SET SESSION {limit} = {seconds}")
        cursor.execute(f"SET SESSION lock_wait_timeout = {LOCK_SECONDS}")
        cursor.execute("START TRANSACTION READ ONLY")


def _schema(connection: Connection, dialect_name: str, database: str) -> Schema:
    def rows(query: str) -> Rows:
        return connection.exec_driver_sql(query).all()

    draft = Draft(dialect(dialect_name), database=database)
    for name, _type, estimate, comment in rows(_TABLES):
        draft.add(TableDraft(draft.declare((name,)), comment=comment or "", row_estimate=estimate))
    tables = {table.ref.name: table for table in draft.tables.values()}
    for owner, name, column_type, nullable, comment, extra in rows(_COLUMNS):
        if owner in tables:
            canonical = canonical_type(column_type, dialect_name)
            tables[owner].columns[name] = Column(name, canonical, nullable == "YES", comment or "", _filled_by(extra))
    _read_indexes(tables, rows(_INDEXES))
    _read_foreign_keys(draft, tables, rows(_FOREIGN_KEYS))
    _read_code(draft, rows)
    return build(draft)


def _filled_by(extra: str | None) -> str:
    told = (extra or "").lower()
    if "auto_increment" in told:
        return SEQUENCE
    # `DEFAULT_GENERATED` only says that the default is an expression.
    return COMPUTED if "virtual generated" in told or "stored generated" in told else ""


def _read_indexes(tables: Mapping[str, TableDraft], rows: Rows) -> None:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    unique: dict[tuple[str, str], bool] = {}
    for owner, name, column, non_unique in rows:
        found[owner, name].append(column or EXPRESSION)
        unique[owner, name] = not int(non_unique)
    for (owner, name), columns in found.items():
        if owner not in tables:
            continue
        if name == "PRIMARY":
            tables[owner].primary_key = tuple(columns)
        else:
            tables[owner].indexes[name] = IndexDraft(tuple(columns), unique[owner, name])


def _read_foreign_keys(draft: Draft, tables: Mapping[str, TableDraft], rows: Rows) -> None:
    keys: dict[tuple[str, str], KeyDraft] = {}
    for owner, name, column, parent_database, parent, parent_column, on_delete, on_update in rows:
        key = keys.get((owner, name))
        if key is None:
            key = KeyDraft(name, (), draft.name((parent_database, parent)))
            key.on_delete, key.on_update = _action(on_delete), _action(on_update)
            keys[owner, name] = key
            tables[owner].foreign_keys.append(key)
        key.columns += (column,)
        key.parent_columns += (parent_column,)


def _action(rule: str) -> str:
    """InnoDB makes no difference between RESTRICT and NO ACTION."""
    action = rule.lower()
    return "no action" if action == "restrict" else action


def _read_code(draft: Draft, rows: Any) -> None:
    row = draft.dialect
    for name, definition in rows(_VIEWS):
        ref = draft.declare((name,))
        draft.views[ref] = ViewDraft(ref, tokenise(definition or "", row), draft.database, draft.path)
        if not definition:
            draft.unread["view whose definition the user may not see"] += 1
    for name, owner, event, body in rows(_TRIGGERS):
        table: Name = draft.name((owner,))
        draft.triggers[name, table] = TriggerDraft(name, table, (event.lower(),), tokenise(body or "", row))
    for name, kind, definition in (*rows(_ROUTINES), *rows(_EVENTS)):
        ref, body = draft.declare((name,)), tokenise(definition or "", row)
        if kind != "event":
            draft.add_function(ref, body)
        found = routine(ref, kind, routine_language(row), body)
        found.unread = "" if definition else _HIDDEN
        draft.add_routine(found)


SOURCE = SchemaSource("mysql", recognises, read, database_title)
