"""How sure a proposal is: what becomes of it when the evidence is drawn again (bootstrap; Efron 1979).

Each round draws the transactions with replacement, scales every other link by a random factor between a half and one
and a half, and searches anew from nothing with another seed.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace

from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.multistart import descend
from decompose.graph.weights import WeightedGraph

_LARGE = 1000


@dataclass(frozen=True, slots=True)
class Stability:
    """`services[s]` (0 to 1) is the mean overlap (Jaccard) of service s with its likest in each round.

    `votes[t]` counts, over the rounds, the service whose likest held table t.
    """

    rounds: int
    services: tuple[float, ...]
    votes: tuple[Counter[int], ...]


def resampled(graph: WeightedGraph, rng: random.Random) -> WeightedGraph:
    """The graph with every link scaled by its own random factor between 0.5 and 1.5."""
    links: list[list[tuple[int, float]]] = [[] for _ in graph.neighbours]
    for node, found in enumerate(graph.neighbours):
        for other, weight in found:
            if other > node:
                scaled = weight * (0.5 + rng.random())
                links[node].append((other, scaled))
                links[other].append((node, scaled))
    return replace(graph, neighbours=tuple(tuple(sorted(found)) for found in links))


def rounds_for(tables: int, wanted: int) -> int:
    """How many rounds a graph of this size affords."""
    return min(wanted, 3) if tables > _LARGE else wanted


def compare(partition: Partition, members: tuple[int, ...], rounds: list[Partition]) -> Stability:
    """Sets the rounds' partitions against the proposal's, over the member tables."""
    services = sorted({partition[node] for node in members})
    own = {service: {n for n in members if partition[n] == service} for service in services}
    overlap = dict.fromkeys(services, 0.0)
    votes: list[Counter[int]] = [Counter() for _ in partition]
    for found in rounds:
        sizes = Counter(found[node] for node in members)
        both = Counter((partition[node], found[node]) for node in members)
        likest = _likest(both, own, sizes)
        for service in services:
            overlap[service] += max(
                (
                    count / (len(own[service]) + sizes[other] - count)
                    for (s, other), count in both.items()
                    if s == service
                ),
                default=0.0,
            )
        for node in members:
            votes[node][likest[found[node]]] += 1
    count = max(1, len(rounds))
    return Stability(len(rounds), tuple(round(overlap[service] / count, 3) for service in services), tuple(votes))


def _likest(both: Counter[tuple[int, int]], own: dict[int, set[int]], sizes: Counter[int]) -> dict[int, int]:
    """For every service of a round, the proposal's service it overlaps most."""
    best: dict[int, tuple[float, int]] = {}
    for (service, other), count in sorted(both.items()):
        score = count / (len(own[service]) + sizes[other] - count)
        if other not in best or score > best[other][0]:
            best[other] = (score, service)
    return {other: service for other, (_, service) in best.items()}


def draw(graph: WeightedGraph, objective: Objective, rng: random.Random) -> Partition:
    """One round's partition of an already redrawn graph."""
    return descend(graph, objective, tuple(range(len(graph.mass))), rng)
