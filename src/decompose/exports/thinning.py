"""A graph that a picture can hold: its strongest edges, none of its nodes cut off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from decompose.exports.model import BoundaryGraph, Edge

FEWEST = 60
"""So many edges a picture always holds."""


def readable(graph: BoundaryGraph) -> BoundaryGraph:
    """The graph with the edges that a picture can hold, three for two nodes.

    More than that hides every single one, as pictures of 40 services with 500 edges show.
    """
    return strongest(graph, max(FEWEST, 3 * len(graph.nodes) // 2))


def strongest(graph: BoundaryGraph, most: int) -> BoundaryGraph:
    """At most so many edges: first those that keep together what hangs together, then the strongest of the others.

    The former are a maximum spanning forest (Kruskal 1956). Weights of different kinds do not compare: the strongest of
    each kind take turns, and what crosses services comes before what does not.
    """
    if len(graph.edges) <= most:
        return graph
    ranked = _ranked(graph.edges)
    chosen = dict.fromkeys([*_forest(graph, ranked), *ranked])
    kept = sorted(list(chosen)[:most])
    left_out = graph.left_out + len(graph.edges) - len(kept)
    return replace(graph, edges=tuple(graph.edges[place] for place in kept), left_out=left_out)


def _ranked(edges: Sequence[Edge]) -> list[int]:
    """Places of edges, the strongest of every kind first, then the second of every kind; what crosses goes first."""
    of_kind: defaultdict[str, list[int]] = defaultdict(list)
    for place, edge in enumerate(edges):
        of_kind[edge.kind].append(place)
    ranks: dict[int, tuple[int, int]] = {}
    for number, kind in enumerate(sorted(of_kind, key=_order)):
        heaviest = sorted(of_kind[kind], key=lambda place: (not edges[place].crossing, -edges[place].weight, place))
        ranks |= {place: (rank, number) for rank, place in enumerate(heaviest)}
    return sorted(ranks, key=lambda place: ranks[place])


def _order(kind: str) -> int:
    """Transactions, joins, references: what is hardest to divide comes first."""
    return ("transaction", "join", "reference").index(kind)


def _forest(graph: BoundaryGraph, ranked: Sequence[int]) -> list[int]:
    above = {node.id: node.id for node in graph.nodes}

    def root(node: str) -> str:
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    found = []
    for place in ranked:
        ends = root(graph.edges[place].source), root(graph.edges[place].target)
        if ends[0] != ends[1]:
            above[ends[0]] = ends[1]
            found.append(place)
    return found
