"""Statements that only give relations other names: RENAME, ALTER VIEW and ALTER SCHEMA, T-SQL's sp_rename."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from decompose.evidence.schema import TableRef
from decompose.sql.ddl.cursor import Cursor, items, string_value
from decompose.sql.ddl.draft import Draft
from decompose.sql.ddl.tokens import QUOTED, STRING, Token, tokenise


def rename(cursor: Cursor, draft: Draft) -> None:
    """Read what follows RENAME: MySQL's and DB2's `TABLE a TO b, c TO d`, Oracle's `a TO b`; users have names, too."""
    if cursor.peek().word != "to":
        if cursor.word not in ("table", "tables"):
            return
        cursor.advance()
    for part in items(cursor.rest()):
        each = Cursor(part, draft.dialect)
        old = draft.relation(each.dotted())
        if old is not None and each.accept("to"):
            new = each.dotted()
            draft.rename(old, draft.declare(new) if draft.dialect.hash_comments else _called(old, new))


def rename_view(cursor: Cursor, draft: Draft) -> None:
    """Read what follows ALTER VIEW: its new name or schema, where it is given one."""
    cursor.accept("if", "exists")
    old = draft.relation(cursor.dotted())
    if old is None:
        return
    if cursor.accept("rename", "to"):
        draft.rename(old, _called(old, cursor.dotted()))
    elif cursor.accept("set", "schema"):
        draft.rename(old, replace(old, schema=cursor.name()))


def transfer(cursor: Cursor, draft: Draft) -> None:
    """Read what follows ALTER SCHEMA: T-SQL's `sales TRANSFER [OBJECT ::] dbo.orders`."""
    schema = cursor.name()
    if cursor.accept("transfer"):
        cursor.accept("object", ":", ":")
        old = draft.relation(cursor.dotted())
        if old is not None:
            draft.rename(old, replace(old, schema=schema))


def sp_rename(cursor: Cursor, draft: Draft) -> None:
    """Read the arguments of T-SQL's sp_rename: `N'dbo.orders', N'sales', 'OBJECT'`, with or without their names."""
    given = [_argument(part, draft) for part in items(cursor.rest())]
    if len(given) < 2:
        return
    parts = Cursor(tokenise(given[0], draft.dialect), draft.dialect).dotted()
    new, kind = given[1], given[2].lower() if len(given) > 2 else ""
    table = draft.table(parts[:-1]) if kind == "column" else None
    if table is not None:
        column = table.columns.get(table.column(parts[-1]))
        if column is not None:
            table.rename_column(column.name, replace(column, name=new))
    elif kind in ("", "object"):
        old = draft.relation(parts)
        if old is not None:
            draft.rename(old, replace(old, name=new))


def _argument(tokens: Sequence[Token], draft: Draft) -> str:
    """The value of `'x'`, `N'x'` or `@name = 'x'`; empty for anything that is known only when it runs."""
    last = tokens[-1]
    return string_value(last, draft.dialect) if last.kind in (STRING, QUOTED) else ""


def _called(old: TableRef, parts: tuple[str, ...]) -> TableRef:
    return replace(old, name=parts[-1]) if parts else replace(old, name="")
