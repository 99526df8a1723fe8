"""CREATE PACKAGE BODY: every procedure and function in it is a routine called `package.routine`.

Oracle Database PL/SQL Language Reference, "Package": declarations, subprograms (forward declarations among them, and
subprograms of their own inside), then, perhaps, what initialises the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from decompose.sql.ddl.cursor import Cursor
from decompose.sql.ddl.draft import Draft
from decompose.sql.ddl.objects import routine, routine_language
from decompose.sql.ddl.tables import Line
from decompose.sql.ddl.tokens import Token

_KINDS = ("procedure", "function")
_LOOPS = frozenset({"if", "loop", "while", "repeat", "for"})
_DEEPEST = 50


class _Subprogram(NamedTuple):
    """Where a subprogram's declarations begin (none for a forward declaration) and what comes after it."""

    body: int
    end: int


def create_package(cursor: Cursor, draft: Draft, line: Line) -> None:
    """Read what follows the word PACKAGE; a specification without BODY holds no statement."""
    if not cursor.accept("body"):
        return
    cursor.accept("if", "not", "exists")
    parts = cursor.dotted()
    if not parts:
        return
    draft.drop_package(parts)
    tokens = cursor.rest()
    for start, found in _subprograms(tokens):
        inside = Cursor(tokens[start + 1 : found.end], draft.dialect)
        name = inside.name()
        if name:
            ref = draft.declare(parts)
            body = tokens[found.body : found.end]
            language = _language(body, draft)
            place = replace(ref, name=f"{ref.name}.{name}")
            draft.add_routine(routine(place, tokens[start].word, language, list(body), line(tokens[start].at)))


def _language(body: Sequence[Token], draft: Draft) -> str:
    cursor = Cursor(body, draft.dialect)
    if cursor.accept("language"):
        return cursor.name().lower()
    return "c" if cursor.word == "external" else routine_language(draft.dialect)


def _subprograms(tokens: Sequence[Token]) -> Iterator[tuple[int, _Subprogram]]:
    place = 0
    while place < len(tokens):
        word = tokens[place].word
        if word in _KINDS:
            found = _subprogram(tokens, place, 0)
            if found.body:
                yield place, found
            place = found.end
        elif word == "begin":
            return
        else:
            place += 1


def _subprogram(tokens: Sequence[Token], start: int, depth: int) -> _Subprogram:
    """From its first word to the semicolon behind its END."""
    place = start + 1
    while place < len(tokens) and tokens[place].word not in ("is", "as", ";"):
        place = _after_bracket(tokens, place) if tokens[place].word == "(" else place + 1
    if place >= len(tokens) or tokens[place].word == ";":
        return _Subprogram(0, place + 1)
    return _Subprogram(place + 1, _end(tokens, place + 1, depth))


def _end(tokens: Sequence[Token], place: int, depth: int) -> int:
    blocks, begun, first = 0, False, place
    while place < len(tokens):
        word, before = tokens[place].word, tokens[place - 1].word
        if word in _KINDS and not begun and before in (";", "is", "as") and depth < _DEEPEST:
            place = _subprogram(tokens, place, depth + 1).end
            continue
        if before != "." and (word == "begin" or (word == "case" and before != "end") or _closes(word, before)):
            blocks, begun = blocks + 1, begun or word == "begin"
        elif word == "end" and before != ".":
            blocks -= 1
        elif word == ";" and ((begun and blocks <= 0) or tokens[first].word in ("language", "external")):
            return place + 1
        place += 1
    return place


def _closes(word: str, before: str) -> bool:
    """`END IF` closes an IF that was not counted: the END is taken back."""
    return word in _LOOPS and before == "end"


def _after_bracket(tokens: Sequence[Token], place: int) -> int:
    depth = 0
    while place < len(tokens):
        depth += {"(": 1, ")": -1}.get(tokens[place].word, 0)
        place += 1
        if depth <= 0:
            break
    return place
