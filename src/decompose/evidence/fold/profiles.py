"""From what a fold counted to transaction profiles and boundaries, in display names."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from decompose.evidence.bundle import TransactionBoundary, TransactionProfile
from decompose.evidence.cascades import Cascades
from decompose.evidence.fold.tally import EXPLICIT, Shape, Tally
from decompose.evidence.log_entry import EXTERNAL
from decompose.evidence.naming import TableNames
from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Access, Mode, ParsedStatement
from decompose.evidence.views import BaseAccesses

_RECORDED_MODES = {
    "R": Mode.READ,
    "L": Mode.LOCK,
    "W": Mode.WRITE,
    "I": Mode.INSERT,
    "U": Mode.UPDATE,
    "D": Mode.DELETE,
}
_NAMED_TABLES = 3
_ANYTHING = 5
"""So many distinct sets of tables written under one label are no longer one piece of work."""
BY_ACCESSES = "transaction that may write less than told (views, cascades): too many distinct ones to tell apart"
SHAPES_BEYOND = "transaction left out: the log has too many that touch distinct tables"
UNKNOWN_MODE = "access mode that is none of R, W, L, I, U, D"


@dataclass(frozen=True, slots=True)
class Touched:
    """The four sets of a statement or a transaction, in display names."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    locks: frozenset[str] = frozenset()
    cascades: frozenset[str] = frozenset()

    def only_reads(self) -> Touched:
        """What fetching from a cursor touches again."""
        return Touched(reads=self.reads)


@dataclass(slots=True)
class Counts:
    """What one profile has been seen to do."""

    committed: int = 0
    rolled_back: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    statements: set[str] = field(default_factory=set)
    external: Counter[str] = field(default_factory=Counter)
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Fingerprint to the sum of its positions and the number of transactions; see `TransactionProfile.positions`."""

    def follow(self, fingerprint: str, total: int, transactions: int) -> None:
        """Add what other transactions told of a statement's position."""
        known = self.positions.get(fingerprint, (0, 0))
        self.positions[fingerprint] = (known[0] + total, known[1] + transactions)


class Profiler:
    """Turns shapes of statement ids into profiles; one instance per schema."""

    def __init__(self, names: TableNames, cascades: Cascades, database: str = "") -> None:
        self._behind = BaseAccesses(names, cascades)
        self._database = database

    def touched(self, accesses: Iterable[Access]) -> Touched:
        """The sets that a statement's accesses amount to, views and partitions resolved, cascades followed."""
        reads: set[str] = set()
        writes: set[str] = set()
        locks: set[str] = set()
        cascades: set[str] = set()
        for access in accesses:
            for found in self._behind.tables(access, self._database):
                into = reads if found.mode is Mode.READ else locks if found.mode is Mode.LOCK else writes
                into.add(found.table)
            cascades.update(self._behind.cascades(access, self._database))
        return Touched(frozenset(reads), frozenset(writes), frozenset(locks), frozenset(cascades))

    def profiles(self, tally: Tally, statements: list[ParsedStatement]) -> tuple[TransactionProfile, ...]:
        """Every distinct combination of kind and sets, with its counts."""
        counts: dict[tuple[str, Touched], Counts] = defaultdict(Counts)
        by_statement = [self.touched(statement.accesses) for statement in statements]
        unlike = _unlike(tally.alike, by_statement) if tally.by_accesses else frozenset()
        for (kind, shape), outcome in tally.shapes.items():
            if tally.by_accesses:
                if not unlike.isdisjoint(outcome.statements):
                    tally.gaps[BY_ACCESSES] += outcome.committed + outcome.rolled_back
                shape = frozenset([*outcome.statements, *(number for number in shape if number < 0)])
            entry = counts[kind, _union(shape, by_statement)]
            entry.committed += outcome.committed
            entry.rolled_back += outcome.rolled_back
            entry.labels.update(outcome.labels)
            entry.statements.update(statements[number].fingerprint for number in shape if number >= 0)
            for number in shape if outcome.positions else ():
                if number >= 0:
                    entry.follow(statements[number].fingerprint, outcome.positions.get(number, 0), outcome.committed)
        for (name, accesses), executions in tally.recorded.items():
            entry = counts[EXPLICIT, self.touched(_recorded(accesses, tally))]
            entry.committed += executions
            entry.external.update(dict.fromkeys((n for n, letter in accesses if letter == EXTERNAL), executions))
            if name:
                entry.labels[name] += executions
        if tally.beyond.committed or tally.beyond.rolled_back:
            tally.gaps[SHAPES_BEYOND] += tally.beyond.committed + tally.beyond.rolled_back
        return named_profiles(counts)


