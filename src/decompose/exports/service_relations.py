"""How services depend on each other, for formats that know services and relations only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.model import EdgeKind, ExportOptions, Level, NodeKind


@dataclass(frozen=True, slots=True)
class ServiceRelation:
    """Two services (names, sorted) and what ties them: executions, and references either way."""

    left: str
    right: str
    transactions: int = 0
    joins: int = 0
    references: int = 0
    referenced: int = 0
    """References from right to left."""


def service_relations(analysis: Analysis, options: ExportOptions) -> tuple[ServiceRelation, ...]:
    """One row for every pair of services with an edge between them, sorted."""
    graph = boundary_graph(analysis, replace(options, level=Level.SERVICES))
    names = {node.id: node.label for node in graph.nodes if node.kind is NodeKind.SERVICE}
    found: dict[tuple[str, str], ServiceRelation] = {}
    for edge in graph.edges:
        if edge.source not in names or edge.target not in names:
            continue
        source, target = names[edge.source], names[edge.target]
        left, right = min(source, target), max(source, target)
        row = found.get((left, right), ServiceRelation(left, right))
        if edge.kind is EdgeKind.TRANSACTION:
            row = replace(row, transactions=edge.weight)
        elif edge.kind is EdgeKind.JOIN:
            row = replace(row, joins=edge.weight)
        elif source == left:
            row = replace(row, references=row.references + edge.weight)
        else:
            row = replace(row, referenced=row.referenced + edge.weight)
        found[left, right] = row
    return tuple(found[pair] for pair in sorted(found))
