"""A template's outline: the template as far as its grammar goes, with numbers for names.

`SELECT x1.c1, x1.c2 FROM t1 x1 WHERE x1.c3 = ?` and `SELECT y1.c4, y1.c5, y1.c6 FROM t2 y1 WHERE y1.c7 IN (?)` have one
outline, `SELECT zp(zl2, zq1.zl3), zd1_ FROM zq0 zq1 WHERE zd1_ = ?`. An outline is itself a template. Its grammar is
that of all the templates it stands for, so it is parsed once for all of them, and what was read of it is told of each
in its own names.

That is right as long as no name means more than another in its place would:
* only a word that neither the parser nor this room knows is numbered (`outline_words`);
* the same word has the same number wherever it may name a table or an alias;
* of a list of columns to write only the first two places are kept;
* a column that is only read, beside no column that it could equal, is one of its query's `zd`, and its name goes to the
  arguments of `zp`, which stands for the query's first: it is read all the same.
Any doubt ends in None, and the template is then parsed itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from sys import intern

from decompose.sql.dialects import Dialect
from decompose.sql.outline_gaps import GAPS, Gap
from decompose.sql.outline_places import (
    CLAUSES,
    FIRST_ITEM_FOLLOWS,
    LIST_ENDS,
    NAMES_FOLLOW,
    OF_SEVERAL_QUERIES,
    OPEN_BLOCKS,
    OPERAND_FOLLOWS,
    OPERAND_PRECEDES,
    SEPARATORS,
    Place,
)
from decompose.sql.outline_text import read_in, short
from decompose.sql.outline_words import ALIAS, CALL, MANY, ONE, Kind, kinds
from decompose.sql.words import KEYWORDS

_LONGEST = 16_000
_MOST_LISTS = 500
_DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "generic")
_VERBS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE ", "WITH ")
WORD = re.compile(r'("[^"]*+"|`[^`]*+`|[A-Za-z_][A-Za-z0-9_]*+)')
"""A template's words, for `split`: they then stand at odd places and what is between them at even ones."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline's text, and by number the names that stand there: one, or a list."""

    text: str
    names: list[str | list[str]]
    sources: frozenset[str]
    """The words of the text that may mean tables."""


class _DoubtError(Exception):
    """The template has no outline."""


def outline(template: str, d: Dialect) -> Outline | None:
    """The template's outline; None if it has none."""
    if len(template) > _LONGEST or d.name not in _DIALECTS or not template.startswith(_VERBS):
        return None
    try:
        return _Drawing(template, d).outline()
    except _DoubtError:
        return None


