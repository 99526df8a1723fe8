"""Keys, foreign keys and indexes as they stand in CREATE TABLE and ALTER TABLE ... ADD."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.sql.ddl.cursor import Cursor, items
from decompose.sql.ddl.draft import Draft, IndexDraft, KeyDraft, TableDraft
from decompose.sql.ddl.tokens import NUMBER, QUOTED, WORD, Token

EXPRESSION = "(expression)"
_INDEX_WORDS = ("fulltext", "spatial")
_CLUSTERING = ("clustered", "nonclustered", "columnstore", "hash")


def read_references(cursor: Cursor, draft: Draft, name: str, columns: tuple[str, ...], line: int | None) -> KeyDraft:
    """Read what follows REFERENCES."""
    key = KeyDraft(name, columns, draft.name(cursor.dotted()), line=line)
    if cursor.word == "(":
        key.parent_columns = _key_names(cursor.group(), cursor)
    while not cursor.done:
        if cursor.accept("on", "delete"):
            key.on_delete = _action(cursor)
        elif cursor.accept("on", "update"):
            key.on_update = _action(cursor)
        elif cursor.accept("match"):
            cursor.advance()
        else:
            break
    return key


def _action(cursor: Cursor) -> str:
    word = cursor.accept_any("cascade", "restrict", "no", "set")
    if word in ("no", "set"):
        word = f"{word} {cursor.advance().word}"
        if cursor.word == "(":
            cursor.group()
    if word not in ("cascade", "restrict", "set null", "set default"):
        return "no action"
    # InnoDB makes no difference between the two; dumps and catalogue spell it differently.
    return "no action" if word == "restrict" and cursor.dialect.hash_comments else word


def plain_names(tokens: Sequence[Token], cursor: Cursor) -> tuple[str, ...]:
    """The column names of a list such as `(a, b DESC, c(10))`."""
    names = (Cursor(part, cursor.dialect).name() for part in items(tokens))
    return tuple(name for name in names if name)


def _key_names(tokens: Sequence[Token], cursor: Cursor) -> tuple[str, ...]:
    """The column names of a foreign key's list; the last may be `PERIOD name` (PostgreSQL 18)."""
    parts = (part[1:] if len(part) > 1 and part[0].word == "period" else part for part in items(tokens))
    names = (Cursor(part, cursor.dialect).name() for part in parts)
    return tuple(name for name in names if name)


def index_columns(tokens: Sequence[Token], cursor: Cursor) -> tuple[str, ...]:
    """The columns of an index; anything that is not a plain column is `(expression)`."""
    return tuple(_index_column(Cursor(part, cursor.dialect)) for part in items(tokens))


def _index_column(cursor: Cursor) -> str:
    if not cursor.is_name():
        return EXPRESSION
    following = cursor.peek()
    prefix_length = following.word == "(" and cursor.peek(2).kind == NUMBER and cursor.peek(3).word == ")"
    if following.at < 0 or prefix_length or (following.kind in (WORD, QUOTED) and following.word != "is"):
        return cursor.name()
    return EXPRESSION


def read_constraint(cursor: Cursor, draft: Draft, table: TableDraft, line: int | None) -> bool:
    """Read a table constraint or an index; False, nothing read, when the text is something else (a column)."""
    start = cursor.index
    name = ""
    if cursor.accept("constraint"):
        # MySQL allows a constraint without its name.
        cursor.accept("if", "not", "exists")
        unnamed = cursor.word in ("primary", "foreign", "unique", "check")
        name = "" if unnamed else (cursor.dotted() or ("",))[-1]
    if cursor.accept("primary", "key"):
        _primary(cursor, table, name)
    elif cursor.accept("foreign", "key"):
        _foreign(cursor, draft, table, name, line)
    elif cursor.accept("unique"):
        _unique(cursor, draft, table, name)
    elif _is_index(cursor):
        _index(cursor, table)
    elif cursor.accept("not", "null"):
        _not_null(cursor, table)
    elif _is_condition(cursor, named=cursor.index > start):
        cursor.rest()
    else:
        cursor.index = start
        return False
    return True


