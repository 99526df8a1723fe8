"""Services that depend on each other in a circle, so that none of them can be split off alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from decompose.assessment.drift.model import Identity, Kind, Sighting
from decompose.assessment.phrases import listed

_DEPENDING = (Kind.FOREIGN_KEY, Kind.TRIGGER, Kind.FOREIGN_WRITE)
"""Kinds with a direction: the first service needs the second. A cascade is its foreign key seen from the other end."""


def cycles(sightings: Iterable[Sighting]) -> Iterator[Sighting]:
    """One coupling per strongly connected group of two or more services (Tarjan 1972, without recursion)."""
    needs: defaultdict[str, set[str]] = defaultdict(set)
    for sighting in sightings:
        if sighting.identity.kind in _DEPENDING:
            first, second = sighting.identity.services
            needs[first].add(second)
    for group in _groups({name: sorted(needs[name]) for name in sorted(needs)}):
        identity = Identity(Kind.CYCLE, group, (), "dependency")
        yield Sighting(identity, f"services need each other in a circle: {listed(group, 8)}")


def _groups(needs: dict[str, list[str]]) -> Iterator[tuple[str, ...]]:
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    for root in needs:
        if root in index:
            continue
        path = [(root, iter(needs[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        held.add(root)
        while path:
            name, rest = path[-1]
            step = next((other for other in rest if other not in index or other in held), None)
            if step is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[name])
                if low[name] == index[name]:
                    yield from _close(name, stack, held)
            elif step in index:
                low[name] = min(low[name], index[step])
            else:
                index[step] = low[step] = len(index)
                stack.append(step)
                held.add(step)
                path.append((step, iter(needs.get(step, ()))))


def _close(name: str, stack: list[str], held: set[str]) -> Iterator[tuple[str, ...]]:
    at = stack.index(name)
    group = stack[at:]
    del stack[at:]
    held.difference_update(group)
    if len(group) > 1:
        yield tuple(sorted(group))
