"""A decomposition: which service owns which table, and what belongs to no service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service boundary: its tables (sorted), the capability it serves, its owner, and how sure we are (0 to 1)."""

    name: str
    tables: tuple[str, ...]
    capability: str = ""
    owner: str = ""
    stability: float | None = None


@dataclass(frozen=True, slots=True)
class SubCapability:
    """A part of a capability: the transactions (profile ids) that carry it and the tables they need.

    `derived_from` says in a few words what the name was taken from. `proposed` is the place ("Order Management",
    "Checkout") that the proposal gave it where the user has moved or renamed it, else empty.
    """

    name: str
    transactions: tuple[str, ...]
    tables: tuple[str, ...]
    derived_from: str = ""
    proposed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capability:
    """What the business does, in its own words, with its parts; `derived_from` says what the name was taken from."""

    name: str
    children: tuple[SubCapability, ...]
    derived_from: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """Why a table stands outside the services: `shared` (reference data) or `infrastructure`, with the reason."""

    table: str
    kind: str
    reason: str


RESERVED = frozenset({"shared", "infrastructure", "(unassigned)"})
"""Names that stand for tables outside the services; no service can be called so."""

CAPABILITY = "capability"
SERVICE = "service"
AGGREGATE = "aggregate"
UNION = "union"
LEVELS = (CAPABILITY, SERVICE, AGGREGATE)
"""The levels that a hierarchy can be cut at, the coarsest first. A `UNION` stands between two of them."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A group of tables in a `Hierarchy`.

    `level` is one of `LEVELS`, or `UNION` for what was merged on the way from one level to the next. `parent` is the
    position of the group it is merged into, -1 for the one that holds everything. `groups` is how many groups there
    are in all once this one is formed: the finest cut has the most. `cost` is what forming it from its children adds
    to the whole cost (negative: saves), as a share of the proposal's cost. `tables` are listed on aggregates only.
    `derived_from` says what the name was taken from; a union has the name of its largest member.
    """

    level: str
    name: str
    parent: int
    groups: int
    cost: float = 0.0
    tables: tuple[str, ...] = ()
    derived_from: str = ""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """All groups from aggregates to everything; a branch stands after its parent. Empty where there is no service.

    The cut into n groups are the branches with `groups` >= n whose parent has fewer (or that have none).
    """

    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """One cut among those that no other cut beats in everything (Pareto front), with its figures.

    `services` is how many it has, `cut` which they are (empty on schemas too large to list every cut).
    The three criteria, 0 to 1 each: `distributed_write_share`, the committed writing transactions that write in several
    services (less is better); `balance`, the chance that two tables drawn at random lie in two services, one minus the
    sum of the squared shares of the tables; `cohesion`, the share of all coupling that stays inside services.
    Beside them, `largest_share` is the largest service's share of the tables, and `cost` the objective's, the proposal
    being 1. `chosen` marks the proposal, which stands here even where another cut is as good in every criterion and
    better in one (`dominated`).
    """

    services: int
    distributed_write_share: float
    balance: float
    cohesion: float
    largest_share: float
    cost: float
    chosen: bool = False
    dominated: bool = False
    cut: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Services and the tables set apart; `roles` explains the latter where the proposal chose them.

    `unassigned` are tables of the schema that a hand-written decomposition forgot. `unsure` are tables on the fence:
    (table, second-best service, what moving it there would add to the cost, as a share of the whole cost). `note` is
    empty, or says why no verdict is given. `alternatives` are other cuts worth a look, by number of services;
    `hierarchy` is what to merge and to divide beyond the services. `remarks` is what the user must know of how the
    proposal was made, e.g. edits of the capability map that fit nothing any more.
    """

    services: tuple[Service, ...]
    shared: tuple[str, ...] = ()
    infrastructure: tuple[str, ...] = ()
    unassigned: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    unsure: tuple[tuple[str, str, float], ...] = ()
    note: str = ""
    alternatives: tuple[Alternative, ...] = ()
    hierarchy: Hierarchy = Hierarchy()
    remarks: tuple[str, ...] = ()
