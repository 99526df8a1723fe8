"""Which node stands for which table at each level of the boundary graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from decompose.assessment.model import Analysis
from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence
from decompose.exports.aggregates import aggregates_of
from decompose.exports.model import Group, Level, Node, NodeKind, identity


@dataclass(frozen=True, slots=True)
class Home:
    """Where a table lives: the kind and the name of its service, or of what is set apart."""

    kind: NodeKind
    name: str

    @property
    def id(self) -> str:
        """The id of its group or node."""
        return identity(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Placement:
    """The frame of a view; `node_of` gives each table the node that stands for it, `home_of` its service."""

    groups: tuple[Group, ...]
    nodes: tuple[Node, ...]
    node_of: dict[str, str]
    home_of: dict[str, Home]


def homes(evidence: Evidence, decomposition: Decomposition) -> dict[str, Home]:
    """Every table of the evidence and of the decomposition with its home; what nobody names is unassigned."""
    ownership = Ownership(evidence, decomposition)
    names = {table.name for table in evidence.tables}.union(
        decomposition.unassigned, decomposition.shared, decomposition.infrastructure
    ).union(*(service.tables for service in decomposition.services))
    return {name: _home(ownership.service(name), ownership.place(name)) for name in sorted(names)}


def _home(service: str | None, place: str) -> Home:
    if service is None:
        return Home(NodeKind(place), place)
    return Home(NodeKind.UNASSIGNED, "unassigned") if service == UNASSIGNED else Home(NodeKind.SERVICE, service)


def place(analysis: Analysis, level: Level) -> Placement:
    """Groups and nodes of the level."""
    home_of = homes(analysis.evidence, analysis.decomposition)
    if level in (Level.CAPABILITIES, Level.SERVICES):
        return _coarse(analysis, level, home_of)
    if level is Level.AGGREGATES:
        return _fine(home_of, _aggregate_nodes(analysis, home_of))
    if level is Level.TABLES:
        return _fine(home_of, _table_nodes(home_of))
    return _columns(analysis, home_of)


def _coarse(analysis: Analysis, level: Level, home_of: dict[str, Home]) -> Placement:
    capability = {service.name: service.capability or service.name for service in analysis.decomposition.services}
    standing: dict[Home, list[str]] = {}
    if level is Level.SERVICES:
        standing = {Home(NodeKind.SERVICE, service.name): [] for service in analysis.decomposition.services}
    for table, home in home_of.items():
        coarse = home
        if level is Level.CAPABILITIES and home.kind is NodeKind.SERVICE:
            coarse = Home(NodeKind.CAPABILITY, capability[home.name])
        standing.setdefault(coarse, []).append(table)
    nodes = [Node(home.id, home.name, home.kind, "", tuple(sorted(tables))) for home, tables in standing.items()]
    node_of = {table: node.id for node in nodes for table in node.tables}
    return Placement((), _sorted(nodes), node_of, home_of)


def _fine(home_of: dict[str, Home], nodes: Iterator[Node]) -> Placement:
    ordered = _sorted(list(nodes))
    node_of = {table: node.id for node in ordered for table in node.tables}
    return Placement(_service_groups(home_of), ordered, node_of, home_of)


def _service_groups(home_of: dict[str, Home]) -> tuple[Group, ...]:
    groups = {home.id: Group(home.id, home.name, home.kind) for home in home_of.values()}
    return tuple(sorted(groups.values(), key=lambda group: (group.kind is not NodeKind.SERVICE, group.id)))


def _table_nodes(home_of: dict[str, Home]) -> Iterator[Node]:
    for table, home in home_of.items():
        yield Node(identity(NodeKind.TABLE, table), table, NodeKind.TABLE, home.id, (table,))


def _aggregate_nodes(analysis: Analysis, home_of: dict[str, Home]) -> Iterator[Node]:
    for root, tables in aggregates_of(analysis, {t: home.id for t, home in home_of.items()}).items():
        yield Node(identity(NodeKind.AGGREGATE, root), root, NodeKind.AGGREGATE, home_of[root].id, tables)


def _columns(analysis: Analysis, home_of: dict[str, Home]) -> Placement:
    tables = {table.name: table.columns for table in analysis.evidence.tables}
    nodes: list[Node] = []
    groups: list[Group] = []
    for table, home in home_of.items():
        frame = identity(NodeKind.TABLE, table)
        groups.append(Group(frame, table, NodeKind.TABLE, home.id))
        nodes += [
            Node(identity(NodeKind.COLUMN, table, column), column, NodeKind.COLUMN, frame, (table,))
            for column in tables.get(table, ())
        ]
    return Placement((*_service_groups(home_of), *groups), _sorted(nodes, keep_labels=True), {}, home_of)


def _sorted(nodes: list[Node], *, keep_labels: bool = False) -> tuple[Node, ...]:
    """By group, then by name; columns keep the order of their table."""
    if keep_labels:
        return tuple(sorted(nodes, key=lambda node: node.group))
    return tuple(sorted(nodes, key=lambda node: (node.kind in _LAST, node.group, node.id)))


_LAST = (NodeKind.SHARED, NodeKind.INFRASTRUCTURE, NodeKind.UNASSIGNED)
