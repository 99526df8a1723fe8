"""Column definitions: name, type, and the options that say something about structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from decompose.evidence.schema import COMPUTED, SEQUENCE, STRICT_SEQUENCE, Column
from decompose.sql.ddl.constraints import free_name, read_references
from decompose.sql.ddl.cursor import Cursor
from decompose.sql.ddl.draft import Draft, IndexDraft, TableDraft
from decompose.sql.ddl.tokens import QUOTED, STRING, SYMBOL, WORD, Token
from decompose.sql.ddl.types import canonical_type, type_text, without_literals
from decompose.sql.words import word_set

_OPTIONS = word_set("""
    after as ascii auto_increment autoincrement charset check collate column_format comment compression
    constraint default deferrable disable enable encode encrypted filestream fillfactor first generated identity
    initially invisible key masked not null on options persisted persistent primary ref_system_id references
    rowguidcol sparse srid storage stored unicode unique using virtual visible
""")
"""Words that end a column's type and begin its options."""

_NOT_NULL_TYPES = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})


def read_column(cursor: Cursor, draft: Draft, table: TableDraft, line: int | None) -> Column | None:
    """Read a column definition into the table; None, counted, when there is no name."""
    name = cursor.name()
    if not name:
        draft.unread["column definition not understood"] += 1
        return None
    tokens = _type_tokens(cursor)
    declared = tokens[0].word if tokens else ""
    kind, counted = column_type(tokens, draft), declared in _NOT_NULL_TYPES
    filled_by = SEQUENCE if counted else COMPUTED if _is_row_version(kind, draft) else ""
    column = Column(name, kind, nullable=not counted, filled_by=filled_by)
    table.columns[name] = column
    if declared == "serial" and cursor.dialect.hash_comments:
        table.indexes[free_name(table, name)] = IndexDraft((name,), unique=True)
    _read_options(cursor, draft, table, name, line)
    return table.columns[name]


def _is_row_version(kind: str, draft: Draft) -> bool:
    return draft.dialect.name == "tsql" and kind in ("rowversion", "timestamp")


def column_type(tokens: list[Token], draft: Draft) -> str:
    """The canonical type; a type made by this very text gets its schema, as the catalogue prints it."""
    text = type_text(without_literals(tokens))
    if draft.types and draft.dialect.name == "postgresql":
        base = text.partition("[")[0].strip().strip('"')
        if base in draft.types:
            text = f"{draft.path[0]}.{text}"
    return canonical_type(text, draft.dialect.name)


def _type_tokens(cursor: Cursor) -> list[Token]:
    tokens: list[Token] = []
    while not cursor.done:
        word = cursor.word
        if word in _OPTIONS or (word == "character" and cursor.peek().word == "set") or word in ("=", ":"):
            break
        token = cursor.token
        if word == "(":
            tokens += [token, *cursor.group(), Token(SYMBOL, ")", ")", token.at)]
            continue
        if token.kind not in (WORD, QUOTED, SYMBOL) and not (token.kind != STRING and tokens):
            break
        tokens.append(cursor.advance())
    return tokens


def read_type(cursor: Cursor, draft: Draft) -> str:
    """Read a type by itself (ALTER COLUMN ... TYPE)."""
    return column_type(_type_tokens(cursor), draft)


def _read_options(cursor: Cursor, draft: Draft, table: TableDraft, name: str, line: int | None) -> None:
    constraint = ""
    while not cursor.done:
        word = cursor.word
        if word == "constraint":
            cursor.advance()
            constraint = cursor.name()
            continue
        option = _READERS.get(word)
        if option is None:
            cursor.skip()
        else:
            option(cursor, draft, table, name, constraint, line)
        constraint = ""


Option = Callable[[Cursor, Draft, TableDraft, str, str, int | None], None]


def _not(cursor: Cursor, _d: Draft, table: TableDraft, name: str, _c: str, _l: int | None) -> None:
    cursor.advance()
    if cursor.accept("null"):
        table.require(name, inherited=not cursor.at("no", "inherit"))
    elif cursor.word in ("for", "valid", "enforced", "deferrable"):
        cursor.advance()


