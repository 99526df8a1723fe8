"""Aggregates: a root table with the tables of its service whose rows cannot live without it."""

from __future__ import annotations

from collections.abc import Mapping

from decompose.evidence.bundle import Evidence, ForeignKeyLink


def aggregates(evidence: Evidence, home_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Root table to all tables of its aggregate (sorted, the root among them); every table is in one.

    A table belongs to the parent it references with ON DELETE CASCADE or with part of its own primary key, when both
    have the same home; of several such parents to the first by name. Circles fall apart at their first table by name.
    """
    keys = {table.name: set(table.primary_key) for table in evidence.tables}
    parent: dict[str, str] = {}
    for link in sorted(evidence.links, key=lambda link: (link.child, link.parent)):
        same_home = link.child in home_of and home_of[link.child] == home_of.get(link.parent)
        if link.child != link.parent and same_home and _owned(link, keys.get(link.child, set())):
            parent.setdefault(link.child, link.parent)
    members: dict[str, list[str]] = {}
    for table in sorted(home_of):
        members.setdefault(_root(table, parent), []).append(table)
    return {root: tuple(tables) for root, tables in sorted(members.items())}


def _owned(link: ForeignKeyLink, primary_key: set[str]) -> bool:
    return link.declared and (link.on_delete == "cascade" or bool(primary_key.intersection(link.columns)))


def _root(table: str, parent: Mapping[str, str]) -> str:
    path = [table]
    while path[-1] in parent:
        above = parent[path[-1]]
        if above in path:
            return min(path[path.index(above) :])
        path.append(above)
    return path[-1]
