"""How sure a proposal is: what becomes of it when the evidence is drawn again (bootstrap; Efron 1979).

Each round draws the transactions with replacement, scales every link by its own random factor, and searches anew from
nothing with another seed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from decompose.boundaries.constraints import constrain
from decompose.boundaries.cut import Cutter
from decompose.boundaries.objectives.objective import Partition
from decompose.boundaries.search.contract import contract, expand
from decompose.boundaries.search.descend import descend
from decompose.boundaries.settings import ProposalSettings
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary
from decompose.graph.weights import WeightedGraph, weigh

_LARGE = 1000
_ROUNDS_OF_LARGE = 3
_NOISE = 0.25


@dataclass(frozen=True, slots=True)
class Stability:
    """`services[s]` (0 to 1) is the mean overlap (Jaccard) of service s with its likest in each round.

    `votes[t]` counts the rounds by the service whose likest held table t.
    """

    rounds: int
    services: dict[int, float]
    votes: tuple[Counter[int], ...]


def bootstrap(
    graph: CouplingGraph,
    vocabulary: Vocabulary,
    partition: Partition,
    members: tuple[int, ...],
    cutter: Cutter,
    settings: ProposalSettings,
) -> Stability | None:
    """How the proposal's services fare over `settings.bootstrap` rounds, three at most on more than 1,000 tables."""
    rounds = min(settings.bootstrap, _ROUNDS_OF_LARGE) if len(members) > _LARGE else settings.bootstrap
    if not members or rounds < 1:
        return None
    rng = random.Random(settings.seed + 1)  # noqa: S311 - repeatable choice is the point, not secrecy
    left_out = frozenset(range(len(partition))).difference(members)
    found = []
    for _ in range(rounds):
        redrawn = redraw(weigh(graph, settings.weights, vocabulary, left_out, _drawn(graph, rng)), rng)
        contracted, home = contract(constrain(redrawn, cutter.bound), cutter.bound.group)
        singletons = tuple(range(len(contracted.mass)))
        found.append(expand(home, descend(contracted, cutter.objective, singletons, rng)))
    return compare(partition, members, found)


def _drawn(graph: CouplingGraph, rng: random.Random) -> list[int]:
    """How often each transaction profile is drawn, in as many draws as there are profiles."""
    count = len(graph.transactions)
    drawn = Counter(rng.choices(range(count), k=count)) if count else Counter()
    return [drawn[number] for number in range(count)]


def redraw(graph: WeightedGraph, rng: random.Random) -> WeightedGraph:
    """The graph with every link scaled by its own random factor, evenly within a quarter either way."""
    links: list[list[tuple[int, float]]] = [[] for _ in graph.neighbours]
    for node, found in enumerate(graph.neighbours):
        for other, weight in found:
            if other > node:
                scaled = weight * (1 - _NOISE + 2 * _NOISE * rng.random())
                links[node].append((other, scaled))
                links[other].append((node, scaled))
    return replace(graph, neighbours=tuple(tuple(sorted(found)) for found in links))


def compare(partition: Partition, members: tuple[int, ...], rounds: Sequence[Partition]) -> Stability:
    """Sets the rounds' partitions against the proposal's, over the member tables."""
    services = sorted({partition[node] for node in members})
    overlap = dict.fromkeys(services, 0.0)
    votes: list[Counter[int]] = [Counter() for _ in partition]
    for found in rounds:
        likeness = _likeness(partition, found, members)
        best = dict.fromkeys(services, 0.0)
        likest: dict[int, tuple[float, int]] = {}
        for (service, other), value in sorted(likeness.items()):
            best[service] = max(best[service], value)
            if other not in likest or value > likest[other][0]:
                likest[other] = (value, service)
        for service in services:
            overlap[service] += best[service]
        for node in members:
            votes[node][likest[found[node]][1]] += 1
    count = max(1, len(rounds))
    return Stability(len(rounds), {s: round(total / count, 3) for s, total in overlap.items()}, tuple(votes))


def _likeness(partition: Partition, found: Partition, members: tuple[int, ...]) -> dict[tuple[int, int], float]:
    """The overlap (Jaccard) of every service of the proposal with every one of the round that it meets."""
    own = Counter(partition[node] for node in members)
    other = Counter(found[node] for node in members)
    both = Counter((partition[node], found[node]) for node in members)
    return {(a, b): count / (own[a] + other[b] - count) for (a, b), count in both.items()}
