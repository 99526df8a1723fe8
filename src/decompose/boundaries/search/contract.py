"""Contraction: a partition's services become the nodes of a smaller graph with the same costs (Blondel et al. 2008)."""

from __future__ import annotations

from collections import defaultdict

from decompose.boundaries.objectives.objective import Partition
from decompose.boundaries.search.search import canonical
from decompose.graph.weights import Hyperedge, WeightedGraph


def contract(graph: WeightedGraph, partition: Partition) -> tuple[WeightedGraph, Partition]:
    """The contracted graph, and for every node of the given one the node it became.

    A partition of the contracted graph costs what its expansion costs on the given graph.
    """
    member_of = canonical(partition)
    count = max(member_of, default=-1) + 1
    mass, tables = [0.0] * count, [0] * count
    links: list[dict[int, float]] = [defaultdict(float) for _ in range(count)]
    for node, target in enumerate(member_of):
        mass[target] += graph.mass[node]
        tables[target] += graph.tables[node]
        own = links[target]
        for other, weight in graph.neighbours[node]:
            if member_of[other] != target:
                own[member_of[other]] += weight
    edges: dict[tuple[int, ...], float] = defaultdict(float)
    for edge in graph.hyperedges:
        nodes = tuple(sorted({member_of[node] for node in edge.nodes}))
        if len(nodes) > 1:
            edges[nodes] += edge.weight
    contracted = WeightedGraph(
        tuple(tuple(sorted(found.items())) for found in links),
        tuple(Hyperedge(weight, nodes) for nodes, weight in sorted(edges.items())),
        tuple(mass),
        tuple(tables),
        graph.size,
        _apart(graph, member_of, count),
        graph.crumb,
    )
    return contracted, member_of


def _apart(graph: WeightedGraph, member_of: Partition, count: int) -> tuple[tuple[int, ...], ...]:
    if not graph.apart:
        return ()
    apart: list[set[int]] = [set() for _ in range(count)]
    for node, others in enumerate(graph.apart):
        apart[member_of[node]].update(member_of[other] for other in others)
    return tuple(tuple(sorted(found)) for found in apart)


def expand(member_of: Partition, partition: Partition) -> Partition:
    """A partition of the contracted graph, told for the nodes of the graph it came from."""
    return tuple(partition[node] for node in member_of)
