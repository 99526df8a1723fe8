"""CREATE TABLE of every dialect."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from decompose.sql.ddl.columns import read_column
from decompose.sql.ddl.constraints import read_constraint
from decompose.sql.ddl.cursor import Cursor, items
from decompose.sql.ddl.draft import Draft, TableDraft
from decompose.sql.ddl.tokens import Token

Line = Callable[[int], int | None]


def create_table(cursor: Cursor, draft: Draft, line: Line, prefix: frozenset[str]) -> None:
    """Read what follows the word TABLE; temporary tables are no part of a schema."""
    at = cursor.token.at
    cursor.accept("if", "not", "exists")
    parts = cursor.dotted()
    if not parts:
        draft.unread["table without a name"] += 1
        return
    if prefix & {"temp", "temporary"} or parts[-1].startswith("#"):
        return
    table = TableDraft(draft.declare(parts), line(at))
    if "virtual" in prefix:
        draft.virtual.add(table.ref.name)
        _virtual(cursor, draft, table)
    else:
        _body(cursor, draft, table, line)
    if not _is_internal(table, draft):
        draft.add(table)


def _is_internal(table: TableDraft, draft: Draft) -> bool:
    return draft.dialect.name == "sqlite" and table.ref.name.startswith("sqlite_")


def _body(cursor: Cursor, draft: Draft, table: TableDraft, line: Line) -> None:
    if cursor.accept("partition", "of"):
        table.partition_of = draft.name(cursor.dotted())
    elif cursor.accept("like"):
        table.like.append(draft.name(cursor.dotted()))
        table.like_with_keys = True
    elif cursor.accept("of"):
        draft.unread["table of a type: its columns are unknown"] += 1
        cursor.dotted()
    if cursor.word == "(":
        start = cursor.index
        elements = cursor.group()
        if cursor.index - start < len(elements) + 2:
            draft.unread["table definition that is cut short"] += 1
        read_elements(items(elements), draft, table, line)
    _options(cursor, draft, table)


def read_elements(elements: Sequence[Sequence[Token]], draft: Draft, table: TableDraft, line: Line) -> None:
    """Read a table's columns and constraints into it."""
    for element in elements:
        cursor = Cursor(element, draft.dialect)
        where = line(element[0].at)
        if cursor.accept("like"):
            table.like.append(draft.name(cursor.dotted()))
            table.like_with_keys = any(token.word in ("all", "indexes") for token in cursor.rest())
        elif not read_constraint(cursor, draft, table, where) and table.partition_of is None:
            read_column(cursor, draft, table, where)


def _options(cursor: Cursor, draft: Draft, table: TableDraft) -> None:
    """What may follow the column list: INHERITS, COMMENT, AS SELECT; storage is of no interest."""
    while not cursor.done:
        if cursor.accept("inherits") and cursor.word == "(":
            for part in items(cursor.group()):
                table.inherits.append(draft.name(Cursor(part, draft.dialect).dotted()))
        elif cursor.accept("comment"):
            cursor.accept("=")
            table.comment = cursor.literal()
        elif cursor.word in ("as", "select") and not table.columns:
            draft.unread["table made by a query: its columns are unknown"] += 1
            return
        elif cursor.word == "partition":
            return
        else:
            cursor.skip()


def _virtual(cursor: Cursor, draft: Draft, table: TableDraft) -> None:
    """SQLite's `CREATE VIRTUAL TABLE t USING fts5(a, b, tokenize=...)`: the arguments that are names are columns."""
    if cursor.find("("):
        for part in items(cursor.group()):
            if not any(token.word == "=" for token in part):
                read_column(Cursor(part, draft.dialect), draft, table, None)