def filled_by_default(cursor: Cursor) -> str:
    """What stands after DEFAULT: the next number of a sequence is told from any other value. Nothing is read."""
    ahead = 0
    while cursor.peek(ahead).word == "(":
        ahead += 1
    if [cursor.peek(ahead + place).word for place in range(3)] == ["next", "value", "for"]:
        return SEQUENCE
    while cursor.peek(ahead + 1).word == ".":
        ahead += 2
    return SEQUENCE if cursor.peek(ahead).word == "nextval" else ""


def filled_by_generation(cursor: Cursor, table: TableDraft, name: str) -> None:
    """What stands after GENERATED: an identity column or a computed one."""
    always = cursor.accept("always") or not cursor.accept("by", "default")
    cursor.accept("on", "null")
    cursor.accept("as")
    if cursor.accept("identity"):
        table.change_column(name, filled_by=STRICT_SEQUENCE if always else SEQUENCE, nullable=False)
    else:
        table.change_column(name, filled_by=COMPUTED)


def _generated(cursor: Cursor, _d: Draft, table: TableDraft, name: str, _c: str, _l: int | None) -> None:
    cursor.advance()
    filled_by_generation(cursor, table, name)


def _as(cursor: Cursor, _d: Draft, table: TableDraft, name: str, _c: str, _l: int | None) -> None:
    cursor.advance()
    table.change_column(name, filled_by=COMPUTED)


def _counted(cursor: Cursor, _d: Draft, table: TableDraft, name: str, _c: str, _l: int | None) -> None:
    cursor.advance()
    table.change_column(name, filled_by=SEQUENCE)


def _default(cursor: Cursor, _d: Draft, table: TableDraft, name: str, _c: str, _l: int | None) -> None:
    cursor.advance()
    if filled_by := filled_by_default(cursor):
        table.change_column(name, filled_by=filled_by)
    if cursor.word in ("+", "-"):
        cursor.advance()
    cursor.skip()


def _primary(cursor: Cursor, _d: Draft, table: TableDraft, name: str, constraint: str, _l: int | None) -> None:
    cursor.accept("primary")
    cursor.accept("key")
    table.primary_key, table.primary_name = (name,), constraint


def _unique(cursor: Cursor, _d: Draft, table: TableDraft, name: str, constraint: str, _l: int | None) -> None:
    cursor.advance()
    cursor.accept_any("key", "index")
    if cursor.dialect.hash_comments:
        table.indexes[free_name(table, name)] = IndexDraft((name,), unique=True)
    else:
        table.add_unique(constraint, (name,))


def _key(cursor: Cursor, draft: Draft, table: TableDraft, name: str, constraint: str, line: int | None) -> None:
    if cursor.dialect.hash_comments:
        _primary(cursor, draft, table, name, constraint, line)
    else:
        cursor.advance()


def _references(cursor: Cursor, draft: Draft, table: TableDraft, name: str, constraint: str, line: int | None) -> None:
    cursor.advance()
    table.foreign_keys.append(read_references(cursor, draft, constraint, (name,), line))


def _comment(cursor: Cursor, _d: Draft, table: TableDraft, name: str, _c: str, _l: int | None) -> None:
    cursor.advance()
    table.columns[name] = replace(table.columns[name], comment=cursor.literal())


def _identity(cursor: Cursor, _d: Draft, table: TableDraft, name: str, _c: str, _l: int | None) -> None:
    cursor.advance()
    table.columns[name] = replace(table.columns[name], nullable=False, filled_by=STRICT_SEQUENCE)


_READERS: dict[str, Option] = {
    "not": _not,
    "default": _default,
    "primary": _primary,
    "unique": _unique,
    "key": _key,
    "references": _references,
    "comment": _comment,
    "identity": _identity,
    "generated": _generated,
    "as": _as,
    "auto_increment": _counted,
    "autoincrement": _counted,
}
