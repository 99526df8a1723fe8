"""Which relations a piece of procedural or query text names: after FROM and JOIN (read), INSERT, UPDATE ... (written).

Works on tokens, not on a grammar, because the bodies of triggers and functions (PL/pgSQL, MySQL's and T-SQL's
procedural languages) are not in any one grammar. Names that are no relation (variables, common table expressions,
functions) come along; the caller keeps those it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from decompose.evidence.statement import Mode
from decompose.sql.ddl.cursor import Cursor
from decompose.sql.ddl.tokens import NUMBER, QUOTED, WORD, Token
from decompose.sql.dialects import Dialect
from decompose.sql.words import word_set

Parts = tuple[str, ...]

_NOT_ALIASES = word_set("""
    and apply as begin between cross default do end except fetch for force from full group having if ignore in
    inner intersect into is join lateral left like limit lock loop natural not offset on or order outer partition
    returning right select set straight_join tablesample then union use using values when where window with
""")
_FROM_FUNCTIONS = frozenset({"extract", "substring", "substr", "trim", "overlay", "position"})
_UPDATE_CLAUSES = frozenset({"for", "key", "on", "after", "before", "instead", "of", "do"})
"""What makes an UPDATE a clause: FOR UPDATE, ON DUPLICATE KEY UPDATE, ON UPDATE, AFTER UPDATE, DO UPDATE SET.

T-SQL has SET x ON before a statement, MySQL WHILE x DO."""


_MODES = {
    "insert": Mode.INSERT,
    "update": Mode.UPDATE,
    "delete": Mode.DELETE,
    "truncate": Mode.TRUNCATE,
    "replace": Mode.WRITE,
    "merge": Mode.WRITE,
}
_BLOCK_OPENERS = frozenset({"begin", "then", "else", "loop", "declare"})
_NO_DYNAMIC = frozenset({"function", "procedure", "on", "as"})
"""What follows EXECUTE where it runs no text: a trigger's EXECUTE FUNCTION, GRANT EXECUTE ON, WITH EXECUTE AS."""
_MODIFIERS = word_set("or rollback abort replace fail ignore low_priority delayed quick high_priority overwrite table")


