"""The SQL of moving tables into a service's own schema: back-fill, reconciliation, loose keys, the way back.

All of it runs unchanged on PostgreSQL, MariaDB (10.3 or later) and SQLite, and may run again: what is there already is
left alone. Triggers on the tables concerned have to be off meanwhile. A table without any key cannot be copied row by
row; it is named instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.retirement import Retirement

_Name = Callable[[str], str]


class Purpose(StrEnum):
    """What a statement of a plan is for; each purpose of a step is run by itself."""

    BACKFILL = "back-fill"
    RECONCILE = "reconcile"
    REPAIR = "repair"
    ORPHANS = "orphan check"
    RETIRE = "retire key"
    SWEEP = "sweep"
    WAY_BACK = "way back"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Query:
    """A statement about a table: what it is for, and what a sound answer looks like (empty where it only acts)."""

    table: str
    purpose: Purpose
    sql: str
    goal: str = ""


@dataclass(frozen=True, slots=True)
class MoveSql:
    """Writes the statements for tables that move into `schema`; `order` has parents before children."""

    sql: PortableSql
    schema: str
    order: tuple[str, ...]

    @property
    def keyless(self) -> tuple[str, ...]:
        """Tables without a key or columns that the schema knows: they have to be copied by hand."""
        return tuple(table for table in self.order if not (self.sql.key(table) and self.sql.columns(table)))

    def _movable(self) -> Iterable[str]:
        return (table for table in self.order if table not in self.keyless)

    def backfill(self) -> tuple[Query, ...]:
        """Copies the rows that are missing in the service, parents first."""
        return tuple(
            Query(table, Purpose.BACKFILL, self._copy(table, self._here(table), self._there(table)))
            for table in self._movable()
        )

    def reconcile(self) -> tuple[Query, ...]:
        """One row per table: rows that differ or are missing in the service, and the same the other way round."""
        return tuple(Query(table, Purpose.RECONCILE, self._reconcile(table), "0 and 0") for table in self._movable())

    def repair(self) -> tuple[Query, ...]:
        """Makes the service's tables equal to the monolith's, while the monolith is the truth."""
        return self._mirror(Purpose.REPAIR, self._here, self._there)

    def way_back(self) -> tuple[Query, ...]:
        """Makes the monolith's tables equal to the service's, once the service is the truth."""
        return self._mirror(Purpose.WAY_BACK, self._there, self._here)

    def _mirror(self, purpose: Purpose, source: _Name, target: _Name) -> tuple[Query, ...]:
        """Surplus rows out, children first; missing rows in, parents first; changed rows set."""
        movable = list(self._movable())
        texts = [(table, self._surplus(table, source(table), target(table))) for table in reversed(movable)]
        texts += [(table, self._copy(table, source(table), target(table))) for table in movable]
        texts += [(table, self._changed(table, source(table), target(table))) for table in movable]
        return tuple(Query(table, purpose, text) for table, text in texts if text)

    def _here(self, table: str) -> str:
        return self.sql.table(table)

    def _there(self, table: str) -> str:
        return self.sql.moved(table, self.schema)

    def _same_key(self, table: str, left: str, right: str) -> str:
        names = [self.sql.name(column) for column in self.sql.key(table)]
        return " AND ".join(f"{left}.{name} = {right}.{name}" for name in names)

    def _copy(self, table: str, source: str, target: str) -> str:
        columns = self.sql.columns(table)
        return (
            f"INSERT INTO {target} ({self.sql.list(columns)}) SELECT {self.sql.list(columns, 's')} FROM {source} s "  # noqa: S608 (text for people to run, of names)
            f"WHERE NOT EXISTS (SELECT 1 FROM {target} t WHERE {self._same_key(table, 't', 's')});"
        )

    def _reconcile(self, table: str) -> str:
        columns = self.sql.list(self.sql.comparable(table))
        here, there = self._here(table), self._there(table)
        return (
            f"SELECT (SELECT COUNT(*) FROM (SELECT {columns} FROM {here} EXCEPT SELECT {columns} FROM {there}) d) "  # noqa: S608 (text for people to run, of names)
            f"AS not_in_service, (SELECT COUNT(*) FROM (SELECT {columns} FROM {there} EXCEPT SELECT {columns} "
            f"FROM {here}) d) AS not_in_monolith;"
        )

    def _surplus(self, table: str, source: str, target: str) -> str:
        alias = self.sql.alias("s", table)
        same = self._same_key(table, alias, target)
        return f"DELETE FROM {target} WHERE NOT EXISTS (SELECT 1 FROM {source} {alias} WHERE {same});"  # noqa: S608 (text)

    def _changed(self, table: str, source: str, target: str) -> str:
        key = set(self.sql.key(table))
        columns = [self.sql.name(column) for column in self.sql.columns(table) if column not in key]
        compared = [self.sql.name(column) for column in self.sql.comparable(table) if column not in key]
        if not columns or not compared:
            return ""
        a = self.sql.alias("s", table)
        same = self._same_key(table, a, target)
        sets = ", ".join(f"{name} = (SELECT {a}.{name} FROM {source} {a} WHERE {same})" for name in columns)  # noqa: S608 (text)
        differs = " OR ".join(
            f"{a}.{n} <> {target}.{n} OR ({a}.{n} IS NULL) <> ({target}.{n} IS NULL)" for n in compared
        )
        return f"UPDATE {target} SET {sets} WHERE EXISTS (SELECT 1 FROM {source} {a} WHERE {same} AND ({differs}));"  # noqa: S608 (text)


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


def parents_first(tables: Iterable[str], links: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The tables with referenced ones before those that refer; circles are broken by name."""
    left = sorted(tables)
    parents: dict[str, set[str]] = {table: set() for table in left}
    for child, parent in links:
        if child in parents and parent in parents and child != parent:
            parents[child].add(parent)
    found: list[str] = []
    while left:
        ready = [table for table in left if parents[table] <= set(found)] or left[:1]
        found += ready
        left = [table for table in left if table not in ready]
    return tuple(found)


def schema_names(services: Sequence[str], sql: PortableSql) -> dict[str, str]:
    """A schema name `[a-z][a-z0-9_]*` per service that no server reserves; alike ones are numbered."""
    found: dict[str, str] = {}
    for service in services:
        plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in service.lower()).strip("_") or "service"
        plain = plain if plain[0].isalpha() and sql.name(plain) == plain else f"svc_{plain}"
        number, name = 2, plain
        while name in found.values():
            number, name = number + 1, f"{plain}_{number}"
        found[service] = name
    return found
