"""What a cut costs: the assessment and its findings."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a cut breaks or that a reader must know.

    `code` is a stable kind, e.g. `distributed-write`; `key` is a stable identity without counts or line numbers.
    `severity` is `error`, `warning` or `info`. `evidence` are fingerprints, DDL lines or profile ids one can look up.
    """

    code: str
    key: str
    severity: str
    message: str
    services: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    executions: int = 0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The price of a decomposition, in the user's terms.

    `write_transactions` counts committed executions of transactions that write, lock or cascade to any table;
    `distributed_write_transactions` those that do so in several services; `saga_cost` is the sum over executions of
    the number of services written minus one (connectivity minus one; Schism, VLDB 2010).
    `cross_joins` are executions of statements that join tables of two services by column equality, `cross_reads`
    those of other statements that touch two services. Shared and infrastructure tables belong to no service; tables
    that are nowhere count as one service, `(unassigned)`, but not in `services`. The `explicit_` pair counts
    explicit transactions only, by what their own statements write, without locks and cascades.
    """

    services: int
    largest_share: float
    write_transactions: int
    distributed_write_transactions: int
    distributed_write_share: float
    saga_cost: float
    cross_joins: int
    foreign_keys_to_retire: int
    findings: tuple[Finding, ...] = ()
    explicit_write_transactions: int = 0
    explicit_distributed_write_transactions: int = 0
    cross_reads: int = 0


@dataclass(frozen=True, slots=True)
class Analysis:
    """One answer with everything behind it: what was seen, what is proposed (or given), what that costs."""

    evidence: Evidence
    decomposition: Decomposition
    assessment: Assessment
