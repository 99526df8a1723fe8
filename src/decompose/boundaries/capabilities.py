"""The capability map: what the business does, which transactions carry it, which tables it needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from decompose.boundaries.aggregates import aggregates, main_tables
from decompose.boundaries.hierarchy import partition_of
from decompose.boundaries.label_modules import modules
from decompose.boundaries.model import Capability, Service, SubCapability
from decompose.boundaries.names import title
from decompose.graph.model import CouplingGraph, TransactionEdge
from decompose.graph.vocabulary import Vocabulary, words

PLATFORM = "Platform"
_OF_PLATFORM = "transactions that write only tables set apart"
_READ_SHARE = 0.25


def capability_map(
    graph: CouplingGraph, services: Sequence[Service], vocabulary: Vocabulary, reasons: Mapping[str, str]
) -> tuple[Capability, ...]:
    """The services' capabilities; their parts are the application's modules, as labels tell, else the aggregates.

    A transaction belongs to the service with most of its tables, a read counting a quarter of a write (the rule for
    the coordinator of a use case in Service Cutter, 2016). Those that write only tables set apart form "Platform".
    `reasons` says by its name what a capability's name was derived from.
    """
    index = {node.name: position for position, node in enumerate(graph.tables)}
    owner = {index[table]: number for number, service in enumerate(services) for table in service.tables}
    carried: dict[str, list[TransactionEdge]] = defaultdict(list)
    own: dict[str, set[int]] = {service.capability: set() for service in services}
    for table, number in owner.items():
        own[services[number].capability].add(table)
    for edge in graph.transactions:
        number = _coordinator(edge, owner)
        if number >= 0:
            carried[services[number].capability].append(edge)
        elif edge.writes:
            carried[PLATFORM].append(edge)
            own.setdefault(PLATFORM, set()).update(edge.writes)
    roots = aggregates(graph, vocabulary, partition_of(graph, services))
    main = main_tables(graph, roots)
    parts = _Parts(graph, vocabulary, [main[root] for root in roots])
    return tuple(
        Capability(name, parts.of(carried[name], frozenset(tables)), reasons.get(name, _OF_PLATFORM))
        for name, tables in sorted(own.items())
    )


def _coordinator(edge: TransactionEdge, owner: dict[int, int]) -> int:
    """The number of the service that would coordinate the transaction, -1 where no service has any of its tables."""
    votes: dict[int, float] = defaultdict(float)
    for tables, weight in ((edge.writes, 1.0), (edge.reads, _READ_SHARE)):
        for table in tables:
            if table in owner:
                votes[owner[table]] += weight
    return min(votes, key=lambda number: (-votes[number], number), default=-1)


def _most(told: Counter[str]) -> str:
    """The most frequent reason, and how many others there are."""
    first = min(told, key=lambda reason: (-told[reason], reason))
    return first if len(told) == 1 else f"{first} and {len(told) - 1} more"


class _Parts:
    """Divides a capability's transactions and tables into parts; `main` is every table's aggregate's main table."""

    def __init__(self, graph: CouplingGraph, vocabulary: Vocabulary, main: Sequence[int]) -> None:
        self._graph = graph
        self._vocabulary = vocabulary
        self._main = main
        self._runs = {"".join(name): name for name in vocabulary.tables}
        self._modules = modules(edge.name for edge in graph.transactions)

    def of(self, edges: Sequence[TransactionEdge], own: frozenset[int]) -> tuple[SubCapability, ...]:
        """Every transaction in one part, every own table in one part."""
        popular = Counter(table for edge in edges for table in edge.writes + edge.reads if table in own)
        profiles: dict[str, list[str]] = defaultdict(list)
        uses: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for edge in edges:
            name, reason = self._name(edge, own, popular)
            told[name][reason] += edge.executions
            profiles[name].append(edge.profile)
            for tables, weight in ((edge.writes, 1.0), (edge.reads, _READ_SHARE)):
                for table in own.intersection(tables):
                    uses[name][table] += weight * edge.executions
        homes = self._homes(own, uses)
        tables_of: dict[str, list[str]] = defaultdict(list)
        for table, name in homes.items():
            tables_of[name].append(self._graph.tables[table].name)
        return tuple(
            SubCapability(
                name,
                tuple(sorted(profiles.get(name, ()))),
                tuple(sorted(tables_of.get(name, ()))),
                _most(told[name]) if name in told else "the words of its tables' names",
            )
            for name in sorted({*profiles, *tables_of})
        )

    def _name(self, edge: TransactionEdge, own: frozenset[int], popular: Counter[int]) -> tuple[str, str]:
        found = self._modules.get(edge.name, "")
        if found:
            return title(self._worded(found)) or found, f"the label {edge.name}"
        inside = own.intersection(edge.writes) or own.intersection(edge.reads)
        main = self._main[min(inside, key=lambda table: (-popular[table], table))]
        return self._titled(main), f"the table {self._graph.tables[main].name}"

    def _worded(self, found: str) -> tuple[str, ...]:
        """The words of a module's name, one written in one run as a table of that name is read."""
        return tuple(part for word in words(found) for part in self._runs.get(word, (word,)))

    def _titled(self, table: int) -> str:
        return title(_once(self._vocabulary.tables[table])) or self._graph.tables[table].name

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
            homes[table] = near if near and mine & spoken[near] else self._titled(self._main[table])
        return homes


def _once(spoken: tuple[str, ...]) -> tuple[str, ...]:
    """The words without what is said twice in a row: `order order note` is an order note."""
    for length in range(len(spoken) // 2, 0, -1):
        for start in range(len(spoken) - 2 * length + 1):
            middle = start + length
            if spoken[start:middle] == spoken[middle : middle + length]:
                return _once(spoken[:start] + spoken[middle:])
    return spoken
