"""PlantUML component diagrams (plantuml.com/component-diagram): services as packages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import picture_graph
from decompose.exports.labels import edge_label, left_out, node_lines
from decompose.exports.model import DEFAULTS, BoundaryGraph, Edge, EdgeKind, ExportOptions, Group, Node
from decompose.exports.names import identifiers, one_line
from decompose.exports.palette import LINES

_SPECIAL = re.compile(r"[^\w .,():+/-]|[_./-](?=[_./-])|(?<=[_./-])[_./-]|:", re.ASCII)
"""What could end a label or be Creole markup, a preprocessor call or a colour."""
_CDATA_END = "<U+005D><U+005D><U+003E>"
_STYLES = {EdgeKind.TRANSACTION: ",bold", EdgeKind.JOIN: ",dashed", EdgeKind.REFERENCE: ""}


def render_plantuml(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """The boundary graph; only references have arrow heads."""
    graph = picture_graph(analysis, options)
    ids = identifiers([*(node.id for node in graph.nodes), *(_key(group.id) for group in graph.groups)])
    head = ["@startuml", "left to right direction", "skinparam componentStyle rectangle"]
    head += [f"caption {left_out(graph)}"] if graph.left_out else []
    return "\n".join([*head, *_frames(graph, ids), *(_edge(edge, ids) for edge in graph.edges), "@enduml", ""])


def escaped(text: str) -> str:
    """The text with special signs as `<U+0022>`, which PlantUML turns back when it draws.

    Its SVG holds `]]>` as it is, which no XML may: an invisible sign (word joiner) keeps the three apart.
    """
    shown = _SPECIAL.sub(lambda found: f"<U+{ord(found[0]):04X}>" if found[0].isascii() else found[0], one_line(text))
    return shown.replace(_CDATA_END, f"{_CDATA_END[:16]}<U+2060><U+003E>")


def _key(group: str) -> str:
    return f"group {group}"


def _frames(graph: BoundaryGraph, ids: Mapping[str, str]) -> Iterator[str]:
    yield from (_node(node, ids) for node in graph.nodes if not node.group)
    for group in graph.groups:
        if not group.parent:
            yield from _frame(group, graph, ids, "")


def _frame(group: Group, graph: BoundaryGraph, ids: Mapping[str, str], indent: str) -> Iterator[str]:
    yield f'{indent}package "{escaped(group.label)}" as {ids[_key(group.id)]} {{'
    for node in graph.nodes:
        if node.group == group.id:
            yield f"{indent}  {_node(node, ids)}"
    for child in graph.groups:
        if child.parent == group.id:
            yield from _frame(child, graph, ids, indent + "  ")
    yield f"{indent}}}"


def _node(node: Node, ids: Mapping[str, str]) -> str:
    return f'component "{escaped(", ".join(node_lines(node)))}" as {ids[node.id]}'


def _edge(edge: Edge, ids: Mapping[str, str]) -> str:
    style = _STYLES[edge.kind] if edge.declared else ",dotted"
    head = ">" if edge.kind is EdgeKind.REFERENCE else ""
    line = f"-[{LINES[edge.kind]}{style}]-{head}"
    return f"{ids[edge.source]} {line} {ids[edge.target]} : {escaped(edge_label(edge))}"
