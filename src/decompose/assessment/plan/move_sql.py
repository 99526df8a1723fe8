"""The SQL of moving tables into a service's own schema: back-fill, reconciliation, loose keys, the way back.

All of it runs unchanged on PostgreSQL, MariaDB (10.3 or later) and SQLite, and may run again: what is there already is
left alone. Triggers on the tables concerned have to be off meanwhile. A table without any key is copied, compared and
repaired as a whole. What one database alone knows is written for the one the evidence is of: identity columns that
refuse values, counters to be set, Oracle's MINUS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.retirement import Retirement
from decompose.evidence.schema import SEQUENCE, STRICT_SEQUENCE

_Name = Callable[[str], str]
COUNTED = "the highest number in use; NULL: the column has no sequence of its own yet"


class Purpose(StrEnum):
    """What a statement of a plan is for; each purpose of a step is run by itself."""

    BACKFILL = "back-fill"
    RECONCILE = "reconcile"
    REPAIR = "repair"
    ORPHANS = "orphan check"
    RETIRE = "retire key"
    SWEEP = "sweep"
    COUNTERS = "counters"
    WAY_BACK = "way back"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Query:
    """A statement about a table: what it is for, and what a sound answer looks like (empty where it only acts).

    `unchecked` asks for foreign keys to be off meanwhile: the table refers to itself, directly or through others.
    """

    table: str
    purpose: Purpose
    sql: str
    goal: str = ""
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class MoveSql:
    """Writes the statements for tables that move into `schema`; `order` has parents before children.

    `circular` are tables that refer to themselves, directly or through other ones.
    """

    sql: PortableSql
    schema: str
    order: tuple[str, ...]
    circular: frozenset[str] = frozenset()

    @property
    def unknown(self) -> tuple[str, ...]:
        """Tables that the schema does not know, with all their columns: they have to be copied by hand."""
        return tuple(table for table in self.order if not self.sql.known(table))

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """Tables with a name that others have too, and their new names."""
        return tuple((table, self.sql.moved_name(table)) for table in self.order if self.sql.is_renamed(table))

    @property
    def keyless(self) -> tuple[str, ...]:
        """Tables without a key: they are copied, compared and repaired as a whole."""
        return tuple(table for table in self.order if self.sql.known(table) and not self.sql.key(table))

    @property
    def uncompared(self) -> tuple[str, ...]:
        """Columns that the reconciliation leaves out, as `table.column`."""
        return tuple(
            f"{table}.{column}"
            for table in self._movable()
            for column in self.sql.columns(table)
            if column not in self.sql.comparable(table)
        )

    def _movable(self) -> Iterable[str]:
        return (table for table in self.order if table not in self.unknown)

    def backfill(self) -> tuple[Query, ...]:
        """Copies the rows that are missing in the service, parents first."""
        texts = ((table, self._copy(table, self._here(table), self._there(table))) for table in self._movable())
        return tuple(self._query(table, Purpose.BACKFILL, text) for table, text in texts)

    def reconcile(self) -> tuple[Query, ...]:
        """One row per table: rows that differ or are missing in the service, and the same the other way round."""
        return tuple(
            Query(table, Purpose.RECONCILE, self._reconcile(table), "0 and 0")
            for table in self._movable()
            if self.sql.comparable(table)
        )

    def repair(self) -> tuple[Query, ...]:
        """Makes the service's tables equal to the monolith's, while the monolith is the truth."""
        return self._mirror(Purpose.REPAIR, self._here, self._there)

    def way_back(self) -> tuple[Query, ...]:
        """Makes the monolith's tables equal to the service's, once the service is the truth; its counters follow."""
        return (*self._mirror(Purpose.WAY_BACK, self._there, self._here), *self._counters(Purpose.WAY_BACK, self._here))

    def counters(self) -> tuple[Query, ...]:
        """Sets what numbers the service's rows beyond the copied ones; MariaDB, MySQL and SQLite do it themselves."""
        return self._counters(Purpose.COUNTERS, self._there)

    def _counters(self, purpose: Purpose, place: _Name) -> tuple[Query, ...]:
        return tuple(
            Query(table, purpose, counter(self.sql, table, column, place(table)), COUNTED)
            for table in self._movable()
            for column in self.sql.filled_by(table, SEQUENCE, STRICT_SEQUENCE)
            if counter(self.sql, table, column, place(table))
        )

    def _query(self, table: str, purpose: Purpose, text: str) -> Query:
        return Query(table, purpose, text, unchecked=table in self.circular)

    def _mirror(self, purpose: Purpose, source: _Name, target: _Name) -> tuple[Query, ...]:
        """Surplus rows out, children first; then, parents first, changed rows set and missing rows in.

        A changed row may have freed a unique value that a missing one takes, and may refer to a new parent; where the
        parent is in the same table, the missing rows come first.
        """
        movable = list(self._movable())
        texts = [(table, self._surplus(table, source(table), target(table))) for table in reversed(movable)]
        for table in movable:
            pair = [(table, write(table, source(table), target(table))) for write in (self._changed, self._copy)]
            texts += reversed(pair) if table in self.circular else pair
        return tuple(self._query(table, purpose, text) for table, text in texts if text)

    def _here(self, table: str) -> str:
        return self.sql.table(table)

    def _there(self, table: str) -> str:
        return self.sql.moved(table, self.schema)

    def _same_key(self, table: str, left: str, right: str) -> str:
        names = [self.sql.name(column) for column in self.sql.key(table)]
        return " AND ".join(f"{left}.{name} = {right}.{name}" for name in names)

    def _copy(self, table: str, source: str, target: str) -> str:
        """Rows whose key is missing; without a key everything, as long as nothing is there."""
        columns = self.sql.written(table)
        same = self._same_key(table, "t", "s")
        missing = f"SELECT 1 FROM {target} t WHERE {same}" if same else f"SELECT 1 FROM {target} t"  # noqa: S608 (text)
        strict = bool(self.sql.filled_by(table, STRICT_SEQUENCE))
        given = " OVERRIDING SYSTEM VALUE" if strict and self.sql.dialect == "postgresql" else ""
        text = (
            f"INSERT INTO {target} ({self.sql.list(columns)}){given} SELECT {self.sql.list(columns, 's')} "  # noqa: S608 (text for people to run, of names)
            f"FROM {source} s WHERE NOT EXISTS ({missing});"
        )
        if strict and self.sql.dialect == "tsql":
            return f"SET IDENTITY_INSERT {target} ON; {text} SET IDENTITY_INSERT {target} OFF;"
        return text

    def _reconcile(self, table: str) -> str:
        """Rows of one side that the other has not; without a key they are counted, as equal rows are many."""
        columns = self.sql.list(self.sql.comparable(table))
        oracle = self.sql.dialect == "oracle"
        minus, alone = ("MINUS", " FROM dual") if oracle else ("EXCEPT", "")
        here, there = (self._rows(table, columns, place) for place in (self._here(table), self._there(table)))
        return (
            f"SELECT (SELECT COUNT(*) FROM ({here} {minus} {there}) d) AS not_in_service, "  # noqa: S608 (text for people to run, of names)
            f"(SELECT COUNT(*) FROM ({there} {minus} {here}) d) AS not_in_monolith{alone};"
        )

    def _rows(self, table: str, columns: str, place: str) -> str:
        if self.sql.key(table):
            return f"SELECT {columns} FROM {place}"  # noqa: S608 (text for people to run, of names)
        return f"SELECT {columns}, COUNT(*) AS copies FROM {place} GROUP BY {columns}"  # noqa: S608 (text)

    def _surplus(self, table: str, source: str, target: str) -> str:
        """Rows whose key the source has not; without a key all rows."""
        alias = self.sql.alias("s", table)
        same = self._same_key(table, alias, target)
        if not same:
            return f"DELETE FROM {target};"  # noqa: S608 (text for people to run, of names)
        return f"DELETE FROM {target} WHERE NOT EXISTS (SELECT 1 FROM {source} {alias} WHERE {same});"  # noqa: S608 (text)

    def _changed(self, table: str, source: str, target: str) -> str:
        fixed = {*self.sql.key(table), *self.sql.filled_by(table, STRICT_SEQUENCE)}
        columns = [self.sql.name(column) for column in self.sql.written(table) if column not in fixed]
        compared = [column for column in self.sql.comparable(table) if column not in fixed]
        if not columns or not compared or not self.sql.key(table):
            return ""
        a = self.sql.alias("s", table)
        same = self._same_key(table, a, target)
        sets = ", ".join(f"{name} = (SELECT {a}.{name} FROM {source} {a} WHERE {same})" for name in columns)  # noqa: S608 (text)
        types = self.sql.types(table)
        differs = " OR ".join(
            _differs(f"{a}.{self.sql.name(c)}", f"{target}.{self.sql.name(c)}", types.get(c, ("", True))[1])
            for c in compared
        )
        return f"UPDATE {target} SET {sets} WHERE EXISTS (SELECT 1 FROM {source} {a} WHERE {same} AND ({differs}));"  # noqa: S608 (text)


