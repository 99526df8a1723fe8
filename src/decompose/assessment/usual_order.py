"""In which order a transaction usually does its work, as far as the evidence tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from decompose.evidence.bundle import Evidence, TransactionProfile

LAST = 1 << 30
"""The rank of what has no known position."""


class UsualOrder:
    """Ranks of statements and tables; both are empty where no order is known."""

    def __init__(self, evidence: Evidence) -> None:
        self._tables = {s.fingerprint: tuple(a.table for a in s.accesses) for s in evidence.statements}

    def statements(self, profiles: Iterable[TransactionProfile]) -> Mapping[str, int]:
        """Fingerprint to rank in the most executed of the transactions; what it lacks follows from the next ones."""
        ranked = sorted(profiles, key=lambda profile: (-profile.count, profile.id))
        order = dict.fromkeys(name for profile in ranked for name in profile.in_order)
        return {name: rank for rank, name in enumerate(order)}

    def tables(self, profiles: Iterable[TransactionProfile]) -> Mapping[str, int]:
        """Table to the rank of the first statement that touches it."""
        found: dict[str, int] = {}
        for name, rank in self.statements(profiles).items():
            for table in self._tables.get(name, ()):
                found.setdefault(table, rank)
        return found
