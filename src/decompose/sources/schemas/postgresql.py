"""A live PostgreSQL database (10 or later): `pg_catalog`, all schemas but the system's, in one read-only transaction.

What belongs to an extension is left out, as pg_dump leaves it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from decompose.evidence.schema import Column, Schema, TableRef
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
from decompose.sql.ddl.draft import Draft, IndexDraft, KeyDraft, TableDraft, TriggerDraft, ViewDraft
from decompose.sql.ddl.objects import routine
from decompose.sql.ddl.tokens import tokenise
from decompose.sql.ddl.types import canonical_type
from decompose.sql.dialects import dialect

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DIALECT = "postgresql"

# Columns that later versions added (conparentid, indnkeyatts, tgparentid) are asked for through to_jsonb, which gives
# NULL for what a version does not have.
_OURS = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
_NO_EXTENSION = """NOT EXISTS (SELECT 1 FROM pg_depend d
    WHERE d.classid = '{catalogue}'::regclass AND d.objid = {oid} AND d.deptype = 'e')"""
_RELATIONS = f"""
    SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.reltuples::bigint,
        coalesce(obj_description(c.oid, 'pg_class'), ''),
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) ELSE '' END,
        CASE WHEN c.relispartition THEN (SELECT i.inhparent::bigint FROM pg_inherits i WHERE i.inhrelid = c.oid) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
        AND {_OURS} AND {_NO_EXTENSION.format(catalogue="pg_class", oid="c.oid")}
    ORDER BY n.nspname, c.relname"""  # noqa: S608 (constants only)
_COLUMNS = f"""
    SELECT a.attrelid::bigint, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        coalesce(col_description(a.attrelid, a.attnum), ''),
        CASE WHEN coalesce(to_jsonb(a) ->> 'attgenerated', '') <> '' THEN 'computed'
            WHEN to_jsonb(a) ->> 'attidentity' = 'a' THEN 'strict sequence'
            WHEN to_jsonb(a) ->> 'attidentity' = 'd' OR EXISTS (SELECT 1 FROM pg_attrdef d WHERE d.adrelid = a.attrelid
                AND d.adnum = a.attnum AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%%') THEN 'sequence'
            ELSE '' END
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {_OURS}
    ORDER BY a.attrelid, a.attnum"""  # noqa: S608 (constants only)
_CONSTRAINTS = f"""
    SELECT k.conrelid::bigint, k.conname, k.contype::text, k.conkey, k.confrelid::bigint, k.confkey,
        k.confdeltype::text, k.confupdtype::text
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
    WHERE k.contype IN ('p', 'u', 'f') AND k.conrelid <> 0 AND {_OURS}
        AND NOT (k.contype = 'f' AND coalesce((to_jsonb(k) ->> 'conparentid')::bigint, 0) <> 0)
    ORDER BY k.conrelid, k.conname"""  # noqa: S608 (constants only)
_INDEXES = f"""
    SELECT i.indrelid::bigint, x.relname, i.indkey::text,
        coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts::int), i.indisunique, i.indpred IS NOT NULL
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
    WHERE {_OURS} AND NOT EXISTS (SELECT 1 FROM pg_constraint k
        WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = i.indrelid)
    ORDER BY i.indrelid, x.relname"""  # noqa: S608 (constants only)
_TRIGGERS = f"""
    SELECT t.tgrelid::bigint, t.tgname, t.tgtype::int, fn.nspname, p.proname
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace fn ON fn.oid = p.pronamespace
    WHERE NOT t.tgisinternal AND coalesce((to_jsonb(t) ->> 'tgparentid')::bigint, 0) = 0 AND {_OURS}
    ORDER BY t.tgrelid, t.tgname"""  # noqa: S608 (constants only)
_FUNCTIONS = f"""
    SELECT n.nspname, p.proname, CASE to_jsonb(p) ->> 'prokind' WHEN 'p' THEN 'procedure' ELSE 'function' END,
        l.lanname, p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype),
        CASE WHEN l.lanname NOT IN ('plpgsql', 'sql') THEN ''
             WHEN p.prosrc = '' THEN pg_get_functiondef(p.oid) ELSE p.prosrc END
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname <> 'internal' AND {_OURS}
        AND NOT EXISTS (SELECT 1 FROM pg_aggregate g WHERE g.aggfnoid = p.oid)
        AND {_NO_EXTENSION.format(catalogue="pg_proc", oid="p.oid")}
    ORDER BY n.nspname, p.proname, p.oid"""  # noqa: S608 (constants only)

_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_EVENT_BITS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))
"""The bits of `pg_trigger.tgtype`: TRIGGER_TYPE_INSERT and so on in PostgreSQL's catalog/pg_trigger.h."""

Rows = Sequence[Any]


def recognises(source: str) -> bool:
    """`postgresql://...` or `postgres://...`, with or without a driver."""
    return scheme(source) in ("postgresql", "postgres")


