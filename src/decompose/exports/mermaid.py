"""Mermaid flowcharts (mermaid.js.org/syntax/flowchart) as repository browsers draw them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.labels import edge_label, node_lines
from decompose.exports.mermaid_text import quoted
from decompose.exports.model import APART, DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Group, Level, Node
from decompose.exports.names import identifiers
from decompose.exports.palette import APART_TINT, INK, tints

MOST_CHARACTERS = 50_000
MOST_EDGES = 500
"""Mermaid's defaults for `maxTextSize` and `maxEdges`; beyond them nothing is drawn."""

_ARROWS = {EdgeKind.TRANSACTION: "---", EdgeKind.JOIN: "-.-", EdgeKind.REFERENCE: "-->"}


def render_mermaid(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """A flowchart within Mermaid's limits: coarser unless a level was asked for, then without its lightest edges."""
    graph = boundary_graph(analysis, options)
    if options.level is None and (len(graph.edges) > MOST_EDGES or len(_text(graph, MOST_EDGES)) > MOST_CHARACTERS):
        graph = boundary_graph(analysis, replace(options, level=Level.SERVICES))
    kept = min(len(graph.edges), MOST_EDGES)
    text = _text(graph, kept)
    while len(text) > MOST_CHARACTERS and kept:
        kept = kept * 3 // 4
        text = _text(graph, kept)
    return text


def _text(graph: BoundaryGraph, most: int) -> str:
    ids = identifiers([*(node.id for node in graph.nodes), *(f"group {group.id}" for group in graph.groups)])
    ranked = sorted(
        range(len(graph.edges)), key=lambda place: (not graph.edges[place].crossing, -graph.edges[place].weight)
    )
    kept = sorted(ranked[:most])
    left_out = len(graph.edges) - len(kept)
    lines = ["flowchart LR", *_frames(graph, ids), *(_edge(graph.edges[place], ids) for place in kept)]
    if left_out:
        lines.append(f"  %% {left_out} of the lightest edges are left out")
    return "\n".join([*lines, *_colours(graph, ids), ""])


def _frames(graph: BoundaryGraph, ids: dict[str, str]) -> Iterator[str]:
    for node in graph.nodes:
        if not node.group:
            yield f"  {_node(node, ids)}"
    for group in graph.groups:
        if not group.parent:
            yield from _frame(group, graph, ids, "  ")


def _frame(group: Group, graph: BoundaryGraph, ids: dict[str, str], indent: str) -> Iterator[str]:
    yield f"{indent}subgraph {ids[f'group {group.id}']}[{quoted(group.label)}]"
    for node in graph.nodes:
        if node.group == group.id:
            yield f"{indent}  {_node(node, ids)}"
    for child in graph.groups:
        if child.parent == group.id:
            yield from _frame(child, graph, ids, indent + "  ")
    yield f"{indent}end"


def _node(node: Node, ids: dict[str, str]) -> str:
    return f"{ids[node.id]}[{quoted(*node_lines(node))}]"


def _edge(edge: Edge, ids: dict[str, str]) -> str:
    thick = edge.crossing and edge.kind is EdgeKind.TRANSACTION
    arrow = "===" if thick else "-.->" if not edge.declared else _ARROWS[edge.kind]
    return f"  {ids[edge.source]} {arrow}|{quoted(edge_label(edge))}| {ids[edge.target]}"


def _colours(graph: BoundaryGraph, ids: dict[str, str]) -> Iterator[str]:
    drawn = [(f"group {g.id}", g.kind) for g in graph.groups if not g.parent]
    drawn += [(node.id, node.kind) for node in graph.nodes if not node.group]
    tint = tints(name for name, _ in drawn)
    for name, kind in drawn:
        yield f"  style {ids[name]} fill:{APART_TINT if kind in APART else tint[name]},stroke:{INK},color:{INK}"
