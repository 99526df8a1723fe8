"""Which services form one capability: those a business files under one heading, and those hardly worth parting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from decompose.boundaries.capability_names import Heading, family, is_usual
from decompose.boundaries.model import Service
from decompose.boundaries.objectives.objective import Objective, Tally
from decompose.graph.weights import WeightedGraph

WIDEST = 0.5
"""The most of all tables in services that two services under one heading may hold together."""
CHEAP = 0.005
"""The most that the union of two other services may add to the whole cost, one of them without a usual heading ..."""
LINKED = 0.03
"""... if at least this share of the smaller one's links leads to the other."""


def grouped(
    services: Sequence[Service],
    headings: Sequence[Heading],
    between: WeightedGraph,
    objective: Objective,
    total: float,
) -> list[Heading]:
    """The heading of every service's capability; `between` has the services as its nodes, `total` is the whole cost.

    A capability of several services is called by the heading they share, else by that of its largest service.
    """
    first = list(range(len(services)))
    tally = objective.begin(between, tuple(first))
    for left, right in sorted(
        (pair for pair in combinations(first, 2) if _akin(pair, headings, between, tally, total)),
        key=lambda pair: (tally.delta(pair[1], pair[0]), pair),
    ):
        one, other = sorted((first[left], first[right]))
        first = [one if number == other else number for number in first]
    members: dict[int, list[int]] = {}
    for number, group in enumerate(first):
        members.setdefault(group, []).append(number)
    titles = {group: _title(found, services, headings) for group, found in members.items()}
    return [titles[group] for group in first]


def _akin(
    pair: tuple[int, int], headings: Sequence[Heading], between: WeightedGraph, tally: Tally, total: float
) -> bool:
    left, right = pair
    if headings[left].name == headings[right].name:
        return True
    if between.apart and right in between.apart[left]:
        return False
    if family(headings[left].name) == family(headings[right].name):
        return between.tables[left] + between.tables[right] <= WIDEST * sum(between.tables)
    if is_usual(headings[left].name) and is_usual(headings[right].name):
        return False
    shared = dict(between.neighbours[left]).get(right, 0.0)
    least = min(sum(weight for _, weight in between.neighbours[node]) for node in pair)
    return least > 0.0 and shared >= LINKED * least and tally.delta(right, left) <= CHEAP * total


def _title(members: Sequence[int], services: Sequence[Service], headings: Sequence[Heading]) -> Heading:
    if len(members) == 1:
        return headings[members[0]]
    families = {family(headings[number].name) for number in members}
    shared = families.pop() if len(families) == 1 else ""
    main = min(members, key=lambda number: (headings[number].name != shared, -len(services[number].tables), number))
    names = ", ".join(sorted(services[number].name for number in members))
    return Heading(shared or headings[main].name, f"{headings[main].derived_from}; it holds the services {names}")
