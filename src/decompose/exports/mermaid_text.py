"""Text inside Mermaid diagrams: everything that could be syntax, a directive or Markdown becomes a character code."""

from __future__ import annotations

from decompose.exports.names import one_line

_PLAIN = frozenset(" .,()/:_-?+")


def quoted(*lines: str) -> str:
    """A double-quoted label; Mermaid decodes `#35;`, and knows no other escape."""
    return '"' + "<br/>".join(escaped(line) for line in lines) + '"'


def escaped(text: str) -> str:
    """The text with every ASCII sign that may mean something as its code; also a list's bullet at the start."""
    shown = "".join(c if c.isalnum() or c in _PLAIN or not c.isascii() else f"#{ord(c)};" for c in one_line(text))
    return f"#{ord(shown[0])};{shown[1:]}" if shown[0] in "-+" else shown
