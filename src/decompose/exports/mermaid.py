"""Mermaid flowcharts (mermaid.js.org/syntax/flowchart) as repository browsers draw them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import picture_graph
from decompose.exports.labels import edge_label, left_out, node_lines
from decompose.exports.mermaid_text import MOST_EDGES, fits, quoted
from decompose.exports.model import APART, DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Group, Level, Node
from decompose.exports.names import identifiers
from decompose.exports.palette import APART_TINT, INK, tints
from decompose.exports.thinning import strongest

_ARROWS = {EdgeKind.TRANSACTION: "---", EdgeKind.JOIN: "-.-", EdgeKind.REFERENCE: "-->"}


def render_mermaid(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """A flowchart within Mermaid's limits: without its lightest edges, then coarser, as a comment in it says."""
    graph = picture_graph(analysis, options)
    if options.level is None and (len(graph.edges) > MOST_EDGES or not fits(_text(graph, MOST_EDGES))):
        graph = picture_graph(analysis, replace(options, level=Level.SERVICES))
    asked = graph.level
    for level in _from(asked):
        graph = graph if level is asked else picture_graph(analysis, replace(options, level=level))
        if fits(_text(graph, 0)):
            break
    kept = min(len(graph.edges), MOST_EDGES)
    while not fits(_text(graph, kept, asked)) and kept:
        kept = kept * 3 // 4
    return _text(graph, kept, asked)


def _from(level: Level) -> list[Level]:
    """The level and those that are coarser, the coarsest last."""
    levels = list(Level)
    return levels[levels.index(level) :: -1]


def _text(graph: BoundaryGraph, most: int, asked: Level | None = None) -> str:
    ids = identifiers([*(node.id for node in graph.nodes), *(f"group {group.id}" for group in graph.groups)])
    drawn = strongest(graph, most)
    lines = ["flowchart LR", *_frames(graph, ids), *(_edge(edge, ids) for edge in drawn.edges)]
    if asked not in (None, graph.level):
        lines.append(f"  %% {asked} do not fit the limits of Mermaid: {graph.level} are shown")
    if drawn.left_out:
        lines.append(f"  %% {left_out(drawn)}")
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
