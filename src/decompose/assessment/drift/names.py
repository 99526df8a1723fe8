"""Table names that stay the same when a namesake appears: the identity's names, not the display names."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from decompose.boundaries.model import Decomposition, Service
from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import DEFAULT_SCHEMAS, TableNames
from decompose.evidence.schema import TableRef


class FullNames:
    """Display name to full name: database and schema where they are not the default, whoever else is there."""

    def __init__(self, evidence: Evidence) -> None:
        names = TableNames(evidence.schema)
        refs = {names.display(table): table.ref for table in names.tables}
        short = {display: _without_default(ref) for display, ref in refs.items()}
        counts = Counter(short.values())
        # `public.a` and `dbo.a` in one database: the default is no longer one, so both are written out.
        self._full = {
            display: name if counts[name] == 1 else _written_out(refs[display]) for display, name in short.items()
        }
        self._display = {full: display for display, full in self._full.items()}
        self._databases = {display: ref.database for display, ref in refs.items()}
        self.lines = {names.display(table): table.line for table in names.tables}
        self.present = frozenset(self._full.values()) | {table.name for table in evidence.tables if not table.declared}

    def full(self, display: str) -> str:
        """The full name; tables that only the log knows keep theirs."""
        return self._full.get(display, display)

    def database(self, display: str) -> str:
        """The database of a declared table, empty where there is only one."""
        return self._databases.get(display, "")

    def understood(self, decomposition: Decomposition) -> Decomposition:
        """The decomposition with full names read as display names, so that `orders` still means `public.orders`."""
        listed = [table for service in decomposition.services for table in service.tables]
        listed += [*decomposition.shared, *decomposition.infrastructure]
        claimed = frozenset(listed)

        def read(tables: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(sorted({self._read(table, claimed) for table in tables}))

        services = tuple(
            Service(s.name, read(s.tables), s.capability, s.owner, s.stability) for s in decomposition.services
        )
        taken = {self._read(table, claimed) for table in listed}
        return replace(
            decomposition,
            services=services,
            shared=read(decomposition.shared),
            infrastructure=read(decomposition.infrastructure),
            unassigned=tuple(table for table in decomposition.unassigned if table not in taken),
        )

    def _read(self, table: str, claimed: frozenset[str]) -> str:
        display = self._display.get(table, table)
        return display if display not in claimed else table


def _without_default(ref: TableRef) -> str:
    schema = "" if ref.schema in DEFAULT_SCHEMAS else ref.schema
    return ".".join(part for part in (ref.database, schema, ref.name) if part)


def _written_out(ref: TableRef) -> str:
    return ".".join(part for part in (ref.database, ref.schema, ref.name) if part)
