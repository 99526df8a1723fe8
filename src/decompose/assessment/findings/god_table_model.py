"""The answer for a table that many services write, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

SPLIT = "split"
REPLICATE = "replicate"
LEAVE = "leave"
ALL_COLUMNS = "*"


@dataclass(frozen=True, slots=True)
class ServiceColumns:
    """What one service's transactions do to a table: columns read and written (`*`: the whole row or unknown).

    The executions are those of the statements, at most as many as the service's transactions with them.
    """

    service: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    reading: int
    writing: int


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """Columns that change together; `service` writes them most, with `share` of the executions.

    `writing` executions of `statements` change them.
    """

    name: str
    columns: tuple[str, ...]
    service: str
    share: float
    writing: int
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GodTable:
    """A table that several services write, or that everything refers to, and what to do about it.

    `identity` are the primary key and the columns that no update gives to one group. `advice` is `split`, `replicate`
    or `leave`; `reason` says why, with the numbers. `services` are in order of writing, then reading executions.
    """

    table: str
    place: str
    services: tuple[ServiceColumns, ...]
    groups: tuple[ColumnGroup, ...]
    identity: tuple[str, ...]
    contested: tuple[str, ...]
    advice: str
    reason: str
