"""For which service a transaction works, as seen from one of its tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from decompose.assessment.ownership import Ownership
from decompose.evidence.bundle import Evidence, TransactionProfile


class Writers:
    """The home of a transaction: the service that owns most of the tables it writes beside the one looked at.

    The owner of the table itself wins a tie. Where it writes no other: the home of other transactions under its
    labels, then that of the tables it reads, then the owner of the table itself. Tables set apart do not count.
    """

    def __init__(self, evidence: Evidence, ownership: Ownership) -> None:
        self.ownership = ownership
        self._by_label: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._homes: dict[tuple[str, str], str] = {}
        committed = [profile for profile in evidence.profiles if profile.count]
        for profile in committed:
            for label, _ in profile.labels:
                self._by_label[label].update(profile.boundary)
        self.written: Mapping[str, tuple[str, ...]] = self._written(committed)
        """Every table that is written to the homes of the transactions whose own statements do so, sorted."""

    def _written(self, profiles: Iterable[TransactionProfile]) -> dict[str, tuple[str, ...]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for profile in profiles:
            for table in profile.writes:
                found[table].add(self.home(profile, table))
        return {table: tuple(sorted(found[table])) for table in sorted(found)}

    def home(self, profile: TransactionProfile, table: str) -> str:
        """The service whose work the transaction does, without regard to `table`."""
        found = self._homes.get((profile.id, table))
        if found is None:
            found = self._homes[profile.id, table] = self._home(profile, table)
        return found

    def _home(self, profile: TransactionProfile, table: str) -> str:
        home = self._most(Counter(profile.boundary), table)
        if home:
            return home
        labelled: Counter[str] = Counter()
        for label, _ in profile.labels:
            labelled.update(self._by_label[label])
        return self._most(labelled, table) or self._most(Counter(profile.reads), table) or self.ownership.place(table)

    def _most(self, tables: Mapping[str, int], table: str) -> str:
        votes: Counter[str] = Counter()
        for name, count in tables.items():
            service = self.ownership.service(name) if name != table else None
            if service is not None:
                votes[service] += count
        own = self.ownership.service(table)
        return min(votes, key=lambda name: (-votes[name], name != own, name), default="")

    def context(self, profile: TransactionProfile, table: str) -> str:
        """What tells the transaction from others on the table: its other written tables; empty if there are none."""
        others = [name for name in profile.boundary if name != table and self.ownership.service(name) is not None]
        return ",".join(others)
