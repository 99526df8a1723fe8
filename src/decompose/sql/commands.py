"""Statements whose tables stand in fixed places and that sqlglot does not read: LOCK, TRUNCATE, COPY, LOAD, REFRESH."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Access, Mode
from decompose.sql.blocks import d_ref
from decompose.sql.dialects import Dialect

_NOISE = frozenset({"TABLE", "TABLES", "ONLY", "IF", "EXISTS", "CONCURRENTLY", "LOW_PRIORITY", "CONCURRENT", "LOCAL"})


def table_names(words: Sequence[str], start: int, d: Dialect) -> tuple[list[TableRef], int]:
    """The qualified names, separated by commas, from `start` on, and the index of the first token after them."""
    names: list[TableRef] = []
    at = start
    while at < len(words):
        while at < len(words) and words[at].upper() in _NOISE:
            at += 1
        parts, at = _qualified(words, at, d)
        if not parts or not all(parts):
            break
        padded = ["", "", *parts][-3:]
        names.append(d_ref(padded[2], padded[1], padded[0], d))
        if at < len(words) and words[at] == "*":
            at += 1
        at = _after_lock_kind(words, at)
        if at >= len(words) or words[at] != ",":
            break
        at += 1
    return names, at


def _after_lock_kind(words: Sequence[str], at: int) -> int:
    """Past MySQL's `t [AS] a READ [LOCAL] | WRITE` up to the next comma."""
    ahead = at
    while ahead < len(words) and words[ahead] not in (",", "(", ")") and ahead - at < 5:
        ahead += 1
    ends = ahead < len(words) and words[ahead] == ","
    return ahead if ends else at


def _qualified(words: Sequence[str], at: int, d: Dialect) -> tuple[list[str], int]:
    parts: list[str] = []
    while at < len(words) and len(parts) < 3:
        parts.append(stored_name(words[at], d))
        at += 1
        if at >= len(words) or words[at] != ".":
            break
        at += 1
    return parts, at


def stored_name(token: str, d: Dialect) -> str:
    """An identifier token as its server stores it; empty for any other token."""
    if len(token) > 1 and token[0] in '"`[':
        close = "]" if token[0] == "[" else token[0]
        return token[1:-1].replace(close * 2, close)
    return d.fold(token) if token and (token[0].isalpha() or token[0] == "_" or token[:-1].isalnum()) else ""


def command(verb: str, words: Sequence[str], d: Dialect) -> tuple[Access, ...] | None:
    """The accesses of a statement with fixed places; None when it is not one or has no such place."""
    upper = [word.upper() for word in words[:8]]
    start, mode = 1, Mode.LOCK
    if verb == "TRUNCATE":
        mode = Mode.TRUNCATE
    elif verb == "REFRESH":
        start, mode = 3, Mode.WRITE
    elif verb == "COPY":
        return _copy(words, d)
    elif verb == "LOAD":
        places = [i for i, word in enumerate(words) if word.upper() == "INTO"]
        start, mode = (places[0] + 1 if places else len(words)), Mode.WRITE
    elif verb != "LOCK" or (len(upper) > 1 and upper[1] == "INSTANCE"):
        return None
    names, _ = table_names(words, start, d)
    columns = () if mode is Mode.LOCK else ("*",)
    return tuple(sorted({Access(name, mode, columns) for name in names})) or None


def _copy(words: Sequence[str], d: Dialect) -> tuple[Access, ...] | None:
    names, at = table_names(words, 1, d)
    if len(names) != 1:
        return None
    columns: tuple[str, ...] = ("*",)
    if at < len(words) and words[at] == "(":
        end = list(words).index(")", at) if ")" in words[at:] else len(words)
        columns = tuple(sorted(filter(None, (stored_name(word, d) for word in words[at + 1 : end] if word != ","))))
        at = end + 1
    direction = words[at].upper() if at < len(words) else ""
    if direction not in ("FROM", "TO"):
        return None
    return (Access(names[0], Mode.WRITE if direction == "FROM" else Mode.READ, columns),)
