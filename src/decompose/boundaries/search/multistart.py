"""Several descents from random orders, each followed by kicks: the cheapest partition found wins.

A descent moves single nodes while that helps, then whole services (merges) on the contracted graph, then single nodes
again. A kick dissolves a quarter of the services and descends anew, which is how splits and swaps are found; kicks
go on until `patience` of them in a row found nothing cheaper (iterated local search; Lourenço et al. 2003).
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

from decompose.boundaries.objectives.coupling import SMALLEST_GAIN
from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.contract import contract, expand
from decompose.boundaries.search.search import canonical
from decompose.graph.weights import WeightedGraph

_VISITS_PER_NODE = 40
_ROUNDS = 10
_LARGE = 1000


@dataclass(frozen=True, slots=True)
class Multistart:
    """`starts` random orders, the first from the given start, the rest from singletons; `patience` as above.

    Graphs of more than a thousand nodes get one start and no kicks: one descent takes seconds there.
    """

    name: str
    starts: int
    patience: int

    def improve(self, graph: WeightedGraph, objective: Objective, start: Partition, seed: int) -> Partition:
        """The cheapest of all tries; never dearer than the start."""
        rng = random.Random(seed)  # noqa: S311 - repeatable choice is the point, not secrecy
        large = len(graph.mass) > _LARGE
        singletons = tuple(range(len(graph.mass)))
        best, lowest = start, objective.cost(graph, start)
        for number in range(1 if large else self.starts):
            found = descend(graph, objective, start if number == 0 else singletons, rng)
            found, cost = self._kicked(graph, objective, found, rng, 0 if large else self.patience)
            if cost < lowest - SMALLEST_GAIN:
                best, lowest = found, cost
        return canonical(best)

    def _kicked(
        self, graph: WeightedGraph, objective: Objective, start: Partition, rng: random.Random, patience: int
    ) -> tuple[Partition, float]:
        best, lowest = start, objective.cost(graph, start)
        failures = 0
        while failures < patience:
            found = descend(graph, objective, _dissolved(best, rng), rng)
            cost = objective.cost(graph, found)
            failures += 1
            if cost < lowest - SMALLEST_GAIN:
                best, lowest, failures = found, cost, 0
        return best, lowest


def _dissolved(partition: Partition, rng: random.Random) -> Partition:
    services = sorted(set(partition))
    chosen = set(rng.sample(services, max(1, len(services) // 4))) if services else set()
    fresh = max(services, default=0) + 1
    return tuple(fresh + node if own in chosen else own for node, own in enumerate(partition))


def descend(graph: WeightedGraph, objective: Objective, start: Partition, rng: random.Random) -> Partition:
    """Single moves and merges in turn until neither helps."""
    partition = start
    for _ in range(_ROUNDS):
        partition = move_nodes(graph, objective, partition, rng)
        merged = _merge_services(graph, objective, partition, rng)
        if merged == partition:
            break
        partition = merged
    return partition


def _merge_services(graph: WeightedGraph, objective: Objective, partition: Partition, rng: random.Random) -> Partition:
    contracted, member_of = contract(graph, partition)
    changed = False
    while len(contracted.mass) > 1:
        singletons = tuple(range(len(contracted.mass)))
        moved = canonical(move_nodes(contracted, objective, singletons, rng))
        if moved == singletons:
            break
        changed = True
        contracted, inner = contract(contracted, moved)
        member_of = expand(member_of, inner)
    return member_of if changed else partition


def move_nodes(graph: WeightedGraph, objective: Objective, start: Partition, rng: random.Random) -> Partition:
    """Takes nodes in random order to where each costs least; a node whose neighbour moved is looked at again."""
    tally = objective.begin(graph, start)
    order = list(range(len(start)))
    rng.shuffle(order)
    queue, waiting = deque(order), [True] * len(order)
    visits = _VISITS_PER_NODE * len(order)
    while queue and visits:
        visits -= 1
        node = queue.popleft()
        waiting[node] = False
        _, target = tally.best(node)
        if target == tally.service(node):
            continue
        tally.move(node, target)
        for other, _ in graph.neighbours[node]:
            if not waiting[other] and tally.service(other) != target:
                waiting[other] = True
                queue.append(other)
    return tally.partition()
