"""A statement's skeleton: a cheap key that raw texts share only if they share a template.

The text is cut at its apostrophes and every second piece, the inside of a literal, is dropped; runs of digits become
one. That is right as long as each apostrophe begins or ends a literal and each digit is part of a number. Whether it is
can be read from the skeleton, once per skeleton: `Skeletons.is_exact` says no whenever there is doubt, and the text
then goes to `fingerprint.template`. An attribution comment at the text's edge is cut off and handed over apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from decompose.sql.dialects import Dialect, dialect

DIGITS = bytes.maketrans(b"123456789", b"000000000")
_NUMBER = re.compile(rb"(?<![\w$&.@#\"`?:%\\\]\x80-\xff])\$?0++(?:\.0++)?(?![\w$.@#\"`\\\x80-\xff])")
# Begins with a digit and looks back behind it: the engine then skips to digits at once.
_RAW_NUMBER = re.compile(rb"[0-9](?<![\w$.@#\"`?:%\\\]\x80-\xff][0-9])[0-9]*+(?:\.[0-9]++)?(?![\w$.@#\"`\\\x80-\xff])")
# Each of the next three begins with one character, or one of few, and looks back behind it: the engine skips to those.
_VALUE = re.compile(rb"['0$](?:(?<=')'*+|(?<=0)0*+(?:\.0++)?+|(?<=\$)0++)")
_MINUS = re.compile(rb"-0(?:(?<=[=,] -0)|(?<=[,(]-0))")
_NULL = re.compile(rb"NULL\b(?:(?<=[=,] NULL)|(?<=[,(]NULL))")
_ZERO = re.compile(rb"\$?0++(?:\.0++)?")
_CONSTANT = re.compile(rb"(?i)(?<=[,=(\[])( ?)(?:NULL|TRUE|FALSE)\b(?![$#@.(\"`\x80-\xff])")
_LIST = re.compile(rb"(?i)(?<![\w$#@.\"`\x80-\xff])(IN|VALUES)( ?)\(\x02(?:, ?\x02)*+\)(?:, ?\(\x02(?:, ?\x02)*+\))*+")
_DOUBT = re.compile(rb"--|/\*|\*/|[\\\0\3#]|\$(?!0)|(?i:autocommit)")
_TWO_VALUES = re.compile(rb"00|0\.0")
_BEFORE_LITERAL = re.compile(rb"[\w&$\"`@#:%?\x80-\xff]\Z")
_TRACE = re.compile(rb"trace(parent|state)='[^'\\]*+'")
_LONGEST_COMMENT = 1_500
_LONGEST_TAIL = 100
_COMMENTS = 10_000

_TUPLE = re.compile(
    rb"\(0(?:(?<=[\s)]IN \(0)|(?<=[\s)]IN\(0)|(?<=[\s)]VALUES \(0)|(?<=[\s)]VALUES\(0)|(?<=,\(0)|(?<=, \(0)|(?<=\(\(0))"
    rb"(?:, ?0)++\)"
)
# A double-quoted text beside a dot or where a table stands is no literal: see `lexer`.
_STRING = re.compile(
    rb"'[^'\\\0]*+(?:(?:\\[^\0]|'')[^'\\\0]*+)*+'"
    rb"|(?<!\.)(?<!from )(?<!join )(?<!into )(?<!update )(?<!using )(?<! as )"
    rb'"[^"\\\0]*+(?:(?:\\[^\0]|"")[^"\\\0]*+)*+"(?!\.)',
    re.IGNORECASE,
)
_TUPLES = re.compile(rb"\(0\)(?:, ?\(0\))++")

_EXACT_DIALECTS = ("postgresql", "mysql", "mariadb")
"""The dialects whose lexical rules are known here; texts of others always take the long way."""


class Skeletons:
    """One dialect's skeletons; see `evidence.texts.TextKeys`."""

    def __init__(self, name: str) -> None:
        self._dialect: Dialect = dialect(name)
        self._knows = name in _EXACT_DIALECTS
        self._escapes = self._dialect.backslash_escapes
        self._comments: set[bytes] = set()
        self._quote = b"`" if self._escapes else b'"'

    @property
    def digits(self) -> bytes:
        """A table for `bytes.translate` that makes all digits one."""
        return DIGITS

    def code(self, text: bytes) -> tuple[bytes, bytes] | None:
        """A text's code without literals, and its edge comment (empty if it has none); None if that cannot be told."""
        comment = b""
        if b"/*" in text:
            cut = self.cut(text)
            if cut is None:
                return None
            text, comment = cut
        code = self._without_literals(text)
        return None if code is None else (code, comment)

    def codes(self, texts: bytes) -> bytes | None:
        """The code of many texts with NUL between them; None if some text has a comment or is otherwise in doubt."""
        if b"/" in texts and b"/*" in texts:
            return None
        return self._without_literals(texts)

    def _without_literals(self, texts: bytes) -> bytes | None:
        code = _without_apostrophes(_without_escapes(texts) if self._escapes and b"\\" in texts else texts)
        if self._escapes and b'"' in (texts if code is None else code):
            return _without_strings(texts)
        return code

    def coarse(self, code: bytes) -> bytes:
        """The skeleton of code without literals; of many texts' code with NUL between them all their skeletons."""
        # A literal and a number side by side become two zeros, which are no number: see `is_exact`.
        key = _NULL.sub(b"0", _MINUS.sub(b"0", _VALUE.sub(b"0", code.translate(DIGITS))))
        return _TUPLES.sub(b"(0)", _TUPLE.sub(b"(0)", key))

    def folded(self, key: bytes) -> bytes:
        """An exact skeleton without what templates level: which literals, how many in a list, how many rows."""
        return _LIST.sub(b"\\1\\2(\x02)", _CONSTANT.sub(b"\\1\x02", _ZERO.sub(b"\x02", key)))

    def is_exact(self, key: bytes) -> bool:
        """Whether all texts with this skeleton have one template."""
        return not _TWO_VALUES.search(key) and self._is_plain(key, self._has_only_numbers)

    def fine(self, code: bytes) -> bytes:
        """A finer skeleton, which keeps the digits within names; begins with a mark that no SQL begins with."""
        return b"\1" + _RAW_NUMBER.sub(b"0", code)

    def is_fine(self, key: bytes) -> bool:
        """Whether all texts with this finer skeleton have one template."""
        return self._is_plain(key, self._has_no_number_in_names)

    def _is_plain(self, key: bytes, holds: Callable[[list[bytes]], bool]) -> bool:
        """Whether each apostrophe of the code begins or ends a plain literal, and its digits are as they must be."""
        if not self._knows or _DOUBT.search(key) or (self._escapes and b'"' in key):
            return False
        pieces = key.split(b"'")
        if any(_BEFORE_LITERAL.search(piece) for piece in pieces[:-1]):
            return False
        parts = [piece.split(self._quote) for piece in pieces]
        return all(len(each) % 2 and holds(each) for each in parts)

    def cut(self, text: bytes) -> tuple[bytes, bytes] | None:
        """The text and the one comment at its edge, quick for a comment met before; None if that cannot be told."""
        if text.endswith(b"*/"):
            start = text.rfind(b"/*")
            comment = text[start:]
            if comment in self._comments:
                rest = text[:start]
                return None if b"/*" in rest else (rest, comment)
        cut = _without_comment(text)
        if cut is None:
            return None
        rest, comment = cut
        if len(self._comments) >= _COMMENTS:
            self._comments.clear()
        if b"trace" in comment:
            return rest, _TRACE.sub(rb"trace\1=''", comment)
        self._comments.add(comment)
        return cut

    @staticmethod
    def _has_only_numbers(parts: list[bytes]) -> bool:
        """Whether names in quotes (every second part) have no digit and all other digits are numbers."""
        if any(b"0" in name or b"," in name for name in parts[1::2]):
            return False
        return all(b"0" not in _NUMBER.sub(b"", code) for code in parts[::2])

    @staticmethod
    def _has_no_number_in_names(parts: list[bytes]) -> bool:
        return not any(_RAW_NUMBER.search(name) for name in parts[1::2])


