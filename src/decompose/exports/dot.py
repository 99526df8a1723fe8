"""Graphviz DOT (graphviz.org/doc/info/lang.html): services as clusters, edges by kind, every name quoted."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import picture_graph
from decompose.exports.labels import edge_label, left_out, node_lines
from decompose.exports.model import APART, DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Group, Node
from decompose.exports.names import one_line
from decompose.exports.palette import APART_TINT, FAINT, INK, LEGEND, LINES, STYLES, thickness, tints

LARGE = 300
"""Above so many nodes `dot` is too slow (300 take 2 s, 1,000 over 45 s); sfdp draws them, which knows no clusters."""


def render_dot(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """The boundary graph as one `digraph`; only references have arrow heads.

    In a large graph each cluster's name is a node too, tied to the cluster's members by edges that nobody sees, and its
    members are tinted, so that engines without clusters draw them side by side.
    """
    graph = picture_graph(analysis, options)
    return "\n".join(["digraph boundaries {", *_head(graph), *_body(graph), *_edges(graph), "}", ""])


def quoted(name: str) -> str:
    """A double-quoted string; a backslash is doubled so that it can end no string and start no label escape."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def label(*lines: str) -> str:
    """A quoted label of several lines; Graphviz would read character references in it, so `&` is one itself."""
    return "\\n".join(quoted(one_line(line).replace("&", "&amp;"))[1:-1] for line in lines).join('""')


def _head(graph: BoundaryGraph) -> list[str]:
    legend = [LEGEND, left_out(graph)] if graph.left_out else [LEGEND]
    font = 'fontname="Helvetica,Arial,sans-serif"'
    return [
        f"  graph [rankdir=LR, {font}, fontsize=11, labelloc=b, label={label(*legend)}];",
        f'  node [shape=box, style="rounded,filled", fillcolor="#ffffff", color="{INK}", {font}, fontsize=10];',
        f"  edge [{font}, fontsize=8];",
    ]


def _body(graph: BoundaryGraph) -> Iterator[str]:
    colour = tints([*(g.id for g in graph.groups if not g.parent), *(n.id for n in graph.nodes if not n.group)])
    colour.update({group.id: APART_TINT for group in graph.groups if group.kind in APART})
    colour.update({node.id: APART_TINT for node in graph.nodes if node.kind in APART})
    for node in graph.nodes:
        if not node.group:
            yield f"  {_node(node, colour[node.id])}"
    for group in graph.groups:
        if not group.parent:
            yield from _cluster(group, graph, colour[group.id], "  ")


def _cluster(group: Group, graph: BoundaryGraph, colour: str, indent: str) -> Iterator[str]:
    large = len(graph.nodes) > LARGE
    yield f"{indent}subgraph {quoted(f'cluster {group.id}')} {{"
    yield f"{indent}  label={label(group.label)}; labelloc=t; labeljust=l;"
    yield f'{indent}  style="rounded,filled"; color="{INK}"; fillcolor="{colour}";'
    members = [node for node in graph.nodes if node.group == group.id]
    children = [child for child in graph.groups if child.parent == group.id]
    for node in members:
        yield f"{indent}  {_node(node, colour if large else '#ffffff')}"
    if large:
        ties = [*(node.id for node in members), *(_hub(child) for child in children)]
        yield from (f"{indent}  {line}" for line in _tied(group, ties))
    for child in children:
        yield from _cluster(child, graph, colour if large else APART_TINT, indent + "  ")
    yield f"{indent}}}"


def _hub(group: Group) -> str:
    return f"name {group.id}"


def _tied(group: Group, members: list[str]) -> Iterator[str]:
    size = 14 if group.parent else 36
    yield f'{quoted(_hub(group))} [label={label(group.label)}, shape=plaintext, style="", fontsize={size}];'
    for member in members:
        yield f"{quoted(_hub(group))} -> {quoted(member)} [style=invis, weight=10];"


def _node(node: Node, colour: str) -> str:
    return f'{quoted(node.id)} [label={label(*node_lines(node))}, fillcolor="{colour}"];'


def _edges(graph: BoundaryGraph) -> Iterator[str]:
    """Labels stand on the edges of a graph without clusters; else they are tooltips.

    Graphviz 2.42 loses edges between clusters when they carry labels ("trouble in init_rank").
    """
    name = "tooltip" if graph.groups else "label"
    return (_edge(edge, name) for edge in graph.edges)


def _edge(edge: Edge, label_name: str) -> str:
    """What crosses stands out in its colour and thickness; what stays inside a service is thin and grey."""
    attributes = [
        f"style={'bold' if edge.crossing and edge.kind is EdgeKind.TRANSACTION else STYLES[edge.kind]}",
        f'color="{LINES[edge.kind] if edge.crossing else FAINT}"',
        f"penwidth={thickness(edge.weight) if edge.crossing else 1}",
        f"{label_name}={label(edge_label(edge))}",
    ]
    if edge.kind is not EdgeKind.REFERENCE:
        attributes.append("dir=none")
    elif not edge.declared:
        attributes.append("arrowhead=empty")
    return f"  {quoted(edge.source)} -> {quoted(edge.target)} [{', '.join(attributes)}];"
