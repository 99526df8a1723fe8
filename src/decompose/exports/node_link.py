"""Node-link JSON as networkx and D3 read it (`networkx.node_link_graph`, keys `nodes` and `edges`)."""

from __future__ import annotations

import json
from dataclasses import asdict

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.labels import edge_key, edge_label
from decompose.exports.model import DEFAULTS, EdgeKind, ExportOptions


def render_node_link(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """A directed multigraph; edges with `directed` false have no first and second end."""
    graph = boundary_graph(analysis, options)
    document = {
        "directed": True,
        "multigraph": True,
        "graph": {"level": graph.level, "groups": [asdict(group) for group in graph.groups]},
        "nodes": [asdict(node) for node in graph.nodes],
        "edges": [
            {
                **asdict(edge),
                "key": edge_key(edge),
                "label": edge_label(edge),
                "directed": edge.kind is EdgeKind.REFERENCE,
            }
            for edge in graph.edges
        ],
    }
    return json.dumps(document, indent=2) + "\n"
