"""DDL text to tokens, in one linear scan that keeps what a schema reader needs: names, keywords, bodies, positions.

The statement lexer of this room drops literals at once; DDL needs some of them (comments, names written as strings,
function bodies), so it has its own scanner. Nothing else of a literal leaves this package.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from decompose.sql.ddl.client_commands import psql_include
from decompose.sql.dialects import Dialect

WORD = "w"
QUOTED = "q"
STRING = "s"
NUMBER = "n"
DOLLAR = "d"
SYMBOL = "y"
META = "m"
CONNECT = "\\connect"
"""The word of psql's command to go to another database."""
INCLUDE = "\\include"
"""The word of a client's command to read another script; a client's other commands are read over."""


class Token(NamedTuple):
    """One token: `word` is the lower-case keyword, the symbol itself, or empty for anything that cannot be one."""

    kind: str
    text: str
    word: str
    at: int


class Scanner:
    """Iterates over a text's tokens; the reader of the tokens may move `position` forward (over COPY data, say)."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.position = 0
        self._dialect = dialect
        self._newlines: list[int] | None = None

    def __iter__(self) -> Iterator[Token]:
        match = _pattern(self._dialect).match
        text = self.text
        while found := match(text, self.position):
            kind = found.lastgroup
            if kind is None:
                return
            self.position = found.end()
            piece = found[kind]
            if kind == WORD:
                yield Token(WORD, piece, piece.lower(), found.start(kind))
            elif kind == SYMBOL:
                yield Token(SYMBOL, piece, piece, found.start(kind))
            elif kind == "c":
                self._skip_comment()
            elif kind == "m":
                at = found.start(kind)
                command = self.rest_of_line()
                if command.startswith(("connect ", "c ")):
                    yield Token(META, command.partition(" ")[2], CONNECT, at)
                elif name := psql_include(command):
                    yield Token(META, name, INCLUDE, at)
            elif kind == DOLLAR:
                yield self._dollar_quoted(piece, found.start(kind))
            else:
                yield Token(kind, piece, "", found.start(kind))

    def rest_of_line(self) -> str:
        """What is left of the present line; the scan goes on with the next one."""
        end = self.text.find("\n", self.position)
        end = len(self.text) if end < 0 else end
        rest, self.position = self.text[self.position : end], end
        return rest

    def rest_of_command(self) -> str:
        """What is left of the present line; lines that a `-` at the end of the one before continues are passed over."""
        first = rest = self.rest_of_line()
        while rest.rstrip().endswith("-") and self.position < len(self.text):
            self.position += 1
            rest = self.rest_of_line()
        return first

    def next_word(self) -> str:
        """The word that comes next, in lower case; empty if something else does."""
        found = _NEXT_WORD.match(self.text, self.position)
        return found[1].lower() if found else ""

    def skip_copy_data(self) -> None:
        r"""Go on after the line `\\.` that ends the data of a COPY, or at the end of the text."""
        end = self.text.find("\n\\.", self.position - 1)
        self.position = len(self.text) if end < 0 else end + 3

    def is_first_on_line(self, token: Token) -> bool:
        """Whether only blanks stand before the token on its line."""
        bound = max(0, token.at - _NEAR)
        start = self.text.rfind("\n", bound, token.at) + 1
        return (start > 0 or bound == 0) and not self.text[start : token.at].strip()

    def is_alone_on_line(self, token: Token) -> bool:
        """Whether only blanks and digits (GO 5) stand beside the token on its line."""
        rest = self.text[token.at + len(token.text) : token.at + _NEAR].partition("\n")[0].strip()
        return (not rest or rest.isdigit()) and self.is_first_on_line(token)

    def line(self, at: int) -> int:
        """The 1-based line of an offset."""
        if self._newlines is None:
            self._newlines = [found.start() for found in re.finditer("\n", self.text)]
        return bisect_right(self._newlines, at - 1) + 1

    def _skip_comment(self) -> None:
        if not self._dialect.nested_comments:
            end = self.text.find("*/", self.position)
            self.position = len(self.text) if end < 0 else end + 2
            return
        depth = 1
        for found in _COMMENT_EDGE.finditer(self.text, self.position):
            depth += 1 if found[0] == "/*" else -1
            if depth == 0:
                self.position = found.end()
                return
        self.position = len(self.text)

    def _dollar_quoted(self, tag: str, at: int) -> Token:
        end = self.text.find(tag, self.position)
        body = self.text[self.position : end] if end >= 0 else self.text[self.position :]
        self.position = end + len(tag) if end >= 0 else len(self.text)
        return Token(DOLLAR, body, "", at)


def tokenise(text: str, dialect: Dialect) -> list[Token]:
    """All tokens of a text: of a view's query, of a function's body."""
    return list(Scanner(text, dialect))


def is_unclosed(token: Token) -> bool:
    """Whether a quoted token runs to the end of the text because its closing quote is missing."""
    if token.kind not in (STRING, QUOTED):
        return False
    text = token.text
    start = text.find("'") if token.kind == STRING else 0
    closing = "]" if text[start] == "[" else text[start]
    return len(text) < start + 2 or text[-1] != closing


_NEAR = 400
"""How far a line is looked at from a token, in characters: keeps the scan linear on endless lines."""

_NEXT_WORD = re.compile(r"\s*+(\w*+)")
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@cache
def _pattern(dialect: Dialect) -> re.Pattern[str]:
    """Blanks and line comments, then one token; every alternative is possessive, so that a scan is linear."""
    mysql = dialect.hash_comments
    # Placeholders of migration tools stand for a schema that only the one who runs the script knows.
    skipped = [r"\s++", r"\$\{[^}\n]*+\}\s*+\.", r"\$\(\w++\)\s*+\."]
    if mysql:
        # Executable comments are code to the server: only their brackets are dropped. Version 999999 never runs.
        skipped += [r"--(?=\s|\Z)[^\n]*+", r"\#[^\n]*+", r"/\*M?!(?!999999)\d*+", r"\*/"]
    else:
        skipped += [r"--[^\n]*+", r"(?<![^\n])\#++(?=\s)[^\n]*+"]
    escaped = r"'(?:[^'\\]++|\\.|'')*+'?"
    plain = r"'(?:[^']++|'')*+'?"
    strings = (
        [rf"(?:[nNxXbB])?{escaped}"]
        if dialect.backslash_escapes
        else [rf"[eE]{escaped}", rf"(?:[nNxXbB]|[uU]&)?{plain}"]
    )
    quoted = []
    if '"' in dialect.quotes:
        quoted.append(r'"(?:[^"\\]++|\\.|"")*+"?' if dialect.double_quoted_strings else r'"(?:[^"]++|"")*+"?')
    if "`" in dialect.quotes:
        quoted.append(r"`(?:[^`]++|``)*+`?")
    if "[" in dialect.quotes:
        quoted.append(r"\[(?:[^\]]++|\]\])*+\]?")
    groups = [
        f"(?P<s>{'|'.join(strings)})",
        f"(?P<w>{_word(dialect)})",
        f"(?P<q>{'|'.join(quoted)})",
        r"(?P<n>\d[\w.]*+)",
        r"(?P<c>/\*)",
    ]
    if dialect.dollar_quotes:
        groups += [r"(?P<d>\$(?:[^\W\d]\w*+)?\$)", r"(?P<m>\\)"]
    groups.append(r"(?P<y>.)")
    return re.compile(f"(?:{'|'.join(skipped)})*+(?:{'|'.join(groups)}|\\Z)", re.DOTALL)


def _word(dialect: Dialect) -> str:
    if dialect.name == "tsql":
        return r"[^\W\d][\w$\#@]*+|\#{1,2}[\w$\#@]++|@{1,2}[\w$\#@]*+"
    if dialect.hash_comments:
        # A dollar may end a word (DELIMITER $$), so it belongs to a name only before another letter.
        return r"[^\W\d](?:\w|\$(?=\w))*+|@{1,2}[\w$]*+"
    return r"[^\W\d][\w$]*+" if dialect.name != "oracle" else r"[^\W\d][\w$\#]*+"
