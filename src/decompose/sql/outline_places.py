"""Where in a statement a word of a template stands, and what may stand beside it there."""

from __future__ import annotations

from enum import IntEnum, auto

from decompose.sql.words import word_set


class Place(IntEnum):
    """Where in a statement a word stands."""

    SOURCES = auto()
    """Where tables, aliases and common table expressions are named."""
    TARGET = auto()
    """After INTO: a table, then its columns in brackets."""
    LIST = auto()
    """Where columns stand one after another, with commas between."""
    ASSIGNMENTS = auto()
    OTHER = auto()
    ITEMS = auto()
    """What a SELECT returns."""
    CONDITION = auto()
    """Where a column in an operand's place is read, and a comma leads to the next table."""
    TERMS = auto()
    """Orders, and conditions in brackets: the same, but for the comma."""

    @property
    def names_sources(self) -> bool:
        """Whether a name here may mean a table."""
        return self <= Place.TARGET

    @property
    def reads(self) -> bool:
        """Whether a column in an operand's place is read here."""
        return self >= Place.ITEMS

    def within(self, function: str) -> Place:
        """The place inside brackets, be they a function's (by its name) or, if that is empty, others."""
        if self is Place.TARGET:
            return Place.LIST
        if self is Place.SOURCES:
            return self
        if not self.reads or (function and function not in _OF_COLUMNS):
            return Place.OTHER
        return Place.TERMS if function or self is not Place.ITEMS else Place.OTHER


_OF_COLUMNS = word_set("COUNT SUM MIN MAX AVG COALESCE LOWER UPPER LENGTH ABS NULLIF GREATEST LEAST ROUND")
"""Functions all of whose arguments are operands."""

CLAUSES = {
    **dict.fromkeys(sorted(word_set("FROM JOIN UPDATE USING DELETE TABLE OF WITH CONFLICT WINDOW")), Place.SOURCES),
    "INTO": Place.TARGET,
    "RETURNING": Place.LIST,
    "SET": Place.ASSIGNMENTS,
    "VALUES": Place.OTHER,
    "SELECT": Place.ITEMS,
    "ON": Place.CONDITION,
    "WHERE": Place.CONDITION,
    "HAVING": Place.CONDITION,
    "BY": Place.TERMS,
}
"""The words that lead to another place."""
OPEN_BLOCKS = word_set("SELECT UPDATE DELETE CONFLICT")
"""After these a column belongs to another query, or at least may."""
OF_SEVERAL_QUERIES = word_set("UNION INTERSECT EXCEPT MINUS")
"""An order after these belongs to none of the queries."""
NAMES_FOLLOW = word_set("FROM JOIN INTO USING TABLE AS DELETE WITH")

SEPARATORS = {Place.LIST: ", ", Place.ASSIGNMENTS: " = ?, "}
LIST_ENDS = word_set("FROM WHERE RETURNING VALUES SELECT ON")
FIRST_ITEM_FOLLOWS = word_set("SELECT DISTINCT ALL")
OPERAND_FOLLOWS = FIRST_ITEM_FOLLOWS | word_set(
    "WHERE AND OR NOT ON BY SET HAVING WHEN THEN ELSE CASE BETWEEN RETURNING"
)
OPERAND_PRECEDES = word_set("""
    WHERE AND OR IS LIKE ILIKE BETWEEN ORDER GROUP HAVING LIMIT OFFSET FOR ASC DESC THEN WHEN ELSE END JOIN LEFT RIGHT
    INNER FULL CROSS
""")