def _differs(left: str, right: str, nullable: bool) -> str:
    if not nullable:
        return f"{left} <> {right}"
    return f"{left} <> {right} OR {left} IS NULL AND {right} IS NOT NULL OR {left} IS NOT NULL AND {right} IS NULL"


def counter(sql: PortableSql, table: str, column: str, place: str) -> str:
    """Sets a column's counter beyond its highest number, in the database's own words; empty where it does that itself.

    PostgreSQL: `setval` of the sequence that the column owns (documentation, 9.17). SQL Server: DBCC CHECKIDENT
    RESEED raises the identity to the highest number. Oracle 12.2: START WITH LIMIT VALUE does.
    """
    name = sql.name(column)
    if sql.dialect == "postgresql":
        owner, of = (text.replace("'", "''") for text in (place, column))
        return f"SELECT setval(pg_get_serial_sequence('{owner}', '{of}'), GREATEST(MAX({name}), 1)) FROM {place};"  # noqa: S608 (text)
    if sql.dialect == "tsql":
        return "DBCC CHECKIDENT ('{}', RESEED);".format(place.replace("'", "''"))
    if sql.dialect == "oracle":
        how = "ALWAYS" if column in sql.filled_by(table, STRICT_SEQUENCE) else "BY DEFAULT"
        return f"ALTER TABLE {place} MODIFY ({name} GENERATED {how} AS IDENTITY (START WITH LIMIT VALUE));"
    return ""


