"""GEXF 1.3 (gexf.net) for Gephi; without the date that makes every file differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.graph_attributes import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, edge_values, node_values
from decompose.exports.labels import edge_key, edge_label
from decompose.exports.model import DEFAULTS, BoundaryGraph, ExportOptions
from decompose.exports.names import identifiers
from decompose.exports.xml_text import HEADER, empty, opened

_TYPES = {"int": "integer"}


def render_gexf(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """One static directed graph; the edge attribute `directed` says which edges have a direction."""
    graph = boundary_graph(analysis, options)
    body = [
        *_attributes("node", NODE_ATTRIBUTES),
        *_attributes("edge", EDGE_ATTRIBUTES),
        *_nodes(graph),
        *_edges(graph),
    ]
    return "\n".join(
        [
            HEADER,
            opened("gexf", {"xmlns": "http://gexf.net/1.3", "version": "1.3"}),
            "  " + opened("graph", {"mode": "static", "defaultedgetype": "directed"}),
            *(f"    {line}" for line in body),
            "  </graph>",
            "</gexf>",
            "",
        ]
    )


def _attributes(owner: str, attributes: Mapping[str, str]) -> Iterator[str]:
    yield opened("attributes", {"class": owner, "mode": "static"})
    for name, type_ in attributes.items():
        if name not in _OWN:
            yield "  " + empty("attribute", {"id": name, "title": name, "type": _TYPES.get(type_, type_)})
    yield "</attributes>"


_OWN = ("label", "weight")
"""What GEXF itself has an attribute for."""


def _nodes(graph: BoundaryGraph) -> Iterator[str]:
    ids = identifiers(node.id for node in graph.nodes)
    yield "<nodes>"
    for node in graph.nodes:
        yield "  " + opened("node", {"id": ids[node.id], "label": node.label})
        yield from _values(node_values(graph, node))
        yield "  </node>"
    yield "</nodes>"


def _edges(graph: BoundaryGraph) -> Iterator[str]:
    ids = identifiers(node.id for node in graph.nodes)
    yield "<edges>"
    for edge in graph.edges:
        source, target = ids[edge.source], ids[edge.target]
        told: dict[str, object] = {"id": f"{source}-{target}-{edge_key(edge)}", "source": source, "target": target}
        told.update({"label": edge_label(edge), "weight": edge.weight})
        yield "  " + opened("edge", told)
        yield from _values(edge_values(edge))
        yield "  </edge>"
    yield "</edges>"


def _values(values: Mapping[str, object]) -> Iterator[str]:
    yield "    <attvalues>"
    for name, value in values.items():
        if name not in _OWN:
            yield "      " + empty("attvalue", {"for": name, "value": value})
    yield "    </attvalues>"
