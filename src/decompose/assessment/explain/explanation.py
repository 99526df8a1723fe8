"""Why something is where it is: the evidence for a table, a service, a transaction, stored code, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.assessment.findings.god_table_model import GodTable
from decompose.assessment.measure import Figures
from decompose.evidence.bundle import ForeignKeyLink, Statement


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds the subject to a service: executions that write both, that join both, and references between them."""

    service: str
    written_together: int
    joined: int
    references: int


@dataclass(frozen=True, slots=True)
class TransactionUse:
    """A transaction that touches the subject, and how: `writes`, `locks`, `cascades` or `reads`.

    `tables` are all it writes, locks or cascades to, `services` own them; `statements` are those on the subject.
    """

    id: str
    name: str
    kind: str
    count: int
    rolled_back: int
    how: str
    tables: tuple[str, ...]
    services: tuple[str, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class JoinUse:
    """Two tables joined by column equality, with the places that own them and the statements that do it."""

    left: str
    left_place: str
    right: str
    right_place: str
    conditions: tuple[str, ...]
    executions: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A declared or inferred foreign key with the places of both ends; `crosses` if these are two services."""

    link: ForeignKeyLink
    child_place: str
    parent_place: str
    crosses: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """The figures of the whole decomposition if the table moved to `service`."""

    service: str
    before: Figures
    after: Figures


@dataclass(frozen=True, slots=True)
class Term:
    """What one term of the cost comes to, or by how much it changes, in the units of the cost."""

    name: str
    cost: float


@dataclass(frozen=True, slots=True)
class Bond:
    """What it would cost, by its terms, to be cut from the other tables of a service."""

    service: str
    cost: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """What the whole cost would change by if `what` were done, by its terms; `share` is of the whole cost."""

    what: str
    cost: float
    share: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class StoredUse:
    """A view, trigger, function, procedure or event that touches the subject; `how`: `writes`, `fires on` or `reads`.

    `reads`, `writes` and `fires_on` are all its tables, `services` own them. `executions` are those of statements that
    call a routine. `unread` says why the body cannot be read in full, empty where it can.
    """

    kind: str
    name: str
    how: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    fires_on: tuple[str, ...]
    services: tuple[str, ...]
    executions: int = 0
    unread: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that speaks for or against a place; every tuple has its weightiest member first.

    `kind` is `table`, `service`, `transaction`, `capability` or `pair`, or what a stored name is: `view`, `trigger`,
    `function`, `procedure` or `event`. `places` pairs each table concerned with where it is.
    `because` are sentences. `declared` and `undeclared` count the relationships of other tables to a table.
    `columns` is the advice for a table that several services write. `cost` is the whole decomposition's, in the units
    of `bonds` (to the services of the subject's own tables, too) and `options`, the cheapest first.
    """

    kind: str
    name: str
    places: tuple[tuple[str, str], ...]
    because: tuple[str, ...] = ()
    declared: int = 0
    undeclared: int = 0
    ties: tuple[Tie, ...] = ()
    transactions: tuple[TransactionUse, ...] = ()
    joins: tuple[JoinUse, ...] = ()
    references: tuple[Reference, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    columns: GodTable | None = None
    cost: float = 0.0
    bonds: tuple[Bond, ...] = ()
    options: tuple[Option, ...] = ()
    stored: tuple[StoredUse, ...] = ()
