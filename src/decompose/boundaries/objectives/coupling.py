"""The default objective: what is cut, plus what size costs.

cost = sum of the weights of links between services
     + sum over hyperedges of weight x (services spanned - 1)          (connectivity minus one; Schism, VLDB 2010)
     + size x sum over services of (share of the whole) ** power
     + crumb x services of one table

The third term is what a giant service costs. A service's share grows with the links of its tables, so a hub makes every
service it joins dear and glues nothing together that nothing else holds. With power 2 and shares of coupling alone this
is modularity (Newman 2004), which merges small services too late and large ones too soon; the cube is milder on crumbs
and harder on giants. The fourth finds a place for a table that nothing links; several that are linked to one another
and to nothing else are a service of their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from decompose.boundaries.objectives.objective import Partition
from decompose.graph.weights import WeightedGraph

SMALLEST_GAIN = 1e-9
_NOTHING = 1e-12
_FEW = 500
"""Nodes up to which services are looked at that nothing links a node to."""


@dataclass(frozen=True, slots=True)
class Coupling:
    """Cut coupling plus size to a `power` above 1."""

    name: str
    power: float = 3.0

    def cost(self, graph: WeightedGraph, partition: Partition) -> float:
        """The cost from scratch, in the graph's own units."""
        cut = 0.0
        for node, links in enumerate(graph.neighbours):
            cut += sum(weight for other, weight in links if other > node and partition[other] != partition[node])
        for edge in graph.hyperedges:
            cut += edge.weight * (len({partition[node] for node in edge.nodes}) - 1)
        share: dict[int, float] = defaultdict(float)
        tables: dict[int, int] = defaultdict(int)
        for node, mass in enumerate(graph.mass):
            share[partition[node]] += mass
            tables[partition[node]] += graph.tables[node]
        return cut + sum(self.of_size(graph, value, tables[service]) for service, value in share.items())

    def of_size(self, graph: WeightedGraph, share: float, tables: int) -> float:
        """What a service of this share of the whole and so many tables costs by its size alone."""
        if share <= _NOTHING:
            return 0.0
        return float(graph.size * share**self.power + (graph.crumb if tables == 1 else 0.0))

    def begin(self, graph: WeightedGraph, partition: Partition) -> CouplingTally:
        """A tally that starts from the partition."""
        return CouplingTally(graph, partition, self)


