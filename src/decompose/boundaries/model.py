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
    """A part of a capability: the transactions (profile ids) that carry it and the tables they need."""

    name: str
    transactions: tuple[str, ...]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Capability:
    """What the business does, in its own words, with its parts."""

    name: str
    children: tuple[SubCapability, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """Why a table stands outside the services: `shared` (reference data) or `infrastructure`, with the reason."""

    table: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Services and the tables set apart; `roles` explains the latter where the proposal chose them.

    `unassigned` are tables of the schema that a hand-written decomposition forgot. `unsure` are tables on the fence:
    (table, second-best service, what moving it there would add to the cost, as a share of the whole cost). `note` is
    empty, or says why no verdict is given.
    """

    services: tuple[Service, ...]
    shared: tuple[str, ...] = ()
    infrastructure: tuple[str, ...] = ()
    unassigned: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    unsure: tuple[tuple[str, str, float], ...] = ()
    note: str = ""
