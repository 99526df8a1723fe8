"""The attributes that graph formats with typed columns carry."""

from __future__ import annotations

from collections.abc import Mapping

from decompose.exports.labels import edge_label
from decompose.exports.model import BoundaryGraph, Edge, EdgeKind, Node

NODE_ATTRIBUTES: Mapping[str, str] = {"label": "string", "kind": "string", "service": "string", "tables": "int"}
EDGE_ATTRIBUTES: Mapping[str, str] = {
    "label": "string",
    "kind": "string",
    "weight": "int",
    "crossing": "boolean",
    "declared": "boolean",
    "directed": "boolean",
}


def node_values(graph: BoundaryGraph, node: Node) -> Mapping[str, object]:
    """Values in the order of `NODE_ATTRIBUTES`."""
    labels = {group.id: group.label for group in graph.groups}
    service = labels.get(node.group, node.label)
    return dict(zip(NODE_ATTRIBUTES, (node.label, node.kind.value, service, len(node.tables)), strict=True))


def edge_values(edge: Edge) -> Mapping[str, object]:
    """Values in the order of `EDGE_ATTRIBUTES`."""
    directed = edge.kind is EdgeKind.REFERENCE
    values = (edge_label(edge), edge.kind.value, edge.weight, edge.crossing, edge.declared, directed)
    return dict(zip(EDGE_ATTRIBUTES, values, strict=True))
