"""The nouns of a saga: a distributed write transaction taken apart into local ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from decompose.assessment.pricing import Tally


class Role(StrEnum):
    """Where a local transaction stands to the point of no return."""

    COMPENSATABLE = "compensatable"
    PIVOT = "pivot"
    RETRIABLE = "retriable"


class Verdict(StrEnum):
    """What is advised instead of one distributed transaction."""

    SAGA = "saga"
    EVENTS = "events"
    LOCAL = "keep local"


@dataclass(frozen=True, slots=True)
class Operation:
    """One statement's effect on one table; `mode` as in `Mode`, empty template where only the access is known.

    `inverse` undoes it, with `:name` for values saved or known; empty where none can be derived. `undone_by` says how:
    `delete by key`, `opposite count`, `restore saved values` (or both), `insert saved rows`, `nothing to undo`,
    `by hand`; from the pivot on there is no way back.
    """

    table: str
    mode: str
    fingerprint: str
    template: str
    inverse: str
    undone_by: str


@dataclass(frozen=True, slots=True)
class LocalTransaction:
    """A step: what one service does alone. `follows` are tables that triggers and cascades write there.

    `purpose` is `open`, `mark`, `do`, `confirm`; `reason` says why it has its role.
    """

    number: int
    service: str
    purpose: str
    role: Role
    reason: str
    operations: tuple[Operation, ...]
    follows: tuple[str, ...]
    idempotency_key: str

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it writes or locks."""
        return tuple(sorted({*(operation.table for operation in self.operations), *self.follows}))


@dataclass(frozen=True, slots=True)
class SemanticLock:
    """A table whose rows show an unfinished saga, with who else reads it: (label, executions), most first."""

    service: str
    table: str
    readers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What can go wrong between the steps: `dirty read`, `lost update` or `non-repeatable read`, and through whom."""

    kind: str
    table: str
    through: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """What would avoid the saga; the figures are those of the whole decomposition before and after.

    `kind` is `move`, `event`, `split` or `merge`. An event or a split takes steps out of the synchronous part of this
    transaction only: what is left of its cost is counted, everything else stays.
    """

    kind: str
    what: str
    before: Tally
    after: Tally


@dataclass(frozen=True, slots=True)
class Saga:
    """A draft for one set of tables that is written in one transaction today and spans services.

    `scores` are (service, 1 * written + 0.25 * read tables). `functional_cost` and `system_cost` are FRC and SAC of
    the saga-redesign papers (INESC-ID), over transaction profiles. `labels` are (label, executions).
    """

    key: str
    name: str
    labels: tuple[tuple[str, int], ...]
    profiles: tuple[str, ...]
    executions: int
    coordinator: str
    scores: tuple[tuple[str, float], ...]
    steps: tuple[LocalTransaction, ...]
    locks: tuple[SemanticLock, ...]
    anomalies: tuple[Anomaly, ...]
    alternatives: tuple[Alternative, ...]
    verdict: Verdict
    reason: str
    functional_cost: int
    system_cost: int
    external: tuple[tuple[str, int], ...] = ()
    """Outside systems called within the transaction today, with executions."""

    @property
    def services(self) -> tuple[str, ...]:
        """The participants, in the order of their first step."""
        return tuple(dict.fromkeys(step.service for step in self.steps))

    @property
    def pivot(self) -> LocalTransaction:
        """The step after which there is no way back."""
        return next(step for step in self.steps if step.role is Role.PIVOT)
