"""Structurizr DSL (docs.structurizr.com/dsl): the monolith as a software system, services as its containers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from decompose.assessment.model import Analysis
from decompose.exports.boundary_graph import picture_graph
from decompose.exports.labels import edge_key, edge_label, left_out
from decompose.exports.model import DEFAULTS, BoundaryGraph, Edge, ExportOptions, Level, Node, NodeKind
from decompose.exports.names import distinct_lines, identifiers

_TABLES_TOLD = 12


def render_structurizr(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """Services whatever the level; their tables stand in the description."""
    graph = picture_graph(analysis, replace(options, level=Level.SERVICES))
    ids = identifiers((node.id for node in graph.nodes), reserved=("monolith",))
    told = f" {quoted(left_out(graph))}" if graph.left_out else ""
    lines = [
        f'workspace "Service boundaries"{told} {{',
        "  model {",
        '    monolith = softwareSystem "Monolith" {',
        *(f"      {line}" for line in _containers(graph, ids)),
        "    }",
        *(f"    {_relation(edge, ids)}" for edge in graph.edges),
        "  }",
        "  views {",
        '    container monolith "services" {',
        "      include *",
        "      autolayout lr",
        "    }",
        "  }",
        "}",
        "",
    ]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A double-quoted word on one line; quotes, backslashes and `${` would be read, so they give way to look-alikes."""
    return '"' + text.replace("\\", "/").replace('"', "'").replace("${", "$ {") + '"'


def _containers(graph: BoundaryGraph, ids: Mapping[str, str]) -> Iterator[str]:
    names = distinct_lines(node.label for node in graph.nodes)
    shown = distinct_lines(quoted(name) for name in names.values())
    for node in graph.nodes:
        label = node.label if node.kind is NodeKind.SERVICE else f"{node.label} tables"
        name = shown[quoted(names[node.label])] if node.kind is NodeKind.SERVICE else quoted(label)
        yield f'{ids[node.id]} = container {name} {quoted(_tables(node))} "database" "{node.kind}"'


def _tables(node: Node) -> str:
    shown = distinct_lines(node.tables)
    more = f" and {len(node.tables) - _TABLES_TOLD} more" if len(node.tables) > _TABLES_TOLD else ""
    return ", ".join(shown[name] for name in node.tables[:_TABLES_TOLD]) + more


def _relation(edge: Edge, ids: Mapping[str, str]) -> str:
    told = f"{edge_label(edge)} ({edge_key(edge)})"
    return f'{ids[edge.source]} -> {ids[edge.target]} {quoted(told)} "" "{edge.kind}"'
