"""Text inside Mermaid diagrams: everything that could be syntax, a directive or Markdown becomes a character code."""

from __future__ import annotations

import re

from decompose.exports.names import one_line

MOST_CHARACTERS = 50_000
MOST_EDGES = 500
"""Mermaid's defaults for `maxTextSize` (UTF-16 units) and `maxEdges` (flowcharts); beyond them nothing is drawn."""

_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_PLAIN = frozenset(" .,()/:_-?+")


def quoted(*lines: str) -> str:
    """A double-quoted label; Mermaid decodes `#35;`, and knows no other escape."""
    return '"' + "<br/>".join(escaped(line) for line in lines) + '"'


def escaped(text: str) -> str:
    """The text with every ASCII sign that may mean something as its code; also a list's bullet at the start.

    An underscore inside a word is plain; where a word begins or ends, an entity's name would be read as Markdown.
    """
    shown = "".join(c if c.isalnum() or c in _PLAIN or not c.isascii() else f"#{ord(c)};" for c in one_line(text))
    shown = _EMPHASIS.sub("#95;", shown)
    return f"#{ord(shown[0])};{shown[1:]}" if shown[0] in "-+" else shown


def fits(text: str) -> bool:
    """Whether Mermaid draws a text of this length."""
    return len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
