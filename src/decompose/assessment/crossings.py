"""Statements that reach over a boundary, and what becomes of each after the split.

The order of the rules is that of GitLab's advice for cross-database joins turned into a test: what belongs elsewhere
altogether first (warehouse, read model), then copies that are cheap to keep (small tables, named columns), and two
calls for the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from decompose.assessment.findings.routines_across import RoutineUse, routine_uses
from decompose.assessment.ownership import Ownership
from decompose.assessment.templates import ColumnName, resolved, shape
from decompose.evidence.bundle import Evidence, Statement, TableAccess
from decompose.evidence.statement import Mode

WAREHOUSE = "warehouse"
READ_MODEL = "read-model"
REPLICATE = "replicate"
DENORMALISE = "denormalise"
COMPOSE = "compose"
ROUTINE = "routine"

SMALL_ROWS = 10_000
"""Up to how many rows a table is small enough to be replicated whole."""
READS_PER_WRITE = 20
"""From how many reads per write a table or a column changes seldom enough to be copied."""
FEW_COLUMNS = 4
"""Up to how many columns of other services a table may carry along."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A statement over several services: `home` runs it after the split, the other tables are asked, copied or left.

    `kind` is `routine`, `warehouse`, `read-model`, `replicate`, `denormalise` or `compose`; `rule` says what decided.
    `tables` are those of other services that it needs, `columns` what it needs of them beyond the keys it joins by.
    """

    fingerprint: str
    template: str
    executions: int
    home: str
    services: tuple[str, ...]
    kind: str
    rule: str
    tables: tuple[str, ...]
    columns: tuple[ColumnName, ...] = ()


class Crossings:
    """Classifies the crossing statements of one decomposition; `uses`, where known, spares looking for routines."""

    def __init__(self, evidence: Evidence, ownership: Ownership, uses: Sequence[RoutineUse] | None = None) -> None:
        self._evidence = evidence
        self._ownership = ownership
        self._known = {table.name: table.columns for table in evidence.tables}
        self._rows = {table.name: table.row_estimate for table in evidence.tables}
        self._reads: Counter[str] = Counter()
        self._writes: Counter[str] = Counter()
        self._updates: Counter[ColumnName] = Counter()
        self._column_reads: Counter[ColumnName] = Counter()
        for statement in evidence.statements:
            self._count(statement)
        self._routines: dict[str, list[RoutineUse]] = {}
        for use in routine_uses(evidence) if uses is None else uses:
            for fingerprint in use.fingerprints:
                self._routines.setdefault(fingerprint, []).append(use)
        self._cascaded: Counter[str] = Counter()
        for profile in evidence.profiles:
            self._cascaded.update(dict.fromkeys(profile.cascades, profile.count))

    def _count(self, statement: Statement) -> None:
        for access in statement.accesses:
            if access.mode.writes:
                self._writes[access.table] += statement.executions
            else:
                self._reads[access.table] += statement.executions
            if access.mode in (Mode.UPDATE, Mode.WRITE):
                self._updates.update({(access.table, column): statement.executions for column in access.columns})
            elif access.mode is Mode.READ:
                self._column_reads.update({(access.table, column): statement.executions for column in access.columns})

    def all(self) -> tuple[Crossing, ...]:
        """Every executed statement that touches tables of several services, most executed first."""
        found = [
            self._crossing(statement)
            for statement in self._evidence.statements
            if statement.executions and len(self._ownership.services(a.table for a in statement.accesses)) > 1
        ]
        return tuple(sorted(found, key=lambda crossing: (-crossing.executions, crossing.fingerprint)))

    def _crossing(self, statement: Statement) -> Crossing:
        services = self._ownership.services(access.table for access in statement.accesses)
        conditions = self._conditions(statement)
        home = self._home(statement, services, conditions)
        away = tuple(
            table
            for table in self._ownership.owned(access.table for access in statement.accesses)
            if self._ownership.service(table) != home
        )
        columns = self._needed(statement, away)
        kind, rule = self._kind(statement, home, away, columns, conditions)
        return Crossing(
            statement.fingerprint, statement.template, statement.executions, home, services, kind, rule, away, columns
        )

    def _conditions(self, statement: Statement) -> Mapping[ColumnName, frozenset[str]]:
        """Selecting column to the services that can test it: its own, and those that hold the other side of a join."""
        seen = shape(statement.template)
        columns = {*seen.bound, *seen.filtered, *(seen.arranged if seen.limited else ())}
        found: dict[ColumnName, frozenset[str]] = {}
        for column in resolved(statement, sorted(columns), self._known):
            sides = [column[0]]
            for pair in statement.joins:
                if (pair.left, pair.left_column) == column:
                    sides.append(pair.right)
                elif (pair.right, pair.right_column) == column:
                    sides.append(pair.left)
            if self._ownership.service(column[0]) is not None:
                found[column] = frozenset(self._ownership.services(sides))
        return found

    def _home(
        self, statement: Statement, services: tuple[str, ...], conditions: Mapping[ColumnName, frozenset[str]]
    ) -> str:
        written = self._ownership.services(access.table for access in statement.accesses if access.mode.writes)
        if written:
            return written[0]
        first = resolved(statement, [(shape(statement.template).first_table, "")], self._known)
        starts = self._ownership.services(table for table, _ in first)

        def rank(service: str) -> tuple[int, bool, str]:
            return -sum(service in able for able in conditions.values()), service not in starts, service

        return min(services, key=rank)

    def _needed(self, statement: Statement, away: tuple[str, ...]) -> tuple[ColumnName, ...]:
        joined = {(pair.left, pair.left_column) for pair in statement.joins}
        joined |= {(pair.right, pair.right_column) for pair in statement.joins}
        read = {
            (access.table, column)
            for access in statement.accesses
            if access.table in away and access.mode in (Mode.READ, Mode.LOCK)
            for column in self._real(access)
        }
        return tuple(sorted(read - joined))

    def _real(self, access: TableAccess) -> tuple[str, ...]:
        """The columns read; all of them where a view gave names that the table does not have."""
        known = self._known.get(access.table, ())
        return access.columns if not known or set(access.columns) <= set(known) else ("*",)

    def _kind(
        self,
        statement: Statement,
        home: str,
        away: tuple[str, ...],
        columns: tuple[ColumnName, ...],
        conditions: Mapping[ColumnName, frozenset[str]],
    ) -> tuple[str, str]:
        for use in self._called(statement):
            return ROUTINE, f"{use.kind} {use.name} reaches across: what becomes of it decides"
        seen = shape(statement.template)
        writes = any(access.mode.writes for access in statement.accesses)
        if not seen.bound and not writes and (seen.aggregates or not seen.limited):
            how = "sums up" if seen.aggregates else "reads"
            return WAREHOUSE, f"{how} rows of several services without selecting any by value"
        foreign = sorted(column for column, able in conditions.items() if home not in able)
        if foreign and not self._all_small(away):
            named = ", ".join(f"{table}.{column}" for table, column in foreign)
            return READ_MODEL, f"rows of {home} are selected or ordered by {named}"
        if self._all_small(away):
            return REPLICATE, self._small_rule(away)
        if self._seldom_changed(away, columns):
            named = ", ".join(f"{table}.{column}" for table, column in columns)
            return DENORMALISE, f"needs only {named}, read {READS_PER_WRITE} times or more per change"
        if writes:
            return COMPOSE, f"{home} asks for the values first and then writes alone"
        return COMPOSE, f"{home} selects its rows alone and asks for the others by key"

    def _called(self, statement: Statement) -> list[RoutineUse]:
        """The stored routines it calls that reach over a boundary by themselves."""
        found = self._routines.get(statement.fingerprint, [])
        return [use for use in found if len(self._ownership.services(use.tables)) > 1]

    def _all_small(self, tables: tuple[str, ...]) -> bool:
        return bool(tables) and all(self._small(table) for table in tables)

    def _small(self, table: str) -> bool:
        rows, writes = self._rows.get(table), self._writes[table]
        if rows is None:
            return not writes and bool(self._reads[table])
        return rows <= SMALL_ROWS and writes * READS_PER_WRITE <= self._reads[table]

    def _small_rule(self, tables: tuple[str, ...]) -> str:
        told = []
        for table in tables:
            rows = self._rows.get(table)
            size = "of unknown size" if rows is None else f"about {rows:,} rows"
            told.append(f"{table} ({size}, written {self._writes[table]:,}× and read {self._reads[table]:,}×)")
        return f"small and hardly ever written: {', '.join(told)}"

    def _seldom_changed(self, away: tuple[str, ...], columns: tuple[ColumnName, ...]) -> bool:
        tables = {table for table, _ in columns}
        if not 0 < len(columns) <= FEW_COLUMNS or tables != set(away) or any(column == "*" for _, column in columns):
            return False
        return all(self._changes(column) * READS_PER_WRITE <= self._column_reads[column] for column in columns)

    def _changes(self, column: ColumnName) -> int:
        """Updates of a column, and whatever triggers and cascades did to its table."""
        return self._updates[column] + self._cascaded[column[0]]
