"""In which order tables are filled and emptied, which of them no order helps, and what their new schemas are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from decompose.assessment.portable_sql import PortableSql


def parents_first(tables: Iterable[str], links: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The tables with referenced ones before those that refer; circles are broken by name."""
    left = sorted(tables)
    parents: dict[str, set[str]] = {table: set() for table in left}
    for child, parent in links:
        if child in parents and parent in parents and child != parent:
            parents[child].add(parent)
    found: list[str] = []
    while left:
        ready = [table for table in left if parents[table] <= set(found)] or left[:1]
        found += ready
        left = [table for table in left if table not in ready]
    return tuple(found)


def circular(tables: Iterable[str], links: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The tables that refer to themselves, directly or through others of them."""
    return frozenset(_ringed(tables, links))


def mutual(tables: Iterable[str], links: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The references (child, parent) between two tables that stand in one circle."""
    known = list(links)
    ringed = _ringed(tables, known)
    return frozenset(pair for pair in known if pair[0] != pair[1] and pair[0] in ringed.get(pair[1], ()))


def _ringed(tables: Iterable[str], links: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Tables in circles, each with all that it refers to, directly or not."""
    parents: dict[str, set[str]] = {table: set() for table in tables}
    for child, parent in links:
        if child in parents and parent in parents:
            parents[child].add(parent)
    left = _without_ends(parents)
    above = {table: _above(table, left) for table in left}
    return {table: found for table, found in above.items() if table in found}


def _without_ends(parents: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The references without tables that refer to nothing left: those are in no circle."""
    children: dict[str, set[str]] = {table: set() for table in parents}
    for child, found in parents.items():
        for parent in found:
            children[parent].add(child)
    left = {table: set(found) for table, found in parents.items()}
    ends = [table for table, found in left.items() if not found]
    while ends:
        end = ends.pop()
        del left[end]
        for child in children[end]:
            left[child].discard(end)
            if not left[child]:
                ends.append(child)
    return left


def _above(table: str, parents: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    queue = [table]
    while queue:
        fresh = parents[queue.pop()] - found
        found |= fresh
        queue += sorted(fresh)
    return found


def schema_names(services: Sequence[str], sql: PortableSql) -> dict[str, str]:
    """A schema name `[a-z][a-z0-9_]*` per service that no server reserves; alike ones are numbered."""
    found: dict[str, str] = {}
    for service in services:
        plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in service.lower()).strip("_") or "service"
        plain = plain if plain[0].isalpha() and sql.name(plain) == plain else f"svc_{plain}"
        number, name = 2, plain
        while name in found.values():
            number, name = number + 1, f"{plain}_{number}"
        found[service] = name
    return found
