"""Views, triggers and partitions that come with the tables of a move."""

from __future__ import annotations

from collections.abc import Iterable

from decompose.assessment.findings.routines_across import shown_name
from decompose.assessment.plan.move_sql import MoveSql
from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import TableNames


class StoredWith:
    """Asked by moves; one instance per evidence. Names are sorted."""

    def __init__(self, evidence: Evidence) -> None:
        names = TableNames(evidence.schema)
        self._views = {shown_name(view): frozenset(names.resolve(view.ref)) for view in evidence.schema.views}
        self._triggers = [
            (
                trigger.name,
                frozenset(names.resolve(trigger.table)),
                frozenset(
                    table
                    for ref in (trigger.table, *trigger.reads, *trigger.writes)
                    for table in names.resolve(ref, trigger.table.database)
                ),
            )
            for trigger in evidence.schema.triggers
        ]
        parents = (table.partition_of for table in evidence.schema.tables if table.partition_of is not None)
        self.partitioned = frozenset(name for ref in parents for name in names.resolve(ref))

    def views_of(self, moves: Iterable[MoveSql]) -> tuple[str, ...]:
        """Views that read nothing but the tables of one move."""
        found = [frozenset(move.order) for move in moves]
        return tuple(
            sorted(n for n, tables in self._views.items() if tables and any(tables <= order for order in found))
        )

    def views_on(self, moves: Iterable[MoveSql]) -> tuple[str, ...]:
        """Views that read any of the tables."""
        moving = {table for move in moves for table in move.order}
        return tuple(sorted(name for name, tables in self._views.items() if not moving.isdisjoint(tables)))

    def triggers_on(self, moves: Iterable[MoveSql]) -> tuple[str, ...]:
        """Triggers that a write to any of the tables fires."""
        moving = {table for move in moves for table in move.order}
        return tuple(sorted({name for name, fired_by, _ in self._triggers if not moving.isdisjoint(fired_by)}))

    def triggers_within(self, moves: Iterable[MoveSql]) -> tuple[str, ...]:
        """Triggers that touch nothing but the tables of one move: the others were replaced before."""
        found = [frozenset(move.order) for move in moves]
        return tuple(sorted({name for name, _, tables in self._triggers if any(tables <= order for order in found)}))
