"""What a user has changed in the capability map, found again in a new one: the user's names and places win."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from decompose.boundaries.model import Capability, SubCapability

LIKE = 0.5
"""The least overlap (Jaccard) of tables by which a part is known again under another proposed name."""
_BY_USER = "named in capabilities.yml"

Place = tuple[str, str]
"""A capability and a part of it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A part of the user's map: where it is, where the proposal had put it, what it holds."""

    place: Place
    proposed: Place
    part: SubCapability

    @property
    def changed(self) -> bool:
        """Whether the user has moved or renamed it."""
        return self.place != self.proposed


def edited(
    capabilities: Sequence[Capability], known: Sequence[Capability]
) -> tuple[tuple[Capability, ...], tuple[str, ...]]:
    """The map with every part where the user wants it, and a remark for each edit that fits nothing any more.

    A part is known again by the tables it holds, else by its proposed place. Where all parts of a proposed capability
    were moved to one of the user's, what is new in it goes there too.
    """
    earlier = [_known(capability.name, part) for capability in known for part in capability.children]
    if not any(entry.changed for entry in earlier):
        return tuple(capabilities), ()
    parts = {(capability.name, part.name): part for capability in capabilities for part in capability.children}
    matched = _matched(parts, earlier)
    followed = _followed(earlier)
    placed: defaultdict[Place, list[tuple[Place, SubCapability]]] = defaultdict(list)
    for place, part in parts.items():
        placed[_wanted(place, matched.get(place), followed)].append((place, part))
    used = {entry.place for entry in matched.values()}
    remarks = tuple(
        f"capabilities.yml: {' › '.join(entry.place)} was proposed as {' › '.join(entry.proposed)} and fits nothing "
        "in this proposal; the edit is left out"
        for entry in earlier
        if entry.changed and entry.place not in used
    )
    return _assembled(placed, capabilities), remarks


def _known(capability: str, part: SubCapability) -> _Known:
    place = (capability, part.name)
    return _Known(place, (part.proposed[0], part.proposed[1]) if len(part.proposed) == 2 else place, part)


def _matched(parts: dict[Place, SubCapability], earlier: Sequence[_Known]) -> dict[Place, _Known]:
    """Every part that is known again, with what it was; the best fit first, each part and each entry once."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for number, entry in enumerate(earlier):
        for item in _content(entry.part):
            holders[item].add(number)
    proposed = {entry.proposed: number for number, entry in enumerate(earlier)}
    fits = []
    for place, part in parts.items():
        own = proposed.get(place)
        met = {number for item in _content(part) for number in holders[item]}
        for number in met if own is None else met | {own}:
            likeness = _overlap(_content(part), _content(earlier[number].part))
            if number == own or likeness >= LIKE:
                fits.append((-likeness, number != own, place, number))
    found: dict[Place, _Known] = {}
    taken: set[int] = set()
    for _, _, place, number in sorted(fits):
        if place not in found and number not in taken:
            found[place] = earlier[number]
            taken.add(number)
    return found


def _content(part: SubCapability) -> tuple[str, ...]:
    """What a part is known by: its tables, or its transactions where it has none."""
    return part.tables or part.transactions


def _overlap(left: Iterable[str], right: Iterable[str]) -> float:
    one, other = set(left), set(right)
    return len(one & other) / len(one | other) if one or other else 0.0


def _wanted(place: Place, entry: _Known | None, followed: dict[str, str]) -> Place:
    """Where a part goes: what the user changed of its place wins, the rest is as proposed now."""
    capability, name = followed.get(place[0], place[0]), place[1]
    if entry is not None and entry.place[0] != entry.proposed[0]:
        capability = entry.place[0]
    if entry is not None and entry.place[1] != entry.proposed[1]:
        name = entry.place[1]
    return capability, name


def _followed(earlier: Sequence[_Known]) -> dict[str, str]:
    """Proposed capabilities that the user has moved as a whole, and where to."""
    wanted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in earlier:
        wanted[entry.proposed[0]][entry.place[0]] += 1
    return {name: min(places) for name, places in wanted.items() if len(places) == 1}


def _assembled(
    placed: dict[Place, list[tuple[Place, SubCapability]]], capabilities: Sequence[Capability]
) -> tuple[Capability, ...]:
    told = {capability.name: capability.derived_from for capability in capabilities}
    children: defaultdict[str, list[SubCapability]] = defaultdict(list)
    for (capability, name), found in placed.items():
        children[capability].append(_united((capability, name), found))
    return tuple(
        Capability(name, tuple(sorted(parts, key=lambda part: part.name)), told.get(name, _BY_USER))
        for name, parts in sorted(children.items())
    )


def _united(place: Place, found: Sequence[tuple[Place, SubCapability]]) -> SubCapability:
    """One part of several that are wanted under one name; the first with most tables says where it was proposed."""
    proposed, main = min(found, key=lambda pair: (-len(pair[1].tables), pair[0]))
    changed = any(origin != place for origin, _ in found)
    return replace(
        main,
        name=place[1],
        transactions=tuple(sorted({profile for _, part in found for profile in part.transactions})),
        tables=tuple(sorted({table for _, part in found for table in part.tables})),
        derived_from=_BY_USER if place[1] != proposed[1] else main.derived_from,
        proposed=proposed if changed else (),
    )