class CouplingTally:
    """A partition under change; `delta` looks at the node's own links only."""

    def __init__(self, graph: WeightedGraph, partition: Partition, objective: Coupling) -> None:
        self._graph = graph
        self._objective = objective
        self._service = list(partition)
        self._share: dict[int, float] = defaultdict(float)
        self._members: dict[int, int] = defaultdict(int)
        self._tables: dict[int, int] = defaultdict(int)
        for node, service in enumerate(partition):
            self._share[service] += graph.mass[node]
            self._members[service] += 1
            self._tables[service] += graph.tables[node]
        self._of_size = {service: self._priced(service) for service in self._share}
        self._fresh = max(partition, default=-1) + 1
        self._incident: list[list[int]] = [[] for _ in partition]
        self._spans: list[dict[int, int]] = []
        for number, edge in enumerate(graph.hyperedges):
            spans: dict[int, int] = defaultdict(int)
            for node in edge.nodes:
                self._incident[node].append(number)
                spans[partition[node]] += 1
            self._spans.append(spans)

    def _priced(self, service: int) -> float:
        return self._objective.of_size(self._graph, self._share[service], self._tables[service])

    def delta(self, node: int, service: int) -> float:
        """What the cost would gain if the node moved to the service."""
        own = self._service[node]
        if service == own:
            return 0.0
        change = 0.0
        for other, weight in self._graph.neighbours[node]:
            if self._service[other] == own:
                change += weight
            elif self._service[other] == service:
                change -= weight
        for number in self._incident[node]:
            spans = self._spans[number]
            opened = spans.get(service, 0) == 0
            closed = spans[own] == 1
            change += self._graph.hyperedges[number].weight * (opened - closed)
        return change + self._without(node) + self._size_with(node, service)

    def best(self, node: int) -> tuple[float, int]:
        """The cheapest move of the node and its delta, an own new service included; (0, its own) where none helps."""
        own = self._service[node]
        linked: dict[int, float] = defaultdict(float)
        service_of = self._service
        for other, weight in self._graph.neighbours[node]:
            linked[service_of[other]] += weight
        leaving = linked.pop(own, 0.0) + self._tied(node, own, linked)
        best, target = -SMALLEST_GAIN, own
        staying = leaving + self._without(node)
        for service in self._choices(node, own, linked, staying):
            least = staying - linked.get(service, 0.0)
            if least < best:
                change = least + self._size_with(node, service)
                if change < best:
                    best, target = change, service
        return (best, target) if target != own else (0.0, own)

    def _tied(self, node: int, own: int, linked: dict[int, float]) -> float:
        """Adds to `linked` what hyperedges save per service; returns what leaving costs before any arrival."""
        base = 0.0
        for number in self._incident[node]:
            weight = self._graph.hyperedges[number].weight
            spans = self._spans[number]
            if spans[own] > 1:
                base += weight
            for service, count in spans.items():
                if count and service != own:
                    linked[service] += weight
        return base

    def _choices(self, node: int, own: int, linked: dict[int, float], staying: float) -> list[int]:
        """Services worth a look, those that hold a table to be kept apart left out.

        Services that nothing links, an own one among them, only where leaving alone (`staying`) saves something.
        """
        choices = sorted(linked)
        if staying < 0.0:
            choices += self._smallest(own, linked)
        if self._graph.apart:
            barred = {self._service[other] for other in self._graph.apart[node]}
            choices = [service for service in choices if service not in barred]
        if staying < 0.0 and self._members[own] > 1:
            choices.append(self._fresh)
        return choices

    def _smallest(self, own: int, linked: dict[int, float]) -> list[int]:
        """The smallest other service, linked or not: what else would take in a table that nothing links."""
        if not self._graph.crumb or self._tables[own] > 1 or len(self._service) > _FEW:
            return []
        others = [s for s, share in self._share.items() if share > _NOTHING and s != own and s not in linked]
        return [min(others, key=lambda service: (self._share[service], service))] if others else []

    def _without(self, node: int) -> float:
        """What the size term of the node's own service gains when it leaves."""
        own = self._service[node]
        left, tables = self._share[own] - self._graph.mass[node], self._tables[own] - self._graph.tables[node]
        return self._objective.of_size(self._graph, left, tables) - self._of_size[own]

    def _size_with(self, node: int, service: int) -> float:
        """What the size term of another service gains when the node arrives."""
        grown = self._share.get(service, 0.0) + self._graph.mass[node]
        tables = self._tables.get(service, 0) + self._graph.tables[node]
        return self._objective.of_size(self._graph, grown, tables) - self._of_size.get(service, 0.0)

    def move(self, node: int, service: int) -> None:
        """Moves the node."""
        own = self._service[node]
        self._share[own] -= self._graph.mass[node]
        self._share[service] += self._graph.mass[node]
        self._tables[own] -= self._graph.tables[node]
        self._tables[service] += self._graph.tables[node]
        self._of_size[own], self._of_size[service] = self._priced(own), self._priced(service)
        self._members[own] -= 1
        self._members[service] += 1
        for number in self._incident[node]:
            self._spans[number][own] -= 1
            self._spans[number][service] += 1
        self._service[node] = service
        self._fresh = max(self._fresh, service + 1)

    def service(self, node: int) -> int:
        """The node's service now."""
        return self._service[node]

    def partition(self) -> Partition:
        """The partition now."""
        return tuple(self._service)
