"""The hierarchy: aggregates into services, services into capabilities, capabilities into one whole.

Inside each step the pair whose union costs least is merged first (`merging`), so that the hierarchy can be cut at any
number of groups, not only at its three named levels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from decompose.boundaries.aggregates import aggregates, main_tables
from decompose.boundaries.merging import Union, between, divided, unions
from decompose.boundaries.model import AGGREGATE, CAPABILITY, SERVICE, UNION, Branch, Hierarchy, Service
from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.contract import contract
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary
from decompose.graph.weights import WeightedGraph

_FINE = 120
"""Aggregates of a service up to which its inner unions are worked out; beyond, they are merged in one step."""
_LARGE = 2_000
"""Tables of a schema up to which any are."""
MANY = 500
"""Services or capabilities up to which they are united pair by pair; beyond, all that belong together in one step."""
_DIGITS = 6


@dataclass(slots=True)
class _Group:
    """A branch before it has its place; `size` counts tables."""

    level: str
    name: str
    size: int
    groups: int = 0
    cost: float = 0.0
    tables: tuple[str, ...] = ()
    derived_from: str = ""
    children: list[_Group] = field(default_factory=list)


def build_hierarchy(
    graph: CouplingGraph,
    vocabulary: Vocabulary,
    weighted: WeightedGraph,
    objective: Objective,
    services: Sequence[Service],
    reasons: Mapping[tuple[str, str], str],
) -> Hierarchy:
    """The hierarchy over any services, proposed or given; `Service.capability` says which form a capability.

    `weighted` holds the pairs to keep apart. `reasons` says by (level, name) what the names of services and
    capabilities were derived from.
    """
    if not services:
        return Hierarchy()
    building = _Building(graph, vocabulary, weighted, objective, services, reasons)
    return Hierarchy(tuple(_laid_out(building.root())))


class _Building:
    def __init__(
        self,
        graph: CouplingGraph,
        vocabulary: Vocabulary,
        weighted: WeightedGraph,
        objective: Objective,
        services: Sequence[Service],
        reasons: Mapping[tuple[str, str], str],
    ) -> None:
        self._graph, self._weighted, self._objective = graph, weighted, objective
        self._services, self._reasons = services, reasons
        self._partition = partition_of(graph, services)
        self._roots = aggregates(graph, vocabulary, self._partition)
        self._total = objective.cost(weighted, self._partition) or 1.0
        self._count = 0

    def root(self) -> _Group:
        """The group that holds everything."""
        leaves = self._aggregates()
        self._count = sum(map(len, leaves))
        for leaf in (leaf for groups in leaves for leaf in groups):
            leaf.groups = self._count
        services = self._formed(leaves)
        apart = between(self._weighted, self._partition, len(services))
        numbers: dict[str, int] = {}
        blocks = [numbers.setdefault(service.capability, len(numbers)) for service in self._services]
        standing = dict(enumerate(services))
        self._unite(standing, apart, blocks)
        capabilities = {blocks[number]: group for number, group in standing.items()}
        for name, number in numbers.items():
            capabilities[number] = self._named(CAPABILITY, name, [capabilities[number]])
        above, _ = contract(apart, tuple(blocks))
        self._unite(capabilities, above, [0] * len(numbers))
        return capabilities[0]

    def _aggregates(self) -> list[list[_Group]]:
        """Every service's aggregates, by their first table; each is named after the table its others refer to most."""
        main = main_tables(self._graph, self._roots)
        members: dict[int, list[int]] = defaultdict(list)
        for table, root in enumerate(self._roots):
            members[root].append(table)
        found: list[list[_Group]] = [[] for _ in self._services]
        for root, tables in sorted(members.items(), key=lambda item: item[1]):
            if self._partition[root] < len(self._services):
                found[self._partition[root]].append(self._aggregate(main[root], tables))
        return found

    def _aggregate(self, main: int, tables: list[int]) -> _Group:
        names = tuple(self._graph.tables[table].name for table in tables)
        told = f"the main one of {len(tables)} tables written together" if len(tables) > 1 else "its only table"
        return _Group(AGGREGATE, self._graph.tables[main].name, len(tables), tables=names, derived_from=told)

    def _formed(self, leaves: list[list[_Group]]) -> list[_Group]:
        """The services, grown from their aggregates; the cheapest union of any service comes first."""
        contracted, home = contract(self._weighted, self._roots)
        node_of = {node.name: home[table] for table, node in enumerate(self._graph.tables)}
        standing = [dict(enumerate(groups)) for groups in leaves]
        steps: list[tuple[float, int, int, Union]] = []
        parts = divided(contracted, [[node_of[group.tables[0]] for group in groups] for groups in leaves])
        for label, (groups, part) in enumerate(zip(leaves, parts, strict=True)):
            if len(groups) > _FINE or len(self._partition) > _LARGE:
                standing[label] = {0: self._at_once(groups, part)}
                continue
            height = float("-inf")
            for number, union in enumerate(unions(part, self._objective, [0] * len(groups))):
                height = max(height, union.cost)
                steps.append((height, label, number, union))
        for _, label, _, union in sorted(steps, key=lambda step: step[:3]):
            self._merge_all(standing[label], [union])
        return [
            self._named(SERVICE, service.name, list(groups.values()))
            for service, groups in zip(self._services, standing, strict=True)
        ]

    def _unite(self, standing: dict[int, _Group], graph: WeightedGraph, blocks: Sequence[int]) -> None:
        """Makes one group of each block: the cheapest union of any comes first, or all at once where they are many."""
        if len(blocks) <= MANY:
            self._merge_all(standing, unions(graph, self._objective, blocks))
            return
        members: dict[int, list[int]] = defaultdict(list)
        for number, block in enumerate(blocks):
            members[block].append(number)
        for numbers, part in zip(members.values(), divided(graph, list(members.values())), strict=True):
            standing[numbers[0]] = self._at_once([standing.pop(number) for number in numbers], part)

    def _at_once(self, groups: list[_Group], part: WeightedGraph) -> _Group:
        """All these groups, the nodes of `part`, merged in one step."""
        if len(groups) < 2:
            return groups[0]
        apart = self._objective.cost(part, tuple(range(len(groups))))
        cost = self._objective.cost(part, (0,) * len(groups)) - apart
        self._count -= len(groups) - 1
        size = sum(group.size for group in groups)
        largest = min(groups, key=lambda group: (-group.size, group.name)).name
        told = f"the largest of {len(groups)}"
        return _Group(UNION, largest, size, self._count, cost / self._total, derived_from=told, children=groups)

    def _named(self, level: str, name: str, groups: list[_Group]) -> _Group:
        """The only one of the groups as a service or capability: a union is named so, anything else gets one around."""
        (group,) = groups
        if group.level != UNION:
            group = _Group(level, name, group.size, group.groups, children=[group])
        group.level, group.name, group.derived_from = level, name, self._reasons.get((level, name), "")
        return group

    def _merge_all(self, standing: dict[int, _Group], found: Iterable[Union]) -> None:
        for union in found:
            left, right = standing[union.left], standing.pop(union.right)
            self._count -= 1
            standing[union.left] = _Group(
                UNION,
                min(left, right, key=lambda group: (-group.size, group.name)).name,
                left.size + right.size,
                self._count,
                union.cost / self._total,
                derived_from=f"the larger of {left.name} and {right.name}",
                children=[left, right],
            )


def partition_of(graph: CouplingGraph, services: Sequence[Service]) -> Partition:
    """Every table's service number; a table of none has a number of its own beyond them."""
    home = {table: number for number, service in enumerate(services) for table in service.tables}
    return tuple(home.get(node.name, len(services) + table) for table, node in enumerate(graph.tables))


def _laid_out(root: _Group) -> Iterable[Branch]:
    """Branches in the order of reading, each after its parent, siblings by name."""
    waiting, position = [(root, -1)], 0
    while waiting:
        group, parent = waiting.pop()
        yield Branch(
            group.level, group.name, parent, group.groups, round(group.cost, _DIGITS), group.tables, group.derived_from
        )
        ordered = sorted(group.children, key=lambda child: (child.name, child.level, child.tables), reverse=True)
        waiting += [(child, position) for child in ordered]
        position += 1
