"""A statement, known by its fingerprint: which tables it reads, writes and locks, and what it does to transactions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from decompose.evidence.schema import TableRef


class Mode(StrEnum):
    """How a statement touches a table."""

    READ = "read"
    LOCK = "lock"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"
    WRITE = "write"
    """Written by means the source does not tell apart (merge, copy-in, replace, a ready-made access)."""

    @property
    def writes(self) -> bool:
        """Whether the mode belongs to the write set."""
        return self not in (Mode.READ, Mode.LOCK)


class Control(StrEnum):
    """What a statement does to its session's transaction."""

    NONE = "none"
    BEGIN = "begin"
    COMMIT = "commit"
    COMMIT_AND_CHAIN = "commit and chain"
    ROLLBACK = "rollback"
    ROLLBACK_AND_CHAIN = "rollback and chain"
    SAVEPOINT = "savepoint"
    RELEASE = "release"
    ROLLBACK_TO = "rollback to"
    AUTOCOMMIT_ON = "autocommit on"
    AUTOCOMMIT_OFF = "autocommit off"
    IMPLICIT_OFF = "implicit transactions off"
    """The next transaction needs a BEGIN; an open one goes on (SQL Server)."""
    PREPARE = "prepare transaction"
    COMMIT_PREPARED = "commit prepared"
    ROLLBACK_PREPARED = "rollback prepared"
    IMPLICIT_COMMIT = "implicit commit"
    """Ends an open transaction and then runs by itself (DDL on MySQL and Oracle)."""
    TRIGGER_STEP = "trigger step"
    """No statement of the session but of a trigger's body, which MariaDB logs beside it; the schema tells."""


@dataclass(frozen=True, slots=True, order=True)
class Access:
    """One table touched in one mode; `columns` (sorted) are those read or written, `("*",)` for all or unknown."""

    table: TableRef
    mode: Mode
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Join:
    """Two columns set equal in one statement; sides are sorted so that a pair has one spelling."""

    left: TableRef
    left_column: str
    right: TableRef
    right_column: str


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """What one distinct statement text does, in the names it uses itself.

    `template` is the text without literals and comments, `fingerprint` 16 hex digits of its hash. `name` is the
    savepoint, cursor or prepared transaction that a control statement speaks of. `reason` says why a statement is not
    understood, and is empty when it is.
    """

    fingerprint: str
    template: str
    verb: str
    control: Control = Control.NONE
    name: str = ""
    accesses: tuple[Access, ...] = ()
    joins: tuple[Join, ...] = ()
    reason: str = ""

    @property
    def understood(self) -> bool:
        """Whether the access sets can be trusted."""
        return not self.reason
