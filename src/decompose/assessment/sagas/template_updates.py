"""UPDATE and DELETE templates taken apart: what is set, what is counted, which rows are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from decompose.assessment.templates import Token, tokens


@dataclass(frozen=True, slots=True)
class Assignment:
    """One SET of an UPDATE; `sign` is `+` or `-` where the column is counted up or down by a value, else empty."""

    column: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """An UPDATE's assignments, and its condition as written."""

    assignments: tuple[Assignment, ...]
    condition: str


def update(template: str) -> Update | None:
    """The parts of a plain UPDATE; None where it is none, or takes its values from other tables."""
    found = tokens(template)
    words = [token.word for token in found]
    if not words or words[0] != "update" or "set" not in words:
        return None
    begin = words.index("set") + 1
    end = _at_depth(found, begin, ("where", "from", "returning", "limit"))
    if end < len(found) and words[end] == "from":
        return None
    parts = tuple(part for part in map(_assignment, _split(found[begin:end])) if part is not None)
    return Update(parts, condition(template)) if parts else None


def condition(template: str) -> str:
    """The text of the outer WHERE, without the word and without RETURNING or LIMIT; empty if there is none."""
    found = tokens(template)
    where = _at_depth(found, 0, ("where",))
    if where >= len(found):
        return ""
    end = _at_depth(found, where + 1, ("returning", "limit", "order"))
    stop = found[end].start if end < len(found) else len(template)
    return template[found[where].start + len("where") : stop].strip().rstrip(";").strip()


def _at_depth(found: Sequence[Token], place: int, words: tuple[str, ...]) -> int:
    depth = 0
    while place < len(found):
        text = found[place].text
        depth += (text == "(") - (text == ")")
        if depth == 0 and found[place].word in words:
            return place
        place += 1
    return place


def _split(found: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    depth = 0
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _assignment(part: list[Token]) -> Assignment | None:
    signs = [token.text for token in part]
    if "=" not in signs or not part[0].is_name:
        return None
    at = signs.index("=")
    column = part[at - 1].name
    value = [token for token in part[at + 1 :] if token.text not in "()"]
    while len(value) > 2 and value[1].text == ".":
        value = value[2:]
    counted = len(value) == 3 and value[0].is_name and value[0].name == column and value[1].text in "+-"
    return Assignment(column, value[1].text if counted and value[2].is_placeholder else "")
