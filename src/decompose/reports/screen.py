"""Plain text for a terminal: cells, columns and wrapped lines, with colour only where it is asked for.

Data never passes through a markup language: a line is made of spans, and each span's text is made printable before the
colour is put around it.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from decompose.reports.safe import printable


class Style(StrEnum):
    """What a span means; the value is its SGR code (ECMA-48, 8.3.117)."""

    PLAIN = ""
    HEADING = "1"
    GOOD = "32"
    WARN = "33"
    BAD = "31;1"
    DIM = "2"


@dataclass(frozen=True, slots=True)
class Look:
    """How a terminal wants its text: columns, whether colour is welcome, whether its encoding carries Unicode."""

    width: int = 80
    colour: bool = False
    unicode: bool = True

    @property
    def ellipsis(self) -> str:
        """What stands for the rest of a cut text."""
        return "…" if self.unicode else "..."

    @property
    def dot(self) -> str:
        """What separates two facts on a line."""
        return " · " if self.unicode else " | "

    @property
    def times(self) -> str:
        """What stands between a count and what was counted."""
        return "×" if self.unicode else "x"

    def clean(self, text: str) -> str:
        """The text as it may be printed."""
        return printable(text, unicode=self.unicode)

    def paint(self, text: str, style: Style) -> str:
        """Already clean text in its colour, or as it is."""
        if not self.colour or style is Style.PLAIN or not text:
            return text
        return f"\x1b[{style.value}m{text}\x1b[0m"


PLAIN = Look()


def cells(text: str) -> int:
    """How many terminal columns a clean text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int, look: Look) -> str:
    """The text made clean and, where it is too long, cut with an ellipsis to at most `width` columns."""
    clean = look.clean(text)
    if cells(clean) <= width:
        return clean
    room = width - len(look.ellipsis)
    if room <= 0:
        return look.ellipsis[: max(width, 0)]
    taken, used = [], 0
    for character in clean:
        used += _columns(character)
        if used > room:
            break
        taken.append(character)
    return "".join(taken) + look.ellipsis


def shortened(text: str, width: int, look: Look) -> str:
    """The text made clean and, where it is too long, cut in its middle: names often differ at their ends."""
    clean = look.clean(text)
    if cells(clean) <= width:
        return clean
    tail_room = (width - len(look.ellipsis)) // 2
    tail = ""
    for character in reversed(clean):
        if cells(character + tail) > tail_room:
            break
        tail = character + tail
    return cut(clean, width - cells(tail), look) + tail


def name_list(names: Sequence[str], width: int, look: Look) -> str:
    """As many whole names as fit into `width` columns, then `+N` for the others."""
    if not names:
        return ""
    shown: list[str] = []
    best = ""
    for name in names[: width + 1]:
        shown.append(look.clean(name))
        left = len(names) - len(shown)
        text = ", ".join(shown) + (f" +{left}" if left else "")
        if cells(", ".join(shown)) > width:
            break
        if cells(text) <= width:
            best = text
    if best:
        return best
    rest = f" +{len(names) - 1}" if len(names) > 1 else ""
    return shortened(names[0], width - len(rest), look) + rest


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Clean text filled up with spaces to `width` columns."""
    fill = " " * max(width - cells(text), 0)
    return fill + text if right else text + fill


def wrapped(text: str, look: Look, *, indent: str = "  ", hang: str = "    ", lines: int = 2) -> list[str]:
    """The text made clean and broken into at most `lines` lines within the width; the last one is cut."""
    clean = look.clean(text)
    parts = textwrap.wrap(clean, max(look.width - len(hang), 20), break_on_hyphens=False) or [""]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], " ".join(parts[lines - 1 :])]
    room = look.width - len(hang)
    return [(hang if number else indent) + cut(part, room, look) for number, part in enumerate(parts)]


def packed(facts: Sequence[str], look: Look, indent: str = "  ") -> list[str]:
    """Short facts, as many on a line as fit, none of them broken; one that is too long for a line is cut."""
    lines: list[str] = []
    for fact in facts:
        clean = cut(fact, look.width - len(indent), look)
        longer = f"{lines[-1]}{look.dot}{clean}" if lines else ""
        if lines and cells(longer) <= look.width:
            lines[-1] = longer
        else:
            lines.append(indent + clean)
    return lines


def page(blocks: Iterable[Sequence[str]]) -> str:
    """Blocks of lines with one empty line between them; ends in a newline, no line ends in a space."""
    shown = ["\n".join(line.rstrip() for line in block) for block in blocks if block]
    return "\n\n".join(shown) + "\n"