def read(source: str, _dialect: str | None = None) -> Schema:
    """The schema of a PostgreSQL database; raises DatabaseError. A dozen queries whatever the number of tables."""
    with connected(source) as connection:
        return _schema(lambda query: connection.exec_driver_sql(query).all())


@contextmanager
def connected(source: str) -> Iterator[Connection]:
    """A connection to a PostgreSQL server that can only read; raises DatabaseError."""
    # One driver, whatever the URL names: being read-only is switched on in it.
    url = parse_url(source).set(drivername="postgresql+psycopg")
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
    # Looking for hstore would cost a savepoint and a query.
    with read_only(url, "postgresql", _prepare, timeout, use_native_hstore=False) as connection:
        for setting in _SETTINGS:
            connection.exec_driver_sql(setting)
        yield connection


_SETTINGS = (
    "SET TRANSACTION READ ONLY",
    "SET default_transaction_read_only = on",
    f"SET statement_timeout = '{STATEMENT_SECONDS}s'",
    f"SET lock_timeout = '{LOCK_SECONDS}s'",
    # Nothing is on the path, so that definitions and types come fully qualified, as in a dump.
    "SET search_path = ''",
)


def _prepare(connection: Any) -> None:
    # psycopg begins every transaction READ ONLY from here on.
    connection.read_only = True


def _schema(rows: Callable[[str], Rows]) -> Schema:
    draft = Draft(dialect(_DIALECT))
    relations = rows(_RELATIONS)
    refs = {oid: TableRef(name, schema) for oid, schema, name, *_ in relations}
    tables: dict[int, TableDraft] = {}
    for oid, _schema_name, _name, kind, estimate, comment, definition, parent in relations:
        ref = refs[oid]
        if kind in ("v", "m"):
            body = tokenise(definition, draft.dialect)
            draft.views[ref] = ViewDraft(ref, body, "", draft.path, kind == "m", comment)
            continue
        tables[oid] = TableDraft(ref, comment=comment, row_estimate=estimate if estimate >= 0 else None)
        if parent in refs:
            tables[oid].partition_of = draft.name((refs[parent].schema, refs[parent].name))
        draft.add(tables[oid])
    columns = _read_columns(tables, rows(_COLUMNS))
    _read_constraints(draft, tables, refs, columns, rows(_CONSTRAINTS))
    _read_indexes(tables, columns, rows(_INDEXES))
    _read_code(draft, refs, rows)
    return build(draft)


def _read_columns(tables: Mapping[int, TableDraft], rows: Rows) -> dict[tuple[int, int], str]:
    names: dict[tuple[int, int], str] = {}
    for oid, number, name, type_name, not_null, comment, filled_by in rows:
        names[oid, number] = name
        if oid in tables:
            tables[oid].columns[name] = Column(
                name, canonical_type(type_name, _DIALECT), not not_null, comment, filled_by
            )
    return names


def _read_constraints(
    draft: Draft,
    tables: Mapping[int, TableDraft],
    refs: Mapping[int, TableRef],
    columns: Mapping[tuple[int, int], str],
    rows: Rows,
) -> None:
    for oid, name, kind, numbers, parent, parent_numbers, on_delete, on_update in rows:
        if oid not in tables:
            continue
        table = tables[oid]
        own = tuple(columns[oid, number] for number in numbers)
        if kind == "p":
            table.primary_key = own
        elif kind == "u":
            table.add_unique(name, own)
        elif parent in refs:
            ref = refs[parent]
            theirs = tuple(columns[parent, number] for number in parent_numbers)
            parent_name = draft.name((ref.schema, ref.name))
            actions = (_ACTIONS[on_delete], _ACTIONS[on_update])
            table.foreign_keys.append(KeyDraft(name, own, parent_name, theirs, *actions))


def _read_indexes(tables: Mapping[int, TableDraft], columns: Mapping[tuple[int, int], str], rows: Rows) -> None:
    for oid, name, numbers, keys, unique, partial in rows:
        if oid in tables:
            own = (columns.get((oid, int(number)), EXPRESSION) for number in numbers.split()[:keys])
            tables[oid].indexes[name] = IndexDraft(tuple(own), unique, key=not partial)


def _read_code(draft: Draft, refs: Mapping[int, TableRef], rows: Callable[[str], Rows]) -> None:
    for oid, name, kind, function_schema, function in rows(_TRIGGERS):
        if oid in refs:
            table = draft.name((refs[oid].schema, refs[oid].name))
            events = tuple(event for bit, event in _EVENT_BITS if kind & bit)
            called = draft.name((function_schema, function))
            draft.triggers[name, table] = TriggerDraft(name, table, events, [], called)
    for schema, name, kind, language, fires, source in rows(_FUNCTIONS):
        ref, body = TableRef(name, schema), tokenise(source, draft.dialect)
        draft.add_function(ref, body)
        if not fires:
            draft.add_routine(routine(ref, kind, language, body))


SOURCE = SchemaSource("postgresql", recognises, read, database_title)