def _without_apostrophes(texts: bytes) -> bytes | None:
    """Without what is between apostrophes."""
    pieces = texts.split(b"'")
    if len(pieces) == 1:
        return texts
    # A literal that goes on from one text into the next: an apostrophe in one of them is not what it seems.
    if not len(pieces) % 2 or b"\0" in b"".join(pieces[1::2]):
        return None
    return b"'".join(pieces[::2])


def _without_strings(texts: bytes) -> bytes | None:
    """MySQL's texts without literals in quotes of either kind, an apostrophe for each."""
    if b"\4" in texts:
        return None
    code = _STRING.sub(b"\4", texts)
    return None if b"'" in code or b"\4\4" in code else code.replace(b"\4", b"'")


def _without_escapes(text: bytes) -> bytes:
    """MySQL's text with a mark instead of escapes that could be taken for the end of a literal, or hide one."""
    return text.replace(b"\\\\", b"\3").replace(b"\\'", b"\3")


def _without_comment(text: bytes) -> tuple[bytes, bytes] | None:
    """The text and its one comment, which stands first or last; None if that is not so or cannot be told."""
    trimmed = text.rstrip(b" \n\t").rstrip(b";").rstrip(b" \n\t")
    if trimmed.endswith(b"*/") and len(text) < len(trimmed) + _LONGEST_TAIL:
        start = trimmed.rfind(b"/*")
        rest, comment = trimmed[:start], trimmed[start:]
    elif text.startswith(b"/*"):
        end = text.find(b"*/") + 2
        rest, comment = text[end:], text[:end]
    else:
        return None
    return (rest, comment) if b"/*" not in rest and _is_plain_comment(comment) else None


def _is_plain_comment(comment: bytes) -> bool:
    """Whether it is one comment and no instruction to the server."""
    if len(comment) < 4 or len(comment) > _LONGEST_COMMENT or comment[2:3] in (b"!", b"+", b"M"):
        return False
    return b"*/" not in comment[:-2] and b"/*" not in comment[1:]
