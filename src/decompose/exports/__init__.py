"""Boundary graphs for other tools: pure renderers, one module and one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from decompose.assessment.model import Analysis
from decompose.exports.asyncapi import render_asyncapi
from decompose.exports.backstage import render_backstage
from decompose.exports.cml import render_cml
from decompose.exports.csv_tables import render_edges, render_nodes
from decompose.exports.d2 import render_d2
from decompose.exports.dbml import render_dbml
from decompose.exports.dot import render_dot
from decompose.exports.drawio import render_drawio
from decompose.exports.gexf import render_gexf
from decompose.exports.graphml import render_graphml
from decompose.exports.honours import ANY, CELLS, COLUMNS, CONTEXTS, EVENTS, KEYS, NODES, SERVICES, TABLES, Honours
from decompose.exports.mermaid import render_mermaid
from decompose.exports.mermaid_er import render_mermaid_er
from decompose.exports.model import ExportOptions
from decompose.exports.node_link import render_node_link
from decompose.exports.plantuml import render_plantuml
from decompose.exports.schema_domains import render_schema_domains
from decompose.exports.service_cutter import render_service_cutter
from decompose.exports.structurizr import render_structurizr
from decompose.exports.table_docs import render_table_docs


@dataclass(frozen=True, slots=True)
class Export:
    """One format in one file: its name, what it is, the file's suffix, its renderer, and the options it honours."""

    name: str
    title: str
    suffix: str
    render: Callable[[Analysis, ExportOptions], str]
    honours: Honours = ANY


@dataclass(frozen=True, slots=True)
class TreeExport:
    """One format in a folder of files: `render` gives relative file name (without folders) to text, sorted."""

    name: str
    title: str
    render: Callable[[Analysis, ExportOptions], Mapping[str, str]]
    honours: Honours = ANY


EXPORTS: tuple[Export, ...] = (
    Export("dot", "Graphviz DOT", ".dot", render_dot),
    Export("mermaid", "Mermaid flowchart", ".mmd", render_mermaid),
    Export("mermaid-er", "Mermaid entity-relationship diagram", ".er.mmd", render_mermaid_er, KEYS),
    Export("d2", "D2 diagram", ".d2", render_d2),
    Export("plantuml", "PlantUML component diagram", ".puml", render_plantuml),
    Export("drawio", "draw.io (diagrams.net) drawing", ".drawio", render_drawio),
    Export("graphml", "GraphML for yEd, Gephi, networkx, igraph", ".graphml", render_graphml),
    Export("gexf", "GEXF 1.3 for Gephi", ".gexf", render_gexf),
    Export("json", "node-link JSON for networkx and D3", ".graph.json", render_node_link),
    Export("csv", "edges as CSV", ".edges.csv", render_edges, CELLS),
    Export("csv-nodes", "nodes as CSV", ".nodes.csv", render_nodes, NODES),
    Export("dbml", "DBML with a table group per service", ".dbml", render_dbml, COLUMNS),
    Export("structurizr", "Structurizr DSL workspace", ".dsl", render_structurizr, SERVICES),
    Export("cml", "Context Mapper context map", ".cml", render_cml, CONTEXTS),
    Export("backstage", "Backstage catalogue", ".catalog-info.yaml", render_backstage, SERVICES),
    Export(
        "service-cutter",
        "Service Cutter entity-relationship file",
        ".service-cutter.json",
        render_service_cutter,
        COLUMNS,
    ),
    Export("asyncapi", "AsyncAPI 3.0 document of the domain events", ".asyncapi.yaml", render_asyncapi, EVENTS),
    Export("schema-domains", "GitHub-style schema domains", ".schema-domains.yml", render_schema_domains, TABLES),
)

TREE_EXPORTS: tuple[TreeExport, ...] = (
    TreeExport("table-docs", "GitLab-style db/docs, one YAML file per table", render_table_docs, TABLES),
)
