"""What an outline's text levels: differences that do not change what is read, written, locked or joined."""

from __future__ import annotations

import re

from decompose.sql.outline_words import ALIAS, READ

_AT_CONDITION = r"(?:(?<=WHERE )|(?<=AND )|(?<=OR )|(?<=ON )|(?<=\())"
_CONDITION_ENDS = r"(?=\)|\Z| (?:AND|OR|ORDER|GROUP|HAVING|LIMIT|FOR|RETURNING|JOIN)\b)"
_JOIN = re.compile(
    r"(?<=[\w)\"`] )(?<!FROM )(?<!INNER )(?<!LEFT )(?<!RIGHT )(?<!FULL )(?<!OUTER )"
    r"(?:INNER|(?:LEFT|RIGHT|FULL)(?: OUTER)?) JOIN "
)
_CONDITION = re.compile(
    rf"{_AT_CONDITION}({READ}\d+_) (?:(?:<>|!=|<=?|>=?) \?|(?:NOT )?I?LIKE \?|IS (?:NOT )?NULL|(?:NOT )?IN \(\?\)"
    rf"|(?:NOT )?BETWEEN \? AND \?){_CONDITION_ENDS}"
)
_CONDITIONS = re.compile(rf"{_AT_CONDITION}({READ}\d+_ = \?)(?: AND \1)+{_CONDITION_ENDS}")
_ITEMS = re.compile(rf"({READ}\d+_)(?: AS {ALIAS})?(?:, \1(?: AS {ALIAS})?)+")


def read_in(block: int) -> str:
    """What stands for a column that is only read in a query block."""
    return f"{READ}{block}_"


def short(text: str) -> str:
    """An outline's text with one kind of join, one kind of condition on columns only read, and few of these."""
    text = _JOIN.sub("JOIN ", text)
    if READ not in text:
        return text
    return _ITEMS.sub(r"\1, \1", _CONDITIONS.sub(r"\1", _CONDITION.sub(r"\1 = ?", text)))
