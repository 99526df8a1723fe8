"""One record of a log, as every format tells it, before anything is known of its SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple


class Event(IntEnum):
    """What a record says happened in its session."""

    STATEMENT = 0
    """A statement was sent or done; `sql` is its text."""
    FAILURE = 1
    """A statement failed; `sql` is its text where the log repeats it, else empty: the session's last one."""
    CONNECT = 2
    """A session began: whatever the same key did before belongs to an earlier session."""
    END = 3
    """A session ended; an open transaction of it was rolled back by the server."""
    USE = 4
    """The session's current database became `database`."""
    OTHER = 5
    """A record without a statement: checkpoints, bare durations, parse and bind steps; counted as an entry only."""


class LogEntry(NamedTuple):
    """One log record. `session` is unique within a capture; empty texts mean the log does not say.

    `in_transaction` is the server's own word on the state before the statement, where the format has it.
    `at` is sortable text, ISO 8601 in UTC where the format's zone is known. `line` is the record's first physical line.
    Raw `sql` may hold personal data: it lives only until its fingerprint is taken and is never stored.
    """

    session: str
    sql: str
    event: Event = Event.STATEMENT
    database: str = ""
    label: str = ""
    at: str = ""
    line: int = 0
    in_transaction: bool | None = None
    number: int = 0
    """The session's own record number (PostgreSQL's %l), 0 where unknown: a jump means that records were lost."""
    tags: Mapping[str, str] = MappingProxyType({})
    done: bool = False
    """True where the record is written once the statement succeeded (duration lines): a later failure is another's."""

    def __reduce__(self) -> tuple[object, ...]:
        """Between processes the read-only view of the tags travels as a dictionary."""
        return type(self), tuple(dict(value) if isinstance(value, Mapping) else value for value in self)


EXTERNAL = "X"
"""The mode of what is no table but an outside system that a transaction calls."""


class RecordedTransaction(NamedTuple):
    """A transaction (or unit of work) that arrives ready-made: a name, how often, and table accesses in order.

    Modes are `R` (read), `W` (written), `L` (locked) and, where the writer knows more, `I`, `U` and `D` (inserted,
    updated, deleted), from which cascades follow. An outside system that was called stands among the tables as
    `EXTERNAL`.
    """

    name: str
    executions: int
    accesses: tuple[tuple[str, str], ...]
    line: int = 0


class StatementCount(NamedTuple):
    """A statement with how often it ran, from a source that adds executions up: what it joins is known, no transaction.

    `sql` may hold personal data like that of a `LogEntry`; `database` is empty where the source does not say.
    """

    sql: str
    executions: int
    database: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that could not be read or understood: counted and named, never swallowed. `reason` holds no SQL."""

    reason: str
    count: int = 1
