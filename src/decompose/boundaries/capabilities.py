"""The capability map: what the business does, which transactions carry it, which tables it needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from decompose.boundaries.model import Capability, Service, SubCapability
from decompose.boundaries.names import title
from decompose.graph.model import CouplingGraph, TransactionEdge
from decompose.graph.vocabulary import Vocabulary, module_of, words

_READ_SHARE = 0.25


def capability_map(graph: CouplingGraph, services: Sequence[Service], vocabulary: Vocabulary) -> tuple[Capability, ...]:
    """One capability per service; its parts are the application's modules, as labels tell, else its main tables.

    A transaction belongs to the service with most of its tables, a read counting a quarter of a write (the rule for
    the coordinator of a use case in Service Cutter, 2016). Those that write only tables set apart form "Platform".
    """
    index = {node.name: position for position, node in enumerate(graph.tables)}
    owner = {index[table]: number for number, service in enumerate(services) for table in service.tables}
    carried: dict[int, list[TransactionEdge]] = defaultdict(list)
    for edge in graph.transactions:
        number = _coordinator(edge, owner)
        if number >= 0 or edge.writes:
            carried[number].append(edge)
    parts = _Parts(graph, vocabulary)
    found = [
        Capability(service.capability, parts.of(carried[number], frozenset(index[table] for table in service.tables)))
        for number, service in enumerate(services)
    ]
    if carried[-1]:
        apart = frozenset(table for edge in carried[-1] for table in edge.writes)
        found.append(Capability("Platform", parts.of(carried[-1], apart)))
    return tuple(sorted(found, key=lambda capability: (capability.name, capability.children[0].tables)))


def _coordinator(edge: TransactionEdge, owner: dict[int, int]) -> int:
    """The number of the service that would coordinate the transaction, -1 where no service has any of its tables."""
    votes: dict[int, float] = defaultdict(float)
    for tables, weight in ((edge.writes, 1.0), (edge.reads, _READ_SHARE)):
        for table in tables:
            if table in owner:
                votes[owner[table]] += weight
    return min(votes, key=lambda number: (-votes[number], number), default=-1)


class _Parts:
    """Divides a capability's transactions and tables into parts."""

    def __init__(self, graph: CouplingGraph, vocabulary: Vocabulary) -> None:
        self._graph = graph
        self._vocabulary = vocabulary

    def of(self, edges: Sequence[TransactionEdge], own: frozenset[int]) -> tuple[SubCapability, ...]:
        """Every transaction in one part, every own table in one part."""
        popular = Counter(table for edge in edges for table in edge.writes + edge.reads if table in own)
        profiles: dict[str, list[str]] = defaultdict(list)
        uses: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for edge in edges:
            name = self._name(edge, own, popular)
            profiles[name].append(edge.profile)
            for tables, weight in ((edge.writes, 1.0), (edge.reads, _READ_SHARE)):
                for table in own.intersection(tables):
                    uses[name][table] += weight * edge.executions
        homes = self._homes(own, uses)
        tables_of: dict[str, list[str]] = defaultdict(list)
        for table, name in homes.items():
            tables_of[name].append(self._graph.tables[table].name)
        return tuple(
            SubCapability(name, tuple(sorted(profiles.get(name, ()))), tuple(sorted(tables_of.get(name, ()))))
            for name in sorted({*profiles, *tables_of})
        )

    def _name(self, edge: TransactionEdge, own: frozenset[int], popular: Counter[int]) -> str:
        module = module_of(edge.name)
        if module:
            return title(words(module)) or module
        inside = own.intersection(edge.writes) or own.intersection(edge.reads)
        return self._titled(min(inside, key=lambda table: (-popular[table], table)))

    def _titled(self, table: int) -> str:
        return title(self._vocabulary.tables[table]) or self._graph.tables[table].name

    def _homes(self, own: frozenset[int], uses: dict[str, dict[int, float]]) -> dict[int, str]:
        """Every table's part: the one that uses it most, else the one whose tables share most words with it."""
        homes: dict[int, str] = {}
        for table in sorted(own):
            users = {name: tables[table] for name, tables in uses.items() if table in tables}
            if users:
                homes[table] = min(users, key=lambda name: (-users[name], name))
        spoken: dict[str, set[str]] = defaultdict(set)
        for table, name in homes.items():
            spoken[name].update(self._vocabulary.tables[table])
        for table in sorted(own.difference(homes)):
            mine = set(self._vocabulary.tables[table])
            near = min(spoken, key=lambda name: (-len(mine & spoken[name]), name), default="")
            homes[table] = near if near and mine & spoken[near] else self._titled(table)
        return homes
