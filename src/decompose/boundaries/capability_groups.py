"""Which services form one capability: those a business files under one heading, and those hardly worth parting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from decompose.boundaries.capability_names import MANAGEMENT, Heading, family, is_usual
from decompose.boundaries.model import Service
from decompose.boundaries.objectives.objective import Objective, Tally
from decompose.graph.weights import WeightedGraph

WIDEST = 0.5
"""The most of all tables in services that two services under one heading may hold together."""
CHEAP = 0.005
"""The most that the union of two other services may add to the whole cost, one of them without a usual heading ..."""
LINKED = 0.25
"""... if at least this share of the smaller one's links leads to the other."""

_MOST_JOINED = 3


def grouped(
    services: Sequence[Service],
    headings: Sequence[Heading],
    between: WeightedGraph,
    objective: Objective,
    total: float,
) -> list[Heading]:
    """The heading of every service's capability; `between` has the services as its nodes, `total` is the whole cost.

    A capability of several services is called by the heading they share, else by the usual one among theirs, else by
    those of its largest services.
    """
    first = list(range(len(services)))
    tally = objective.begin(between, tuple(first))
    akin = _Akin(headings, between, tally, total)
    for left, right in sorted(filter(akin, _candidates(headings, between)), key=lambda p: (tally.delta(p[1], p[0]), p)):
        one, other = sorted((first[left], first[right]))
        first = [one if number == other else number for number in first]
    members: dict[int, list[int]] = {}
    for number, group in enumerate(first):
        members.setdefault(group, []).append(number)
    titles = {group: _title(found, services, headings) for group, found in members.items()}
    return [titles[group] for group in first]


def _candidates(headings: Sequence[Heading], between: WeightedGraph) -> set[tuple[int, int]]:
    """Pairs of services of one family, and linked ones; all others are far too many on large schemas."""
    filed: dict[str, list[int]] = {}
    for number, found in enumerate(headings):
        filed.setdefault(family(found.name), []).append(number)
    pairs = {pair for numbers in filed.values() for pair in combinations(numbers, 2)}
    linked = ((node, other) for node, links in enumerate(between.neighbours) for other, _ in links)
    return pairs.union((node, other) for node, other in linked if node < other)


class _Akin:
    """Whether two services belong to one capability."""

    def __init__(self, headings: Sequence[Heading], between: WeightedGraph, tally: Tally, total: float) -> None:
        self._names = [found.name for found in headings]
        self._between = between
        self._tally = tally
        self._links = [dict(links) for links in between.neighbours]
        self._linked = [sum(links.values()) for links in self._links]
        self._widest = WIDEST * sum(between.tables)
        self._cheap = CHEAP * total

    def __call__(self, pair: tuple[int, int]) -> bool:
        left, right = pair
        one, other = self._names[left], self._names[right]
        if one == other:
            return True
        if self._between.apart and right in self._between.apart[left]:
            return False
        if family(one) == family(other):
            return self._between.tables[left] + self._between.tables[right] <= self._widest
        if is_usual(one) and is_usual(other):
            return False
        shared = self._links[left].get(right, 0.0)
        least = min(self._linked[left], self._linked[right])
        return least > 0.0 and shared >= LINKED * least and self._tally.delta(right, left) <= self._cheap


def _title(members: Sequence[int], services: Sequence[Service], headings: Sequence[Heading]) -> Heading:
    if len(members) == 1:
        return headings[members[0]]
    families = {family(headings[number].name) for number in members}
    shared = families.pop() if len(families) == 1 else ""
    largest = sorted(members, key=lambda number: (-len(services[number].tables), number))
    main = min(largest, key=lambda number: (headings[number].name != shared, not is_usual(headings[number].name)))
    names = ", ".join(sorted(services[number].name for number in members))
    name = shared or (headings[main].name if is_usual(headings[main].name) else _joined(largest, headings))
    return Heading(name, f"{headings[main].derived_from}; it holds the services {names}")


def _joined(numbers: Sequence[int], headings: Sequence[Heading]) -> str:
    """The headings of the largest services in one; there is no word for what they have in common."""
    *first, last = (headings[number].name.removesuffix(MANAGEMENT) for number in numbers[:_MOST_JOINED])
    return f"{', '.join(first)} and {last}{MANAGEMENT}"
