"""Reference data by its traces: tables that others look up and hardly anyone writes."""

from __future__ import annotations

from collections import Counter, defaultdict

from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary, is_part

_LEAST_TRANSACTIONS = 12
_LEAST_CHILDREN = 3
_MOST_WRITTEN = 0.02


def lookups(graph: CouplingGraph, vocabulary: Vocabulary) -> frozenset[int]:
    """Tables that three or more others refer to, that refer to none, have no parts, and are written in at most 2 % of
    the runs that touch them; none where there are fewer than a dozen transaction profiles to tell by.
    """
    if len(graph.transactions) < _LEAST_TRANSACTIONS:
        return frozenset()
    children: dict[int, set[int]] = defaultdict(set)
    business: set[int] = set()
    for reference in graph.references:
        if reference.child != reference.parent:
            children[reference.parent].add(reference.child)
            business.add(reference.child)
        if is_part(vocabulary, reference):
            business.add(reference.parent)
    written, touched = runs_of(graph)
    return frozenset(
        table
        for table, found in children.items()
        if len(found) >= _LEAST_CHILDREN and table not in business and written[table] <= _MOST_WRITTEN * touched[table]
    )


def runs_of(graph: CouplingGraph) -> tuple[Counter[int], Counter[int]]:
    """Executions that wrote, and that touched, each table."""
    written: Counter[int] = Counter()
    touched: Counter[int] = Counter()
    for edge in graph.transactions:
        for table in edge.writes:
            written[table] += edge.executions
        for table in edge.writes + edge.reads:
            touched[table] += edge.executions
    return written, touched
