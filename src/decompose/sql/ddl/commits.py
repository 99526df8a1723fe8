"""Whether a routine's body commits between writes, so that one call is several transactions.

PostgreSQL allows it in procedures (documentation, 43.8), MySQL, SQL Server and Oracle everywhere but in triggers and,
mostly, functions. A body that only ends with its COMMIT is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from decompose.sql.ddl.tokens import Token
from decompose.sql.ddl.touches import touches
from decompose.sql.dialects import Dialect

_BEFORE = frozenset({";", "begin", "then", "else", "loop", "do", "repeat", "end", "as", "is", ""})
_LOOPS = frozenset({"loop", "while", "repeat"})


def commits_between_writes(body: Sequence[Token], dialect: Dialect) -> bool:
    """Two parts of the body, parted by COMMIT, write; or one that writes in a loop."""
    start = written = depth = 0
    for place, token in enumerate(body):
        before = body[place - 1].word if place else ""
        if token.word != "repeat" or before == "end" or not _is_call(body, place):
            depth += _enters(token.word, before, dialect)
        if token.word == "commit" and before in _BEFORE:
            wrote = _writes(body[start:place], dialect)
            if wrote and depth > 0:
                return True
            written += wrote
            start = place + 1
    return written + (written > 0 and _writes(body[start:], dialect)) > 1


def _is_call(body: Sequence[Token], place: int) -> bool:
    """Whether the word is a function's: `repeat('x', 3)`."""
    return place + 1 < len(body) and body[place + 1].text == "("


def _enters(word: str, before: str, dialect: Dialect) -> int:
    """+1 where a loop begins, -1 where it ends. T-SQL's loops end like any block: from the first on all is a loop."""
    if word not in _LOOPS:
        return 0
    if before == "end":
        return -1
    if word == "while" and dialect.name != "tsql" and not dialect.hash_comments:
        return 0  # WHILE ... LOOP: counted at its LOOP.
    return 1


def _writes(tokens: Sequence[Token], dialect: Dialect) -> bool:
    return bool(touches(tokens, dialect).writes)
