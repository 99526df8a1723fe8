"""GraphML (graphml.graphdrawing.org, 1.0) for yEd, Gephi, networkx, igraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.graph_attributes import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, edge_values, node_values
from decompose.exports.labels import edge_key
from decompose.exports.model import DEFAULTS, ExportOptions
from decompose.exports.names import identifiers
from decompose.exports.xml_text import HEADER, element, empty, opened


def render_graphml(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """One directed graph; the edge attribute `directed` says which edges have a direction."""
    graph = boundary_graph(analysis, options)
    ids = identifiers(node.id for node in graph.nodes)
    lines = [HEADER, opened("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"}), *_keys()]
    lines.append("  " + opened("graph", {"id": "boundaries", "edgedefault": "directed"}))
    for node in graph.nodes:
        lines.append("    " + opened("node", {"id": ids[node.id]}))
        lines += [f"      {line}" for line in _data("n", node_values(graph, node))]
        lines.append("    </node>")
    for edge in graph.edges:
        source, target = ids[edge.source], ids[edge.target]
        name = f"{source}-{target}-{edge_key(edge).replace(', ', '-')}"
        lines.append("    " + opened("edge", {"id": name, "source": source, "target": target}))
        lines += [f"      {line}" for line in _data("e", edge_values(edge))]
        lines.append("    </edge>")
    return "\n".join([*lines, "  </graph>", "</graphml>", ""])


def _keys() -> Iterator[str]:
    for owner, prefix, attributes in (("node", "n", NODE_ATTRIBUTES), ("edge", "e", EDGE_ATTRIBUTES)):
        for name, type_ in attributes.items():
            yield "  " + empty("key", {"id": f"{prefix}_{name}", "for": owner, "attr.name": name, "attr.type": type_})


def _data(prefix: str, values: Mapping[str, object]) -> Iterator[str]:
    for name, value in values.items():
        yield element("data", {"key": f"{prefix}_{name}"}, value)
