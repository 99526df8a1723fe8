"""Service Cutter's entity-relationship file (github.com/ServiceCutter/ServiceCutter): entities, fields, relations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.columns import columns_by_table
from decompose.exports.model import DEFAULTS, EdgeKind, ExportOptions, Level
from decompose.exports.names import distinct_lines


def render_service_cutter(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """Tables whatever the level, columns as nanoentities; a cascading reference is a composition."""
    graph = boundary_graph(analysis, replace(options, level=Level.TABLES, kinds=(EdgeKind.REFERENCE,)))
    names = distinct_lines(node.label for node in graph.nodes)
    columns = columns_by_table(analysis.evidence)
    entities = [
        {
            "name": names[node.label],
            "nanoentities": list(distinct_lines(c.name for c in columns.get(node.label, ())).values()),
        }
        for node in graph.nodes
    ]
    relations = [
        {"origin": names[parent], "destination": names[child], "type": type_}
        for parent, child, type_ in sorted(set(_relations(analysis)))
        if parent in names and child in names
    ]
    return json.dumps({"name": "monolith", "entities": entities, "relations": relations}, indent=2) + "\n"


def _relations(analysis: Analysis) -> Iterator[tuple[str, str, str]]:
    owned = {(link.parent, link.child) for link in analysis.evidence.links if link.on_delete == "cascade"}
    for link in analysis.evidence.links:
        if link.child != link.parent:
            pair = (link.parent, link.child)
            yield (*pair, "COMPOSITION" if pair in owned else "AGGREGATION")