def _is_condition(cursor: Cursor, named: bool) -> bool:
    if cursor.word == "check" or cursor.at("period", "for") or cursor.at("supplemental", "log"):
        return True
    if cursor.word == "exclude":
        return cursor.peek().word in ("using", "(")
    # `CONSTRAINT name DEFAULT ... FOR column` (T-SQL)
    return named and cursor.word in ("default", "not", "null", "connection")


def _not_null(cursor: Cursor, table: TableDraft) -> None:
    """PostgreSQL 18: `[CONSTRAINT name] NOT NULL column [NO INHERIT] [NOT VALID]`."""
    column = cursor.name()
    table.require(column, inherited=not cursor.at("no", "inherit"))


def _primary(cursor: Cursor, table: TableDraft, name: str) -> None:
    if cursor.accept("using", "index"):
        promoted = table.indexes.pop(cursor.name(), None)
        table.primary_key = promoted.columns if promoted else ()
    elif cursor.find("("):
        table.primary_key = plain_names(cursor.group(), cursor)
    table.primary_name = name


def _foreign(cursor: Cursor, draft: Draft, table: TableDraft, name: str, line: int | None) -> None:
    # MySQL: FOREIGN KEY [IF NOT EXISTS] [index name] (columns)
    if not cursor.find("("):
        draft.unread["foreign key without columns"] += 1
        return
    columns = _key_names(cursor.group(), cursor)
    if cursor.find("references"):
        cursor.advance()
        table.foreign_keys.append(read_references(cursor, draft, name, columns, line))
    else:
        draft.unread["foreign key without a parent"] += 1


def _unique(cursor: Cursor, draft: Draft, table: TableDraft, name: str) -> None:
    cursor.accept_any("key", "index")
    cursor.accept_any(*_CLUSTERING)
    if cursor.accept("using", "index"):
        index_name = cursor.name()
        promoted = table.indexes.pop(index_name, None)
        if promoted:
            table.add_unique(name or index_name, promoted.columns)
        return
    if cursor.word != "(" and not cursor.at("nulls") and not cursor.at("using"):
        name = cursor.name() or name
    if not cursor.find("("):
        draft.unread["unique constraint without columns"] += 1
        return
    columns = index_columns(cursor.group(), cursor)
    if cursor.dialect.hash_comments:
        name = name or free_name(table, columns[0] if columns else "")
        table.indexes[name] = IndexDraft(columns, unique=True)
    else:
        table.add_unique(name, columns)


def _is_index(cursor: Cursor) -> bool:
    dialect = cursor.dialect.name
    if cursor.dialect.hash_comments:
        return cursor.word in ("key", "index", *_INDEX_WORDS)
    # Elsewhere `key` and `index` are names that a column may have.
    if cursor.word == "index" and dialect in ("tsql", "generic"):
        return cursor.peek().kind in (WORD, QUOTED) and cursor.peek(2).word in ("(", "unique", *_CLUSTERING)
    return cursor.word == "key" and dialect == "generic" and "(" in (cursor.peek().word, cursor.peek(2).word) and (
        cursor.peek(2).word != "(" or cursor.peek(3).kind != NUMBER
    )  # fmt: skip


def _index(cursor: Cursor, table: TableDraft) -> None:
    unique = False
    while cursor.accept_any("key", "index", *_INDEX_WORDS):
        pass
    name = cursor.name() if cursor.word not in ("(", "using") else ""
    while word := cursor.accept_any("unique", *_CLUSTERING):
        unique = unique or word == "unique"
    if not cursor.find("("):
        # A T-SQL columnstore index names no columns: it holds them all.
        table.indexes[name] = IndexDraft((), unique, key=False)
        return
    columns = index_columns(cursor.group(), cursor)
    table.indexes[name or free_name(table, columns[0] if columns else "")] = IndexDraft(columns, unique)


def free_name(table: TableDraft, column: str) -> str:
    """The name MySQL gives an index without one: its first column, numbered from 2 when taken."""
    name, number = column, 2
    while name in table.indexes:
        name, number = f"{column}_{number}", number + 1
    return name
