"""D2 (d2lang.com): services as containers. Single-quoted strings know no escape and no `${substitution}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import picture_graph
from decompose.exports.labels import edge_label, left_out, node_lines
from decompose.exports.model import APART, DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Group, Node
from decompose.exports.names import identifiers, one_line
from decompose.exports.palette import APART_TINT, LINES, thickness, tints

_DASH = {EdgeKind.TRANSACTION: 0, EdgeKind.JOIN: 5, EdgeKind.REFERENCE: 2}


def render_d2(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """The boundary graph; only references have arrow heads."""
    graph = picture_graph(analysis, options)
    ids = identifiers([*(node.id for node in graph.nodes), *(_key(group.id) for group in graph.groups)])
    paths = _paths(graph, ids)
    told = [f"# {left_out(graph)}"] if graph.left_out else []
    edges = (_edge(edge, paths) for edge in graph.edges)
    return "\n".join(["direction: right", *told, *_frames(graph, ids), *edges, ""])


def quoted(text: str) -> str:
    """A single-quoted string; a quote inside is doubled."""
    return "'" + one_line(text).replace("'", "''") + "'"


def _key(group: str) -> str:
    return f"group {group}"


def _paths(graph: BoundaryGraph, ids: Mapping[str, str]) -> dict[str, str]:
    parents = {group.id: group.parent for group in graph.groups}
    paths = {}
    for node in graph.nodes:
        path, group = [ids[node.id]], node.group
        while group:
            path.insert(0, ids[_key(group)])
            group = parents[group]
        paths[node.id] = ".".join(path)
    return paths


def _frames(graph: BoundaryGraph, ids: Mapping[str, str]) -> Iterator[str]:
    tint = tints([*(g.id for g in graph.groups if not g.parent), *(n.id for n in graph.nodes if not n.group)])
    for node in graph.nodes:
        if not node.group:
            yield _node(node, ids, APART_TINT if node.kind in APART else tint[node.id])
    for group in graph.groups:
        if not group.parent:
            yield from _frame(group, graph, ids, APART_TINT if group.kind in APART else tint[group.id], "")


def _frame(group: Group, graph: BoundaryGraph, ids: Mapping[str, str], colour: str, indent: str) -> Iterator[str]:
    yield f"{indent}{ids[_key(group.id)]}: {quoted(group.label)} {{"
    yield f'{indent}  style.fill: "{colour}"'
    for node in graph.nodes:
        if node.group == group.id:
            yield f"{indent}  {_node(node, ids, '#ffffff')}"
    for child in graph.groups:
        if child.parent == group.id:
            yield from _frame(child, graph, ids, APART_TINT, indent + "  ")
    yield f"{indent}}}"


def _node(node: Node, ids: Mapping[str, str], colour: str) -> str:
    return f'{ids[node.id]}: {quoted(", ".join(node_lines(node)))} {{style.fill: "{colour}"}}'


def _edge(edge: Edge, paths: Mapping[str, str]) -> str:
    arrow = "->" if edge.kind is EdgeKind.REFERENCE else "--"
    style = [f'style.stroke: "{LINES[edge.kind]}"', f"style.stroke-width: {thickness(edge.weight)}"]
    if _DASH[edge.kind]:
        style.append(f"style.stroke-dash: {_DASH[edge.kind]}")
    return f"{paths[edge.source]} {arrow} {paths[edge.target]}: {quoted(edge_label(edge))} {{{'; '.join(style)}}}"
