"""ALTER TABLE: what dumps, migrations and hand-written scripts change after CREATE TABLE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from decompose.evidence.schema import TableRef
from decompose.sql.ddl.columns import filled_by_default, filled_by_generation, read_column, read_type
from decompose.sql.ddl.constraints import read_constraint
from decompose.sql.ddl.cursor import Cursor, items
from decompose.sql.ddl.draft import Draft, TableDraft
from decompose.sql.ddl.tables import Line, read_elements


def alter_table(cursor: Cursor, draft: Draft, line: Line) -> None:
    """Read what follows ALTER TABLE; a table that was not created before is counted."""
    while cursor.accept("if", "exists") or cursor.accept("only") or cursor.accept("ignore"):
        pass
    parts = cursor.dotted()
    cursor.accept("*")
    table = draft.table(parts)
    if table is None:
        if draft.declare(parts) not in draft.views and not _is_harmless(cursor):
            draft.unread["change of a table that was not created"] += 1
        return
    if cursor.accept("with") and not cursor.accept_any("check", "nocheck"):
        return
    adding = False
    for part in items(cursor.rest()):
        adding = _action(Cursor(part, draft.dialect), draft, table, line, adding)


def _is_harmless(cursor: Cursor) -> bool:
    return cursor.word in ("owner", "enable", "disable", "set", "replica", "cluster", "check", "nocheck", "engine")


def _action(cursor: Cursor, draft: Draft, table: TableDraft, line: Line, adding: bool) -> bool:
    """Read one action; `adding` says that T-SQL's list after ADD goes on."""
    word = cursor.word
    action = _ACTIONS.get(word)
    if word == "add":
        cursor.advance()
        _add(cursor, draft, table, line)
        return True
    if action is not None:
        cursor.advance()
        action(cursor, draft, table, line)
        return False
    if adding and draft.dialect.name in ("tsql", "generic"):
        _add(cursor, draft, table, line)
    return adding


def _add(cursor: Cursor, draft: Draft, table: TableDraft, line: Line) -> None:
    where = line(cursor.token.at)
    if cursor.word == "(":
        read_elements(items(cursor.group()), draft, table, line)
    elif cursor.word == "partition" or _default_for(cursor, table) or read_constraint(cursor, draft, table, where):
        return
    else:
        cursor.accept("column")
        cursor.accept("if", "not", "exists")
        if cursor.word == "(":
            read_elements(items(cursor.group()), draft, table, line)
        else:
            read_column(cursor, draft, table, where)


def _default_for(cursor: Cursor, table: TableDraft) -> bool:
    """T-SQL's `[CONSTRAINT name] DEFAULT ... FOR column`; False, nothing read, when the text is something else."""
    start = cursor.index
    if cursor.accept("constraint"):
        cursor.name()
    if cursor.dialect.name in ("tsql", "generic") and cursor.accept("default"):
        filled_by = filled_by_default(cursor)
        cursor.accept("next", "value", "for")
        if cursor.find("for"):
            cursor.advance()
            table.change_column(cursor.name(), filled_by=filled_by)
            return True
    cursor.index = start
    return False


def _drop(cursor: Cursor, _draft: Draft, table: TableDraft, _line: Line) -> None:
    kind = cursor.accept_any("constraint", "column", "index", "key", "primary", "foreign", "check", "partition")
    if kind in ("primary", "foreign"):
        cursor.accept("key")
    cursor.accept("if", "exists")
    name = cursor.name()
    if kind == "primary":
        table.primary_key = ()
    elif kind in ("constraint", "foreign"):
        table.drop_constraint(name)
    elif kind in ("index", "key"):
        table.indexes.pop(name, None)
    elif kind in ("column", ""):
        table.columns.pop(table.column(name), None)


def _alter(cursor: Cursor, draft: Draft, table: TableDraft, _line: Line) -> None:
    cursor.accept("column")
    name = cursor.name()
    if cursor.accept("set", "not", "null"):
        table.change_column(name, nullable=False)
    elif cursor.accept("add", "generated"):
        filled_by_generation(cursor, table, name)
    elif cursor.accept("set", "default"):
        table.change_column(name, filled_by=filled_by_default(cursor))
    elif any(cursor.at("drop", what) for what in ("default", "identity", "expression")):
        table.change_column(name, filled_by="")
    elif cursor.accept("drop", "not", "null"):
        table.change_column(name, nullable=True)
        table.not_null.discard(table.column(name))
    elif cursor.accept("type") or cursor.accept("set", "data", "type"):
        table.change_column(name, type=read_type(cursor, draft))
    elif draft.dialect.name == "tsql" and cursor.word not in ("add", "drop", "set"):
        table.change_column(name, type=read_type(cursor, draft), nullable=not cursor.at("not", "null"))


def _modify(cursor: Cursor, draft: Draft, table: TableDraft, line: Line) -> None:
    """MySQL's MODIFY and Oracle's: the whole definition again."""
    cursor.accept("column")
    inner = [Cursor(part, draft.dialect) for part in items(cursor.group())] if cursor.word == "(" else [cursor]
    for definition in inner:
        read_column(definition, draft, table, line(definition.token.at))


def _change(cursor: Cursor, draft: Draft, table: TableDraft, line: Line) -> None:
    cursor.accept("column")
    old = cursor.name()
    scratch = TableDraft(table.ref)
    column = read_column(cursor, draft, scratch, line(cursor.token.at))
    if column is not None:
        table.rename_column(old, column)


def _rename(cursor: Cursor, draft: Draft, table: TableDraft, _line: Line) -> None:
    if cursor.accept_any("to", "as") or (cursor.peek().at < 0 and cursor.word not in ("column", "constraint")):
        parts = cursor.dotted()
        if parts:
            moves = len(parts) > 1 and draft.dialect.hash_comments
            draft.rename(table.ref, draft.declare(parts) if moves else replace(table.ref, name=parts[-1]))
        return
    if cursor.word in ("constraint", "index", "key"):
        return
    cursor.accept("column")
    old = table.column(cursor.name())
    cursor.accept("to")
    new = cursor.name()
    if new and old in table.columns:
        column = table.columns[old]
        table.rename_column(old, replace(column, name=new))


def _attach(cursor: Cursor, draft: Draft, table: TableDraft, _line: Line) -> None:
    cursor.accept("partition")
    partition = draft.table(cursor.dotted())
    if partition is None:
        draft.unread["partition that was not created"] += 1
    else:
        partition.partition_of = draft.name(_parts(table.ref))


def _parts(ref: TableRef) -> tuple[str, ...]:
    return tuple(part for part in (ref.schema, ref.name) if part)


def _comment(cursor: Cursor, _draft: Draft, table: TableDraft, _line: Line) -> None:
    cursor.accept("=")
    table.comment = cursor.literal()


def _set(cursor: Cursor, draft: Draft, table: TableDraft, _line: Line) -> None:
    if cursor.accept("schema"):
        draft.rename(table.ref, replace(table.ref, schema=cursor.name()))


def _inherit(cursor: Cursor, draft: Draft, table: TableDraft, _line: Line) -> None:
    table.inherits.append(draft.name(cursor.dotted()))


_ACTIONS: dict[str, Callable[[Cursor, Draft, TableDraft, Line], None]] = {
    "drop": _drop,
    "alter": _alter,
    "modify": _modify,
    "change": _change,
    "rename": _rename,
    "set": _set,
    "attach": _attach,
    "comment": _comment,
    "inherit": _inherit,
}
