"""CSV (RFC 4180, UTF-8) for spreadsheets: one file of edges, one of nodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.model import DEFAULTS, BoundaryGraph, ExportOptions

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection")."""


def render_edges(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """One row per edge, with the service of both ends."""
    graph = boundary_graph(analysis, options)
    place, label = _places(graph), {node.id: node.label for node in graph.nodes}
    head = ("source", "source_service", "target", "target_service", "kind", "weight", "crossing", "declared", "columns")
    rows = (
        (
            label[edge.source],
            place[edge.source],
            label[edge.target],
            place[edge.target],
            edge.kind,
            edge.weight,
            edge.crossing,
            edge.declared,
            edge.label,
        )
        for edge in graph.edges
    )
    return _lines([head, *rows], guard=options.guard_formulas)


def render_nodes(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """One row per node, with its service and how many tables it stands for."""
    graph = boundary_graph(analysis, options)
    place = _places(graph)
    rows = ((node.label, node.kind, place[node.id], len(node.tables)) for node in graph.nodes)
    return _lines([("name", "kind", "service", "tables"), *rows], guard=options.guard_formulas)


def _places(graph: BoundaryGraph) -> dict[str, str]:
    """Node to its service; where nodes are services themselves, to the same."""
    groups = {group.id: group for group in graph.groups}
    places = {}
    for node in graph.nodes:
        group = groups.get(node.group)
        while group is not None and group.parent:
            group = groups[group.parent]
        places[node.id] = node.label if group is None else group.label
    return places


def _lines(rows: Iterable[Sequence[object]], *, guard: bool) -> str:
    return "".join(",".join(_cell(value, guard) for value in row) + "\r\n" for row in rows)


def _cell(value: object, guard: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value).encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    if guard and text.startswith(_FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in '",\r\n') or text != text.strip() else text
