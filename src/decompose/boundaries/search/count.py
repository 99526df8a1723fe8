"""Fitting a partition to a wanted number of services."""

from __future__ import annotations

from dataclasses import replace

from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.search import Search, canonical
from decompose.errors import UsageError
from decompose.graph.weights import WeightedGraph

_DOUBLINGS = 12

Groups = list[tuple[int, ...]]


def with_services(
    graph: WeightedGraph, objective: Objective, search: Search, wanted: int, seed: int, members: tuple[int, ...]
) -> Partition:
    """A partition whose `members` form exactly `wanted` services, or one each where there are fewer members.

    The size term is raised until the search finds at least that many services; those whose union costs least at the
    graph's own weights are then merged, pair by pair. UsageError where tables to be kept apart need more services.
    """
    wanted = max(1, min(wanted, len(members)))
    singletons = tuple(range(len(graph.mass)))
    partition, pull = search.improve(graph, objective, singletons, seed), graph.size
    for _ in range(_DOUBLINGS):
        if len({partition[node] for node in members}) >= wanted:
            break
        pull = pull * 2 if pull else 1.0
        partition = search.improve(replace(graph, size=pull), objective, singletons, seed)
    services = _services(partition, members)
    while len(services) > wanted:
        services = _merge_cheapest(graph, objective, services, wanted)
    while len(services) < wanted:
        services = _split_largest(graph, services)
    return _label(services, len(graph.mass))


def _services(partition: Partition, members: tuple[int, ...]) -> Groups:
    found: dict[int, list[int]] = {}
    for node in members:
        found.setdefault(partition[node], []).append(node)
    return sorted(tuple(nodes) for nodes in found.values())


def _merge_cheapest(graph: WeightedGraph, objective: Objective, services: Groups, wanted: int) -> Groups:
    """Merges the two services whose union changes the cost least; linked ones and the two smallest are candidates."""
    label = {node: number for number, nodes in enumerate(services) for node in nodes}
    pairs = {
        (min(number, label[other]), max(number, label[other]))
        for number, nodes in enumerate(services)
        for node in nodes
        for other, _ in graph.neighbours[node]
        if label.get(other, number) != number
    }
    by_size = sorted(range(len(services)), key=lambda number: (len(services[number]), number))
    pairs.update((min(by_size[0], other), max(by_size[0], other)) for other in by_size[1:])
    allowed = sorted(pair for pair in pairs if not _barred(graph, services, *pair))
    if not allowed:
        allowed = [
            (left, right)
            for right in range(len(services))
            for left in range(right)
            if not _barred(graph, services, left, right)
        ]
    if not allowed:
        raise UsageError(
            f"{wanted} services are too few: tables that must stay apart need at least {len(services)}",
            "ask for more services, or drop some of the constraints",
        )
    left, right = min(allowed, key=lambda pair: (_union_change(graph, objective, services, *pair), pair))
    merged = tuple(sorted(services[left] + services[right]))
    return sorted([*(nodes for number, nodes in enumerate(services) if number not in (left, right)), merged])


def _barred(graph: WeightedGraph, services: Groups, left: int, right: int) -> bool:
    if not graph.apart:
        return False
    others = set(services[right])
    return any(not others.isdisjoint(graph.apart[node]) for node in services[left])


def _union_change(graph: WeightedGraph, objective: Objective, services: Groups, left: int, right: int) -> float:
    """What the cost gains when two services become one: a small cost of the two alone, before and after."""
    nodes = services[left] + services[right]
    place = {node: position for position, node in enumerate(nodes)}
    inner = WeightedGraph(
        tuple(tuple((place[o], w) for o, w in graph.neighbours[node] if o in place) for node in nodes),
        (),
        tuple(graph.mass[node] for node in nodes),
        tuple(graph.tables[node] for node in nodes),
        graph.size,
    )
    parted = (0,) * len(services[left]) + (1,) * len(services[right])
    saved = sum(
        edge.weight
        for edge in graph.hyperedges
        if not set(edge.nodes).isdisjoint(services[left]) and not set(edge.nodes).isdisjoint(services[right])
    )
    return objective.cost(inner, (0,) * len(nodes)) - objective.cost(inner, parted) - saved


def _split_largest(graph: WeightedGraph, services: Groups) -> Groups:
    """Takes the loosest table out of the largest service."""
    largest = max(services, key=lambda nodes: (len(nodes), nodes))
    inside = set(largest)
    bound = {node: sum(weight for other, weight in graph.neighbours[node] if other in inside) for node in largest}
    loose = min(largest, key=lambda node: (bound[node], node))
    rest = tuple(node for node in largest if node != loose)
    return sorted([*(nodes for nodes in services if nodes != largest), rest, (loose,)])


def _label(services: Groups, nodes: int) -> Partition:
    partition = [len(services) + node for node in range(nodes)]
    for number, members in enumerate(services):
        for node in members:
            partition[node] = number
    return canonical(tuple(partition))
