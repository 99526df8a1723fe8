"""PostgreSQL's `log_line_prefix`, compiled into one regular expression with an exact shape per field.

Escapes: PostgreSQL documentation, "Error Reporting and Logging", log_line_prefix (9.0 to 18).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from decompose.sources.logs.postgresql_english import ANY_MARK, BEHIND_MARK, in_bytes

_ZONE = r"(?:[A-Z][A-Za-z]{1,7}|[+-]\d\d(?:\d\d)?)"
_SECOND = rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d {_ZONE}"
_HOST = r"(?:\[local\]|[\w.:%\-]{0,255})"
BACKENDS = (
    "autovacuum launcher",
    "autovacuum worker",
    "background worker",
    "background writer",
    "client backend",
    "dead-end client backend",
    "io worker",
    "logical replication apply worker",
    "logical replication launcher",
    "logical replication parallel worker",
    "logical replication tablesync worker",
    "logical replication worker",
    "not initialized",
    "parallel worker",
    "slotsync worker",
    "standalone backend",
)
"""Kinds of backends whose names hold blanks (PostgreSQL's miscinit.c); extensions have more."""
_SHAPES = {
    "b": rf"(?:{'|'.join(BACKENDS)}|[^\n]{{0,63}}?)",
    "c": r"(?:[0-9a-f]{1,16}\.[0-9a-f]{1,8})?",
    "e": r"[0-9A-Z]{5}",
    "h": _HOST,
    "i": r"(?:idle in transaction \(aborted\)|idle in transaction|idle|[^\n]{0,63}?)",
    "l": r"[1-9]\d{0,9}",
    "L": _HOST,
    "m": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} " + _ZONE,
    "n": r"\d{1,12}\.\d{3}",
    "p": r"\d{1,10}",
    "P": r"\d{0,10}",
    "Q": r"-?\d{1,20}",
    "r": r"(?:\[local\]|[\w.:%\-]{0,255}\(\d{1,5}\)|[\w.:%\-]{0,255})",
    "s": _SECOND,
    "t": _SECOND,
    "v": r"(?:-?\d{1,10}/\d{1,10})?",
    "x": r"\d{0,10}",
}
_LAZY = {"a": r"[^\n]{0,255}?", "b": _SHAPES["b"], "i": _SHAPES["i"]}
_NAMES = {
    "a": "label",
    "c": "session",
    "d": "database",
    "i": "state",
    "l": "number",
    "m": "time",
    "n": "time",
    "p": "pid",
    "s": "start",
    "t": "time",
}
RECORD_FIELDS = (*dict.fromkeys(_NAMES.values()), "severity", "message", "junk")
"""The groups of a record's expression: label, session, database, state, number, time, pid, start, then the text."""

_BOUNDED = re.compile(r"\{\d+,\d+\}(?!\?)")
_BEHIND_SHAPES = re.compile(r"[^\w.:%/+-]")
"""What no field but free text holds: a field in front of it never has to give back what it has taken."""

_MARK_AHEAD = rf"(?= *(?:{ANY_MARK}|\Z))"

_TIMES = "mnt"
_ESCAPE = re.compile(r"%(-?\d*)(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prefix:
    """A `log_line_prefix` and its expression; `letters` are the escapes it holds, in order."""

    template: str
    expression: str
    letters: str

    @property
    def time_letter(self) -> str:
        """The escape whose time is read: the first one of `%m`, `%n` and `%t`; empty without any."""
        return next((letter for letter in self.letters if letter in _TIMES), "")

    def start(self) -> re.Pattern[bytes]:
        """Matches where a log line begins."""
        return re.compile(in_bytes(f"{_anonymous(self.expression)} *(?:{ANY_MARK}){BEHIND_MARK}"))

    def record(self) -> re.Pattern[str]:
        """Matches one line with its TAB-led continuation lines, or else one foreign line as `junk`.

        Every name of `RECORD_FIELDS` is a group; what the prefix lacks is always empty.
        """
        message = r"(?P<message>[^\n]*+(?:\n\t[^\n]*+)*+)"
        record = f"{self.expression} *(?P<severity>{ANY_MARK}){BEHIND_MARK}{message}"
        lacking = "".join(f"(?P<{name}>)" for name in RECORD_FIELDS if f"?P<{name}>" not in record and name != "junk")
        return re.compile(f"(?:{record}{lacking}|(?P<junk>[^\n]*+))\n")


def compile_prefix(template: str) -> Prefix:
    """The prefix that a server with this `log_line_prefix` writes. Unknown escapes write nothing, as in the server.

    Text in front of `%q` and all of the rest are both accepted; `%q` may occur several times.
    """
    pieces = _pieces(template)
    letters = "".join(letter for letter, _ in pieces if letter)
    time_letter = next((letter for letter in letters if letter in _TIMES), "")
    named: set[str] = set()
    expression, depth = "", 0
    for index, (letter, text) in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else ("", "")
        if not letter:
            expression += "" if _is_lazy(pieces[index - 1][0]) and index else re.escape(text)
        elif letter == "q":
            expression, depth = expression + "(?:", depth + 1
        else:
            name = _NAMES.get(letter, "")
            if name in named or (letter in _TIMES and letter != time_letter):
                name = ""
            named.add(name)
            expression += _field(letter, name, text, following, last=index + 2 == len(pieces))
    return Prefix(template, expression + ")?" * depth, letters.replace("q", ""))


def _pieces(template: str) -> list[tuple[str, str]]:
    """`(letter, padding)` per escape and `("", text)` per literal run."""
    pieces: list[tuple[str, str]] = []
    literal, at = "", 0
    for match in _ESCAPE.finditer(template):
        padding, letter = match.groups()
        literal += template[at : match.start()]
        at = match.end()
        if letter == "%":
            literal += "%"
        elif letter in "adquq" or letter in _SHAPES:
            if literal:
                pieces.append(("", literal))
            pieces.append((letter, padding))
            literal = ""
    literal += template[at:]
    return [*pieces, ("", literal)] if literal else pieces


def _is_lazy(letter: str) -> bool:
    return letter in _LAZY and letter != ""


def _field(letter: str, name: str, padding: str, following: tuple[str, str], last: bool) -> str:
    """One field; free text is taken together with the literal behind it, at once, so that nothing backtracks.

    Where only the severity comes `last`, it ends the application's name: that may hold blanks.
    """
    literal = following[1] if not following[0] else ""
    shape = _LAZY.get(letter) or _SHAPES.get(letter) or _identifier(literal)
    if literal and not padding and _BEHIND_SHAPES.match(literal):
        shape = _BOUNDED.sub(r"\g<0>+", shape)
    field = f"(?P<{name}>{shape})" if name else f"(?:{shape})"
    if padding.startswith("-"):
        field += " *"
    elif padding:
        field = " *" + field
    if _is_lazy(letter):
        ahead = _MARK_AHEAD if last and letter == "a" else ""
        return f"(?>{field}{re.escape(literal)}{ahead})" if literal else field
    return field


def _identifier(literal: str) -> str:
    """A user or database: up to the character that follows it in the prefix."""
    return rf"[^\n{re.escape(literal[:1] or ' ')}]{{0,255}}"


def _anonymous(expression: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", expression)
