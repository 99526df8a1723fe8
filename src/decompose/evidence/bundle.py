"""Evidence: all that one collection learnt, resolved to display names; what `collect` writes and every station reads.

Table names here are display names: qualified by schema and database only where needed to be unique.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cmp_to_key

from decompose.evidence.log_entry import Gap
from decompose.evidence.schema import Schema
from decompose.evidence.statement import Mode


@dataclass(frozen=True, slots=True, order=True)
class TableAccess:
    """One table touched in one mode by a statement; `columns` sorted, `("*",)` for all or unknown."""

    table: str
    mode: Mode
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ColumnPair:
    """Two columns that a statement sets equal; sides sorted."""

    left: str
    left_column: str
    right: str
    right_column: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A distinct statement of the workload: literal-free template, committed executions, accesses, joined columns."""

    fingerprint: str
    template: str
    verb: str
    executions: int
    accesses: tuple[TableAccess, ...] = ()
    joins: tuple[ColumnPair, ...] = ()
    reason: str = ""
    """Empty when understood, else the reason why not."""


_Positioned = tuple[str, tuple[int, int]]


def _by_mean_position(left: _Positioned, right: _Positioned) -> int:
    """Compares sum/transactions without division; statements without a position come last, equals by fingerprint."""
    (one, (sum_one, times_one)), (other, (sum_other, times_other)) = left, right
    if not (times_one and times_other):
        return (times_one == 0) - (times_other == 0) or (one > other) - (one < other)
    ahead = sum_one * times_other - sum_other * times_one
    return ahead or (one > other) - (one < other)


@dataclass(frozen=True, slots=True)
class TransactionProfile:
    """A distinct combination of kind, read, write and lock set (product.md, "Definitions").

    `count` are committed executions, `rolled_back` those undone. `cascades` are tables written by triggers and
    ON DELETE/UPDATE actions. `labels` are (label, executions), most frequent first. `statements` are fingerprints.
    """

    id: str
    name: str
    kind: str
    count: int
    rolled_back: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    locks: tuple[str, ...]
    cascades: tuple[str, ...]
    statements: tuple[str, ...]
    labels: tuple[tuple[str, int], ...] = ()
    positions: tuple[tuple[int, int], ...] = ()
    """Per statement the sum of its positions among those of its transactions, the first at 0, and the number of these
    transactions; empty where the order is not known."""
    external: tuple[tuple[str, int], ...] = ()
    """Outside systems called before the transaction ended, by name, with executions; only where the capture says so."""

    @property
    def in_order(self) -> tuple[str, ...]:
        """The statements in the order in which they usually run; empty where that is not known."""
        ranked = sorted(zip(self.statements, self.positions, strict=False), key=cmp_to_key(_by_mean_position))
        return tuple(fingerprint for fingerprint, _ in ranked)

    @property
    def boundary(self) -> tuple[str, ...]:
        """The tables written, locked or cascaded to: what must be atomic today."""
        return tuple(sorted({*self.writes, *self.locks, *self.cascades}))


@dataclass(frozen=True, slots=True)
class TransactionBoundary:
    """A distinct non-empty set of tables written, locked or cascaded to, over all committed profiles that share it."""

    name: str
    count: int
    writes: tuple[str, ...]
    profiles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the input stands behind an answer; counts over the whole capture."""

    entries: int = 0
    statements: int = 0
    statements_understood: int = 0
    transactions: int = 0
    transactions_complete: int = 0
    transactions_explicit: int = 0
    transactions_autocommit: int = 0
    rolled_back: int = 0
    sessions: int = 0
    tables: int = 0
    tables_touched: int = 0
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKeyLink:
    """A reference between display names; undeclared ones are inferred from joins and say how often they were joined."""

    child: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: str = "no action"
    on_update: str = "no action"
    declared: bool = True
    joined: int = 0
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table as the stations downstream need it: display name, columns in order, primary key, size, comment."""

    name: str
    columns: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    row_estimate: int | None = None
    comment: str = ""
    declared: bool = True
    """False for a table seen in the log but not in the schema."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a collection learnt. All tuples are sorted by name or id."""

    dialect: str
    schema: Schema
    tables: tuple[TableFacts, ...]
    links: tuple[ForeignKeyLink, ...]
    statements: tuple[Statement, ...]
    profiles: tuple[TransactionProfile, ...]
    boundaries: tuple[TransactionBoundary, ...]
    coverage: Coverage
    sources: tuple[str, ...] = ()
