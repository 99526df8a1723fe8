"""Evidence to coupling graph."""

from __future__ import annotations

from collections import Counter

from decompose.evidence.bundle import Evidence
from decompose.graph.model import CouplingGraph, JoinEdge, ReferenceEdge, TableNode, TransactionEdge


def build_graph(evidence: Evidence) -> CouplingGraph:
    """The coupling graph of the evidence: committed profiles only, in canonical order."""
    tables = tuple(sorted(evidence.tables, key=lambda table: table.name))
    index = {table.name: position for position, table in enumerate(tables)}
    return CouplingGraph(
        tables=tuple(TableNode(t.name, t.columns, t.row_estimate, t.declared) for t in tables),
        transactions=_transactions(evidence, index),
        joins=_joins(evidence, index),
        references=_references(evidence, index),
    )


def _transactions(evidence: Evidence, index: dict[str, int]) -> tuple[TransactionEdge, ...]:
    edges = []
    for profile in evidence.profiles:
        if profile.count == 0:
            continue
        writes = sorted(index[name] for name in profile.boundary)
        reads = sorted(index[name] for name in set(profile.reads).difference(profile.boundary))
        if writes or reads:
            edges.append(TransactionEdge(profile.id, profile.name, tuple(writes), tuple(reads), profile.count))
    return tuple(sorted(edges, key=lambda edge: (edge.writes, edge.reads, edge.profile)))


def _joins(evidence: Evidence, index: dict[str, int]) -> tuple[JoinEdge, ...]:
    executions: Counter[tuple[int, int]] = Counter()
    for statement in evidence.statements:
        pairs = {tuple(sorted((index[join.left], index[join.right]))) for join in statement.joins}
        for left, right in pairs:
            if left != right:
                executions[left, right] += statement.executions
    return tuple(JoinEdge(left, right, n) for (left, right), n in sorted(executions.items()))


def _references(evidence: Evidence, index: dict[str, int]) -> tuple[ReferenceEdge, ...]:
    edges = [
        ReferenceEdge(index[link.child], index[link.parent], link.columns, link.on_delete, link.declared)
        for link in evidence.links
    ]
    return tuple(sorted(edges, key=lambda edge: (edge.child, edge.parent, edge.columns, not edge.declared)))
