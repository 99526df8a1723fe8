"""From an analysis to the boundary graph of a level, filtered as asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from decompose.assessment.model import Analysis
from decompose.errors import UsageError
from decompose.evidence.bundle import Evidence, ForeignKeyLink
from decompose.exports.model import BoundaryGraph, Edge, EdgeKind, ExportOptions, Level, Node, NodeKind, identity
from decompose.exports.placement import Home, Placement, homes, place
from decompose.exports.thinning import readable, strongest


def boundary_graph(analysis: Analysis, options: ExportOptions) -> BoundaryGraph:
    """The graph that the options ask for, in canonical order.

    Infrastructure takes no part in edges; tables that are shared take part at the levels that show tables.
    Raises UsageError when a service to keep does not exist.
    """
    check_services(analysis, options)
    level = options.level or default_level(analysis, options)
    placement = place(analysis, level)
    edges = _column_edges(analysis, placement) if level is Level.COLUMNS else _table_edges(analysis, placement, level)
    kept = [edge for edge in edges if _wanted(edge, options)]
    crowded = len(kept) > options.collapse_above_edges and bool(analysis.decomposition.services)
    if options.level is None and level is Level.TABLES and crowded:
        return boundary_graph(analysis, replace(options, level=Level.SERVICES))
    graph = BoundaryGraph(level, placement.groups, placement.nodes, tuple(sorted(kept, key=_order)))
    graph = _only_services(graph, placement, options.services) if options.services else graph
    return strongest(graph, options.most_edges) if options.most_edges else graph


def picture_graph(analysis: Analysis, options: ExportOptions) -> BoundaryGraph:
    """The graph that the options ask for, with the edges that a picture can hold unless they say how many."""
    graph = boundary_graph(analysis, options)
    return readable(graph) if options.most_edges is None else graph


def default_level(analysis: Analysis, options: ExportOptions) -> Level:
    """Tables as long as one picture can hold them, else services."""
    many = len(homes(analysis.evidence, analysis.decomposition)) > options.collapse_above
    return Level.SERVICES if many and analysis.decomposition.services else Level.TABLES


def check_services(analysis: Analysis, options: ExportOptions) -> None:
    """Raises UsageError when a service to keep does not exist."""
    known = {service.name for service in analysis.decomposition.services}
    missing = sorted(set(options.services) - known)
    if missing:
        raise UsageError(f"there is no service {missing[0]!r}", f"the services are: {', '.join(sorted(known))}")


def _wanted(edge: Edge, options: ExportOptions) -> bool:
    if options.kinds and edge.kind not in options.kinds:
        return False
    return edge.kind is EdgeKind.REFERENCE or edge.weight >= options.min_weight


def _order(edge: Edge) -> tuple[str, str, str, str, bool]:
    return (edge.source, edge.target, edge.kind, edge.label, edge.declared)


def _table_edges(analysis: Analysis, placement: Placement, level: Level) -> Iterator[Edge]:
    node_of = _connected(placement, level)
    crossing = _Crossing(placement)
    for (left, right), weight in _written_together(analysis.evidence, node_of).items():
        yield Edge(left, right, EdgeKind.TRANSACTION, weight, crossing=crossing(left, right))
    for (left, right), weight in _joined(analysis.evidence, node_of).items():
        yield Edge(left, right, EdgeKind.JOIN, weight, crossing=crossing(left, right))
    for (child, parent, declared), links in _referring(analysis.evidence, node_of).items():
        label = ", ".join(links[0].columns) if len(links) == 1 and level is Level.TABLES else ""
        yield Edge(child, parent, EdgeKind.REFERENCE, len(links), label, crossing(child, parent), declared)


def _connected(placement: Placement, level: Level) -> dict[str, str]:
    """The node of every table that may take part in an edge."""
    left_out = {NodeKind.INFRASTRUCTURE}
    if level in (Level.CAPABILITIES, Level.SERVICES):
        left_out.add(NodeKind.SHARED)
    return {t: node for t, node in placement.node_of.items() if placement.home_of[t].kind not in left_out}


class _Crossing:
    """Whether two nodes belong to two different services; what is shared belongs to all of them."""

    def __init__(self, placement: Placement) -> None:
        self._home: dict[str, Home] = {}
        for node in placement.nodes:
            if node.tables:
                self._home[node.id] = placement.home_of[node.tables[0]]

    def __call__(self, left: str, right: str) -> bool:
        ends = (self._home[left], self._home[right])
        return ends[0] != ends[1] and not any(home.kind is NodeKind.SHARED for home in ends)


def _pairs(nodes: Iterable[str]) -> Iterator[tuple[str, str]]:
    return combinations(sorted(set(nodes)), 2)


def _written_together(evidence: Evidence, node_of: Mapping[str, str]) -> Counter[tuple[str, str]]:
    sets: Counter[tuple[str, ...]] = Counter()
    for profile in evidence.profiles:
        if profile.count:
            sets[tuple(sorted({node_of[table] for table in profile.boundary if table in node_of}))] += profile.count
    weights: Counter[tuple[str, str]] = Counter()
    for nodes, executions in sets.items():
        for pair in _pairs(nodes):
            weights[pair] += executions
    return weights


def _joined(evidence: Evidence, node_of: Mapping[str, str]) -> Counter[tuple[str, str]]:
    weights: Counter[tuple[str, str]] = Counter()
    for statement in evidence.statements:
        ends = [(node_of.get(join.left), node_of.get(join.right)) for join in statement.joins]
        pairs = {(min(left, right), max(left, right)) for left, right in ends if left and right and left != right}
        for pair in pairs:
            weights[pair] += statement.executions
    return +weights


def _referring(evidence: Evidence, node_of: Mapping[str, str]) -> Mapping[tuple[str, str, bool], list[ForeignKeyLink]]:
    found: defaultdict[tuple[str, str, bool], list[ForeignKeyLink]] = defaultdict(list)
    for link in evidence.links:
        child, parent = node_of.get(link.child), node_of.get(link.parent)
        if child and parent and child != parent:
            found[child, parent, link.declared].append(link)
    return found


def _column_edges(analysis: Analysis, placement: Placement) -> Iterator[Edge]:
    """References and joins between columns; transactions say nothing about columns."""
    known = {node.id for node in placement.nodes}
    crossing = _Crossing(placement)
    infrastructure = {t for t, home in placement.home_of.items() if home.kind is NodeKind.INFRASTRUCTURE}
    for link in analysis.evidence.links:
        for column, parent_column in zip(link.columns, link.parent_columns, strict=False):
            ends = identity("column", link.child, column), identity("column", link.parent, parent_column)
            if known.issuperset(ends) and not infrastructure & {link.child, link.parent} and ends[0] != ends[1]:
                yield Edge(*ends, EdgeKind.REFERENCE, 1, "", crossing(*ends), link.declared)
    joins: Counter[tuple[str, str]] = Counter()
    for statement in analysis.evidence.statements:
        for join in statement.joins:
            left, right = (
                identity("column", join.left, join.left_column),
                identity("column", join.right, join.right_column),
            )
            if known.issuperset((left, right)) and left != right and not infrastructure & {join.left, join.right}:
                joins[min(left, right), max(left, right)] += statement.executions
    for (left, right), weight in joins.items():
        if weight:
            yield Edge(left, right, EdgeKind.JOIN, weight, crossing=crossing(left, right))


def _only_services(graph: BoundaryGraph, placement: Placement, services: tuple[str, ...]) -> BoundaryGraph:
    """The nodes of these services, their neighbours, and the edges that touch the former."""
    tables = {t for t, home in placement.home_of.items() if home.kind is NodeKind.SERVICE and home.name in services}
    chosen = {node.id for node in graph.nodes if _stands_for(node, tables, services)}
    edges = tuple(edge for edge in graph.edges if edge.source in chosen or edge.target in chosen)
    kept = chosen | {end for edge in edges for end in (edge.source, edge.target)}
    nodes = tuple(node for node in graph.nodes if node.id in kept)
    frames = {node.group for node in nodes}
    frames |= {group.parent for group in graph.groups if group.id in frames}
    return BoundaryGraph(graph.level, tuple(group for group in graph.groups if group.id in frames), nodes, edges)


def _stands_for(node: Node, tables: set[str], services: tuple[str, ...]) -> bool:
    return not tables.isdisjoint(node.tables) or (node.kind is NodeKind.SERVICE and node.label in services)
