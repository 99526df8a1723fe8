"""CREATE INDEX, VIEW, TRIGGER, FUNCTION, PROCEDURE, EVENT; COMMENT ON; DROP."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.evidence.schema import TableRef
from decompose.sql.ddl.constraints import index_columns
from decompose.sql.ddl.cursor import Cursor, items, string_value
from decompose.sql.ddl.draft import Draft, IndexDraft, Name, RoutineDraft, TriggerDraft, ViewDraft
from decompose.sql.ddl.tables import Line
from decompose.sql.ddl.tokens import DOLLAR, STRING, Token, tokenise
from decompose.sql.dialects import Dialect

_EVENTS = ("insert", "update", "delete", "truncate")


def create_index(cursor: Cursor, draft: Draft, prefix: frozenset[str]) -> None:
    """Read what follows the word INDEX."""
    cursor.accept("concurrently")
    cursor.accept("if", "not", "exists")
    name = "" if cursor.word == "on" else (cursor.dotted() or ("",))[-1]
    if not cursor.find("on"):
        draft.unread["index without a table"] += 1
        return
    cursor.advance()
    cursor.accept("only")
    parts = cursor.dotted()
    table = draft.table(parts)
    if table is None:
        if parts and draft.declare(parts) not in draft.views:
            draft.unread["index of a table that was not created"] += 1
        return
    if not cursor.find("("):
        table.indexes[name] = IndexDraft((), "unique" in prefix, key=False)
        return
    columns = index_columns(cursor.group(), cursor)
    if not name:
        name = "_".join([table.ref.name, *(c if c != "(expression)" else "expr" for c in columns), "idx"])
    table.indexes[name] = IndexDraft(columns, "unique" in prefix, key=not cursor.find("where"))


def create_view(cursor: Cursor, draft: Draft, line: Line, prefix: frozenset[str]) -> None:
    """Read what follows the word VIEW."""
    at = cursor.token.at
    cursor.accept("if", "not", "exists")
    parts = cursor.dotted()
    if not parts or prefix & {"temp", "temporary"}:
        return
    ref = draft.declare(parts)
    cursor.find("as")
    draft.tables.pop(ref, None)
    draft.views[ref] = ViewDraft(
        ref, cursor.rest()[1:], draft.database, draft.path, materialized="materialized" in prefix, line=line(at)
    )
    draft.views[ref].written = draft.renames.count


def create_trigger(cursor: Cursor, draft: Draft, line: Line) -> None:
    """Read what follows the word TRIGGER: both `BEFORE INSERT ON t` and T-SQL's `ON t AFTER INSERT AS`."""
    at = cursor.token.at
    cursor.accept("if", "not", "exists")
    parts = cursor.dotted()
    if not parts:
        draft.unread["trigger without a name"] += 1
        return
    events, table = _fired_by(cursor)
    if not table or not events:
        draft.unread["trigger without a table" if not table else "trigger without an event"] += 1
        return
    function = _executed(cursor, draft)
    trigger = TriggerDraft(parts[-1], draft.name(table), events, cursor.rest(), function, line(at))
    draft.triggers[trigger.name, trigger.table._replace(written=0)] = trigger


