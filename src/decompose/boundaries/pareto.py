"""The Pareto front: other cuts, and what each is better and worse at than the proposal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from decompose.boundaries.cut import Cutter
from decompose.boundaries.model import Alternative, Service
from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.recutting import bounded, recuts
from decompose.graph.model import CouplingGraph
from decompose.graph.weights import WeightedGraph

LISTED = 500
"""Tables up to which every alternative lists its services."""
REFINED = 1_000
"""Tables up to which finer cuts are searched and tables moved; beyond, only services are merged."""
_COUNTS = 14
_DIGITS = 4

Naming = Callable[[Sequence[tuple[int, ...]]], Iterable[Service]]
"""Names services by their tables' indices."""


def alternatives(
    graph: CouplingGraph, weighted: WeightedGraph, partition: Partition, members: Sequence[int], cutter: Cutter,
    naming: Naming,
) -> tuple[Alternative, ...]:  # fmt: skip
    """The front, the cheapest cut for each number of services; the proposal (`partition`) among them in any case.

    A cut stands here if no other is at least as good in distributed writes, balance and cohesion and better in one.
    """
    if not members:
        return ()
    field = bounded(weighted, members, cutter.bound)
    chosen = field.seen(partition)
    whole = cutter.objective.cost(field.part, chosen)
    measured = _Measured(_Writes.of(graph, members), field.part, cutter.objective, field.tables, whole)
    found = {chosen: measured.alternative(chosen, chosen=True)}
    count = len(set(chosen))
    finer = len(members) <= REFINED
    wanted = frozenset(_counts(2, 2 * count if finer else count))
    for candidate in recuts(field.part, cutter.objective, chosen, wanted, cutter.seed, finer=finer):
        if candidate not in found:
            found[candidate] = measured.alternative(candidate)
    front = _front(found)
    listed = len(members) <= LISTED
    return tuple(
        replace(row, cut=tuple(naming(measured.services(candidate)))) if listed else row for candidate, row in front
    )


def limits(tables: int) -> tuple[str, ...]:
    """What was left out of the front on a schema of so many tables, in a sentence; nothing where all was tried."""
    if tables <= LISTED:
        return ()
    finer = ", and cuts finer than the proposal are not looked for" if tables > REFINED else ""
    return (f"with {tables} tables, alternatives come without their tables{finer}: --into N proposes any of them",)


@dataclass(frozen=True, slots=True)
class _Writes:
    """`total` executions that write; `sets` of several member tables written together, with their executions."""

    total: int
    sets: tuple[tuple[tuple[int, ...], int], ...]

    @classmethod
    def of(cls, graph: CouplingGraph, members: Sequence[int]) -> _Writes:
        """What the transactions of a graph write of the members."""
        inside = frozenset(members)
        runs: Counter[tuple[int, ...]] = Counter()
        for edge in graph.transactions:
            runs[tuple(table for table in edge.writes if table in inside)] += edge.executions if edge.writes else 0
        return cls(runs.total(), tuple((tables, count) for tables, count in runs.items() if len(tables) > 1))

    def distributed(self, home: dict[int, int]) -> float:
        """The share of the executions that write in several services."""
        across = sum(count for tables, count in self.sets if len({home[table] for table in tables}) > 1)
        return across / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class _Measured:
    """Takes the figures of partitions of the nodes; `tables` lists (table, its node), `whole` is what is proposed."""

    writes: _Writes
    part: WeightedGraph
    objective: Objective
    tables: tuple[tuple[int, int], ...]
    whole: float

    def alternative(self, partition: Partition, *, chosen: bool = False) -> Alternative:
        """The figures of a partition."""
        home = {table: partition[node] for table, node in self.tables}
        sizes = Counter(home.values())
        cost = self.objective.cost(self.part, partition) / self.whole if self.whole else 1.0
        return Alternative(
            len(sizes),
            round(self.writes.distributed(home), _DIGITS),
            round(1.0 - sum(size**2 for size in sizes.values()) / len(home) ** 2, _DIGITS),
            round(_cohesion(self.part, partition), _DIGITS),
            round(max(sizes.values()) / len(home), _DIGITS),
            round(cost, _DIGITS),
            chosen,
        )

    def services(self, partition: Partition) -> list[tuple[int, ...]]:
        """The tables of every service."""
        found: dict[int, list[int]] = {}
        for table, node in self.tables:
            found.setdefault(partition[node], []).append(table)
        return [tuple(tables) for tables in found.values()]


def _cohesion(part: WeightedGraph, partition: Partition) -> float:
    """The share of the weight of all links that stays inside services; 1 where there is no link."""
    total = kept = 0.0
    for node, links in enumerate(part.neighbours):
        for other, weight in links:
            total += weight
            kept += weight if partition[node] == partition[other] else 0.0
    return kept / total if total else 1.0


def _counts(least: int, most: int) -> list[int]:
    """Every number from `least` to `most`, thinned out evenly in ratio where there are too many."""
    if most - least < _COUNTS:
        return list(range(least, most + 1))
    ratio = (most / least) ** (1 / (_COUNTS - 1))
    return sorted({round(least * ratio**step) for step in range(_COUNTS)})


def _front(found: dict[Partition, Alternative]) -> list[tuple[Partition, Alternative]]:
    """What nothing dominates, by number of services: the proposal for its own, the cheapest for every other."""
    ranked = sorted(found.items(), key=lambda item: (item[1].services, not item[1].chosen, item[1].cost, item[0]))
    kept: dict[int, tuple[Partition, Alternative]] = {}
    for partition, row in ranked:
        beaten = any(_dominates(other, row) for _, other in ranked)
        if row.chosen or not beaten:
            kept.setdefault(row.services, (partition, replace(row, dominated=beaten)))
    return list(kept.values())


def _figures(row: Alternative) -> tuple[float, float, float]:
    """The three criteria, each better where it is less."""
    return row.distributed_write_share, -row.balance, -row.cohesion


def _dominates(one: Alternative, other: Alternative) -> bool:
    mine, theirs = _figures(one), _figures(other)
    return mine != theirs and all(a <= b for a, b in zip(mine, theirs, strict=True))
