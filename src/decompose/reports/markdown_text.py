"""Markdown (CommonMark with GitHub's tables) out of data that may hold any character.

Names stand in code spans, where Markdown, HTML, mentions and links mean nothing; a name that holds what ends a code
span or a table cell is written in character references instead (CommonMark 0.31, 2.5: they never act as syntax).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from decompose.reports.safe import printable

_SPECIAL = frozenset("\\`*[]<>&|~$#!")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


def text(value: str) -> str:
    """Free text on one line; every character that could be syntax becomes a character reference."""
    escaped = "".join(f"&#{ord(c)};" if c in _SPECIAL else c for c in printable(value))
    return _UNDERSCORE.sub("&#95;", escaped).replace("@", "&#64;").replace("://", "&#58;//")


def code(value: str) -> str:
    """A name, in a code span wherever that is safe."""
    shown = printable(value)
    if not shown.strip():
        return "*(no name)*" if not shown else "*(blank)*"
    if any(c in shown for c in "`|\\") or shown != shown.strip():
        return text(value)
    return f"`{shown}`"


def codes(values: Iterable[str]) -> str:
    """Names in code spans, comma-separated; a dash for none."""
    return ", ".join(code(value) for value in values) or "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> list[str]:
    """A table of ready Markdown cells; columns in `numbers` are right-aligned."""
    rule = ["--:" if column in numbers else "---" for column in range(len(head))]
    return [_row(head), _row(rule), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def fenced(value: str, language: str = "") -> list[str]:
    """A code block that nothing inside can end; lines are kept, other control characters are written out."""
    lines = [printable(line) for line in value.split("\n")]
    longest = max((len(run) for run in re.findall(r"`+", value)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *lines, fence]


def heading(level: int, value: str) -> str:
    """A heading of free text."""
    return "#" * level + " " + text(value)
