"""What a user demands of a proposal: tables together, apart, pinned to a service, owned by a team, set apart."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import combinations, pairwise

from decompose.boundaries.model import RESERVED
from decompose.errors import UsageError
from decompose.graph.model import CouplingGraph
from decompose.graph.weights import WeightedGraph

_APART = "they are to be apart"


@dataclass(frozen=True, slots=True)
class Constraints:
    """Demands that hold in every proposal; tables by name, case ignored, or by a pattern such as `order_*`.

    `together` are groups that share a service; `apart` pairs that never do. `pinned` are (table, service) and `owners`
    (table, team): two tables of different services or teams never share one, those of one pinned service always do;
    where a pattern and a name claim the same table, the name wins. `shared` and `infrastructure` are in no service.
    `capabilities` are (service, capability) for pinned services.
    """

    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    pinned: tuple[tuple[str, str], ...] = ()
    owners: tuple[tuple[str, str], ...] = ()
    shared: tuple[str, ...] = ()
    infrastructure: tuple[str, ...] = ()
    capabilities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """Constraints in table indices: `group[t]` is the first table of t's group, `apart` pairs of groups, sorted.

    `services` and `owners` are (table, name), `roles` (table, kind), `tied` the tables of groups of several.
    """

    group: tuple[int, ...]
    apart: tuple[tuple[int, int], ...]
    services: tuple[tuple[int, str], ...]
    owners: tuple[tuple[int, str], ...]
    roles: tuple[tuple[int, str], ...] = ()
    tied: frozenset[int] = frozenset()

    @property
    def named(self) -> frozenset[int]:
        """Tables that a demand gives a place: never set apart as shared or infrastructure by the proposal."""
        return self.tied.union(table for table, _ in self.services + self.owners + self.roles)


def bind(constraints: Constraints, graph: CouplingGraph) -> Bound:
    """Resolves names and checks that the demands can hold together; UsageError says which cannot, and why."""
    names = _Names(graph)
    for _, service in constraints.pinned:
        if service in RESERVED:
            raise UsageError(
                f"a service cannot be called {service!r}", "that name stands for tables outside the services"
            )
    services, owners = names.claims(constraints.pinned), names.claims(constraints.owners)
    roles = names.claims(
        [(table, "shared") for table in constraints.shared]
        + [(table, "infrastructure") for table in constraints.infrastructure]
    )
    ties = [tuple(sorted({table for name in group for table in names(name)})) for group in constraints.together]
    ties += [tuple(t for t, name in services if name == service) for service in sorted({name for _, name in services})]
    group = _grouped(len(graph.tables), ties)
    demands = [
        (left, right, _APART) for one, other in constraints.apart for left in names(one) for right in names(other)
    ]
    demands += _differing(services, group, "they are pinned to different services")
    demands += _differing(owners, group, "they belong to different owners")
    for left, right, reason in demands:
        if group[left] == group[right]:
            raise _clash(graph, ties, left, right, reason)
    tied = frozenset(table for tie in ties if len(tie) > 1 for table in tie)
    _check_roles(graph, roles, tied.union(table for table, _ in services + owners))
    pairs = {(min(group[a], group[b]), max(group[a], group[b])) for a, b, _ in demands}
    return Bound(tuple(group), tuple(sorted(pairs)), services, owners, roles, tied)


def constrain(graph: WeightedGraph, bound: Bound) -> WeightedGraph:
    """The graph with the pairs to keep apart; groups are still to be contracted."""
    if not bound.apart:
        return graph
    apart: list[set[int]] = [set() for _ in graph.mass]
    for left, right in bound.apart:
        apart[left].add(right)
        apart[right].add(left)
    return replace(graph, apart=tuple(tuple(sorted(others)) for others in apart))


def matching(names: Sequence[str], written: str) -> tuple[int, ...]:
    """The positions of the names that a name, case ignored, or else a pattern means."""
    folded = written.lower()
    exact = tuple(position for position, name in enumerate(names) if name == written)
    exact = exact or tuple(position for position, name in enumerate(names) if name.lower() == folded)[:1]
    if exact or not ("*" in written or "?" in written):
        return exact
    expression = re.compile(
        "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in folded), re.DOTALL
    )
    return tuple(position for position, name in enumerate(names) if expression.fullmatch(name.lower()))


class _Names:
    """Resolves names and patterns to table indices."""

    def __init__(self, graph: CouplingGraph) -> None:
        self._names = [node.name for node in graph.tables]
        self._index = {name.lower(): position for position, name in reversed(list(enumerate(self._names)))}
        self._index |= {name: position for position, name in enumerate(self._names)}

    def __call__(self, name: str) -> tuple[int, ...]:
        """The tables that a name or pattern means; UsageError where there are none."""
        one = self._exact(name)
        found = matching(self._names, name) if one is None else (one,)
        if not found:
            near = get_close_matches(name, self._names, 3)
            hint = f"did you mean {' or '.join(near)}?" if near else "check its spelling"
            raise UsageError(f"a constraint names the table {name}, which is not in the evidence", hint)
        return found

    def claims(self, claims: Iterable[tuple[str, str]]) -> tuple[tuple[int, str], ...]:
        """(table, claimant), sorted; a table claimed by its name is left out of others' patterns."""
        every = [(self._exact(name), name, claimant) for name, claimant in claims]
        named = {table for table, _, _ in every}
        found: set[tuple[int, str]] = set()
        for one, name, claimant in every:
            found.update((table, claimant) for table in self(name) if one is not None or table not in named)
        return tuple(sorted(found))

    def _exact(self, name: str) -> int | None:
        return self._index.get(name, self._index.get(name.lower()))


