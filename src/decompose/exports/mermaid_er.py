"""Mermaid entity-relationship diagrams (mermaid.js.org/syntax/entityRelationshipDiagram): tables, columns, keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.columns import ColumnFacts, columns_by_table
from decompose.exports.labels import edge_label
from decompose.exports.mermaid_text import quoted
from decompose.exports.model import DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Level
from decompose.exports.names import identifiers

MOST_COLUMNS = 600
"""Above so many columns in all, only keys are drawn: a diagram beyond Mermaid's text limit is not drawn at all."""


def render_mermaid_er(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """Tables whatever the level; a reference known from joins only is dotted."""
    graph = boundary_graph(analysis, replace(options, level=Level.TABLES, kinds=(EdgeKind.REFERENCE,)))
    columns = columns_by_table(analysis.evidence)
    if sum(len(columns.get(node.label, ())) for node in graph.nodes) > MOST_COLUMNS:
        columns = {name: tuple(c for c in found if c.primary or c.refers) for name, found in columns.items()}
    ids = identifiers(node.id for node in graph.nodes)
    return "\n".join(["erDiagram", *_tables(graph, ids, columns), *(_reference(edge, ids) for edge in graph.edges), ""])


def _tables(
    graph: BoundaryGraph, ids: Mapping[str, str], columns: Mapping[str, Sequence[ColumnFacts]]
) -> Iterator[str]:
    for node in graph.nodes:
        found = columns.get(node.label, ())
        yield f"  {ids[node.id]}[{quoted(node.label)}]" + (" {" if found else "")
        names = identifiers(column.name for column in found)
        types = identifiers(column.type for column in found)
        yield from (f"    {_column(c, types[c.type] if c.type else 'unknown', names[c.name])}" for c in found)
        if found:
            yield "  }"


def _column(column: ColumnFacts, type_: str, name: str) -> str:
    keys = ", ".join(key for key, holds in (("PK", column.primary), ("FK", column.refers)) if holds)
    told = [column.name] if name != column.name else []
    told += [column.type] if column.type not in ("", type_) else []
    return " ".join(part for part in (type_, name, keys, quoted(": ".join(told)) if told else "") if part)


def _reference(edge: Edge, ids: Mapping[str, str]) -> str:
    line = "--" if edge.declared else ".."
    return f"  {ids[edge.target]} ||{line}o{{ {ids[edge.source]} : {quoted(edge_label(edge))}"
