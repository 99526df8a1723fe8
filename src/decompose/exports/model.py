"""The neutral boundary graph that every export draws: nodes in groups, edges by kind, at one level of detail.

Ids are stable between runs: they are made of the kind and the names alone, never of positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a graph shows, from coarse to fine."""

    CAPABILITIES = "capabilities"
    SERVICES = "services"
    AGGREGATES = "aggregates"
    TABLES = "tables"
    COLUMNS = "columns"


class EdgeKind(StrEnum):
    """Why two nodes belong together."""

    TRANSACTION = "transaction"
    """Written, locked or cascaded to in one committed transaction; weight: executions."""
    JOIN = "join"
    """Joined in one statement; weight: executions."""
    REFERENCE = "reference"
    """A foreign key from source to target, declared or evident from joins; weight: how many."""


class NodeKind(StrEnum):
    """What a node (or a group) stands for."""

    CAPABILITY = "capability"
    SERVICE = "service"
    AGGREGATE = "aggregate"
    TABLE = "table"
    COLUMN = "column"
    SHARED = "shared"
    INFRASTRUCTURE = "infrastructure"
    UNASSIGNED = "unassigned"


APART = (NodeKind.SHARED, NodeKind.INFRASTRUCTURE, NodeKind.UNASSIGNED)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to draw.

    `level` none: tables up to `collapse_above` of them and `collapse_above_edges` edges between them, services beyond.
    `services` keeps these and their direct neighbours; `kinds` keeps these kinds of edges (none: all); `min_weight`
    drops transactions and joins below it. `most_edges` keeps so many, the strongest (0: all; None: all in data, what
    can be read in pictures). `guard_formulas` makes spreadsheets take cells for text (CSV).
    """

    level: Level | None = None
    services: tuple[str, ...] = ()
    kinds: tuple[EdgeKind, ...] = ()
    min_weight: int = 0
    most_edges: int | None = None
    collapse_above: int = 60
    collapse_above_edges: int = 300
    guard_formulas: bool = True


DEFAULTS = ExportOptions()
"""Everything, at the level that one picture can hold."""


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around nodes: a service (or what is set apart), within it a table when the nodes are columns."""

    id: str
    label: str
    kind: NodeKind
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A node in its group (empty for none); `tables` are those it stands for, sorted."""

    id: str
    label: str
    kind: NodeKind
    group: str = ""
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """Two nodes that belong together; only references have a direction, the others have their ends sorted.

    `crossing` says that the ends lie in different services; `declared` is false for references known from joins only.
    """

    source: str
    target: str
    kind: EdgeKind
    weight: int
    label: str = ""
    crossing: bool = False
    declared: bool = True


@dataclass(frozen=True, slots=True)
class BoundaryGraph:
    """Groups, nodes and edges in canonical order; every id is unique within its tuple, and edges end at nodes.

    `left_out` is how many edges are not there for the sake of those that are.
    """

    level: Level
    groups: tuple[Group, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0


def identity(kind: str, *names: str) -> str:
    """A unique printable id of kind and names.

    `~` and `/` inside names are escaped as in RFC 6901 (`~0`, `~1`), what cannot be printed as `~` and its code point.
    """
    return f"{kind}:" + "/".join(_escaped(name) for name in names)


def _escaped(name: str) -> str:
    plain = name.replace("~", "~0").replace("/", "~1")
    return plain if plain.isprintable() else "".join(c if c.isprintable() else f"~u{ord(c):06x}" for c in plain)
