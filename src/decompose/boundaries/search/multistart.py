"""Several descents from random orders, each followed by kicks: the cheapest partition found wins.

A kick dissolves some services and descends anew; kicks go on until `patience` of them in a row found nothing cheaper
(iterated local search; Lourenço et al. 2003). The groups of nodes that the starts agree on are then kicked as wholes
(Ovelgönne and Geyer-Schulz 2013). Once several starts have come to the same lowest cost, no more are made. The cheapest
is refined by swaps and splits.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from decompose.boundaries.objectives.coupling import SMALLEST_GAIN
from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.contract import contract, expand
from decompose.boundaries.search.descend import descend
from decompose.boundaries.search.refine import refined
from decompose.boundaries.search.search import canonical
from decompose.graph.weights import WeightedGraph

_LOOSE = 0.25
_EFFORT = 9_000_000
_AGREED = 4
"""Starts that end at the same lowest cost, after which no more are made."""


@dataclass(frozen=True, slots=True)
class Multistart:
    """`starts` random orders, the first from the given start, the rest from singletons; `patience` as above.

    Large graphs get fewer starts and less patience, so that the time grows little faster than the graph; one descent
    at least.
    """

    name: str
    starts: int
    patience: int

    def improve(self, graph: WeightedGraph, objective: Objective, start: Partition, seed: int) -> Partition:
        """The cheapest of all tries; never dearer than the start."""
        rng = random.Random(seed)  # noqa: S311 - repeatable choice is the point, not secrecy
        affordable = _EFFORT // max(1, len(graph.mass)) ** 2
        starts = max(1, min(self.starts, affordable // 8))
        patience = min(self.patience, affordable // (2 * starts))
        singletons = tuple(range(len(graph.mass)))
        found: list[Partition] = []
        for number in range(starts):
            first = descend(graph, objective, start if number == 0 else singletons, rng)
            found.append(self._kicked(graph, objective, first, rng, patience))
            if _agreed(graph, objective, found):
                break
        if starts > 1:
            found.append(self._recombined(graph, objective, found, rng, 2 * patience))
        best = min(found, key=lambda partition: objective.cost(graph, partition))
        if patience:
            best = refined(graph, objective, best, rng)
        better = objective.cost(graph, best) < objective.cost(graph, start) - SMALLEST_GAIN
        return canonical(best if better else start)

    def _recombined(
        self, graph: WeightedGraph, objective: Objective, found: list[Partition], rng: random.Random, patience: int
    ) -> Partition:
        """Kicks the groups of nodes that all partitions found agree on, instead of single nodes."""
        groups: dict[tuple[int, ...], int] = {}
        agreed = tuple(groups.setdefault(labels, len(groups)) for labels in zip(*found, strict=True))
        contracted, home = contract(graph, agreed)
        best = min(found, key=lambda partition: objective.cost(graph, partition))
        inside = dict(zip(home, best, strict=True))
        start = tuple(inside[node] for node in range(len(contracted.mass)))
        return descend(graph, objective, expand(home, self._kicked(contracted, objective, start, rng, patience)), rng)

    def _kicked(
        self, graph: WeightedGraph, objective: Objective, start: Partition, rng: random.Random, patience: int
    ) -> Partition:
        best, lowest = start, objective.cost(graph, start)
        failures = 0
        while failures < patience and best:
            found = descend(graph, objective, _dissolved(graph, best, rng), rng)
            cost = objective.cost(graph, found)
            failures += 1
            if cost < lowest - SMALLEST_GAIN:
                best, lowest, failures = found, cost, 0
        return best


def _agreed(graph: WeightedGraph, objective: Objective, found: Sequence[Partition]) -> bool:
    """Whether enough starts came to the cheapest cost of all: more of them would find it again."""
    costs = [objective.cost(graph, partition) for partition in found]
    lowest = min(costs)
    return sum(cost <= lowest + SMALLEST_GAIN for cost in costs) >= _AGREED


def _dissolved(graph: WeightedGraph, partition: Partition, rng: random.Random) -> Partition:
    """Nodes set free: by turns those of a quarter of the services, of two or three linked ones, or any quarter."""
    services = sorted(set(partition))
    fresh = max(services) + 1
    way = rng.randrange(3)
    if way == 0:
        return tuple(fresh + node if rng.random() < _LOOSE else own for node, own in enumerate(partition))
    few = max(1, len(services) // 4)
    chosen = (
        set(rng.sample(services, few)) if way == 1 else _linked_services(graph, partition, rng.choice(services), rng)
    )
    return tuple(fresh + node if own in chosen else own for node, own in enumerate(partition))


def _linked_services(graph: WeightedGraph, partition: Partition, first: int, rng: random.Random) -> set[int]:
    chosen = {first}
    for _ in range(rng.randint(1, 2)):
        inside = (node for node, own in enumerate(partition) if own in chosen)
        linked = {partition[other] for node in inside for other, _ in graph.neighbours[node]} - chosen
        if not linked:
            break
        chosen.add(rng.choice(sorted(linked)))
    return chosen
