"""Mermaid entity-relationship diagrams (mermaid.js.org/syntax/entityRelationshipDiagram): tables, columns, keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.columns import ColumnFacts, columns_by_table
from decompose.exports.labels import edge_label
from decompose.exports.mermaid_text import fits, quoted
from decompose.exports.model import DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Level
from decompose.exports.names import identifiers

Columns = Mapping[str, Sequence[ColumnFacts]]


def render_mermaid_er(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """Tables whatever the level; a reference known from joins only is dotted.

    What Mermaid would not draw for its length is left out, as a comment says: columns that are no keys, then all
    columns, then the tables with the fewest references.
    """
    graph = boundary_graph(analysis, replace(options, level=Level.TABLES, kinds=(EdgeKind.REFERENCE,)))
    columns = columns_by_table(analysis.evidence)
    keys = {name: tuple(c for c in found if c.primary or c.refers) for name, found in columns.items()}
    text = ""
    for shown, told in ((columns, ""), (keys, "columns other than keys are"), ({}, "columns are")):
        text = _text(graph, shown, told)
        if fits(text):
            return text
    kept = len(graph.nodes)
    while not fits(text) and kept:
        kept = kept * 3 // 4
        text = _text(_best_connected(graph, kept), {}, f"columns and {len(graph.nodes) - kept} tables are")
    return text


def _text(graph: BoundaryGraph, columns: Columns, left_out: str) -> str:
    ids = identifiers(node.id for node in graph.nodes)
    told = [f"  %% {left_out} left out to fit the limits of Mermaid"] if left_out else []
    references = (_reference(edge, ids) for edge in graph.edges)
    return "\n".join(["erDiagram", *told, *_tables(graph, ids, columns), *references, ""])


def _best_connected(graph: BoundaryGraph, most: int) -> BoundaryGraph:
    """The nodes with the most edges and the edges among them."""
    ends = Counter(end for edge in graph.edges for end in (edge.source, edge.target))
    kept = {node.id for node in sorted(graph.nodes, key=lambda node: (-ends[node.id], node.id))[:most]}
    nodes = tuple(node for node in graph.nodes if node.id in kept)
    return replace(graph, nodes=nodes, edges=tuple(edge for edge in graph.edges if {edge.source, edge.target} <= kept))


def _tables(graph: BoundaryGraph, ids: Mapping[str, str], columns: Columns) -> Iterator[str]:
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
