"""What a team allows, freezes and forbids, how much evidence it asks for, and what it calls noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from decompose.assessment.drift.model import Identity, Kind


class Ratchet(StrEnum):
    """How a pair of services may be coupled."""

    ALLOW = "allow"
    """Whatever comes is fine and needs no entry."""
    FREEZE = "freeze"
    """What is accepted may stay, nothing new may come."""
    FORBID = "forbid"
    """Nothing may be there, accepted or not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A ratchet for couplings of a kind from one service to another; `*` is any. Symmetric kinds match both ways."""

    ratchet: Ratchet
    kind: str = "*"
    source: str = "*"
    target: str = "*"

    def covers(self, identity: Identity) -> bool:
        """Whether a rule speaks of a coupling; of a transaction over several services it needs one pair to match."""
        if not fnmatchcase(identity.kind.value, self.kind):
            return False
        services = identity.services
        if self.source == self.target == "*":
            return True
        if len(services) < 2:
            return self.target == "*" and any(fnmatchcase(service, self.source) for service in services)
        directed = identity.kind not in (Kind.WRITE, Kind.JOIN, Kind.CYCLE)
        pairs = [services[:2]] if directed else [(a, b) for a in services for b in services if a != b]
        return any(fnmatchcase(pair[0], self.source) and fnmatchcase(pair[1], self.target) for pair in pairs)


@dataclass(frozen=True, slots=True)
class Budget:
    """The most of something that may be: `name` is a row of `BUDGETS`, `of` a service or table where it has one."""

    name: str
    most: float
    of: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of a gate; the first rule that covers a coupling decides, else `default`.

    `min_transactions` executions and `min_labels` distinct labels (where the capture has labels) are needed before a
    workload coupling fails a build. An unseen one is gone only if each of its tables was used in `stale_transactions`
    executions and `min_understood` of the statements were understood. `callers` maps services to label patterns.
    """

    default: Ratchet = Ratchet.FREEZE
    rules: tuple[Rule, ...] = ()
    min_transactions: int = 3
    min_labels: int = 1
    stale_transactions: int = 30
    min_understood: float = 0.9
    stale_fails: bool = False
    budgets: tuple[Budget, ...] = ()
    noise_labels: tuple[str, ...] = ()
    callers: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def ratchet(self, identity: Identity) -> Ratchet:
        """What holds for a coupling."""
        for rule in self.rules:
            if rule.covers(identity):
                return rule.ratchet
        return self.default

    def is_noise(self, label: str) -> bool:
        """Whether a label belongs to fixtures, seeds and the like."""
        return any(fnmatchcase(label, pattern) for pattern in self.noise_labels)

    def caller(self, labels: Iterable[str], services: Iterable[str]) -> str:
        """The one service that all labels point to: by `callers`, or by being called like it; else empty."""
        names = {name.casefold(): name for name in services}
        found = {self._caller(label, names) for label in labels}
        return found.pop() if len(found) == 1 else ""

    def _caller(self, label: str, names: dict[str, str]) -> str:
        for service, patterns in self.callers:
            if any(fnmatchcase(label, pattern) for pattern in patterns):
                return service
        return names.get(label.casefold(), "")
