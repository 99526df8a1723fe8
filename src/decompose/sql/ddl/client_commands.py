"""Which script a command of a client program reads in: psql's, SQL*Plus', mysql's, sqlite3's, sqlcmd's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from decompose.sql.words import word_set


@dataclass(frozen=True, slots=True)
class Script:
    """A script's text, and a way to the scripts that it includes by name: each another one, or why it isn't read.

    `place` tells whether two are the same; empty where the text came from no file.
    """

    text: str
    include: Callable[[str], Script | str]
    place: str = ""


def lone_script(text: str) -> Script:
    """A text that came from no file: nothing lies beside it."""
    return Script(text, lambda _name: NOT_FOLLOWED)


NOT_FOLLOWED = "included script outside the folder"
_PSQL = word_set("i ir include include_relative")
_STARTS = word_set("@ start")
_NAME = re.compile(r"""\s*+(?:'([^'\n]++)'|"([^"\n]++)"|([^\s;]++))""")


def psql_include(command: str) -> str:
    r"""The file of `\i`, `\ir` and their long forms (the text after the backslash); empty for any other command."""
    word, _, rest = command.partition(" ")
    return _file(rest) if word in _PSQL else ""


def line_include(dialect: str, word: str, rest: str) -> str:
    """The file that a line command with this first word and this rest of its line includes; empty for any other."""
    if dialect == "oracle":
        name = _file(rest.removeprefix("@")) if word in _STARTS else ""
        return name if not name or "." in name.rpartition("/")[2] else f"{name}.sql"
    if dialect == "sqlite":
        return _after("read", rest)
    if dialect == "tsql":
        return _after("r", rest)
    return _file(rest) if word == "source" else _after(".", rest)


def _after(command: str, rest: str) -> str:
    word, _, argument = rest.strip().partition(" ")
    return _file(argument) if word.lower() == command else ""


def _file(argument: str) -> str:
    found = _NAME.match(argument)
    return (found[1] or found[2] or found[3]).replace("\\", "/") if found else ""
