"""Puts what a PostgreSQL server of another language says into English, as far as a log's reader must understand it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from decompose.sources.logs.postgresql_languages import LANGUAGES

SEVERITIES = ("LOG", "ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "INFO", "DEBUG[1-5]", "DEBUG")
SECONDARY = ("DETAIL", "HINT", "CONTEXT", "QUERY", "STATEMENT", "LOCATION", "BACKTRACE")
"""Lines that belong to the record before them."""

_SPOKEN = tuple(LANGUAGES.values())
_REPLACED = "\ufffd"
_LETTER = re.compile(rf"\(\?:(.)\|{_REPLACED}\)")


def _words(texts: Iterable[str]) -> list[str]:
    """The distinct words of texts that have `|` between them, longest first."""
    found = {word for text in texts for word in text.split("|") if word}
    return sorted(found, key=lambda word: (-len(word), word))


def _spelled(word: str) -> str:
    """An expression for a word; a letter of Latin-1 may have become U+FFFD."""
    return "".join(f"(?:{c}|{_REPLACED})" if "\x80" <= c <= "\xff" else re.escape(c) for c in word)


def _any(texts: Iterable[str]) -> str:
    """An expression for any of the words."""
    return f"(?:{'|'.join(map(_spelled, _words(texts)))})"


def _marks(english: Iterable[str], texts: Iterable[str]) -> str:
    """An expression for what stands at a line's beginning, behind the prefix and before the colon."""
    words = _words(texts)
    usual = [*english, *(_spelled(word) for word in words if ":" not in word)]
    others = (word.partition(":") for word in words if ":" in word)
    unusual = (f"{_spelled(name.rstrip())}(?={name[len(name.rstrip()) :]}:{blanks})" for name, _, blanks in others)
    # No word begins with a small letter: a look at the first character spares all others.
    return f"(?=[A-Z\u0080-\U0010ffff])(?:(?:{'|'.join(usual)})(?=:  )|{'|'.join(unusual)})"


def in_bytes(expression: str) -> bytes:
    """The expression for a log's bytes, UTF-8 or Latin-1."""
    pieces = _LETTER.split(expression.replace("[A-Z\u0080-\U0010ffff]", "[A-Z\\x80-\\xff]"))
    encoded = [piece.encode() for piece in pieces]
    encoded[1::2] = [b"(?:" + letter.encode() + b"|" + letter.encode("latin-1") + b")" for letter in pieces[1::2]]
    return b"".join(encoded)


_RECORD_WORDS = [word for each in _SPOKEN for word in (each.log, each.error, each.fatal, each.panic, each.others)]
_LINE_WORDS = [word for each in _SPOKEN for word in (each.statement_line, each.other_lines)]
RECORD_MARK = _marks(SEVERITIES, _RECORD_WORDS)
LINE_MARK = _marks(SECONDARY, _LINE_WORDS)
ANY_MARK = _marks(SEVERITIES + SECONDARY, _RECORD_WORDS + _LINE_WORDS)
"""What stands before the colon of a record, of a line that belongs to one, and of both."""

BEHIND_MARK = " ?: {0,2}"
UNKNOWN = _any(["unknown", *(each.unknown for each in _SPOKEN)])
"""What servers write in square brackets where a session has no user, database or application name."""


def _severities() -> dict[str, str]:
    found: dict[str, str] = {}
    for each in _SPOKEN:
        named = {"LOG": each.log, "ERROR": each.error, "FATAL": each.fatal, "PANIC": each.panic, "NOTICE": each.others}
        named |= {"STATEMENT": each.statement_line, "DETAIL": each.other_lines}
        for english, words in named.items():
            found |= {word.partition(":")[0].rstrip(): english for word in _words([words])}
    replaced = {re.sub("[\x80-\xff]", _REPLACED, word): english for word, english in found.items()}
    return replaced | found


_SEVERITIES = _severities()
_ENGLISH_MESSAGES = ("statement: ", "duration: ", "execute ", "connection ", "disconnection: ", "AUDIT: ")
_FETCH = "(?:[Ff]etch |FETCH|" + _spelled("hämtning ") + ")"


@cache
def _beginnings() -> re.Pattern[str]:
    """How servers of other languages begin a message; compiled when the first such message comes, for it takes time."""
    return re.compile(
        rf"(?:{_any(each.duration for each in _SPOKEN)}(?: ?:)? ?(?P<ms>[\d.]{{1,20}}) ?[^\s\d,;:]{{1,8}},? *)?+"
        rf"(?:(?P<statement>{_any(each.statement for each in _SPOKEN)} ?: )"
        rf"|{_any(each.execute for each in _SPOKEN)} ?+(?!{_FETCH})(?P<execute>[^:\n]{{1,80}}?) ?: "
        rf"|(?P<begins>{_any(each.begins for each in _SPOKEN)})"
        rf"|(?P<arrives>{_any(each.arrives for each in _SPOKEN)})"
        rf"|(?P<ends>{_any(each.ends for each in _SPOKEN)}))"
    )


def english_severity(word: str) -> str:
    """The English word for a record's severity or for the kind of a line that belongs to one; itself if unknown."""
    return _SEVERITIES.get(word, word)


def english_message(message: str) -> str:
    """The message with its beginning as an English server writes it; itself where that is not known."""
    if message.startswith(_ENGLISH_MESSAGES):
        return message
    match = _beginnings().match(message)
    if match is None:
        return message
    rest = message[match.end() :]
    done = f"duration: {match['ms']} ms  " if match["ms"] else ""
    if match["statement"]:
        return f"{done}statement: {rest}"
    if match["execute"]:
        return f"{done}execute {match['execute']}: {rest}"
    if match["begins"]:
        return "connection authorized: "
    return "connection received: " if match["arrives"] else "disconnection: "
