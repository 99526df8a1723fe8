"""Templates read by their outlines: the parser sees one of all those that differ in nothing but names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Access, Control, Join, Mode, ParsedStatement
from decompose.sql.dialects import Dialect
from decompose.sql.fingerprint import fingerprint
from decompose.sql.outline_sketches import Sketches
from decompose.sql.outline_words import ALIAS, CALL, MANY, ONE, READ
from decompose.sql.outlines import Outline

_MOST_OUTLINES = 10_000
_MOST_TABLES = 50_000
_NUMBERED = re.compile(rf"({ONE}|{MANY})([0-9]+)")
_READ = re.compile(rf"{READ}[0-9]+_")

_Table = tuple[int, int, int]
"""Name, schema and database, by their numbers."""
_Names = list[str | list[str]]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of an outline, with numbers for names; numbers after the outline's own stand for `constants`."""

    verb: str
    constants: tuple[str, ...]
    accesses: tuple[tuple[_Table, Mode, tuple[int, ...], tuple[int, ...]], ...]
    """Table, mode, columns and lists of columns."""
    joins: tuple[tuple[_Table, int, _Table, int], ...]


class OutlineReader:
    """Reads templates of one dialect. `read` parses a template, or remembers what was read of it."""

    def __init__(self, d: Dialect, read: Callable[[str], ParsedStatement]) -> None:
        self._sketches = Sketches(d)
        self._read = read
        self._readings: dict[str, _Reading | None] = {}
        self._tables: dict[tuple[str, str, str], TableRef] = {}

    def parse(self, template: str) -> ParsedStatement:
        """What `read` says of the template."""
        drawn = self._sketches.outline(template)
        if drawn is None:
            return self._read(template)
        if drawn.text not in self._readings:
            if len(self._readings) >= _MOST_OUTLINES:
                self._readings.clear()
            self._readings[drawn.text] = _reading(self._read(drawn.text), drawn)
        reading = self._readings[drawn.text]
        return self._read(template) if reading is None else self._told(template, drawn.names, reading)

    def _told(self, template: str, names: _Names, reading: _Reading) -> ParsedStatement:
        values: _Names = [*names, *reading.constants]
        accesses = [
            Access(self._table(table, values), mode, _columns(ones, lists, values))
            for table, mode, ones, lists in reading.accesses
        ]
        joins = {self._join(join, values) for join in reading.joins} if reading.joins else ()
        return ParsedStatement(
            fingerprint=fingerprint(template),
            template=template,
            verb=reading.verb,
            accesses=tuple(sorted(accesses) if len(accesses) > 1 else accesses),
            joins=tuple(sorted(joins)),
        )

    def _table(self, table: _Table, values: _Names) -> TableRef:
        key = (values[table[0]], values[table[1]], values[table[2]])
        found = self._tables.get(key)  # type: ignore[arg-type]
        return found or self._new_table(*map(str, key))

    def _new_table(self, name: str, schema: str, database: str) -> TableRef:
        if len(self._tables) >= _MOST_TABLES:
            self._tables.clear()
        self._tables[name, schema, database] = found = TableRef(name, schema, database)
        return found

    def _join(self, join: tuple[_Table, int, _Table, int], values: _Names) -> Join:
        left, left_column, right, right_column = join
        sides = [
            (self._table(left, values), str(values[left_column])),
            (self._table(right, values), str(values[right_column])),
        ]
        (a, x), (b, y) = sorted(sides)
        return Join(a, x, b, y)


def _columns(ones: tuple[int, ...], lists: tuple[int, ...], values: _Names) -> tuple[str, ...]:
    found = {str(values[number]) for number in ones}
    for number in lists:
        found.update(values[number])
    return tuple(sorted(found))


def _reading(parsed: ParsedStatement, drawn: Outline) -> _Reading | None:
    """What was read of an outline; None if it cannot be told of other names."""
    if not parsed.understood or parsed.control is not Control.NONE:
        return None
    numbers = _Numbers(drawn)
    accesses = []
    for access in parsed.accesses:
        table = numbers.table(access.table)
        columns = [(column, numbers.of(column)) for column in access.columns if not _READ.fullmatch(column)]
        ones = tuple(number for column, number in columns if not numbers.is_list(column))
        lists = tuple(number for column, number in columns if numbers.is_list(column))
        accesses.append((table, access.mode, ones, lists))
    joins = []
    for join in parsed.joins:
        left, right = numbers.table(join.left), numbers.table(join.right)
        numbers.must_be_one(join.left_column, join.right_column)
        joins.append((left, numbers.of(join.left_column), right, numbers.of(join.right_column)))
    if numbers.doubtful:
        return None
    return _Reading(parsed.verb, tuple(numbers.constants), tuple(accesses), tuple(joins))


class _Numbers:
    """The numbers of the names that were read of an outline; `doubtful` if one stands where it cannot."""

    def __init__(self, drawn: Outline) -> None:
        self._own = len(drawn.names)
        self._sources = drawn.sources
        self.constants: dict[str, int] = {}
        self.doubtful = False

    def of(self, name: str) -> int:
        """The number of a name; a new one for a word that the outline keeps."""
        if name in (ALIAS, CALL):
            self.doubtful = True
        match = _NUMBERED.fullmatch(name)
        if match is not None:
            return int(match[2])
        return self.constants.setdefault(name, self._own + len(self.constants))

    def is_list(self, name: str) -> bool:
        """Whether a name stands for a list."""
        return name.startswith(MANY) and _NUMBERED.fullmatch(name) is not None

    def table(self, table: TableRef) -> _Table:
        """The numbers of a table."""
        for name in (table.name, table.schema, table.database):
            if _READ.fullmatch(name) or (_NUMBERED.fullmatch(name) and name not in self._sources):
                self.doubtful = True
        return self.of(table.name), self.of(table.schema), self.of(table.database)

    def must_be_one(self, *names: str) -> None:
        """Note that names must be single ones."""
        self.doubtful = self.doubtful or any(self.is_list(name) or _READ.fullmatch(name) for name in names)