def _fired_by(cursor: Cursor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The events and the table of a trigger; the cursor stops where its body or its row clause begins."""
    events: list[str] = []
    table: tuple[str, ...] = ()
    while not cursor.done and cursor.word not in ("as", "when", "execute", "begin", "referencing"):
        if cursor.word == "for" and cursor.peek().word not in _EVENTS:
            break
        if cursor.word == "on" and not table:
            cursor.advance()
            table = cursor.dotted()
            continue
        if cursor.word in _EVENTS:
            events.append(cursor.word)
        cursor.skip()
    return tuple(events), table


def _executed(cursor: Cursor, draft: Draft) -> Name | None:
    """PostgreSQL's `EXECUTE FUNCTION f()`, which stands after the row clause and the condition."""
    if draft.dialect.name not in ("postgresql", "generic"):
        return None
    start = cursor.index
    if cursor.find("execute"):
        cursor.advance()
        if cursor.accept_any("function", "procedure"):
            return draft.name(cursor.dotted())
    cursor.index = start
    return None


def create_function(cursor: Cursor, draft: Draft, line: Line, prefix: frozenset[str], kind: str) -> None:
    """A function or procedure: a routine, and a body for the triggers that run it; overloads go together."""
    at = cursor.token.at
    parts = cursor.dotted()
    if not parts:
        return
    tokens, replaces = cursor.rest(), "replace" in prefix
    ref, body = draft.declare(parts), body_tokens(tokens, draft.dialect)
    draft.add_function(ref, body, replaces)
    if not _returns_trigger(tokens):
        language = _language(tokens, draft.dialect)
        draft.add_routine(routine(ref, kind, language, body, line(at)), replaces)


def create_event(cursor: Cursor, draft: Draft, line: Line) -> None:
    """What follows the word EVENT: MySQL's scheduled statement; PostgreSQL's event triggers touch no table."""
    at = cursor.token.at
    if not draft.dialect.hash_comments:
        return
    cursor.accept("if", "not", "exists")
    parts = cursor.dotted()
    if parts and cursor.find("do"):
        body = cursor.rest()[1:]
        draft.add_routine(routine(draft.declare(parts), "event", routine_language(draft.dialect), body, line(at)))


def routine(ref: TableRef, kind: str, language: str, body: list[Token], line: int | None = None) -> RoutineDraft:
    """A routine's draft; a body in a language that is no SQL is left aside."""
    readable = language in _READABLE
    unread = "" if readable else f"language {language}"
    return RoutineDraft(ref, kind, language, body if readable else [], unread, line)


_READABLE = frozenset({"sql", "plpgsql", "tsql", "plsql", "edbspl"})
_OWN = {"tsql": "tsql", "oracle": "plsql"}


def routine_language(dialect: Dialect) -> str:
    """What a routine is written in where nothing else is said."""
    return _OWN.get(dialect.name, "sql")


def _language(tokens: Sequence[Token], dialect: Dialect) -> str:
    """The language that the text around a body names."""
    cursor = Cursor(tokens, dialect)
    if dialect.name == "tsql" and cursor.find("external") and cursor.at("external", "name"):
        return "clr"
    cursor = Cursor(tokens, dialect)
    if not cursor.find("language"):
        return routine_language(dialect)
    cursor.advance()
    return (cursor.literal() or cursor.name() or routine_language(dialect)).lower()


def _returns_trigger(tokens: Sequence[Token]) -> bool:
    """Whether only triggers can run it: `RETURNS [pg_catalog.]trigger`."""
    words = [token.word for token in tokens]
    if "returns" not in words:
        return False
    at = words.index("returns") + 1
    at += 2 if words[at : at + 2] == ["pg_catalog", "."] else 0
    return bool({"trigger", "event_trigger"}.intersection(words[at : at + 1]))


def body_tokens(tokens: list[Token], dialect: Dialect) -> list[Token]:
    """The tokens of a function's body, also where the body is one quoted text."""
    for place, token in enumerate(tokens):
        if token.word == "as" and place + 1 < len(tokens):
            body = tokens[place + 1]
            if body.kind == DOLLAR:
                return tokenise(body.text, dialect)
            if body.kind == STRING:
                return tokenise(string_value(body, dialect), dialect)
    return tokens


def comment_on(cursor: Cursor, draft: Draft) -> None:
    """Read what follows COMMENT ON; only tables, views and columns have a place for it."""
    kind = cursor.accept_any("table", "view", "column", "materialized", "foreign")
    if kind in ("materialized", "foreign"):
        cursor.advance()
    if not kind:
        return
    parts = cursor.dotted()
    cursor.accept("is")
    text = cursor.literal()
    if kind == "column":
        table = draft.table(parts[:-1])
        if table:
            table.change_column(parts[-1], comment=text)
        return
    table = draft.table(parts)
    view = draft.views.get(draft.declare(parts))
    if table:
        table.comment = text
    elif view:
        view.comment = text


def drop(cursor: Cursor, draft: Draft) -> None:
    """Read what follows DROP: dumps drop before they create, and mysqldump drops a view's placeholder."""
    cursor.accept("temporary")
    cursor.accept("materialized")
    kind = cursor.accept_any("table", "view", "trigger", "index", "function", "procedure", "proc", "event", "package")
    cursor.accept("body")
    cursor.accept("if", "exists")
    if kind in ("table", "view"):
        for part in items(cursor.rest()):
            draft.drop(Cursor(part, draft.dialect).dotted())
    elif kind == "trigger":
        name = (cursor.dotted() or ("",))[-1]
        for key in [key for key in draft.triggers if key[0] == name]:
            del draft.triggers[key]
    elif kind == "package":
        draft.drop_package(cursor.dotted())
    elif kind in ("function", "procedure", "proc", "event"):
        draft.drop_routine("procedure" if kind == "proc" else kind, cursor.dotted())
    elif kind == "index":
        name = (cursor.dotted() or ("",))[-1]
        table = draft.table(cursor.dotted()) if cursor.accept("on") else None
        for owner in [table] if table else draft.tables.values():
            owner.indexes.pop(name, None)
