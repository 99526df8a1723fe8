"""What a statement's template shows beyond its access sets: filters, order, aggregates, assignments.

A light reading of literal-free text, for advice only: no figure depends on it, and what it does not recognise it leaves
out. What a statement reads and writes is decided in `sql` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from decompose.evidence.bundle import Statement

_TOKEN = re.compile(
    r'"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[A-Za-z_][^\]\n]*\]|[A-Za-z_\u0080-\uffff][\w$]*|\$\d+|:[A-Za-z_]\w*|%s'
    r"|<>|!=|<=|>=|\|\||::|[^\s]"
)
_CLAUSE_WORDS = "select from join on where group having order limit set values returning union except intersect using"
_CLAUSES = frozenset(_CLAUSE_WORDS.split())
_AGGREGATES = frozenset({"count", "sum", "avg", "min", "max", "string_agg", "array_agg", "group_concat"})
_JOIN_WORDS = "inner left right full outer cross natural as lateral for window offset fetch"
_NO_ALIAS = _CLAUSES | frozenset(_JOIN_WORDS.split())
_COMPARING = frozenset(
    {"=", "<", ">", "<=", ">=", "<>", "!=", "like", "ilike", "in", "between", "is", "not", "similar"}
)
_BINDING = frozenset({"=", "in"})
_FILTERING = frozenset({"where", "having", "on"})
_CONDITION_WORDS = "and or not null true false is in like exists case when then else end any all between"
_NOT_COLUMNS = frozenset(_CONDITION_WORDS.split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word, name, sign or placeholder; `start` is its offset in the template."""

    text: str
    start: int

    @property
    def word(self) -> str:
        """Lower case for comparison; empty for quoted names, which are no keywords."""
        return "" if self.text[0] in '"`[' else self.text.lower()

    @property
    def name(self) -> str:
        """The identifier without its quotes."""
        first = self.text[0]
        if first in '"`':
            return self.text[1:-1].replace(first * 2, first)
        return self.text[1:-1] if first == "[" and len(self.text) > 2 else self.text

    @property
    def is_name(self) -> bool:
        """Whether it can be an identifier."""
        first = self.text[0]
        return first in '"`' or (first == "[" and len(self.text) > 2) or first.isalpha() or first == "_"

    @property
    def is_placeholder(self) -> bool:
        """Whether a literal or a parameter stood here."""
        return self.text in ("?", "%s") or (len(self.text) > 1 and self.text[0] in "$:" and self.text != "::")


def tokens(template: str) -> tuple[Token, ...]:
    """The template's tokens in order."""
    return tuple(Token(match[0], match.start()) for match in _TOKEN.finditer(template))


ColumnName = tuple[str, str]
"""Table as the template calls it (alias resolved, empty where it does not say) and column."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`bound` columns are compared with a value by = or IN, `filtered` in any other way, `arranged` are grouped or
    ordered by; `aggregates` and `limited` say whether rows are summed up or cut."""

    bound: tuple[ColumnName, ...] = ()
    filtered: tuple[ColumnName, ...] = ()
    arranged: tuple[ColumnName, ...] = ()
    aggregates: bool = False
    limited: bool = False
    first_table: str = ""


@lru_cache(maxsize=4096)
def shape(template: str) -> Shape:
    """The shape of a reading statement, or of the reading part of a writing one."""
    found = tokens(template)
    clauses = _clauses(found)
    aliases, first = _aliases(found, clauses)
    bound: set[ColumnName] = set()
    filtered: set[ColumnName] = set()
    arranged: set[ColumnName] = set()
    for start, end, column in _columns(found):
        clause = clauses[start]
        named = (aliases.get(column[0], column[0]), column[1])
        if clause in ("group", "order"):
            arranged.add(named)
        elif clause in _FILTERING:
            how = _comparison(found, start, end)
            if how != "join":
                (bound if how == "bound" else filtered).add(named)
    words = [token.word for token in found]
    aggregated = any(w in _AGGREGATES and words[n + 1 : n + 2] == ["("] for n, w in enumerate(words))
    return Shape(
        tuple(sorted(bound)), tuple(sorted(filtered)), tuple(sorted(arranged)), aggregated, "limit" in words, first
    )


