"""Fitting a partition to a wanted number of services."""

from __future__ import annotations

from dataclasses import replace

from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.contract import contract, expand
from decompose.boundaries.search.search import Search, canonical
from decompose.errors import UsageError
from decompose.graph.weights import WeightedGraph

_DOUBLINGS = 12


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
    partition = _without_strangers(partition, members)
    while (found := len({partition[node] for node in members})) != wanted:
        partition = (
            _merged(graph, objective, partition, members, wanted)
            if found > wanted
            else _split(graph, partition, members)
        )
    return canonical(partition)


def _without_strangers(partition: Partition, members: tuple[int, ...]) -> Partition:
    """Every node that is no member in a service of its own."""
    inside = set(members)
    fresh = max(partition, default=0) + 1
    return tuple(own if node in inside else fresh + node for node, own in enumerate(partition))


def _merged(
    graph: WeightedGraph, objective: Objective, partition: Partition, members: tuple[int, ...], wanted: int
) -> Partition:
    """Merges the two services whose union changes the cost least; linked ones, and the smallest with any, are tried."""
    contracted, home = contract(graph, partition)
    services = sorted({home[node] for node in members})
    pairs = _mergeable(contracted, services)
    if not pairs:
        raise UsageError(
            f"{wanted} services are too few: tables that must stay apart need {len(services)}",
            "ask for more services, or drop some of the constraints",
        )
    tally = objective.begin(contracted, tuple(range(len(contracted.mass))))
    left, right = min(pairs, key=lambda pair: (tally.delta(pair[1], pair[0]), pair))
    return expand(home, tuple(left if service == right else service for service in range(len(contracted.mass))))


def _mergeable(contracted: WeightedGraph, services: list[int]) -> list[tuple[int, int]]:
    inside = set(services)
    linked = {(s, other) for s in services for other, _ in contracted.neighbours[s] if s < other and other in inside}
    smallest = min(services, key=lambda service: (contracted.tables[service], service))
    linked.update((min(smallest, other), max(smallest, other)) for other in services if other != smallest)
    allowed = _allowed(contracted, linked)
    return allowed or _allowed(contracted, {(a, b) for a in services for b in services if a < b})


def _allowed(contracted: WeightedGraph, pairs: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(p for p in pairs if not contracted.apart or p[1] not in contracted.apart[p[0]])


def _split(graph: WeightedGraph, partition: Partition, members: tuple[int, ...]) -> Partition:
    """Takes the loosest table out of the largest service."""
    services: dict[int, list[int]] = {}
    for node in members:
        services.setdefault(partition[node], []).append(node)
    nodes = max(services.values(), key=lambda found: (len(found), -found[0]))
    inside = set(nodes)
    bound = {node: sum(weight for other, weight in graph.neighbours[node] if other in inside) for node in nodes}
    loose = min(nodes, key=lambda node: (bound[node], node))
    fresh = max(partition) + 1
    return tuple(fresh if node == loose else own for node, own in enumerate(partition))
