"""Cutting a hierarchy: at one of its levels, or into a number of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from decompose.boundaries.model import CAPABILITY, LEVELS, RESERVED, SERVICE, Branch, Decomposition, Hierarchy, Service
from decompose.errors import UsageError


def tables_of(hierarchy: Hierarchy) -> list[tuple[str, ...]]:
    """The tables of every branch, sorted, by its position."""
    found: list[list[str]] = [[] for _ in hierarchy.branches]
    for position in range(len(found) - 1, -1, -1):
        branch = hierarchy.branches[position]
        found[position] += branch.tables
        if branch.parent >= 0:
            found[branch.parent] += found[position]
    return [tuple(sorted(tables)) for tables in found]


def cut_at(hierarchy: Hierarchy, level: str) -> tuple[int, ...]:
    """The positions of the branches of a level; UsageError for an unknown one."""
    checked_level(level)
    return tuple(position for position, branch in enumerate(hierarchy.branches) if branch.level == level)


def checked_level(level: str) -> str:
    """The level; UsageError for an unknown one."""
    if level not in LEVELS:
        raise UsageError(f"there is no level {level!r}", "levels are " + ", ".join(LEVELS))
    return level


def cut_into(hierarchy: Hierarchy, groups: int) -> tuple[int, ...]:
    """The positions of the branches of the cut into so many groups, or the nearest finer cut there is."""
    branches = hierarchy.branches
    return tuple(
        position
        for position, branch in enumerate(branches)
        if branch.groups >= groups and (branch.parent < 0 or branches[branch.parent].groups < groups)
    )


def at_level(decomposition: Decomposition, level: str) -> Decomposition:
    """The decomposition with the groups of a level as its services; at the services' own level as it is."""
    if level == SERVICE:
        return decomposition
    return recut(decomposition, cut_at(decomposition.hierarchy, level))


def recut(decomposition: Decomposition, positions: Sequence[int]) -> Decomposition:
    """The decomposition with these branches as its services; a service that stays whole keeps all that is known of it.

    Tables on the fence are known for whole services only.
    """
    branches, tables = decomposition.hierarchy.branches, tables_of(decomposition.hierarchy)
    known = {service.tables: service for service in decomposition.services}
    owners = {table: service.owner for service in decomposition.services for table in service.tables}
    names = _distinct([_name(branches[position]) for position in positions], [tables[p] for p in positions])
    services = []
    for name, position in zip(names, positions, strict=True):
        found = known.get(tables[position]) or Service("", tables[position])
        teams = sorted({owners[table] for table in tables[position]})
        services.append(
            replace(
                found,
                name=name,
                capability=_above(branches, position),
                owner=teams[0] if len(teams) == 1 else "",
            )
        )
    whole = {service.name for service in services} & {service.name for service in decomposition.services}
    home = {table: service for service in services for table in service.tables}
    unsure = tuple(entry for entry in decomposition.unsure if home[entry[0]].tables in known and entry[1] in whole)
    return replace(decomposition, services=tuple(sorted(services, key=lambda s: s.name)), unsure=unsure)


def _name(branch: Branch) -> str:
    """A capability's name as that of a service."""
    return branch.name.lower().replace(" ", "-") if branch.level == CAPABILITY else branch.name


def _distinct(names: Sequence[str], tables: Sequence[tuple[str, ...]]) -> list[str]:
    """The names, each once: a number goes to those that come later by their tables."""
    found, taken = list(names), set(RESERVED)
    for number in sorted(range(len(names)), key=lambda n: tables[n]):
        name, count = names[number], 2
        while name in taken:
            name, count = f"{names[number]}-{count}", count + 1
        found[number] = name
        taken.add(name)
    return found


def _above(branches: Sequence[Branch], position: int) -> str:
    """The capability that a branch is or lies in; of several inside it, the one with its name; else empty."""
    while position >= 0:
        if branches[position].level == CAPABILITY:
            return branches[position].name
        position = branches[position].parent
    return ""