def sweep(sql: PortableSql, item: Retirement, places: Mapping[str, str]) -> str:
    """What ON DELETE did, done later: deletes or empties rows whose parent is gone; empty where nothing followed.

    `places` gives the schema of each table that has left the monolith.
    """
    child = sql.moved(item.child, places[item.child]) if item.child in places else sql.table(item.child)
    parent = sql.moved(item.parent, places[item.parent]) if item.parent in places else sql.table(item.parent)
    theirs = item.parent_columns if len(item.parent_columns) == len(item.columns) else sql.key(item.parent)
    ours = [sql.name(column) for column in item.columns]
    if len(theirs) != len(ours):
        return ""
    alias = sql.alias("p", item.child)
    same = " AND ".join(f"{alias}.{sql.name(t)} = {child}.{o}" for t, o in zip(theirs, ours, strict=True))
    given = " AND ".join(f"{name} IS NOT NULL" for name in ours)
    orphaned = f"WHERE {given} AND NOT EXISTS (SELECT 1 FROM {parent} {alias} WHERE {same});"  # noqa: S608 (text)
    if item.on_delete == "cascade":
        return f"DELETE FROM {child} {orphaned}"  # noqa: S608 (text for people to run, of names)
    if item.on_delete == "set null":
        return f"UPDATE {child} SET {', '.join(f'{name} = NULL' for name in ours)} {orphaned}"  # noqa: S608 (text)
    return ""