@dataclass(slots=True)
class Touches:
    """Names read, locked and written (with the mode), in order of appearance, and names called like functions."""

    reads: list[Parts] = field(default_factory=list)
    locks: list[Parts] = field(default_factory=list)
    writes: list[tuple[Parts, Mode]] = field(default_factory=list)
    calls: list[Parts] = field(default_factory=list)
    dynamic: bool = False
    """Whether SQL is put together at run time: what that touches cannot be read."""


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
        self._reads: list[tuple[Parts, int]] = []
        self._locks: list[Parts] = []
        self._writes: list[tuple[Parts, Mode]] = []
        self._openers: list[str] = []
        self._depth = 0
        """Open brackets but those around joins."""
        self._selects: dict[int, int] = {}
        """Depth of brackets to how many names had been read when its last SELECT began."""

    def scan(self, found: Touches) -> None:
        cursor = self._cursor
        self._note_bare_call(found)
        while not cursor.done:
            self._step(found)
        found.reads += [parts for parts, _ in self._reads if not self._is_defined(parts)]
        found.locks += [self._unaliased(parts) for parts in self._locks if not self._is_defined(parts)]
        found.writes += [(self._unaliased(parts), m) for parts, m in self._writes if not self._is_defined(parts)]

    def _is_defined(self, parts: Parts) -> bool:
        return len(parts) == 1 and parts[0].casefold() in self._defined

    def _unaliased(self, parts: Parts) -> Parts:
        return self._aliases.get(parts[0].casefold(), parts) if len(parts) == 1 else parts

    def _step(self, found: Touches) -> None:
        cursor = self._cursor
        word = cursor.word
        if word == "(":
            self._openers.append(cursor.peek(-1).word if cursor.index else "")
            self._depth += bool(self._openers[-1])
            self._note_call(found)
        elif word == ")" and self._openers:
            self._depth -= bool(self._openers.pop())
        if word in ("from", "join", "using"):
            cursor.advance()
            self._sources(word, cursor.peek(-2).word if cursor.index > 1 else "")
        elif word in _MODES:
            before = cursor.peek(-1).word if cursor.index else ""
            cursor.advance()
            self._target(word, before)
        elif word in ("call", "exec", "execute", "prepare", "sp_executesql"):
            cursor.advance()
            self._run(word, found)
        elif word in ("for", "lock"):
            cursor.advance()
            self._lock(word)
        elif word == "as" and cursor.peek().word in ("(", "materialized", "not") and cursor.index:
            self._define()
            cursor.advance()
        else:
            if word == "select":
                self._selects[self._depth] = len(self._reads)
            cursor.advance()

    def _run(self, word: str, found: Touches) -> None:
        """CALL names a routine; EXECUTE runs a text, but for T-SQL, where it runs a routine or a text."""
        cursor = self._cursor
        if word == "sp_executesql" or (word == "prepare" and cursor.is_name()):
            found.dynamic = True
        elif word == "call" or (word in ("exec", "execute") and cursor.dialect.name == "tsql"):
            if cursor.word.startswith("@") and cursor.peek().word == "=":
                cursor.index += 2
            if cursor.word == "(" or cursor.word.startswith("@"):
                found.dynamic = True
            elif cursor.is_name() and cursor.word not in _NO_DYNAMIC | {"sp_executesql"}:
                found.calls.append(cursor.dotted())
        elif word == "execute" and cursor.word not in _NO_DYNAMIC:
            found.dynamic = True

    def _lock(self, word: str) -> None:
        """FOR UPDATE [OF a, b], LOCK IN SHARE MODE: what the SELECT of this bracket read; LOCK TABLE a, b."""
        cursor = self._cursor
        if word == "lock" and cursor.accept("table"):
            self._locks += self._names()
            return
        clauses = (("in", "share", "mode"),) if word == "lock" else (("update",), ("share",), ("no", "key"), ("key",))
        if not any(cursor.at(*clause) for clause in clauses):
            return
        while cursor.accept_any("no", "key", "update", "share", "in", "mode"):
            pass
        start = self._selects.get(self._depth, 0)
        read = [parts for parts, depth in self._reads[start:] if depth == self._depth]
        self._selects[self._depth] = len(self._reads)
        self._locks += self._names() if cursor.accept("of") else read

    def _names(self) -> list[Parts]:
        cursor = self._cursor
        cursor.accept("only")
        names = [cursor.dotted()]
        while cursor.accept(","):
            names.append(cursor.dotted())
        return [name for name in names if name]

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

    def _note_bare_call(self, found: Touches) -> None:
        """PL/SQL calls a procedure without arguments by its name alone; words like NULL and RETURN come along."""
        cursor = self._cursor
        if cursor.dialect.name != "oracle":
            return
        while not cursor.done:
            before = cursor.peek(-1).word if cursor.index else "then"
            if before in _BLOCK_OPENERS and cursor.is_name():
                parts = cursor.dotted()
                if parts and cursor.done:
                    found.calls.append(parts)
            else:
                cursor.index += 1
        cursor.index = 0

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
        self._reads.append((parts, self._depth))
        cursor.accept("as")
        if cursor.is_name() and cursor.word not in _NOT_ALIASES:
            self._aliases[cursor.name().casefold()] = parts
        return True

    def _target(self, word: str, before: str) -> None:
        cursor = self._cursor
        statement = (before == "on" and cursor.dialect.name == "tsql") or (before == "do" and cursor.word != "set")
        if word == "update" and before in _UPDATE_CLAUSES and not statement:
            if self._writes and (before == "do" or cursor.peek(-3).word == "duplicate"):
                self._writes.append((self._writes[-1][0], Mode.UPDATE))
            return
        while cursor.accept_any(*_MODIFIERS):
            pass
        if word == "replace" and cursor.word == "(":
            return
        explicit = cursor.accept_any("into", "from")
        cursor.accept("only")
        if (word == "replace" and not explicit) or not cursor.is_name() or cursor.word in _NOT_ALIASES | {"on", "of"}:
            return
        if word == "truncate":
            self._writes += [(name, Mode.TRUNCATE) for name in self._names()]
            return
        parts = cursor.dotted()
        self._writes.append((parts, _MODES[word]))
        cursor.accept("as")
        if cursor.is_name() and cursor.word not in _NOT_ALIASES:
            self._aliases[cursor.name().casefold()] = parts
