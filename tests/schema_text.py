"""A schema as a few plain lines, so that a test's expectation can be read at a glance."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.evidence.schema import ForeignKey, Schema, Table, TableRef, Trigger, View


def described(schema: Schema) -> list[str]:
    """One line per table, view, trigger and reason for something unread.

    `table public.t(id integer!, note text) pk(id) unique(note) fk k(id)->public.p(id) delete cascade index i(note)`
    """
    return [
        *(_table(table) for table in schema.tables),
        *(_view(view) for view in schema.views),
        *(_trigger(trigger) for trigger in schema.triggers),
        *(f"unread {reason}: {count}" for reason, count in schema.unread),
    ]


def _name(ref: TableRef) -> str:
    return ".".join(part for part in (ref.database, ref.schema, ref.name) if part)


def _table(table: Table) -> str:
    return f"table {_name(table.ref)}({', '.join(_columns(table))})" + "".join(f" {part}" for part in _parts(table))


def _columns(table: Table) -> Iterator[str]:
    for column in table.columns:
        shown = f"{column.name} {column.type}".rstrip() + ("" if column.nullable else "!")
        yield f"{shown} '{column.comment}'" if column.comment else shown


def _parts(table: Table) -> Iterator[str]:
    if table.primary_key:
        yield f"pk({','.join(table.primary_key)})"
    for unique in table.unique_keys:
        yield f"unique({','.join(unique)})"
    for key in table.foreign_keys:
        yield _foreign_key(key)
    for index in table.indexes:
        yield f"{'unique ' if index.unique else ''}index {index.name}({','.join(index.columns)})"
    if table.partition_of:
        yield f"partition of {_name(table.partition_of)}"
    if table.comment:
        yield f"'{table.comment}'"


def _foreign_key(key: ForeignKey) -> str:
    actions = "".join(
        f" {event} {action}"
        for event, action in (("delete", key.on_delete), ("update", key.on_update))
        if action != "no action"
    )
    name = f" {key.name}" if key.name else ""
    return f"fk{name}({','.join(key.columns)})->{_name(key.parent)}({','.join(key.parent_columns)}){actions}"


def _view(view: View) -> str:
    kind = "materialized view" if view.materialized else "view"
    comment = f" '{view.comment}'" if view.comment else ""
    return f"{kind} {_name(view.ref)} reads {', '.join(map(_name, view.reads)) or 'nothing'}{comment}"


def _trigger(trigger: Trigger) -> str:
    reads = f" reads {', '.join(map(_name, trigger.reads))}" if trigger.reads else ""
    writes = f" writes {', '.join(map(_name, trigger.writes))}" if trigger.writes else ""
    return f"trigger {trigger.name} on {_name(trigger.table)} {'/'.join(trigger.events)}{reads}{writes}"