def named_profiles(counts: Mapping[tuple[str, Touched], Counts]) -> tuple[TransactionProfile, ...]:
    """The profiles of what was counted by kind and sets, sorted by id; see `_profile` and `_telling_nothing`."""
    found = sorted((_profile(*key, entry) for key, entry in counts.items()), key=lambda p: p.id)
    common = _telling_nothing(found)
    return tuple(replace(p, name=_name(p.labels, common, p)) if p.name in common else p for p in found)


def boundaries(profiles: Iterable[TransactionProfile]) -> tuple[TransactionBoundary, ...]:
    """The distinct non-empty sets of tables written, locked or cascaded to by committed transactions."""
    profiles = tuple(profiles)
    common = _telling_nothing(profiles)
    groups: dict[tuple[str, ...], list[TransactionProfile]] = defaultdict(list)
    for profile in profiles:
        if profile.count and profile.boundary:
            groups[profile.boundary].append(profile)
    found = [
        TransactionBoundary(
            name=_boundary_name(writes, members, common),
            count=sum(profile.count for profile in members),
            writes=writes,
            profiles=tuple(sorted(profile.id for profile in members)),
        )
        for writes, members in groups.items()
    ]
    return tuple(sorted(found, key=lambda boundary: boundary.writes))


def _unlike(alike: list[int], by_statement: list[Touched]) -> frozenset[int]:
    """Statements that access the same tables in the same ways as others which then touch something else."""
    groups = {alike[number] for number, touched in enumerate(by_statement) if touched != by_statement[alike[number]]}
    return frozenset(number for number, first in enumerate(alike) if first in groups)


def _union(shape: Shape, by_statement: list[Touched]) -> Touched:
    parts = [by_statement[number] if number >= 0 else by_statement[~number].only_reads() for number in shape]
    if len(parts) == 1:
        return parts[0]
    return Touched(
        frozenset().union(*[part.reads for part in parts]),
        frozenset().union(*[part.writes for part in parts]),
        frozenset().union(*[part.locks for part in parts]),
        frozenset().union(*[part.cascades for part in parts]),
    )


def _recorded(accesses: Iterable[tuple[str, str]], tally: Tally) -> list[Access]:
    found = []
    for table, letter in accesses:
        if letter == EXTERNAL:
            continue
        mode = _RECORDED_MODES.get(letter.upper())
        if mode is None:
            tally.gaps[UNKNOWN_MODE] += 1
        else:
            found.append(Access(TableRef(table), mode))
    return found


def _profile(kind: str, touched: Touched, counts: Counts) -> TransactionProfile:
    """The profile of a kind and sets: its id is a hash of both, its name the most frequent label or what it touches."""
    sets = [tuple(sorted(part)) for part in (touched.reads, touched.writes, touched.locks, touched.cascades)]
    labels = sorted(counts.labels.items(), key=lambda item: (-item[1], item[0]))
    identity = "\n".join([kind, *("\t".join(part) for part in sets)])
    fingerprints = tuple(sorted(counts.statements))
    positions = counts.positions
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
        statements=fingerprints,
        labels=tuple(labels),
        positions=tuple(positions.get(fingerprint, (0, 0)) for fingerprint in fingerprints) if positions else (),
        external=tuple(sorted(counts.external.items())),
    )


def _telling_nothing(profiles: Iterable[TransactionProfile]) -> frozenset[str]:
    """Labels that would name much of all work, whatever it writes: a driver's or server's `application_name`."""
    written: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for profile in profiles:
        if profile.labels and profile.boundary:
            written[profile.labels[0][0]].add(profile.boundary)
    total = sum(map(len, written.values()))
    return frozenset(label for label, sets in written.items() if len(sets) >= _ANYTHING and 4 * len(sets) >= total)


def _name(labels: Iterable[tuple[str, int]], common: frozenset[str], profile: TransactionProfile) -> str:
    telling = next((label for label, _ in labels if label not in common), "")
    return telling or _derived_name(profile.reads, profile.writes, profile.locks, profile.cascades)


def _boundary_name(writes: tuple[str, ...], members: list[TransactionProfile], common: frozenset[str]) -> str:
    labels: Counter[str] = Counter()
    for profile in members:
        labels.update({label: count for label, count in profile.labels if label not in common})
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
