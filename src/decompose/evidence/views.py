"""What is behind the name that a statement reads or writes: base tables, also where the name is a view's."""

from __future__ import annotations

from dataclasses import replace

from decompose.evidence.bundle import TableAccess
from decompose.evidence.cascades import Cascades
from decompose.evidence.naming import TableNames
from decompose.evidence.statement import Access, Mode


class BaseAccesses:
    """Accesses to tables and views as accesses to tables; one instance per schema.

    Reading a view reads every table behind it. Writing one writes the tables that have the named columns (all of them
    where no column tells) and reads the others. Where an INSTEAD OF trigger takes the write, the tables behind the
    view are only read, and what the trigger writes is a cascade.
    """

    def __init__(self, names: TableNames, cascades: Cascades) -> None:
        self._names = names
        self._cascades = cascades
        self._columns = {names.display(t): frozenset(column.name for column in t.columns) for t in names.tables}

    def tables(self, access: Access, database: str = "") -> tuple[TableAccess, ...]:
        """What the statement itself does to base tables."""
        found = [
            TableAccess(table, access.mode, access.columns) for table in self._names.resolve(access.table, database)
        ]
        view = self._names.view(access.table, database) if access.mode.writes else None
        if view is None:
            return tuple(found)
        named = frozenset(access.columns)
        having = {item.table for item in found if named & self._columns.get(item.table, frozenset())}
        written = having or {item.table for item in found}
        if self._cascades.instead(view, access.mode) is not None:
            written = set()
        return tuple(item if item.table in written else replace(item, mode=Mode.READ) for item in found)

    def cascades(self, access: Access, database: str = "") -> frozenset[str]:
        """Tables that triggers and ON DELETE/UPDATE actions write because of it."""
        if not access.mode.writes:
            return frozenset()
        view = self._names.view(access.table, database)
        instead = None if view is None else self._cascades.instead(view, access.mode)
        if instead is not None:
            return instead
        if view is None:
            tables = self._names.resolve(access.table, database)
        else:
            tables = tuple(item.table for item in self.tables(access, database) if item.mode.writes)
        return frozenset().union(*[self._cascades.reached(name, access.mode, access.columns) for name in tables])
