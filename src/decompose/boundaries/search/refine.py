"""The last exact moves: two nodes swapped, a service split, two linked services divided anew, as long as one helps.

Single moves and merges cannot pass the rise in cost that lies between two partitions that differ by a swap; kicks find
most of these by chance, this finds what is left on graphs that are small enough.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator

from decompose.boundaries.objectives.coupling import SMALLEST_GAIN
from decompose.boundaries.objectives.objective import Objective, Partition, Tally
from decompose.boundaries.search.descend import descend
from decompose.graph.weights import WeightedGraph

MOST_NODES = 200
"""Nodes up to which every swap is tried: their number grows with the square of the nodes."""

_ROUNDS = 10


def refined(graph: WeightedGraph, objective: Objective, start: Partition, rng: random.Random) -> Partition:
    """The start, or a cheaper partition that no swap, split or new division of two linked services makes cheaper."""
    best = start
    if len(start) > MOST_NODES:
        return best
    while True:
        found = _redivided(graph, objective, swapped(graph, objective, best), rng)
        if objective.cost(graph, found) >= objective.cost(graph, best) - SMALLEST_GAIN:
            return best
        best = found


def swapped(graph: WeightedGraph, objective: Objective, start: Partition) -> Partition:
    """Exchanges two nodes of different services where that is cheaper, until no exchange is."""
    tally = objective.begin(graph, start)
    for _ in range(_ROUNDS):
        swaps = sum(_swap(graph, tally, node) for node in range(len(start)))
        if not swaps:
            break
    return tally.partition()


def _swap(graph: WeightedGraph, tally: Tally, node: int) -> bool:
    """Makes the node's cheapest exchange with a node of a service that it is linked to, if it saves anything."""
    own = tally.service(node)
    inside: dict[int, list[int]] = defaultdict(list)
    for other, service in enumerate(tally.partition()):
        inside[service].append(other)
    best, partner = -SMALLEST_GAIN, node
    for service in sorted(_linked(graph, tally, node) - {own}):
        going = tally.delta(node, service)
        tally.move(node, service)
        for other in inside[service]:
            change = going + tally.delta(other, own)
            if change < best and _may_swap(graph, tally, node, other, own):
                best, partner = change, other
        tally.move(node, own)
    if partner == node:
        return False
    service = tally.service(partner)
    tally.move(node, service)
    tally.move(partner, own)
    return True


def _linked(graph: WeightedGraph, tally: Tally, node: int) -> set[int]:
    return {tally.service(other) for other, _ in graph.neighbours[node]}


def _may_swap(graph: WeightedGraph, tally: Tally, node: int, other: int, own: int) -> bool:
    """Whether neither meets a node to be kept apart; `node` already lies where `other` still does."""
    if not graph.apart:
        return True
    theirs = tally.service(node)
    meets = any(tally.service(barred) == theirs and barred != other for barred in graph.apart[node])
    return not meets and all(tally.service(barred) != own for barred in graph.apart[other])


def _redivided(graph: WeightedGraph, objective: Objective, start: Partition, rng: random.Random) -> Partition:
    """Sets one service or two linked ones free to descend anew: the first cheaper partition so found, or the start."""
    below = objective.cost(graph, start) - SMALLEST_GAIN
    fresh = max(start, default=0) + 1
    for chosen in _targets(graph, start):
        freed = tuple(fresh + node if own in chosen else own for node, own in enumerate(start))
        found = descend(graph, objective, freed, rng)
        if objective.cost(graph, found) < below:
            return found
    return start


def _targets(graph: WeightedGraph, partition: Partition) -> Iterator[set[int]]:
    services = sorted(set(partition))
    pairs = {
        (min(own, partition[other]), max(own, partition[other]))
        for node, own in enumerate(partition)
        for other, _ in graph.neighbours[node]
        if partition[other] != own
    }
    yield from ({service} for service in services)
    yield from (set(pair) for pair in sorted(pairs))
