"""The default cost told by its terms: what each kind of evidence holds where it is, and what a change would cost.

The terms add up to the objective `coupling` on the same weights, for a whole partition and for any change of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from decompose.boundaries.objectives.coupling import Coupling
from decompose.boundaries.objectives.objective import Partition
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import read_vocabulary
from decompose.graph.weights import Weights, kinds, weigh

WRITES = "distributed writes"
SIZE = "size"
_NONE = (0.0, 0)

Amounts = Mapping[str, float]
"""Name of a term to what it costs, in the units of the cost."""


class Terms:
    """The cost of one partition by its terms; tables in `left_out` belong to no service and cost nothing."""

    def __init__(
        self, graph: CouplingGraph, partition: Partition, left_out: frozenset[int], weights: Weights | None = None
    ) -> None:
        weights = weights or Weights()
        vocabulary = read_vocabulary(graph)
        self._home = partition
        self._left_out = left_out
        self._weighted = weigh(graph, weights, vocabulary, left_out)
        self._objective = Coupling("coupling")
        self._links: dict[str, dict[int, dict[int, float]]] = {}
        for kind in kinds(graph, weights, vocabulary, left_out):
            links: dict[int, dict[int, float]] = defaultdict(dict)
            for (left, right), weight in kind.pairs.items():
                links[left][right] = links[right][left] = weight
            self._links[kind.name] = links
        self._written: dict[int, list[int]] = defaultdict(list)
        for number, edge in enumerate(self._weighted.hyperedges):
            for table in edge.nodes:
                self._written[table].append(number)

    def whole(self) -> float:
        """What the partition costs in all."""
        cut = sum(
            weight
            for links in self._links.values()
            for table, found in links.items()
            for other, weight in found.items()
            if table < other and self._home[table] != self._home[other]
        )
        spans = (edge.weight * (len({self._home[t] for t in edge.nodes}) - 1) for edge in self._weighted.hyperedges)
        return cut + sum(spans) + sum(self._of_size(found) for found in self._shares(self._home).values())

    def binding(self, tables: Iterable[int]) -> Mapping[int, Amounts]:
        """For every service, the terms that tie the tables to its other tables: what it costs to be cut from these."""
        ours = frozenset(tables)
        found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for name, links in self._links.items():
            for table in sorted(ours):
                for other, weight in links.get(table, {}).items():
                    if other not in ours:
                        found[self._home[other]][name] += weight
        for number in sorted({number for table in ours for number in self._written.get(table, ())}):
            edge = self._weighted.hyperedges[number]
            for service in sorted({self._home[table] for table in edge.nodes if table not in ours}):
                found[service][WRITES] += edge.weight
        return found

    def between(self, left: Iterable[int], right: Iterable[int]) -> Amounts:
        """The terms that tie two groups of tables, none in both, to one another."""
        ours, theirs = frozenset(left), frozenset(right)
        found: dict[str, float] = defaultdict(float)
        for name, links in self._links.items():
            for table in sorted(ours):
                for other, weight in links.get(table, {}).items():
                    if other in theirs:
                        found[name] += weight
        for number in sorted({number for table in ours for number in self._written.get(table, ())}):
            edge = self._weighted.hyperedges[number]
            found[WRITES] += 0.0 if theirs.isdisjoint(edge.nodes) else edge.weight
        return found

    def change(self, places: Mapping[int, int]) -> Amounts:
        """What each term gains (or loses) if the tables were in these services; terms that stay as they are left out.

        A number that no service has stands for a new one.
        """
        moved = {table: service for table, service in places.items() if self._home[table] != service}
        found = {name: self._cut_change(links, moved) for name, links in self._links.items()}
        found[WRITES] = self._writes_change(moved)
        after = tuple(moved.get(table, service) for table, service in enumerate(self._home))
        before, then = self._shares(self._home), self._shares(after)
        sizes = (
            self._of_size(then.get(s, _NONE)) - self._of_size(before.get(s, _NONE)) for s in sorted({*before, *then})
        )
        found[SIZE] = sum(sizes)
        return {name: value for name, value in found.items() if value}

    def _cut_change(self, links: Mapping[int, Mapping[int, float]], moved: Mapping[int, int]) -> float:
        change = 0.0
        for table, service in sorted(moved.items()):
            for other, weight in links.get(table, {}).items():
                if other in moved and other < table:
                    continue
                change += weight * (moved.get(other, self._home[other]) != service)
                change -= weight * (self._home[other] != self._home[table])
        return change

    def _writes_change(self, moved: Mapping[int, int]) -> float:
        change = 0.0
        for number in sorted({number for table in moved for number in self._written.get(table, ())}):
            edge = self._weighted.hyperedges[number]
            after = len({moved.get(table, self._home[table]) for table in edge.nodes})
            change += edge.weight * (after - len({self._home[table] for table in edge.nodes}))
        return change

    def _shares(self, partition: Partition) -> dict[int, tuple[float, int]]:
        """The share of the whole and the number of tables that each service has; those without tables are not there."""
        members = Counter(service for table, service in enumerate(partition) if table not in self._left_out)
        shares: dict[int, float] = dict.fromkeys(members, 0.0)
        for table, mass in enumerate(self._weighted.mass):
            if partition[table] in shares:
                shares[partition[table]] += mass
        return {service: (share, members[service]) for service, share in shares.items()}

    def _of_size(self, service: tuple[float, int]) -> float:
        return self._objective.of_size(self._weighted, *service)
