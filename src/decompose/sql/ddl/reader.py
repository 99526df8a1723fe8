"""DDL text to a schema: splits, hands each statement to who can read it, counts what nobody can."""

from __future__ import annotations

import re
from collections.abc import Sequence

from decompose.evidence.schema import Schema
from decompose.sql.ddl.alter import alter_table
from decompose.sql.ddl.build import build
from decompose.sql.ddl.client_commands import Script, lone_script
from decompose.sql.ddl.cursor import Cursor, string_value
from decompose.sql.ddl.detect import detect_dialect
from decompose.sql.ddl.draft import Draft
from decompose.sql.ddl.objects import (
    comment_on,
    create_event,
    create_function,
    create_index,
    create_trigger,
    create_view,
    drop,
)
from decompose.sql.ddl.packages import create_package
from decompose.sql.ddl.renaming import rename, rename_view, sp_rename, transfer
from decompose.sql.ddl.split import OBJECT_KINDS, Splitter
from decompose.sql.ddl.tables import Line, create_table
from decompose.sql.ddl.tokens import CONNECT, INCLUDE, STRING, Token, is_unclosed
from decompose.sql.dialects import dialect as dialect_row
from decompose.sql.words import word_set

_NOT_SCHEMA = word_set("""
    alter analyze attach begin bulk call catch change checkpoint cluster commit connect copy create declare
    define delete delimiter deny detach disable discard do else enable end exec execute exit explain flush goto
    grant handler if insert install load lock merge optimize pragma print prompt purge quit raiserror refresh
    reindex release rem reorg replace reset return revoke rollback runstats save savepoint security select set show
    spool start terminate truncate try unlock update use vacuum values waitfor whenever while with
""")
"""First words of statements that do not say how tables are made; they are read over."""


_CODE = {"trigger": create_trigger, "event": create_event, "package": create_package}


def read_ddl(text: str, dialect: str | None = None) -> Schema:
    """The schema that a DDL script makes; the dialect is detected when None. Never fails on any text: what is not
    understood is counted in `Schema.unread` by reason. Raises UsageError for an unknown dialect name only.
    """
    return read_scripts([lone_script(text)], dialect)


def read_scripts(scripts: Sequence[Script], dialect: str | None = None) -> Schema:
    """The schema that scripts make one after the other, with those that they include; else as `read_ddl`.

    One that another has included already is not read again: its place in the order is the other's to say.
    """
    draft = Draft(dialect_row(dialect or detect_dialect("\n".join(script.text for script in scripts))))
    for script in scripts:
        if script.place not in draft.included:
            _read_into(draft, script, with_lines=len(scripts) < 2)
    return build(draft)


def read_draft(text: str, dialect: str, with_lines: bool = True) -> Draft:
    """The draft of a script's schema, for who knows more about the tables than the script; see `build`."""
    draft = Draft(dialect_row(dialect))
    _read_into(draft, lone_script(text), with_lines)
    return draft


def _read_into(draft: Draft, script: Script, with_lines: bool) -> None:
    splitter = Splitter(script.text, draft.dialect)
    line = splitter.scanner.line if with_lines else _no_line
    tokens: list[Token] = []
    for tokens in splitter.statements():
        if tokens[0].word == INCLUDE:
            _include(draft, script.include(tokens[0].text))
        else:
            _Statement(draft, tokens, line).read()
    if tokens and is_unclosed(tokens[-1]):
        draft.unread["quote that is never closed"] += 1


def _include(draft: Draft, found: Script | str) -> None:
    if isinstance(found, str):
        draft.unread[found] += 1
    else:
        draft.included |= {found.place} - {""}
        _read_into(draft, found, with_lines=False)


def _no_line(_at: int) -> None:
    return None


def _connected(arguments: str) -> str:
    r"""The database in the arguments of psql's connect: `a`, `"a b"`, `-reuse-previous=on "dbname='a b'"`."""
    named = re.search(r"dbname='((?:[^'\\]|\\.)*)'", arguments)
    return named[1] if named else arguments.strip().strip('"').replace('""', '"')


