"""A template to sqlglot's tree, behind guards: no input may cost more than linear memory, overflow a stack or raise."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from decompose.sql.dialects import Dialect
from decompose.sql.lexer import LITERAL

TOO_LONG = "unparsed: too long"
TOO_DEEP = "unparsed: too deep"
SYNTAX = "unparsed: syntax"

MAX_LENGTH = 1 << 18
"""Characters of a template that are still parsed."""
MAX_DEPTH = 100
"""Brackets and CASEs within each other that are still parsed: each costs the parser some 25 frames."""
_RECURSION_LIMIT = 6_000
"""Enough for MAX_DEPTH; the interpreter's frames live on the heap, and at this limit its C stack holds by far."""

logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)

_ADJACENT = "? ?"
_NEWER = re.compile(
    r"(?<=\bRETURNING )WITH \( (?:OLD|NEW) AS [^()]{1,300} \) "
    r"| PASSING [^()]{1,2000}(?= \))| RETURNING [^(),]{1,100}(?= \))"
    r"| (?:WITH|WITHOUT)(?: CONDITIONAL| UNCONDITIONAL)?(?: ARRAY)? WRAPPER| (?:KEEP|OMIT) QUOTES(?: ON SCALAR STRING)?"
    r"| (?:NULL|ERROR|EMPTY(?: ARRAY| OBJECT)?|TRUE|FALSE|UNKNOWN|DEFAULT \S{1,100}) ON (?:ERROR|EMPTY)"
    r"| ABSENT ON NULL",
    re.IGNORECASE,
)
"""What PostgreSQL 16 to 18 allow and the parser does not know: names for old and new rows, clauses of JSON functions.

None of it names a table; a statement that does not parse is tried without.
"""


def depth(words: Sequence[str]) -> int:
    """The deepest nesting of brackets and CASE expressions in a token list."""
    deepest = level = 0
    for word in words:
        if word in ("(", "[", "CASE"):
            level += 1
            deepest = max(deepest, level)
        elif word in (")", "]", "END"):
            level = max(0, level - 1)
    return deepest


def parse_tokens(words: Sequence[str], d: Dialect) -> tuple[tuple[exp.Expr, ...], str]:
    """The trees of a template's tokens, or none and the reason: literals first as strings, then as numbers."""
    if depth(words) > MAX_DEPTH:
        return (), TOO_DEEP
    reason = SYNTAX
    for spelling in _spellings(words, d):
        trees, reason = _parse(spelling, d)
        if trees:
            return trees, ""
        if reason != SYNTAX:
            break
    return (), reason


def _spellings(words: Sequence[str], d: Dialect) -> list[str]:
    """The statement with its literals put back as constants; `x ? ?` is PostgreSQL's JSON operator and its operand."""
    once = [word for i, word in enumerate(words) if word != LITERAL or i == 0 or words[i - 1] != LITERAL]
    texts = [" ".join(word or "'1'" for word in once), " ".join(word or "1" for word in once)]
    if d.dollar_quotes and len(once) < len(words):
        texts.append(" ".join(word or "'1'" for word in words).replace(" '1' '1'", " = '1'"))
    if d.dollar_quotes and (plainer := _NEWER.sub("", texts[0])) != texts[0]:
        texts.append(plainer)
    return texts


def _parse(text: str, d: Dialect) -> tuple[tuple[exp.Expr, ...], str]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        trees = sqlglot.parse(text, read=d.sqlglot_name or None)
    except RecursionError:
        return (), TOO_DEEP
    except (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        # sqlglot lets Python's own errors escape on text that is no SQL.
        return (), SYNTAX
    finally:
        sys.setrecursionlimit(limit)
    found = tuple(tree for tree in trees if tree is not None)
    return (found, "") if found and all(isinstance(tree, _READABLE) for tree in found) else ((), SYNTAX)


_READABLE = (
    exp.Select,
    exp.SetOperation,
    exp.Subquery,
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Values,
    exp.MultitableInserts,
)
