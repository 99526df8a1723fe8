"""The nouns of a capture's diagnosis: what is there, what can be rebuilt from it, and the statements that change it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rebuildable(StrEnum):
    """The most that can be rebuilt from a capture, best first."""

    TRANSACTIONS = "transactions"
    SAMPLED = "sampled-transactions"
    """Whole transactions, of a share of the workload."""
    WRITES = "written-tables"
    """Transactions, but only the tables that they wrote."""
    STATEMENTS = "statements"
    """Single statements with their joins; not what was done together."""
    NOTHING = "nothing"


class State(StrEnum):
    """Whether one thing that a capture needs is there."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a server: its value as the server writes it, where that comes from, when a change takes effect.

    `pinned` is the value that the server's own override file (postgresql.auto.conf) holds, None where it holds none.
    """

    name: str
    value: str
    source: str = ""
    takes_effect: str = ""
    pinned: str | None = None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """A server's logging settings and what the connected role may do; all by name, sorted.

    `may` holds what the role was seen to be allowed, in the words of the engine's advice. `facts` are further
    observations: a managed service's name, overrides of roles and databases, consumers.
    """

    product: str
    version: str
    settings: tuple[Setting, ...] = ()
    may: frozenset[str] = frozenset()
    facts: tuple[tuple[str, str], ...] = ()

    def value(self, name: str, default: str = "") -> str:
        """A setting's value, `default` where the server has no such setting or does not show it."""
        found = self.setting(name)
        return default if found is None else found.value

    def setting(self, name: str) -> Setting | None:
        """A setting by name."""
        return next((each for each in self.settings if each.name == name), None)

    def fact(self, name: str) -> str:
        """An observation by name, empty where there is none."""
        return dict(self.facts).get(name, "")


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing a capture needs, whether it is there, and by which setting or field."""

    name: str
    state: State
    says: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that cannot be rebuilt, and the setting that would change that."""

    what: str
    change: str


@dataclass(frozen=True, slots=True)
class LogCounts:
    """What a log, or its first part, was found to hold; `bytes_read` are decompressed bytes.

    `ends_without_begin` and `begins_without_end` are COMMIT or ROLLBACK of a known session without an open transaction,
    and BEGIN inside one: signs of a sampled or filtered log.
    """

    bytes_read: int = 0
    whole: bool = True
    entries: int = 0
    sessions: int = 0
    explicit: int = 0
    autocommit: int = 0
    rolled_back: int = 0
    recorded: int = 0
    """Executions of transactions that arrived ready-made."""
    incomplete: int = 0
    heads_lost: int = 0
    tails_lost: int = 0
    records_missing: int = 0
    ends_without_begin: int = 0
    begins_without_end: int = 0
    counted_statements: int = 0
    """Executions from a source that adds statements up and knows no transactions."""
    reads_seen: bool = True
    """Whether any SELECT is among the statements; none points to a log of changes only."""
    unread: tuple[tuple[str, int], ...] = ()
    """Other gaps: reason and count, most frequent first."""

    @property
    def complete(self) -> int:
        """Transactions whose beginning and end are both there."""
        return self.explicit + self.autocommit + self.rolled_back + self.recorded

    @property
    def transactions(self) -> int:
        """All transactions of which anything was seen."""
        return self.complete + self.incomplete

    @property
    def paired(self) -> int:
        """Transactions with a beginning and an end of their own."""
        return self.explicit + self.rolled_back + self.recorded

    @property
    def torn(self) -> int:
        """Beginnings without an end and ends without a beginning."""
        return self.incomplete + self.ends_without_begin + self.begins_without_end

    @property
    def boundaries_seen(self) -> bool:
        """Whether any transaction with a beginning or an end of its own was seen."""
        return bool(self.paired or self.torn)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer of `doctor` for one source, free of secrets.

    `switch_on` and `switch_back` are complete statements in the order to run them; decompose never runs them.
    `counts` and `lacks` are for logs, `settings` and the statements for servers.
    """

    source: str
    kind: str
    """`server` or `log`."""
    title: str
    """The server's product and version, or the log's format."""
    rebuildable: Rebuildable
    because: str
    aspects: tuple[Aspect, ...] = ()
    settings: tuple[Setting, ...] = ()
    switch_on: tuple[str, ...] = ()
    switch_back: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()
    privileges: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    counts: LogCounts | None = None
    fields: tuple[str, ...] = ()
    format: str = ""