def _grouped(count: int, ties: Sequence[tuple[int, ...]]) -> list[int]:
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


def _differing(claims: tuple[tuple[int, str], ...], group: Sequence[int], reason: str) -> list[tuple[int, int, str]]:
    """Pairs of tables with different claimants, one table for each claimant and group."""
    first: dict[tuple[int, str], int] = {}
    for table, claimant in claims:
        first.setdefault((group[table], claimant), table)
    claimed = [(table, claimant) for (_, claimant), table in first.items()]
    return [(a, b, reason) for (a, mine), (b, other) in combinations(claimed, 2) if mine != other]


def _clash(graph: CouplingGraph, ties: Sequence[tuple[int, ...]], left: int, right: int, reason: str) -> UsageError:
    """What says that two tables share a service and that they don't."""
    one, other = graph.tables[left].name, graph.tables[right].name
    if left == right and reason == _APART:
        return UsageError(f"{one} is to be apart from itself", "name it on one side only")
    if left == right:
        return UsageError(f"{one} has two places: {reason.replace('they are', 'it is')}", "give it one of them")
    links = "; ".join(
        f"{graph.tables[a].name} with {graph.tables[b].name}" for a, b in pairwise(_path(ties, left, right))
    )
    return UsageError(
        f"{one} and {other} cannot be parted: {reason}, and other demands tie them together",
        f"drop one of: {links}",
    )


def _path(ties: Sequence[tuple[int, ...]], left: int, right: int) -> list[int]:
    """The shortest chain of tables from left to right, each tied to the next."""
    came: dict[int, int] = {left: left}
    waiting = deque([left])
    while waiting and right not in came:
        table = waiting.popleft()
        for tie in ties:
            if table in tie:
                for other in tie:
                    if other not in came:
                        came[other] = table
                        waiting.append(other)
    chain = [right]
    while chain[-1] != left:
        chain.append(came[chain[-1]])
    return chain[::-1]


def _check_roles(graph: CouplingGraph, roles: Sequence[tuple[int, str]], placed: frozenset[int]) -> None:
    kinds: dict[int, str] = {}
    for table, kind in roles:
        name = graph.tables[table].name
        if kinds.setdefault(table, kind) != kind:
            raise UsageError(f"{name} is to be both shared and infrastructure", "give it one of them")
        if table in placed:
            raise UsageError(f"{name} is to be {kind}, and other demands give it a service", "drop one of them")
