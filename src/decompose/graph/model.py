"""The coupling graph: tables as nodes; transactions as hyperedges; joins and foreign keys as edges.

Tables are indices into `CouplingGraph.tables`, which is sorted by name, so that order never depends on the input.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableNode:
    """A table with its column names in order, its size where known, and whether the schema declares it.

    `namespace` is the database schema it lies in, empty where all tables lie in one.
    """

    name: str
    columns: tuple[str, ...] = ()
    row_estimate: int | None = None
    declared: bool = True
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class TransactionEdge:
    """A transaction profile as a hyperedge: `writes` (written, locked, cascaded to) and `reads`, as sorted indices.

    `reads` leaves out what is written too. `executions` counts committed runs; `name` is the profile's label.
    Of the tables written, `added` are those its own statements only insert into, `changed` those they update, delete
    from or lock; tables written by cascades, or by means the capture does not tell, are in neither.
    """

    profile: str
    name: str
    writes: tuple[int, ...]
    reads: tuple[int, ...]
    executions: int
    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinEdge:
    """Two different tables joined by column equality in statements that ran `executions` times; left < right."""

    left: int
    right: int
    executions: int


@dataclass(frozen=True, slots=True)
class ReferenceEdge:
    """A foreign key from child to parent, declared or inferred from joins; `on_delete` as in the schema."""

    child: int
    parent: int
    columns: tuple[str, ...]
    on_delete: str = "no action"
    declared: bool = True


@dataclass(frozen=True, slots=True)
class CouplingGraph:
    """All of it; every tuple in canonical order."""

    tables: tuple[TableNode, ...]
    transactions: tuple[TransactionEdge, ...] = ()
    joins: tuple[JoinEdge, ...] = ()
    references: tuple[ReferenceEdge, ...] = ()
