"""One schema of several that describe the same databases at different times, or the shards of one.

The union is associative, commutative and of no effect on equals. What is defined in one of them only is taken over.
What is defined differently holds whatever any of them says, where only one can hold the last in order, and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from decompose.evidence.schema import Column, ForeignKey, Routine, Schema, Table, TableRef, Trigger, View

Member = TypeVar("Member", Table, View, Trigger, Routine)


@dataclass(frozen=True, slots=True)
class SchemaUnion:
    """The schema, and what is defined differently, in words: `table sales.orders`."""

    schema: Schema
    differing: frozenset[str]


def unite_schemas(first: Schema, second: Schema, dialect: str, differing: frozenset[str]) -> SchemaUnion:
    """Both as one; `differing` names what is known to be defined differently in what they were united of."""
    found = set(differing)
    tables = _members(first.tables, second.tables, lambda t: (t.database, t.schema, t.name), _table, found)
    views = _members(first.views, second.views, lambda v: (v.database, v.schema, v.name), _view, found)
    triggers = _members(first.triggers, second.triggers, lambda t: (t.table, t.name), _trigger, found)
    routines = _members(
        first.routines, second.routines, lambda r: (r.database, r.schema, r.name, r.kind), _routine, found
    )
    unread = dict(first.unread)
    for reason, count in second.unread:
        unread[reason] = max(count, unread.get(reason, 0))
    schema = Schema(
        dialect=dialect,
        tables=tables,
        views=views,
        triggers=triggers,
        routines=routines,
        unread=tuple(sorted(unread.items())),
    )
    return SchemaUnion(schema, frozenset(found))


def _members(
    first: Iterable[Member],
    second: Iterable[Member],
    key: Callable[[Member], tuple[object, ...]],
    unite: Callable[[Member, Member, bool], Member],
    differing: set[str],
) -> tuple[Member, ...]:
    """Members by key; those in both are united, told whether they have ever differed."""
    found = {key(member): member for member in first}
    for member in second:
        known = found.setdefault(key(member), member)
        if known is not member:
            name = _title(member)
            if known != member:
                differing.add(name)
            found[key(member)] = unite(known, member, name in differing)
    return tuple(found[place] for place in sorted(found))


def _title(member: Table | View | Trigger | Routine) -> str:
    if isinstance(member, Trigger):
        return f"trigger {member.name} on {_dotted(member.table)}"
    kind = member.kind if isinstance(member, Routine) else type(member).__name__.lower()
    return f"{kind} {_dotted(member.ref)}"


def _dotted(ref: TableRef) -> str:
    return ".".join(part for part in (ref.database, ref.schema, ref.name) if part)


def _table(first: Table, second: Table, differ: bool) -> Table:
    estimates = [each.row_estimate for each in (first, second) if each.row_estimate is not None]
    common = replace(
        first,
        row_estimate=max(estimates, default=None),
        line=_line(first.line, second.line),
        columns=_same_columns(first, second),
        foreign_keys=_same_foreign_keys(first, second),
    )
    if not differ:
        return common
    return replace(
        common,
        foreign_keys=_foreign_keys(first.foreign_keys + second.foreign_keys),
        columns=_columns(first.columns + second.columns),
        primary_key=max(first.primary_key, second.primary_key),
        unique_keys=tuple(sorted({*first.unique_keys, *second.unique_keys})),
        indexes=tuple(
            sorted({*first.indexes, *second.indexes}, key=lambda index: (index.name, index.columns, index.unique))
        ),
        comment=max(first.comment, second.comment),
        partition_of=max(first.partition_of, second.partition_of, key=lambda ref: (ref is not None, ref or _NOWHERE)),
    )


_NOWHERE = TableRef("")


def _columns(columns: Iterable[Column]) -> tuple[Column, ...]:
    """By name: their places may differ, too."""
    found: dict[str, Column] = {}
    for column in columns:
        known = found.setdefault(column.name, column)
        found[column.name] = Column(
            column.name,
            max(known.type, column.type),
            known.nullable or column.nullable,
            max(known.comment, column.comment),
            max(known.filled_by, column.filled_by),
        )
    return tuple(found[name] for name in sorted(found))


def _same_columns(first: Table, second: Table) -> tuple[Column, ...]:
    pairs = zip(first.columns, second.columns, strict=False)
    return tuple(replace(column, filled_by=max(column.filled_by, same.filled_by)) for column, same in pairs)


def _same_foreign_keys(first: Table, second: Table) -> tuple[ForeignKey, ...]:
    pairs = zip(first.foreign_keys, second.foreign_keys, strict=False)
    return tuple(replace(key, line=_line(key.line, same.line)) for key, same in pairs)


def _foreign_keys(keys: Iterable[ForeignKey]) -> tuple[ForeignKey, ...]:
    found: dict[ForeignKey, ForeignKey] = {}
    for key in keys:
        known = found.setdefault(key, key)
        found[key] = replace(known, line=_line(known.line, key.line))
    return tuple(
        found[key]
        for key in sorted(
            found, key=lambda k: (k.name, k.columns, k.parent, k.parent_columns, k.on_delete, k.on_update)
        )
    )


def _view(first: View, second: View, differ: bool) -> View:
    return replace(
        first,
        reads=tuple(sorted({*first.reads, *second.reads})) if differ else first.reads,
        materialized=first.materialized or second.materialized,
        comment=max(first.comment, second.comment),
        line=_line(first.line, second.line),
    )


def _trigger(first: Trigger, second: Trigger, differ: bool) -> Trigger:
    line = _line(first.line, second.line)
    if not differ:
        return replace(first, line=line)
    return replace(
        first,
        events=tuple(sorted({*first.events, *second.events})),
        reads=tuple(sorted({*first.reads, *second.reads})),
        writes=tuple(sorted({*first.writes, *second.writes})),
        line=line,
    )


def _routine(first: Routine, second: Routine, differ: bool) -> Routine:
    line = _line(first.line, second.line)
    if not differ:
        return replace(first, line=line)
    return replace(
        first,
        language=max(first.language, second.language),
        accesses=tuple(sorted({*first.accesses, *second.accesses})),
        calls=tuple(sorted({*first.calls, *second.calls})),
        unread=max(first.unread, second.unread),
        commits=first.commits or second.commits,
        line=line,
    )


def _line(first: int | None, second: int | None) -> int | None:
    return min((line for line in (first, second) if line is not None), default=None)
