"""Cuts of a graph into other numbers of services than a given one has.

The given services are merged, the pair that costs least first. Finer cuts are found under a size term that pulls
harder, and merged likewise; and each service is divided where that costs least, grown anew from its nodes. Single nodes
then move to where the true cost is least, the number of services held.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from decompose.boundaries.constraints import Bound, constrain
from decompose.boundaries.cut import Cutter
from decompose.boundaries.merging import divided, inside, unions
from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.contract import contract, expand
from decompose.boundaries.search.descend import descend
from decompose.boundaries.search.search import canonical
from decompose.graph.weights import WeightedGraph

_PULLS = (1.5, 2.0, 3.0, 4.0, 8.0, 16.0)
_DESCENTS = 3
_PASSES = 2
_GROWN = 120
"""Nodes of a service up to which it is grown anew."""


@dataclass(frozen=True, slots=True)
class Field:
    """The graph of the tables that form services, tables tied together as one node; `tables` lists (table, node)."""

    part: WeightedGraph
    tables: tuple[tuple[int, int], ...]

    def seen(self, partition: Partition) -> Partition:
        """A partition of all tables, told for the nodes."""
        label = {node: partition[table] for table, node in self.tables}
        return canonical(tuple(label[node] for node in range(len(self.part.mass))))

    def told(self, partition: Partition, count: int) -> Partition:
        """A partition of the nodes, told for all tables (`count` of them); every other table has its own label."""
        home = {table: partition[node] for table, node in self.tables}
        return tuple(home.get(table, len(partition) + table) for table in range(count))


def bounded(weighted: WeightedGraph, members: Sequence[int], bound: Bound) -> Field:
    """The field of the member tables under the constraints."""
    contracted, home = contract(constrain(weighted, bound), bound.group)
    nodes = sorted({home[table] for table in members})
    place = {node: number for number, node in enumerate(nodes)}
    return Field(inside(contracted, nodes), tuple((table, place[home[table]]) for table in members))


def cheapest(weighted: WeightedGraph, members: Sequence[int], cutter: Cutter, found: Partition) -> Partition:
    """The cheapest cut into as many services as `found` has: `found` itself, or one reached from a free search."""
    field = bounded(weighted, members, cutter.bound)
    given = field.seen(found)
    free = field.seen(cutter.cut(weighted, tuple(members)))
    wanted = frozenset({len(set(given))})
    best = min(
        (given, *recuts(field.part, cutter.objective, free, wanted, cutter.seed)),
        key=lambda partition: cutter.objective.cost(field.part, partition),
    )
    return field.told(best, len(found))


def recuts(
    part: WeightedGraph,
    objective: Objective,
    chosen: Partition,
    wanted: frozenset[int],
    seed: int,
    *,
    finer: bool = True,
) -> Iterator[Partition]:
    """Cuts of the wanted numbers of services; only coarser ones, as merging leaves them, unless `finer`."""
    if not finer:
        yield from _merged(part, objective, chosen, wanted)
        return
    for start in (chosen, *_finer(part, objective, chosen, max(2 * len(set(chosen)), *wanted), seed)):
        if len(set(start)) in wanted:
            yield start
        for candidate in _merged(part, objective, start, wanted):
            yield _settled(part, objective, candidate)
    for candidate in _grown(part, objective, chosen, wanted):
        yield _settled(part, objective, candidate)


def _finer(part: WeightedGraph, objective: Objective, chosen: Partition, most: int, seed: int) -> Iterator[Partition]:
    """For each pull, the cheapest of a few descents under it, until there are as many services as wanted at most."""
    rng = random.Random(seed)  # noqa: S311 - repeatable choice is the point, not secrecy
    apart = tuple(range(len(chosen)))
    for pull in _PULLS:
        pulled = replace(part, size=part.size * pull)
        tries = [descend(pulled, objective, start, rng) for start in (chosen, *(apart,) * _DESCENTS)]
        best = canonical(min(tries, key=lambda found: objective.cost(pulled, found)))
        yield best
        if len(set(best)) >= most:
            return


def _merged(part: WeightedGraph, objective: Objective, start: Partition, wanted: frozenset[int]) -> Iterator[Partition]:
    """The start with services merged, cheapest first, down to each wanted number; never tables to be kept apart."""
    contracted, home = contract(part, start)
    service = list(range(len(contracted.mass)))
    count = len(service)
    for union in unions(contracted, objective, [0] * count):
        if contracted.apart and _barred(contracted, service, service[union.left], service[union.right]):
            return
        gone, kept = service[union.right], service[union.left]
        service = [kept if label == gone else label for label in service]
        count -= 1
        if count in wanted:
            yield canonical(expand(home, tuple(service)))


def _grown(part: WeightedGraph, objective: Objective, chosen: Partition, wanted: frozenset[int]) -> Iterator[Partition]:
    """The given services grown from single nodes, the cheapest union of any first: each wanted number on the way.

    Services of more than `_GROWN` nodes stay whole. A union waits for those that its own two groups came of.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for node, service in enumerate(chosen):
        members[service].append(node)
    blocks = [nodes for nodes in members.values() if len(nodes) <= _GROWN]
    label = list(range(len(chosen)))
    for nodes in members.values():
        for node in nodes if len(nodes) > _GROWN else ():
            label[node] = nodes[0]
    steps: list[tuple[float, int, int, int, int]] = []
    for number, (nodes, inner) in enumerate(zip(blocks, divided(part, blocks), strict=True)):
        height = float("-inf")
        for order, union in enumerate(unions(inner, objective, [0] * len(nodes))):
            height = max(height, union.cost)
            steps.append((height, number, order, nodes[union.left], nodes[union.right]))
    count = len(set(label))
    for _, _, _, kept, gone in sorted(steps):
        if count in wanted:
            yield canonical(tuple(label))
        label = [kept if own == gone else own for own in label]
        count -= 1


def _barred(contracted: WeightedGraph, service: Sequence[int], left: int, right: int) -> bool:
    return any(
        service[node] == left and any(service[other] == right for other in others)
        for node, others in enumerate(contracted.apart)
    )


def _settled(part: WeightedGraph, objective: Objective, start: Partition) -> Partition:
    """Single nodes moved to where each costs least, as long as no service comes or goes."""
    tally = objective.begin(part, start)
    sizes = Counter(start)
    for _ in range(_PASSES):
        moved = False
        for node in range(len(start)):
            own = tally.service(node)
            _, target = tally.best(node)
            if target != own and sizes[own] > 1 and sizes[target] > 0:
                tally.move(node, target)
                sizes.update({own: -1, target: 1})
                moved = True
        if not moved:
            break
    return canonical(tally.partition())
