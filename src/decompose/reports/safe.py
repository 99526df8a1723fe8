"""Text from a database or a log, made safe to print: nothing in it can move the cursor or turn the line around."""

from __future__ import annotations

import unicodedata

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
LOOK_ALIKES = {"×": "x", "·": "|", "…": "...", "–": "-", "—": "-", "→": "->", "≥": ">=", "≤": "<=", "−": "-"}
"""What an ASCII terminal shows for the signs of reports."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, *, unicode: bool = True) -> str:
    """The text on one line with every control, escape, bidi and other invisible character written out, e.g. `\\x1b`.

    With `unicode` off, everything outside ASCII is written out too, for terminals whose encoding cannot carry it; the
    signs of reports get their look-alikes.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character, unicode) for character in text)


def _shown(character: str, unicode: bool) -> str:
    named = _NAMED.get(character)
    if named is not None:
        return named
    if unicodedata.category(character) in _INVISIBLE:
        return _escape(ord(character))
    if not unicode and not character.isascii():
        return LOOK_ALIKES.get(character) or _escape(ord(character))
    return character


def _escape(code: int) -> str:
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
