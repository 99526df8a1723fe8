"""What a user demands of a proposal: tables together, apart, pinned to a service, owned by a team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from decompose.errors import UsageError
from decompose.graph.model import CouplingGraph
from decompose.graph.weights import WeightedGraph


@dataclass(frozen=True, slots=True)
class Constraints:
    """Demands that hold in every proposal; tables by name, case ignored.

    `together` are groups that share a service; `apart` pairs that never do. `pinned` are (table, service) and `owners`
    (table, team): two tables of different services or teams never share one, those of one pinned service always do.
    """

    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    pinned: tuple[tuple[str, str], ...] = ()
    owners: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """Constraints in table indices: `group[t]` is the first table of t's group, `apart` pairs of groups, sorted."""

    group: tuple[int, ...]
    apart: tuple[tuple[int, int], ...]
    services: tuple[tuple[int, str], ...]
    owners: tuple[tuple[int, str], ...]

    @property
    def named(self) -> frozenset[int]:
        """Tables that a service or team claims: never set apart as shared or infrastructure."""
        return frozenset(table for table, _ in self.services + self.owners)


def bind(constraints: Constraints, graph: CouplingGraph) -> Bound:
    """Resolves names and checks that the demands can hold together; UsageError says which two cannot."""
    resolve = _Names(graph)
    services = tuple(sorted((resolve(table), service) for table, service in constraints.pinned))
    owners = tuple(sorted((resolve(table), owner) for table, owner in constraints.owners))
    ties = [tuple(resolve(name) for name in names) for names in constraints.together]
    ties += [tuple(t for t, name in services if name == service) for service in sorted({name for _, name in services})]
    group = _grouped(len(graph.tables), ties)
    demands = [(resolve(left), resolve(right), "they are to be apart") for left, right in constraints.apart]
    demands += _differing(services, "they are pinned to different services")
    demands += _differing(owners, "they belong to different owners")
    pairs = set()
    for left, right, reason in demands:
        if group[left] == group[right]:
            raise UsageError(
                f"{graph.tables[left].name} and {graph.tables[right].name} cannot be parted: {reason}, "
                "and other demands tie them together",
                "drop one of: " + "; ".join(sorted(_ties_of(graph, ties, group, group[left]))),
            )
        pairs.add((min(group[left], group[right]), max(group[left], group[right])))
    return Bound(tuple(group), tuple(sorted(pairs)), services, owners)


def constrain(graph: WeightedGraph, bound: Bound) -> WeightedGraph:
    """The graph with the pairs to keep apart; groups are still to be contracted."""
    if not bound.apart:
        return graph
    apart: list[list[int]] = [[] for _ in graph.mass]
    for left, right in bound.apart:
        apart[left].append(right)
        apart[right].append(left)
    return replace(graph, apart=tuple(tuple(sorted(others)) for others in apart))


class _Names:
    def __init__(self, graph: CouplingGraph) -> None:
        self._index = {node.name.lower(): position for position, node in enumerate(graph.tables)}

    def __call__(self, name: str) -> int:
        if name.lower() not in self._index:
            raise UsageError(f"a constraint names the table {name}, which is not in the evidence", "check its spelling")
        return self._index[name.lower()]


def _grouped(count: int, ties: list[tuple[int, ...]]) -> list[int]:
    group = list(range(count))
    for tie in ties:
        for table in tie[1:]:
            _unite(group, tie[0], table)
    return [_root(group, table) for table in range(count)]


def _root(group: list[int], table: int) -> int:
    while group[table] != table:
        table = group[table]
    return table


def _unite(group: list[int], left: int, right: int) -> None:
    first, second = sorted((_root(group, left), _root(group, right)))
    group[second] = first


def _differing(claims: tuple[tuple[int, str], ...], reason: str) -> list[tuple[int, int, str]]:
    return [(a, b, reason) for n, (a, mine) in enumerate(claims) for b, other in claims[:n] if mine != other]


def _ties_of(graph: CouplingGraph, ties: list[tuple[int, ...]], group: list[int], root: int) -> Iterator[str]:
    for tie in ties:
        if tie and group[tie[0]] == root:
            yield " with ".join(graph.tables[table].name for table in tie)
