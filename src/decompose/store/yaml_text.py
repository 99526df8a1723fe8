"""YAML as people like to edit it, safe for any name: plain words stay plain, everything else is double-quoted."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.$/-]*(?: [A-Za-z0-9_.$/-]+)*", re.ASCII)
_SPECIAL = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_WIDTH = 100


def scalar(value: str) -> str:
    """One spelling of a string that every YAML reader takes for that string."""
    if _PLAIN.fullmatch(value) and value.casefold() not in _SPECIAL:
        return value
    return '"' + "".join(map(_character, value)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    code = ord(character)
    if character.isprintable() and character != "\ufeff":
        return character
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def flow_list(values: Iterable[str], indent: int) -> str:
    """`[a, b]`, on several lines where it is long; `indent` is that of the continuation lines."""
    words = [scalar(value) for value in values]
    if sum(len(word) + 2 for word in words) + indent <= _WIDTH:
        return f"[{', '.join(words)}]"
    margin = " " * indent
    rows: list[str] = []
    for word in words:
        if rows and len(rows[-1]) + len(word) + 2 <= _WIDTH - indent:
            rows[-1] += f", {word}"
        else:
            rows.append(word)
    return "[\n" + ",\n".join(margin + row for row in rows) + ",\n" + " " * (indent - 2) + "]"


def comment(text: str, indent: int = 0) -> list[str]:
    """Comment lines; what could end a comment is written out first by `scalar`."""
    shown = text if text.isprintable() else scalar(text)
    return [f"{' ' * indent}# {line}" for line in textwrap.wrap(shown, _WIDTH - indent - 2, break_long_words=False)]
