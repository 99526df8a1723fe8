"""Greedy union: groups are merged pair by pair, always the pair whose union costs least.

What a union costs depends on its two groups alone, as with every objective whose terms are per link, per hyperedge or
per service; so a price is worked out once and holds until one of the two changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from decompose.boundaries.objectives.objective import Objective, Tally
from decompose.boundaries.search.contract import contract
from decompose.graph.weights import Hyperedge, WeightedGraph


@dataclass(frozen=True, slots=True)
class Union:
    """Two groups made one: each by its first node, `left` < `right`, and what the whole cost gains by it."""

    left: int
    right: int
    cost: float


def unions(graph: WeightedGraph, objective: Objective, blocks: Sequence[int]) -> list[Union]:
    """Merges nodes of the same block until each block is one group; the cheapest union of any block comes first.

    Pairs that nothing links follow, the smallest first; then pairs that constraints keep apart.
    """
    groups = _Groups(graph, objective, blocks)
    found: list[Union] = []
    while (union := groups.cheapest()) is not None:
        found.append(union)
        groups.merge(union)
    return found


def inside(graph: WeightedGraph, nodes: Sequence[int]) -> WeightedGraph:
    """The graph of these nodes alone, numbered in their order; unions within it cost what they do in the whole."""
    return divided(graph, [nodes])[0]


def divided(graph: WeightedGraph, blocks: Sequence[Sequence[int]]) -> list[WeightedGraph]:
    """The graph inside each block of nodes, numbered in the block's order; no node is in two blocks."""
    place = {node: (block, number) for block, nodes in enumerate(blocks) for number, node in enumerate(nodes)}
    edges: list[list[Hyperedge]] = [[] for _ in blocks]
    for edge in graph.hyperedges:
        pieces: dict[int, list[int]] = defaultdict(list)
        for node in edge.nodes:
            if node in place:
                block, number = place[node]
                pieces[block].append(number)
        for block, numbers in pieces.items():
            if len(numbers) > 1:
                edges[block].append(Hyperedge(edge.weight, tuple(sorted(numbers))))
    return [_block(graph, nodes, tuple(found)) for nodes, found in zip(blocks, edges, strict=True)]


def _block(graph: WeightedGraph, nodes: Sequence[int], edges: tuple[Hyperedge, ...]) -> WeightedGraph:
    number = {node: position for position, node in enumerate(nodes)}
    links = (((number[other], w) for other, w in graph.neighbours[node] if other in number) for node in nodes)
    return replace(
        graph,
        neighbours=tuple(tuple(sorted(found)) for found in links),
        hyperedges=edges,
        mass=tuple(graph.mass[node] for node in nodes),
        tables=tuple(graph.tables[node] for node in nodes),
        apart=tuple(_numbers(graph.apart[node], number) for node in nodes) if graph.apart else (),
    )


def between(graph: WeightedGraph, partition: Sequence[int], services: int) -> WeightedGraph:
    """The graph of the services 0 to `services` - 1 of a partition; every other table is left out."""
    contracted, home = contract(graph, tuple(partition))
    node_of = dict(zip(partition, home, strict=True))
    return inside(contracted, [node_of[number] for number in range(services)])


def _numbers(nodes: Iterable[int], number: dict[int, int]) -> tuple[int, ...]:
    return tuple(sorted(number[node] for node in nodes if node in number))


class _Groups:
    """The groups now, as the nodes of a contracted graph, with the price of every pair of a block that is linked."""

    def __init__(self, graph: WeightedGraph, objective: Objective, blocks: Sequence[int]) -> None:
        self._graph = graph
        self._objective = objective
        self._blocks = list(blocks)
        self._first = list(range(len(blocks)))
        self._age = dict.fromkeys(self._first, 0)
        self._left = len(set(blocks))
        tally = self._tally()
        self._prices = [
            self._price(tally, node, other)
            for node in self._first
            for other in self._linked(node)
            if other > node and self._blocks[other] == self._blocks[node]
        ]
        heapify(self._prices)

    def cheapest(self) -> Union | None:
        """The next union; None when every block is one group."""
        if len(self._first) == self._left:
            return None
        while self._prices:
            cost, left, right, age_left, age_right = heappop(self._prices)
            if self._age.get(left) == age_left and self._age.get(right) == age_right:
                return Union(left, right, cost)
        return self._unlinked()

    def merge(self, union: Union) -> None:
        """Makes the two one and prices it with all that it is linked to."""
        left, right = self._first.index(union.left), self._first.index(union.right)
        labels = [left if node == right else node for node in range(len(self._first))]
        self._graph, _ = contract(self._graph, tuple(labels))
        del self._first[right], self._blocks[right]
        del self._age[union.right]
        self._age[union.left] += 1
        tally = self._tally()
        for other in self._linked(left):
            if self._blocks[other] == self._blocks[left]:
                heappush(self._prices, self._price(tally, min(left, other), max(left, other)))

    def _tally(self) -> Tally:
        return self._objective.begin(self._graph, tuple(range(len(self._first))))

    def _price(self, tally: Tally, left: int, right: int) -> tuple[float, int, int, int, int]:
        first, second = self._first[left], self._first[right]
        return tally.delta(right, left), first, second, self._age[first], self._age[second]

    def _linked(self, node: int) -> list[int]:
        apart = self._graph.apart[node] if self._graph.apart else ()
        linked = {other for other, _ in self._graph.neighbours[node]}
        return sorted(linked.difference(apart))

    def _unlinked(self) -> Union:
        """The two smallest groups of a block that may be merged at all, else the two smallest of any block."""
        members: dict[int, list[int]] = defaultdict(list)
        for node in sorted(range(len(self._first)), key=lambda node: (self._graph.mass[node], node)):
            members[self._blocks[node]].append(node)
        apart = self._graph.apart
        pairs = [
            next(((a, b) for a in nodes for b in nodes if a < b and not (apart and b in apart[a])), None)
            for nodes in members.values()
        ]
        allowed = [pair for pair in pairs if pair]
        left, right = min(allowed or [(min(n[:2]), max(n[:2])) for n in members.values() if len(n) > 1])
        return Union(self._first[left], self._first[right], self._tally().delta(right, left))
