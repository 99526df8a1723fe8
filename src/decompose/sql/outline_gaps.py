"""What stands between two words of a template, and what that says of the words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEPT = 5_000
_KNOWN = re.compile(r"(?!.*(?:->|=>|:=|\? \?))[ ?.,()=<>!+*/%|~^&:-]*+")
_OPERATOR = r" (?:=|<>|!=|<=?|>=?|\+|-|\*|/|\|\|) "
_AFTER_OPERAND = re.compile(rf"\)|, |{_OPERATOR}|\Z")
_BEFORE_OPERAND = re.compile(rf".*(?:\(|, |{_OPERATOR})")
# Only `= ?` leaves a column alone: brackets and casts around one side of an equality still let it join.
_EQUALS_AFTER = re.compile(r"\)*(?: = (?!\?)|::)")
_EQUALS_BEFORE = re.compile(r"(?:.*[^?])? = \(*")


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands between two words."""

    brackets: str
    closes: bool
    ends_word: bool
    """Whether a word before it is a whole name."""
    begins_word: bool
    follows_operand: bool
    """Whether a word before it is a whole name, and not a side of an equality that could join tables."""
    precedes_operand: bool


class Gaps(dict[str, Gap | None]):
    """Gaps by their text, None for a text that no outline may hold; a memo that is emptied when it grows too large."""

    def __missing__(self, text: str) -> Gap | None:
        if len(self) > _KEPT:
            self.clear()
        self[text] = gap = _gap(text)
        return gap


def _gap(text: str) -> Gap | None:
    if not _KNOWN.fullmatch(text):
        return None
    brackets = "".join(char for char in text if char in "()")
    ends, begins = _AFTER_OPERAND.match(text) is not None, _BEFORE_OPERAND.fullmatch(text) is not None
    joins_after, joins_before = _EQUALS_AFTER.match(text), _EQUALS_BEFORE.fullmatch(text)
    return Gap(brackets, ")" in brackets, ends, begins, ends and not joins_after, begins and not joins_before)


GAPS = Gaps()