def _clauses(found: Sequence[Token]) -> list[str]:
    """The clause each token stands in; a parenthesis opens its own and gives back the outer one."""
    clauses, stack, current = [], [""], ""
    for token in found:
        if token.text == "(":
            stack.append(current)
        elif token.text == ")":
            current = stack.pop() if len(stack) > 1 else current
        elif token.word in _CLAUSES:
            current = token.word
        clauses.append(current)
    return clauses


def _aliases(found: Sequence[Token], clauses: Sequence[str]) -> tuple[dict[str, str], str]:
    aliases: dict[str, str] = {}
    first = ""
    place = 0
    while place < len(found):
        token = found[place]
        opens = token.word in ("from", "join", "update", "into") or (token.text == "," and clauses[place] == "from")
        if not opens or place + 1 >= len(found) or not _is_table(found, place + 1):
            place += 1
            continue
        place += 1
        table, place = _qualified(found, place)
        first = first or table
        aliases.setdefault(table, table)
        aliases.setdefault(table.rsplit(".", 1)[-1], table)
        if place < len(found) and found[place].word == "as":
            place += 1
        if place < len(found) and found[place].is_name and found[place].word not in _NO_ALIAS:
            aliases[found[place].name] = table
    return aliases, first


def _is_table(found: Sequence[Token], place: int) -> bool:
    return found[place].is_name and found[place].word not in _NO_ALIAS


def _qualified(found: Sequence[Token], place: int) -> tuple[str, int]:
    parts = [found[place].name]
    place += 1
    while place + 1 < len(found) and found[place].text == "." and found[place + 1].is_name:
        parts.append(found[place + 1].name)
        place += 2
    return ".".join(parts), place


def _columns(found: Sequence[Token]) -> Iterator[tuple[int, int, ColumnName]]:
    """Names that can be columns, with the places of their first token and behind their last one."""
    place = 0
    while place < len(found):
        token = found[place]
        if not token.is_name or token.word in _CLAUSES or token.word in _NOT_COLUMNS:
            place += 1
            continue
        start = place
        name, place = _qualified(found, place)
        if place < len(found) and found[place].text == "(":
            continue
        qualifier, _, column = name.rpartition(".")
        yield start, place, (qualifier, column)


def _comparison(found: Sequence[Token], start: int, end: int) -> str:
    """`bound`, `join` or `filtered`: what a column in a condition is compared with."""
    sign = found[end].word if end < len(found) else ""
    other = found[end + 1] if end + 1 < len(found) else None
    if sign == "in" and other is not None and other.text == "(" and end + 2 < len(found):
        other = found[end + 2]
    if sign in _COMPARING and other is not None:
        if other.is_placeholder:
            return "bound" if sign in _BINDING else "filtered"
        if sign == "=" and other.is_name and other.word not in _NOT_COLUMNS:
            return "join"
        if sign == "in" and other.word == "select":
            return "join"
    before = found[start - 1].word if start else ""
    if before in _COMPARING and start > 1:
        left = found[start - 2]
        if before == "=" and left.is_name:
            return "join"
        if left.is_placeholder:
            return "bound" if before == "=" else "filtered"
    return "filtered"


def resolved(
    statement: Statement, columns: Sequence[ColumnName], known: Mapping[str, tuple[str, ...]]
) -> tuple[ColumnName, ...]:
    """The columns with display names of the statement's own tables; `known` gives each table's columns.

    An unqualified column belongs to the only table that has it; what stays unclear is left out.
    """
    tables = sorted({access.table for access in statement.accesses})
    found: set[ColumnName] = set()
    for table, column in columns:
        named = [t for t in tables if t == table or t.rsplit(".", 1)[-1] == table.rsplit(".", 1)[-1]] if table else []
        fitting = named or [t for t in tables if column in known.get(t, ())]
        if len(fitting) == 1:
            found.add((fitting[0], column))
    return tuple(sorted(found))
