"""Who owns which table, seen from a decomposition and from what the evidence knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence

UNASSIGNED = "(unassigned)"
"""The implicit service of all tables that a decomposition leaves out: what stays in the monolith."""
SHARED = "shared"
INFRASTRUCTURE = "infrastructure"


class Ownership:
    """Table to place: a service's name, `shared`, `infrastructure` or `(unassigned)`.

    A table claimed twice belongs to its first claimant in the order services, shared, infrastructure;
    the finding `duplicate-table` reports it.
    """

    def __init__(self, evidence: Evidence, decomposition: Decomposition) -> None:
        self._services: dict[str, str] = {}
        for service in decomposition.services:
            for table in service.tables:
                self._services.setdefault(table, service.name)
        apart: dict[str, str] = {}
        for kind, tables in ((SHARED, decomposition.shared), (INFRASTRUCTURE, decomposition.infrastructure)):
            for table in tables:
                if table not in self._services:
                    apart.setdefault(table, kind)
        self._apart = apart
        self._known = frozenset(table.name for table in evidence.tables)
        left = self._known.union(decomposition.unassigned).difference(self._services, apart)
        self.unassigned = tuple(sorted(left))

    def service(self, table: str) -> str | None:
        """The service a table counts for; None for shared and infrastructure tables."""
        if table in self._apart:
            return None
        return self._services.get(table, UNASSIGNED)

    def place(self, table: str) -> str:
        """The service of a table, or `shared` or `infrastructure`."""
        return self._apart.get(table) or self._services.get(table, UNASSIGNED)

    def services(self, tables: Iterable[str]) -> tuple[str, ...]:
        """The distinct services that own any of the tables, sorted."""
        return tuple(sorted({name for table in tables if (name := self.service(table)) is not None}))

    def owned(self, tables: Iterable[str]) -> tuple[str, ...]:
        """The tables that count for a service, sorted."""
        return tuple(sorted({table for table in tables if table not in self._apart}))

    def grouped(self, tables: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Service to its tables among the given ones, both sorted."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for table in self.owned(tables):
            groups[self._services.get(table, UNASSIGNED)].append(table)
        return {name: tuple(groups[name]) for name in sorted(groups)}

    def crosses(self, first: str, second: str) -> bool:
        """Whether two tables belong to two different services."""
        left, right = self.service(first), self.service(second)
        return left is not None and right is not None and left != right

    def sizes(self) -> Mapping[str, int]:
        """Service to how many tables of the evidence it owns, `(unassigned)` included where there are any."""
        return {name: len(tables) for name, tables in self.grouped(self._known).items()}