class _Drawing:
    """One pass over a template: `_parts` holds its words at odd places and what stands between them at even ones."""

    def __init__(self, template: str, d: Dialect) -> None:
        self._parts = WORD.split(template)
        self._kinds = kinds(d)
        self._folds = d.folds == "none"
        self._text: list[str] = []
        self._names: list[str | list[str]] = []
        self._sources: dict[str, tuple[str, str]] = {}
        """Names that may mean tables: as written and as the outline writes them."""
        self._columns: set[str] = set()
        self._called: set[str] = set()
        self._place = Place.SOURCES
        self._block = self._blocks = 0
        self._outer: list[tuple[Place, int]] = []
        self._read: dict[int, dict[str, list[str]]] = {}
        """By query block and qualifier the columns that are only read."""
        self._qualifiers = {""}
        self._last = (-1, "")
        """The last column that was numbered: its place, and the outline's word for its qualifier."""
        self._list: list[str] | None = None

    def outline(self) -> Outline:
        """The finished outline; raises _DoubtError."""
        parts, text, known = self._parts, self._text, self._kinds
        closed, at = False, 1
        while at < len(parts):
            between, word = parts[at - 1], parts[at]
            text.append(between)
            kind, closed = known[word], closed and parts[at - 2] == "AS"
            if between != " ":
                closed = self._pass(at) or closed
            if kind is Kind.STRANGE:
                raise _DoubtError
            end = 0 if closed or (kind is Kind.OTHER and parts[at + 1] != ".") else self._end_of_read(at)
            if end:
                self._reads(at, end)
                at = end
            elif kind is Kind.OTHER:
                self._keep(word, at)
            else:
                self._name(word, kind, at, closed)
            at += 2
        self._pass(at)
        text.append(parts[-1])
        return self._finished()

    def _finished(self) -> Outline:
        text = short("".join(self._text))
        if self._read:
            # Each query lists all qualifiers, so that it is no other outline if it reads nothing of one of them.
            qualifiers = sorted((self._qualifier(word), word) for word in self._qualifiers)
            if len(qualifiers) * len(self._read) > _MOST_LISTS:
                raise _DoubtError
        for block, lists in self._read.items():
            columns = [f"{written}{self._number(lists.get(word, []))}" for written, word in qualifiers]
            text = text.replace(read_in(block), f"{CALL}({', '.join(columns)})", 1)
        if self._outer or not self._called.isdisjoint(self._sources):
            raise _DoubtError
        return Outline(text, self._names, frozenset(word for _, word in self._sources.values()))

    def _qualifier(self, word: str) -> str:
        kind = self._kinds[word] if word else Kind.OTHER
        return word and f"{word if kind is Kind.OTHER else self._source(word, kind)}."

    def _pass(self, at: int) -> bool:
        """Goes through the brackets before a word; whether one closes."""
        between = self._parts[at - 1]
        gap = GAPS[between]
        if gap is None:
            raise _DoubtError
        for number, bracket in enumerate(gap.brackets):
            if bracket == "(":
                self._outer.append((self._place, self._block))
                self._place = self._place.within("" if number else self._function(at))
            elif self._outer:
                self._place, self._block = self._outer.pop()
            else:
                raise _DoubtError
        if self._place is Place.CONDITION and "," in between.rpartition(")")[2]:
            self._place = Place.SOURCES
        return gap.closes

    def _function(self, at: int) -> str:
        """The function whose arguments begin before a word, if any do."""
        between, previous = self._parts[at - 1], self._parts[at - 2] if at > 1 else ""
        return previous if between[0] == "(" or (between[:2] == " (" and previous not in KEYWORDS) else ""

    def _end_of_read(self, at: int) -> int:
        """If a column begins here that is read and nothing else: the place of its name, else 0."""
        place, parts = self._place, self._parts
        end = at
        if parts[at + 1] == ".":
            self._qualifiers.add(parts[at])
            end = at + 2
        if not place.reads:
            return 0
        if end + 1 >= len(parts) or self._kinds[parts[end]] not in (Kind.PLAIN, Kind.COLUMN):
            return 0
        before, after = GAPS[parts[at - 1]], GAPS[parts[end + 1]]
        if before is None or after is None:
            raise _DoubtError
        if not self._begins(at, before):
            return 0
        previous = parts[at - 2]
        if place is Place.ITEMS and self._outer and previous in FIRST_ITEM_FOLLOWS and parts[end + 1][:1] != ",":
            return 0  # The only item of a subquery can be a side of a join.
        between = parts[end + 1].lstrip(")")
        if after.follows_operand and between != " ":
            return end
        return end if between == " " and self._precedes(end + 2, after.closes) else 0

    def _begins(self, at: int, before: Gap) -> bool:
        """Whether an operand can begin here; what a word with a meaning of its own makes of an operator is its own."""
        between, previous = self._parts[at - 1], self._parts[at - 2]
        if not before.precedes_operand:
            return between == " " and previous in OPERAND_FOLLOWS
        return between[0] != " " or between[1] in "?(" or self._kinds[previous] is not Kind.OTHER

    def _precedes(self, at: int, closed: bool) -> bool:
        """Whether a word can follow an operand, or if it is `closed` the bracket behind one."""
        word, between = self._parts[at], self._parts[at + 1]
        if word == "NOT":
            word, between = [*self._parts[at + 2 : at + 4], "", ""][:2]
        if word == "IN":
            return between.startswith(" (?")
        if closed:
            return True
        if self._place is Place.ITEMS:
            return word in ("FROM", "AS")
        return word in OPERAND_PRECEDES

    def _reads(self, at: int, end: int) -> None:
        lists = self._read.setdefault(self._block, {})
        lists.setdefault(self._parts[at] if end > at else "", []).append(_stored(self._parts[end]))
        self._text.append(read_in(self._block))

    def _keep(self, word: str, at: int) -> None:
        """A word with a meaning of its own; those that begin a clause must stand where a clause can begin."""
        self._text.append(word)
        place = CLAUSES.get(word.upper())
        before, previous = self._parts[at - 1], self._parts[at - 2] if at > 1 else ""
        if word in OF_SEVERAL_QUERIES or (word == "FOR" and previous.upper() in ("INDEX", "KEY")):
            raise _DoubtError
        if word.upper() == "INTERVAL" and not self._parts[at + 1].startswith(" ?"):
            raise _DoubtError
        if place is None:
            return
        if before[-1:] == "." or before[-2:] == ", ":
            raise _DoubtError
        if not place.names_sources and previous in NAMES_FOLLOW and "(" not in before:
            raise _DoubtError
        if place is Place.ASSIGNMENTS and previous != "UPDATE" and self._parts[1] != "UPDATE":
            raise _DoubtError
        if word in OPEN_BLOCKS:
            self._blocks += 1
            self._block = self._blocks
        self._place = place

    def _name(self, word: str, kind: Kind, at: int, closed: bool) -> None:
        before, after = self._parts[at - 1], self._parts[at + 1]
        if before[-2:] == "::":
            self._text.append(word)
        elif after[:1] == "(" or (after[:2] == " (" and self._place is not Place.TARGET):
            self._called.add(self._key(word))
            self._text.append(word)
        elif after[:1] == "." or closed or self._place.names_sources:
            self._text.append(self._source(word, kind))
        else:
            self._column(word, kind, at)

    def _key(self, word: str) -> str:
        """Under which key a name is found: two that may be one name have one key."""
        name = _stored(word)
        return name.casefold() if self._folds else name

    def _source(self, word: str, kind: Kind) -> str:
        """The outline's word for a name that may mean a table."""
        key = self._key(word)
        known = self._sources.get(key)
        if known is None:
            if key in self._columns:
                raise _DoubtError
            known = self._sources[key] = (word, self._number(word) if kind is Kind.PLAIN else word)
        elif known[0] != word:
            raise _DoubtError
        return known[1]

    def _number(self, name: str | list[str]) -> str:
        self._names.append(name)
        return f"{ONE if isinstance(name, str) else MANY}{len(self._names) - 1}"

    def _column(self, word: str, kind: Kind, at: int) -> None:
        """A name that means nothing but a column, or an alias of one: the number is for this place alone."""
        text, key = self._text, self._key(word)
        if key in self._sources:
            text.append(self._source(word, kind))
            return
        if self._place is Place.ITEMS and self._parts[at - 2 : at] == ["AS", " "]:
            text.append(ALIAS)
            return
        if kind is Kind.COLUMN and not self._is_operand(at):
            text.append(word)
            return
        self._columns.add(key)
        qualified = self._parts[at - 1] == "."
        start, qualifier = (at - 2, text[-2]) if qualified else (at, "")
        lengthens = self._last == (start - 2, qualifier) and self._lengthens(start, at)
        self._last = (at, qualifier)
        if not lengthens:
            self._list = None
            text.append(self._number(_stored(word)))
        elif self._list is None:
            self._list = [_stored(word)]
            text.append(self._number(self._list))
        else:
            self._list.append(_stored(word))
            del text[-3 if qualified else -1 :]

    def _lengthens(self, start: int, at: int) -> bool:
        """Whether a column stands in a plain list of columns to write, one more after the one before it."""
        separator, after = SEPARATORS.get(self._place), self._parts[at + 1]
        if self._parts[start - 1] != separator:
            return False
        if after == separator:
            return True
        if self._place is Place.ASSIGNMENTS:
            return after == " = ?" or (after == " = ? " and self._parts[at + 2] in LIST_ENDS)
        return after[:1] in ("", ")") or (after == " " and self._parts[at + 2] in LIST_ENDS)

    def _is_operand(self, at: int) -> bool:
        """Whether a word, whichever it is, can only be a column here."""
        parts, before, after = self._parts, GAPS[self._parts[at - 1]], GAPS[self._parts[at + 1]]
        if before is None or after is None:
            raise _DoubtError
        if not after.ends_word and (parts[at + 1] != " " or parts[at + 2] not in OPERAND_PRECEDES | LIST_ENDS):
            return False
        begins = before.begins_word or (parts[at - 1] == " " and parts[at - 2] in OPERAND_FOLLOWS)
        return begins or parts[at - 1] == "."


def _stored(word: str) -> str:
    return intern(word[1:-1] if word[0] in '"`' else word)
