"""From what a fold counted to transaction profiles and boundaries, in display names."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from decompose.evidence.bundle import TransactionBoundary, TransactionProfile
from decompose.evidence.cascades import Cascades
from decompose.evidence.naming import TableNames
from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Access, Mode, ParsedStatement
from decompose.evidence.tally import EXPLICIT, Shape, Tally

_RECORDED_MODES = {
    "R": Mode.READ,
    "L": Mode.LOCK,
    "W": Mode.WRITE,
    "I": Mode.INSERT,
    "U": Mode.UPDATE,
    "D": Mode.DELETE,
}
_NAMED_TABLES = 3
UNKNOWN_MODE = "access mode that is none of R, W, L, I, U, D"


@dataclass(frozen=True, slots=True)
class Touched:
    """The four sets of a statement or a transaction, in display names."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    locks: frozenset[str] = frozenset()
    cascades: frozenset[str] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        return Touched(
            self.reads | other.reads,
            self.writes | other.writes,
            self.locks | other.locks,
            self.cascades | other.cascades,
        )

    def only_reads(self) -> Touched:
        """What fetching from a cursor touches again."""
        return Touched(reads=self.reads)


@dataclass(slots=True)
class _Counts:
    committed: int = 0
    rolled_back: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    statements: set[str] = field(default_factory=set)


class Profiler:
    """Turns shapes of statement ids into profiles; one instance per schema."""

    def __init__(self, names: TableNames, cascades: Cascades, database: str = "") -> None:
        self._names = names
        self._cascades = cascades
        self._database = database

    def touched(self, accesses: Iterable[Access]) -> Touched:
        """The sets that a statement's accesses amount to, views and partitions resolved, cascades followed."""
        reads: set[str] = set()
        writes: set[str] = set()
        locks: set[str] = set()
        cascades: set[str] = set()
        for access in accesses:
            tables = self._names.resolve(access.table, self._database)
            if access.mode is Mode.READ:
                reads.update(tables)
            elif access.mode is Mode.LOCK:
                locks.update(tables)
            else:
                writes.update(tables)
                for table in tables:
                    cascades.update(self._cascades.reached(table, access.mode, access.columns))
        return Touched(frozenset(reads), frozenset(writes), frozenset(locks), frozenset(cascades))

    def profiles(self, tally: Tally, statements: list[ParsedStatement]) -> tuple[TransactionProfile, ...]:
        """Every distinct combination of kind and sets, with its counts."""
        counts: dict[tuple[str, Touched], _Counts] = defaultdict(_Counts)
        by_statement = [self.touched(statement.accesses) for statement in statements]
        for (kind, shape), outcome in tally.shapes.items():
            entry = counts[kind, _union(shape, by_statement)]
            entry.committed += outcome.committed
            entry.rolled_back += outcome.rolled_back
            entry.labels.update(outcome.labels)
            entry.statements.update(statements[number].fingerprint for number in shape if number >= 0)
        for (name, accesses), executions in tally.recorded.items():
            entry = counts[EXPLICIT, self.touched(_recorded(accesses, tally))]
            entry.committed += executions
            if name:
                entry.labels[name] += executions
        return tuple(sorted((_profile(*key, entry) for key, entry in counts.items()), key=lambda p: p.id))


def boundaries(profiles: Iterable[TransactionProfile]) -> tuple[TransactionBoundary, ...]:
    """The distinct non-empty sets of tables written, locked or cascaded to by committed transactions."""
    groups: dict[tuple[str, ...], list[TransactionProfile]] = defaultdict(list)
    for profile in profiles:
        if profile.count and profile.boundary:
            groups[profile.boundary].append(profile)
    found = [
        TransactionBoundary(
            name=_boundary_name(writes, members),
            count=sum(profile.count for profile in members),
            writes=writes,
            profiles=tuple(sorted(profile.id for profile in members)),
        )
        for writes, members in groups.items()
    ]
    return tuple(sorted(found, key=lambda boundary: boundary.writes))


def _union(shape: Shape, by_statement: list[Touched]) -> Touched:
    total = Touched()
    for number in shape:
        total |= by_statement[number] if number >= 0 else by_statement[~number].only_reads()
    return total


def _recorded(accesses: Iterable[tuple[str, str]], tally: Tally) -> list[Access]:
    found = []
    for table, letter in accesses:
        mode = _RECORDED_MODES.get(letter.upper())
        if mode is None:
            tally.gaps[UNKNOWN_MODE] += 1
        else:
            found.append(Access(TableRef(table), mode))
    return found


def _profile(kind: str, touched: Touched, counts: _Counts) -> TransactionProfile:
    sets = [tuple(sorted(part)) for part in (touched.reads, touched.writes, touched.locks, touched.cascades)]
    labels = sorted(counts.labels.items(), key=lambda item: (-item[1], item[0]))
    identity = "\n".join([kind, *("\t".join(part) for part in sets)])
    return TransactionProfile(
        id=hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:12],
        name=labels[0][0] if labels else _derived_name(*sets),
        kind=kind,
        count=counts.committed,
        rolled_back=counts.rolled_back,
        reads=sets[0],
        writes=sets[1],
        locks=sets[2],
        cascades=sets[3],
        statements=tuple(sorted(counts.statements)),
        labels=tuple(labels),
    )


def _boundary_name(writes: tuple[str, ...], members: list[TransactionProfile]) -> str:
    labels: Counter[str] = Counter()
    for profile in members:
        labels.update(dict(profile.labels))
    ranked = sorted(labels.items(), key=lambda item: (-item[1], item[0]))
    return ranked[0][0] if ranked else _derived_name((), writes, (), ())


def _derived_name(
    reads: tuple[str, ...], writes: tuple[str, ...], locks: tuple[str, ...], cascades: tuple[str, ...]
) -> str:
    for verb, tables in (("write", writes), ("lock", locks), ("cascade to", cascades), ("read", reads)):
        if tables:
            rest = len(tables) - _NAMED_TABLES
            return f"{verb} {', '.join(tables[:_NAMED_TABLES])}" + (f" and {rest} more" if rest > 0 else "")
    return "no tables"
