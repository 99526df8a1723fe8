"""Which words of a template are names and nothing else, to the parser as to this room."""

from __future__ import annotations

import re
from enum import IntEnum, auto
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from decompose.sql.dialects import Dialect
from decompose.sql.system_names import is_system_word
from decompose.sql.words import COLUMN_WORDS, FUNCTIONS, QUOTED, word_set

ONE, MANY = "zq", "zl"
"""What a numbered name begins with: one name, or all of a list."""
READ, CALL, ALIAS = "zd", "zp", "za"
"""What stands for a column that is only read, for the first of them in its query, and for a column's alias."""

_KEPT = 50_000
_SPELT = re.compile(r"""["']([A-Z_][A-Z0-9_ ]*+)["']""")
_GRAMMAR = ("parser.py", "tokens.py", "tokenizer_core.py", "dialects/dialect.py")
_OF_OUTLINES = re.compile(rf"(?i)(?:{ONE}|{MANY}|{READ}|{CALL}|{ALIAS})[0-9]*_?")
_OF_THE_ROOM = word_set("NEW OLD MAIN TEMP EXCLUDED UPDLOCK XLOCK TABLOCKX HOLDLOCK")


class Kind(IntEnum):
    """What a word may be."""

    PLAIN = auto()
    """A name and nothing else."""
    COLUMN = auto()
    """A name where it can only be a column's: a word with another meaning elsewhere, or one in quotes."""
    OTHER = auto()
    """A word with a meaning of its own."""
    STRANGE = auto()
    """No word of a template's canonical spelling, or one that could be taken for a number."""


@cache
def kinds(d: Dialect) -> Kinds:
    """The kinds of a dialect's words."""
    return Kinds(d)


class Kinds(dict[str, Kind]):
    """Word to its kind; a memo that is emptied when it grows too large."""

    def __init__(self, d: Dialect) -> None:
        super().__init__()
        self._dialect = d
        self._meant = words_of_the_parser(d.sqlglot_name) | QUOTED | FUNCTIONS | _OF_THE_ROOM

    def __missing__(self, word: str) -> Kind:
        if len(self) > _KEPT:
            self.clear()
        self[word] = kind = self._kind(word)
        return kind

    def _kind(self, word: str) -> Kind:
        d, upper = self._dialect, word.upper()
        if word[0] in '"`':
            return Kind.COLUMN if word[0] == d.quotes[0] and word.isascii() and len(word) > 2 else Kind.STRANGE
        if _OF_OUTLINES.fullmatch(word):
            return Kind.STRANGE
        if upper in COLUMN_WORDS and d.fold(word) == word:
            return Kind.COLUMN
        if upper in self._meant or is_system_word(word, d):
            return Kind.OTHER
        return Kind.PLAIN if d.fold(word) == word else Kind.STRANGE


def words_of_the_parser(name: str) -> frozenset[str]:
    """Every word that the parser's own code spells in capitals, as it does with all words it compares a text with.

    The code is read, not run: loading the parser takes longer than most logs need it.
    """
    spec = find_spec("sqlglot")
    if spec is None or spec.origin is None:
        raise ImportError("sqlglot")
    folder = Path(spec.origin).parent
    files = [*_GRAMMAR, *(f"{room}/{name or 'base'}.py" for room in ("dialects", "parsers"))]
    text = "".join(path.read_text(encoding="utf-8") for path in map(folder.joinpath, files) if path.exists())
    return frozenset(" ".join(_SPELT.findall(text)).split())
