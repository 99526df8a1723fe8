"""What stands on nodes and edges; the same in every export."""

from __future__ import annotations

from decompose.exports.model import BoundaryGraph, Edge, EdgeKind, Node, NodeKind
from decompose.exports.names import one_line


def node_lines(node: Node) -> tuple[str, ...]:
    """The name in one visible line and, for a node that stands for several tables, how many."""
    name = one_line(node.label)
    if node.kind in (NodeKind.TABLE, NodeKind.COLUMN):
        return (name,)
    count = len(node.tables)
    return (name, "1 table" if count == 1 else f"{count:,} tables")


def edge_label(edge: Edge) -> str:
    """`40 tx`, `2,037 joins`, `2 keys`, or a key's columns."""
    if edge.kind is EdgeKind.TRANSACTION:
        return f"{edge.weight:,} tx"
    if edge.kind is EdgeKind.JOIN:
        return "1 join" if edge.weight == 1 else f"{edge.weight:,} joins"
    if edge.label:
        return edge.label
    return "1 key" if edge.weight == 1 else f"{edge.weight:,} keys"


def edge_key(edge: Edge) -> str:
    """What tells edges between the same two nodes apart."""
    return edge.kind if edge.declared else f"{edge.kind}, undeclared"


def left_out(graph: BoundaryGraph) -> str:
    """What a reader must know of edges that are not drawn; empty when all are."""
    shown = len(graph.edges)
    return f"the {shown:,} strongest of {shown + graph.left_out:,} edges are drawn" if graph.left_out else ""
