"""The capability map: what the business does, which transactions carry it, which tables it needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from decompose.boundaries.model import Capability, Service, SubCapability
from decompose.boundaries.names import title
from decompose.graph.model import CouplingGraph, TransactionEdge
from decompose.graph.vocabulary import Vocabulary

_READ_SHARE = 0.25


def capability_map(graph: CouplingGraph, services: Sequence[Service], vocabulary: Vocabulary) -> tuple[Capability, ...]:
    """One capability per service, its transactions grouped by the table they are mainly about.

    A transaction belongs to the service with most of its tables, a read counting a quarter of a write (the rule for
    the coordinator of a use case in Service Cutter, ECSA 2016). Transactions over set-apart tables alone go nowhere,
    unless they write: those form the capability "Platform".
    """
    index = {node.name: position for position, node in enumerate(graph.tables)}
    owner = {index[table]: number for number, service in enumerate(services) for table in service.tables}
    carried: dict[int, list[TransactionEdge]] = defaultdict(list)
    for edge in graph.transactions:
        number = _coordinator(edge, owner)
        if number is not None or edge.writes:
            carried[-1 if number is None else number].append(edge)
    found = [
        Capability(service.capability, _children(graph, carried[number], service, vocabulary, index))
        for number, service in enumerate(services)
    ]
    if carried[-1]:
        platform = Service("platform", tuple(sorted({graph.tables[t].name for e in carried[-1] for t in e.writes})))
        found.append(Capability("Platform", _children(graph, carried[-1], platform, vocabulary, index)))
    return tuple(sorted(found, key=lambda capability: (capability.name, capability.children[0].tables)))


def _coordinator(edge: TransactionEdge, owner: dict[int, int]) -> int | None:
    votes: dict[int, float] = defaultdict(float)
    for tables, weight in ((edge.writes, 1.0), (edge.reads, _READ_SHARE)):
        for table in tables:
            if table in owner:
                votes[owner[table]] += weight
    return min(votes, key=lambda number: (-votes[number], number)) if votes else None


def _children(
    graph: CouplingGraph,
    edges: Sequence[TransactionEdge],
    service: Service,
    vocabulary: Vocabulary,
    index: dict[str, int],
) -> tuple[SubCapability, ...]:
    own = frozenset(index[table] for table in service.tables)
    popular = Counter(table for edge in edges for table in edge.writes + edge.reads if table in own)
    grouped: dict[int, list[TransactionEdge]] = defaultdict(list)
    for edge in edges:
        inside = [t for t in edge.writes if t in own] or [t for t in edge.reads if t in own]
        grouped[min(inside, key=lambda table: (-popular[table], table))].append(edge)
    homes = _homes(sorted(own), sorted(grouped), vocabulary)
    children = []
    for table in sorted(set(homes.values())):
        names = {graph.tables[t].name for t in own if homes[t] == table}
        profiles = tuple(sorted(edge.profile for edge in grouped[table]))
        children.append(
            SubCapability(title(vocabulary.tables[table]) or graph.tables[table].name, profiles, tuple(sorted(names)))
        )
    return tuple(sorted(children, key=lambda child: (child.name, child.tables)))


def _homes(tables: list[int], heads: list[int], vocabulary: Vocabulary) -> dict[int, int]:
    """Every table's sub-capability: its own where it heads one, else the head that shares most words with it."""
    homes = {}
    for table in tables:
        spoken = set(vocabulary.tables[table])
        near = [(len(spoken & set(vocabulary.tables[head])), head) for head in heads]
        best = max(near, key=lambda pair: (pair[0], -pair[1]), default=(0, table))
        homes[table] = table if table in heads or not best[0] else best[1]
    return homes
