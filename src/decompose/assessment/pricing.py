"""The exact price of many small changes to one decomposition, each in the time of what it touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decompose.assessment.ownership import INFRASTRUCTURE, SHARED, Ownership
from decompose.evidence.bundle import Evidence, Statement


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of `Figures` that a moved table can change, by the same definitions."""

    distributed_write_transactions: int = 0
    saga_cost: int = 0
    cross_joins: int = 0
    cross_reads: int = 0
    foreign_keys_to_retire: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in _NAMES))

    def __sub__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) - getattr(other, name) for name in _NAMES))


_NAMES = tuple(Tally.__dataclass_fields__)
Places = Mapping[str, str | None]
"""Table to its service; None for shared and infrastructure tables."""


class Pricing:
    """Figures of one decomposition and of its neighbours."""

    def __init__(self, evidence: Evidence, ownership: Ownership) -> None:
        self._evidence = evidence
        self._places: dict[str, str | None] = {table.name: ownership.service(table.name) for table in evidence.tables}
        self._profiles: defaultdict[str, set[int]] = defaultdict(set)
        self._statements: defaultdict[str, set[int]] = defaultdict(set)
        self._links: defaultdict[str, set[int]] = defaultdict(set)
        self._boundaries = [profile.boundary if profile.count else () for profile in evidence.profiles]
        for number, boundary in enumerate(self._boundaries):
            for table in boundary:
                self._profiles[table].add(number)
        for number, statement in enumerate(evidence.statements):
            for table in _touched(statement):
                self._statements[table].add(number)
        for number, link in enumerate(evidence.links):
            if link.declared:
                self._links[link.child].add(number)
                self._links[link.parent].add(number)
        self.now = self._count(self._places, *self._near(self._places))

    def moving(self, tables: Iterable[str], place: str) -> Tally:
        """The figures if the tables were in `place`: a service, `shared`, `infrastructure` or `(unassigned)`."""
        service = None if place in (SHARED, INFRASTRUCTURE) else place
        return self.placing(dict.fromkeys(tables, service))

    def placing(self, places: Places) -> Tally:
        """The figures if the tables were in these services."""
        changed = {table: place for table, place in places.items() if self._places.get(table, "") != place}
        near = self._near(changed)
        return self.now - self._count(self._places, *near) + self._count({**self._places, **changed}, *near)

    def _near(self, tables: Iterable[str]) -> tuple[set[int], set[int], set[int]]:
        names = list(tables)
        return (
            set().union(*(self._profiles.get(name, set()) for name in names)),
            set().union(*(self._statements.get(name, set()) for name in names)),
            set().union(*(self._links.get(name, set()) for name in names)),
        )

    def _count(self, places: Places, profiles: set[int], statements: set[int], links: set[int]) -> Tally:
        distributed = saga = joins = reads = keys = 0
        for number in profiles:
            count = self._evidence.profiles[number].count
            services = len({places.get(table) for table in self._boundaries[number]} - {None})
            distributed += count if services > 1 else 0
            saga += count * max(services - 1, 0)
        for number in statements:
            statement = self._evidence.statements[number]
            if any(_crosses(places, pair.left, pair.right) for pair in statement.joins):
                joins += statement.executions
            elif len({places.get(access.table) for access in statement.accesses} - {None}) > 1:
                reads += statement.executions
        for number in links:
            keys += _crosses(places, self._evidence.links[number].child, self._evidence.links[number].parent)
        return Tally(distributed, saga, joins, reads, keys)


def _crosses(places: Places, left: str, right: str) -> bool:
    one, other = places.get(left), places.get(right)
    return one is not None and other is not None and one != other


def _touched(statement: Statement) -> set[str]:
    tables = {access.table for access in statement.accesses}
    for pair in statement.joins:
        tables |= {pair.left, pair.right}
    return tables
