"""Which relations a piece of procedural or query text names: after FROM and JOIN (read), INSERT, UPDATE ... (written).

Works on tokens, not on a grammar, because the bodies of triggers and functions (PL/pgSQL, MySQL's and T-SQL's
procedural languages) are not in any one grammar. Names that are no relation (variables, common table expressions,
functions) come along; the caller keeps those it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from decompose.sql.ddl.cursor import Cursor
from decompose.sql.ddl.tokens import NUMBER, QUOTED, WORD, Token
from decompose.sql.dialects import Dialect
from decompose.sql.words import word_set

Parts = tuple[str, ...]

_NOT_ALIASES = word_set("""
    and apply as begin between cross default do end except fetch for force from full group having if ignore in
    inner intersect into is join lateral left like limit loop natural not offset on or order outer partition
    returning right select set straight_join tablesample then union use using values when where window with
""")
_FROM_FUNCTIONS = frozenset({"extract", "substring", "substr", "trim", "overlay", "position"})
_UPDATE_CLAUSES = frozenset({"for", "key", "on", "after", "before", "instead", "of"})
"""What makes an UPDATE a clause: FOR UPDATE, ON DUPLICATE KEY UPDATE, ON UPDATE, AFTER UPDATE."""


_MODIFIERS = word_set("or rollback abort replace fail ignore low_priority delayed quick high_priority overwrite table")


@dataclass(slots=True)
class Touches:
    """Names read and written, in order of appearance, and names called like functions."""

    reads: list[Parts] = field(default_factory=list)
    writes: list[Parts] = field(default_factory=list)
    calls: list[Parts] = field(default_factory=list)


def touches(tokens: Sequence[Token], dialect: Dialect) -> Touches:
    """Scan a body once; aliases and common table expressions are resolved within each statement of it."""
    found = Touches()
    start = 0
    for place, token in enumerate(tokens):
        if token.word == ";":
            _Statement(tokens[start:place], dialect).scan(found)
            start = place + 1
    _Statement(tokens[start:], dialect).scan(found)
    return found


class _Statement:
    """One statement of a body being scanned."""

    def __init__(self, tokens: Sequence[Token], dialect: Dialect) -> None:
        self._cursor = Cursor(tokens, dialect)
        self._aliases: dict[str, Parts] = {}
        self._defined: set[str] = set()
        self._reads: list[Parts] = []
        self._writes: list[Parts] = []
        self._openers: list[str] = []

    def scan(self, found: Touches) -> None:
        cursor = self._cursor
        while not cursor.done:
            self._step(found)
        found.reads += [parts for parts in self._reads if not self._is_defined(parts)]
        found.writes += [self._unaliased(parts) for parts in self._writes if not self._is_defined(parts)]

    def _is_defined(self, parts: Parts) -> bool:
        return len(parts) == 1 and parts[0].casefold() in self._defined

    def _unaliased(self, parts: Parts) -> Parts:
        return self._aliases.get(parts[0].casefold(), parts) if len(parts) == 1 else parts

    def _step(self, found: Touches) -> None:
        cursor = self._cursor
        word = cursor.word
        if word == "(":
            self._openers.append(cursor.peek(-1).word if cursor.index else "")
            self._note_call(found)
        elif word == ")" and self._openers:
            self._openers.pop()
        if word in ("from", "join", "using"):
            cursor.advance()
            self._sources(word, cursor.peek(-2).word if cursor.index > 1 else "")
        elif word in ("insert", "replace", "merge", "update", "delete", "truncate"):
            before = cursor.peek(-1).word if cursor.index else ""
            cursor.advance()
            self._target(word, before)
        elif word == "as" and cursor.peek().word in ("(", "materialized", "not") and cursor.index:
            self._define()
            cursor.advance()
        else:
            cursor.advance()

    def _define(self) -> None:
        """`name [(columns)] AS (`: a common table expression."""
        back = -1
        if self._cursor.peek(back).word == ")":
            while self._cursor.index + back > 0 and self._cursor.peek(back).word != "(":
                back -= 1
            back -= 1
        if self._cursor.index + back >= 0:
            token = self._cursor.peek(back)
            if token.kind in (WORD, QUOTED):
                self._defined.add(Cursor([token], self._cursor.dialect).name().casefold())

    def _note_call(self, found: Touches) -> None:
        start = self._cursor.index - 1
        if start < 0 or self._cursor.peek(-1).kind not in (WORD, QUOTED):
            return
        tokens = [self._cursor.peek(-1)]
        if start > 1 and self._cursor.peek(-2).word == ".":
            tokens = [self._cursor.peek(-3), self._cursor.peek(-2), tokens[0]]
        parts = Cursor(tokens, self._cursor.dialect).dotted()
        if parts:
            found.calls.append(parts)

    def _sources(self, word: str, before: str) -> None:
        """The list after FROM, JOIN or USING; `IS DISTINCT FROM` and `extract(x FROM y)` are no lists."""
        cursor = self._cursor
        if word == "from" and (before == "distinct" or (self._openers and self._openers[-1] in _FROM_FUNCTIONS)):
            return
        if word == "using" and cursor.word == "(":
            return
        while True:
            cursor.accept_any("only", "lateral")
            while cursor.word == "(" and cursor.peek().word not in ("select", "with", "values"):
                # MySQL prints joins in brackets: FROM ((a JOIN b) JOIN c)
                cursor.advance()
                self._openers.append("")
            if not self._one_source() or cursor.word != ",":
                return
            cursor.advance()

    def _one_source(self) -> bool:
        cursor = self._cursor
        if cursor.token.kind == NUMBER or not cursor.is_name() or cursor.word in ("select", "with", "values"):
            return False
        parts = cursor.dotted()
        if cursor.word == "(":
            return False
        self._reads.append(parts)
        cursor.accept("as")
        if cursor.is_name() and cursor.word not in _NOT_ALIASES:
            self._aliases[cursor.name().casefold()] = parts
        return True

    def _target(self, word: str, before: str) -> None:
        cursor = self._cursor
        if word == "update" and before in _UPDATE_CLAUSES:
            return
        while cursor.accept_any(*_MODIFIERS):
            pass
        if word == "replace" and cursor.word == "(":
            return
        explicit = cursor.accept_any("into", "from")
        cursor.accept("only")
        if (word == "replace" and not explicit) or not cursor.is_name() or cursor.word in _NOT_ALIASES | {"on", "of"}:
            return
        parts = cursor.dotted()
        self._writes.append(parts)
        cursor.accept("as")
        if cursor.is_name() and cursor.word not in _NOT_ALIASES:
            self._aliases[cursor.name().casefold()] = parts
