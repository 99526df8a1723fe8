"""Aggregates: the tables of a service that are always written together, by the one rule of the proposal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from decompose.assessment.model import Analysis
from decompose.boundaries.aggregates import aggregates, main_tables
from decompose.boundaries.model import AGGREGATE
from decompose.evidence.bundle import Evidence
from decompose.graph.build import build_graph
from decompose.graph.vocabulary import read_vocabulary


def aggregates_of(analysis: Analysis, home_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Main table to all tables of its aggregate (sorted, it among them); every table is in one.

    Those of the decomposition's hierarchy, as far as their tables still have one home; the other tables' by the rule
    that made the hierarchy (`boundaries.aggregates`), applied to their homes.
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
    others = formed(analysis.evidence, {table: home for table, home in home_of.items() if table not in told})
    return dict(sorted((found | others).items()))


def formed(evidence: Evidence, home_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Main table to all tables of its aggregate, for tables with these homes; nothing is asked of the others."""
    if not home_of:
        return {}
    graph = build_graph(evidence)
    # A table that is not asked for has a home of its own, so that it belongs to nobody.
    numbers: dict[str, int] = {}
    keys = [f"home {home_of[node.name]}" if node.name in home_of else f"table {node.name}" for node in graph.tables]
    roots = aggregates(graph, read_vocabulary(graph), tuple(numbers.setdefault(key, len(numbers)) for key in keys))
    main = main_tables(graph, roots)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for table, root in enumerate(roots):
        if graph.tables[table].name in home_of:
            members[graph.tables[main[root]].name].append(graph.tables[table].name)
    known = {node.name for node in graph.tables}
    alone = {table: (table,) for table in home_of if table not in known}
    return dict(sorted(({name: tuple(sorted(tables)) for name, tables in members.items()} | alone).items()))
