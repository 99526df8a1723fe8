"""A descent: single nodes move while that helps, then whole services (merges) on the contracted graph, then again."""

from __future__ import annotations

import random
from collections import deque

from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.contract import contract, expand
from decompose.boundaries.search.search import canonical
from decompose.graph.weights import WeightedGraph

_VISITS_PER_NODE = 40
_ROUNDS = 10


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
