"""The nouns of a plan: the order of extraction, the state after each step, and each step's playbook."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.assessment.events import DomainEvent
from decompose.assessment.findings.routines_across import RoutineAcross
from decompose.assessment.plan.move_sql import Query
from decompose.assessment.pricing import Tally
from decompose.assessment.retirement import Retirement
from decompose.assessment.sagas.model import Saga


@dataclass(frozen=True, slots=True)
class Candidate:
    """How hard a service is to extract next, given what has left already.

    `distributed` are executions that would become distributed, `crossing` executions of statements that would cross,
    `inbound` and `outbound` references from and to what stays or has left. `writes` are all its write executions,
    `write_share` their share of the system's. `difficulty` is explained in docs/plan.md; lower goes first.
    """

    service: str
    tables: int
    distributed: int
    crossing: int
    inbound: int
    outbound: int
    writes: int
    write_share: float
    stability: float | None
    difficulty: float
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The system after a step, should it stop there: what has left, what the monolith holds, and the price."""

    extracted: tuple[str, ...]
    monolith_tables: int
    price: Tally


@dataclass(frozen=True, slots=True)
class Replica:
    """A table (or some columns of it) of which the reader keeps a copy, and how old the copy may be.

    `lag` is `none` (the reader decides on it: ask the owner), `seconds` (a page shows it) or `a day` (a report).
    """

    table: str
    columns: tuple[str, ...]
    owner: str
    reader: str
    lag: str
    readers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A label whose transactions touch the service: (executions that only read there, that write there).

    Transactions that carry none stand under their name, not `labelled`: nobody can route by it.
    """

    label: str
    reads: int
    writes: int
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class Separation:
    """What must fall to zero inside the monolith before anything moves: then the service is virtually separate.

    Of the `distributed` executions, `by_event` are those in which the leaving services only follow: events will do.
    `participants` is the saga cost added: transactions that are distributed already may get one more participant.
    """

    distributed: int
    by_event: int
    participants: int
    crossing_statements: int
    crossing_executions: int
    foreign_keys: int
    cascades: int
    views: tuple[str, ...]
    triggers: tuple[str, ...]
    routines: tuple[RoutineAcross, ...] = ()

    @property
    def separate(self) -> bool:
        """Whether nothing crosses any more."""
        schema = (self.views, self.triggers, self.routines)
        left = (self.participants, self.crossing_statements, self.foreign_keys, *schema)
        return not (self.distributed or any(left))


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a step, in strangler order: what to do, the SQL for it, its check, and the way back."""

    name: str
    title: str
    actions: tuple[str, ...]
    queries: tuple[Query, ...]
    check: str
    back: str


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One extraction; several services at once in a big bang."""

    number: int
    services: tuple[str, ...]
    schemas: tuple[tuple[str, str], ...]
    tables: tuple[str, ...]
    candidate: Candidate
    others: tuple[Candidate, ...]
    separation: Separation
    replicas: tuple[Replica, ...]
    routes: tuple[Route, ...]
    sagas: tuple[str, ...]
    events: tuple[str, ...]
    retired: tuple[Retirement, ...]
    phases: tuple[Phase, ...]
    after: Standing


@dataclass(frozen=True, slots=True)
class Outline:
    """A strategy in figures. `way` is the mean saga cost of the states passed through, the last one included."""

    strategy: str
    first: tuple[str, ...]
    steps: int
    first_distributed: int
    first_foreign_keys: int
    first_crossing: int
    largest_step: int
    way: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the asked-for order is refused: the reasons, each with its figures, and what to start with instead."""

    service: str
    reasons: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The way from the monolith to the decomposition."""

    strategy: str
    steps: tuple[PlanStep, ...]
    outlines: tuple[Outline, ...]
    refusal: Refusal | None
    sagas: tuple[Saga, ...]
    events: tuple[DomainEvent, ...]
