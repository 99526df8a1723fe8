"""Aggregates: the tables of a service that are always written together, or whose rows cannot live without a root."""

from __future__ import annotations

from collections.abc import Mapping

from decompose.assessment.model import Analysis
from decompose.boundaries.model import AGGREGATE
from decompose.evidence.bundle import Evidence, ForeignKeyLink


def aggregates_of(analysis: Analysis, home_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Root table to all tables of its aggregate (sorted, the root among them); every table is in one.

    Those of the decomposition's hierarchy, as far as their tables still have one home; the other tables' by `owned`.
    """
    found = {
        branch.name: tuple(sorted(branch.tables))
        for branch in analysis.decomposition.hierarchy.branches
        if branch.level == AGGREGATE
        and branch.name in branch.tables
        and len({home_of.get(table, "") for table in branch.tables}) == 1
        and branch.name in home_of
    }
    told = {table for tables in found.values() for table in tables}
    others = owned(analysis.evidence, {table: home for table, home in home_of.items() if table not in told})
    return dict(sorted((found | others).items()))


def owned(evidence: Evidence, home_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Root table to all tables of its aggregate (sorted, the root among them); every table is in one.

    A table belongs to the parent it references with ON DELETE CASCADE or with part of its own primary key, when both
    have the same home; of several such parents to the first by name. Circles fall apart at their first table by name.
    """
    keys = {table.name: set(table.primary_key) for table in evidence.tables}
    parent: dict[str, str] = {}
    for link in sorted(evidence.links, key=lambda link: (link.child, link.parent)):
        same_home = link.child in home_of and home_of[link.child] == home_of.get(link.parent)
        if link.child != link.parent and same_home and _owns(link, keys.get(link.child, set())):
            parent.setdefault(link.child, link.parent)
    members: dict[str, list[str]] = {}
    for table in sorted(home_of):
        members.setdefault(_root(table, parent), []).append(table)
    return {root: tuple(tables) for root, tables in sorted(members.items())}


def _owns(link: ForeignKeyLink, primary_key: set[str]) -> bool:
    return link.declared and (link.on_delete == "cascade" or bool(primary_key.intersection(link.columns)))


def _root(table: str, parent: Mapping[str, str]) -> str:
    path = [table]
    while path[-1] in parent:
        above = parent[path[-1]]
        if above in path:
            return min(path[path.index(above) :])
        path.append(above)
    return path[-1]
