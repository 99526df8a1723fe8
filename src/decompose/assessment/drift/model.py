"""The nouns of drift: a coupling's identity, how it was sighted, its accepted entry, and the outcome of a check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from decompose.evidence.bundle import Coverage

RULES = 2
"""Raised by one whenever the same input may give other couplings than before; see `analyzer`."""


class Kind(StrEnum):
    """What crosses a boundary, and how; the value is a stable code."""

    UNASSIGNED = "new-table-unassigned"
    FOREIGN_KEY = "cross-foreign-key"
    CASCADE = "cross-cascade"
    TRIGGER = "cross-trigger"
    ROUTINE = "cross-routine"
    WRITE = "cross-write-transaction"
    FOREIGN_WRITE = "foreign-write"
    SHARED_WRITER = "shared-table-writer"
    JOIN = "cross-join"
    CYCLE = "service-cycle"
    BUDGET = "budget"


SCHEMA_KINDS = frozenset({Kind.UNASSIGNED, Kind.FOREIGN_KEY, Kind.CASCADE, Kind.TRIGGER, Kind.ROUTINE})
"""Kinds that the schema alone shows, whole and at once."""
WORKLOAD_KINDS = frozenset({Kind.WRITE, Kind.FOREIGN_WRITE, Kind.SHARED_WRITER, Kind.JOIN})
"""Kinds that a capture shows as far as it goes: not seen is not gone."""


SETS = frozenset({Kind.ROUTINE, Kind.WRITE})
"""Kinds whose identity is the whole set of tables: an accepted larger set covers them."""


PLACED_BY_TABLES = frozenset({Kind.FOREIGN_KEY, Kind.CASCADE, Kind.TRIGGER, Kind.ROUTINE, Kind.WRITE, Kind.JOIN})
"""Kinds whose services follow from their tables, so that other services mean a moved table and nothing else."""


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What a coupling is, whatever its volume, its wording and the place of its code.

    `services` and `tables` stand in the direction of the coupling where it has one (child and parent of a foreign key),
    else sorted. Tables are named as completely as their database allows, so that a namesake elsewhere changes nothing.
    """

    kind: Kind
    services: tuple[str, ...]
    tables: tuple[str, ...]
    mode: str

    @property
    def id(self) -> str:
        """Twelve hex digits; people name a coupling by as many of them as are unique."""
        parts = (self.kind.value, *self.services, "", *self.tables, "", self.mode)
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A coupling as the present input shows it.

    `executions` are committed ones, 0 for what the schema declares; `labels` say who does it, most frequent first;
    `evidence` are profile ids and fingerprints to look up. `database` and `line` place a declaration in its DDL.
    """

    identity: Identity
    what: str
    executions: int = 0
    labels: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    database: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted coupling of the lock: why, by whom, since when (ISO date), and until when if not for ever."""

    identity: Identity
    reason: str
    owner: str
    since: str
    until: str = ""
    line: int = field(default=0, compare=False)


class Status(StrEnum):
    """What a check says of one coupling. The first four fail a build (`RESOLVED` and `STALE` where asked for)."""

    NEW = "new"
    FORBIDDEN = "forbidden"
    EXPIRED = "expired"
    OVER_BUDGET = "over-budget"
    UNPROVEN = "unproven"
    """New, but seen too rarely to fail a build."""
    SANDBOXED = "analyzer-upgrade"
    """New since another version of the tool wrote the lock: ours to explain, not the author's."""
    INHERITED = "inherited"
    """Not accepted, but the base revision has it too: not this change's doing."""
    CARRIED = "carried"
    """Accepted under the name a table had, or the service it belonged to, before."""
    KNOWN = "known"
    ALLOWED = "allowed"
    RESOLVED = "resolved"
    """Accepted, and now gone."""
    STALE = "stale"
    """Accepted, and gone before this change already."""
    UNSEEN = "unseen"
    """Accepted and not seen, in a capture that cannot tell whether it is gone."""


FAILING = (Status.NEW, Status.FORBIDDEN, Status.EXPIRED, Status.OVER_BUDGET)
GONE = (Status.RESOLVED, Status.STALE)


@dataclass(frozen=True, slots=True)
class Result:
    """One coupling with its status; `sighting` is None for what is gone or unseen, `entry` for what is not accepted.

    `fails` says whether it fails the build. `by` names the entry's coupling where that is another one: the accepted
    transaction that covers this one, or the coupling before a table was renamed or moved.
    """

    identity: Identity
    status: Status
    fails: bool
    sighting: Sighting | None = None
    entry: Entry | None = None
    by: Identity | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Coupling as figures, for trends. Shares are of write transactions; `crossings` are executions and declarations.

    A pair's crossings are its distinct couplings, by (service, service). A service is virtually separate when no
    foreign key, trigger, cascade, write transaction or join ties it to another one.
    """

    services: int
    separate_services: int
    write_transactions: int
    distributed_write_share: float
    couplings: int
    pairs: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """The outcome of one check; results are sorted by status, then by identity.

    `set_apart` counts executions left out as noise, by reason. `partial` says why a capture is too small to call
    anything of the workload gone, and is empty when it is not. `oldest_days` is the age of the oldest entry.
    """

    results: tuple[Result, ...]
    metrics: Metrics
    coverage: Coverage
    accepted: int
    oldest_days: int
    today: str
    set_apart: tuple[tuple[str, int], ...] = ()
    partial: str = ""
    workload: bool = True
    unread_ddl: int = 0
    upgrade: tuple[str, str] | None = None
    """The analyzer that wrote the lock and this one, where they differ."""

    @property
    def failed(self) -> bool:
        """Whether the build fails."""
        return any(result.fails for result in self.results)

    def of(self, *statuses: Status) -> tuple[Result, ...]:
        """The results with one of these statuses, in order."""
        return tuple(result for result in self.results if result.status in statuses)