class _Statement:
    """One statement on its way to its reader."""

    def __init__(self, draft: Draft, tokens: Sequence[Token], line: Line) -> None:
        self.draft = draft
        self.tokens = tokens
        self.cursor = Cursor(tokens, draft.dialect)
        self.line = line

    def read(self) -> None:
        draft, cursor = self.draft, self.cursor
        first = cursor.word
        if first == "create" or (first == "alter" and self._redefines(cursor.peek().word)):
            cursor.advance()
            self._create()
        elif cursor.accept("alter", "table") or cursor.accept("alter", "foreign", "table"):
            alter_table(cursor, draft, self.line)
        elif cursor.accept("comment", "on"):
            comment_on(cursor, draft)
        elif cursor.accept("drop"):
            drop(cursor, draft)
        elif cursor.accept("rename"):
            rename(cursor, draft)
        elif cursor.accept("alter", "view") or cursor.accept("alter", "materialized", "view"):
            rename_view(cursor, draft)
        elif cursor.accept("alter", "schema"):
            transfer(cursor, draft)
        elif not self._moves():
            self._other(first)

    def _redefines(self, kind: str) -> bool:
        """Whether an ALTER gives a new body; other databases' ALTER changes owners, names, settings, switches."""
        if kind in ("proc", "procedure", "function", "trigger"):
            return self.draft.dialect.name in ("tsql", "generic") and Cursor(self.tokens, self.draft.dialect).find("as")
        return kind == "view" and Cursor(self.tokens, self.draft.dialect).find("as")

    def _create(self) -> None:
        draft, cursor = self.draft, self.cursor
        prefix: set[str] = set()
        while not cursor.done and cursor.word not in OBJECT_KINDS:
            prefix.add(cursor.advance().word)
        kind = cursor.advance().word
        before = frozenset(prefix)
        if kind == "table":
            create_table(cursor, draft, self.line, before)
        elif kind == "index":
            create_index(cursor, draft, before)
        elif kind == "view":
            create_view(cursor, draft, self.line, before)
        elif kind in ("function", "procedure", "proc"):
            create_function(cursor, draft, self.line, before, "procedure" if kind == "proc" else kind)
        elif kind in _CODE:
            _CODE[kind](cursor, draft, self.line)
        elif kind in ("domain", "type"):
            draft.types.update(cursor.dotted()[-1:])
        elif not kind:
            draft.unread["CREATE of an unknown kind"] += 1

    def _calls(self, procedure: str) -> bool:
        """Whether an EXEC runs this procedure, whatever schema it is called in; if so, its arguments come next."""
        start, cursor = self.cursor.index, self.cursor
        cursor.advance()
        parts = cursor.dotted()
        if parts and parts[-1].lower() == procedure:
            return True
        cursor.index = start
        return False

    def _moves(self) -> bool:
        """Statements that change what an unqualified name means."""
        draft, cursor = self.draft, self.cursor
        if cursor.accept("use"):
            draft.database = cursor.name()
            return True
        if cursor.word == CONNECT:
            draft.database = _connected(cursor.token.text)
            draft.path = (draft.dialect.default_schema,)
            return True
        if cursor.word == "set" and draft.dialect.name == "generic" and self._sets_schema():
            return True
        if cursor.word == "set" and any(cursor.peek(ahead).word == "search_path" for ahead in (1, 2)):
            cursor.find("search_path")
            cursor.advance()
            cursor.advance()
            self._set_path([token for token in cursor.rest() if token.word != ","])
            return True
        return False

    def _sets_schema(self) -> bool:
        """DB2's and H2's `SET [CURRENT] SCHEMA [=] name`."""
        cursor = Cursor(self.tokens, self.draft.dialect)
        cursor.advance()
        cursor.accept("current")
        if not cursor.accept("schema"):
            return False
        cursor.accept("=")
        name = cursor.name()
        if name:
            self.draft.path = (self.draft.declare((name, "")).schema,)
        return True

    def _set_path(self, tokens: Sequence[Token]) -> None:
        names = [
            string_value(token, self.draft.dialect)
            if token.kind == STRING
            else Cursor([token], self.draft.dialect).name()
            for token in tokens
        ]
        kept = tuple(name for name in names if name and name not in ("$user", "pg_catalog"))
        self.draft.path = kept or (self.draft.dialect.default_schema,)

    def _other(self, first: str) -> None:
        draft, cursor = self.draft, self.cursor
        if first in ("exec", "execute") and self._calls("sp_rename"):
            sp_rename(cursor, draft)
        elif first in ("exec", "execute") and any(cursor.peek(ahead).word == "@statement" for ahead in range(1, 6)):
            for token in cursor.rest():
                if token.kind == STRING:
                    _read_into(draft, lone_script(string_value(token, draft.dialect)), with_lines=False)
                    return
        if first not in _NOT_SCHEMA:
            draft.unread["statement of an unknown kind"] += 1
