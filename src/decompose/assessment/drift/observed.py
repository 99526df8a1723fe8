"""Couplings that a capture shows: transactions and statements that reach over a boundary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from decompose.assessment.drift.declared import assigned
from decompose.assessment.drift.model import Identity, Kind, Sighting
from decompose.assessment.drift.names import FullNames
from decompose.assessment.drift.policy import Policy
from decompose.assessment.findings.joins import condition
from decompose.assessment.ownership import SHARED, UNASSIGNED, Ownership
from decompose.assessment.phrases import by_service, listed
from decompose.evidence.bundle import Evidence, Statement, TransactionProfile

NOISE_LABEL = "label set apart as noise"
NOISE_TRUNCATE = "empties tables of several services at once, as test suites do"


@dataclass(frozen=True, slots=True)
class Workload:
    """The profiles and statements that count, executions of noise taken out and counted by reason.

    `used` says in how many executions of transactions each table was touched, `stated` in how many of statements whose
    joins are known (display names): a capture of ready-made transactions tells nothing of joins.
    """

    profiles: tuple[TransactionProfile, ...]
    counts: dict[str, int]
    labels: dict[str, tuple[tuple[str, int], ...]]
    quiet: frozenset[str]
    set_apart: tuple[tuple[str, int], ...]
    used: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)


def workload(evidence: Evidence, ownership: Ownership, policy: Policy) -> Workload:
    """Sorts out noise. A statement that only noise runs is noise as well."""
    truncates = frozenset(s.fingerprint for s in evidence.statements if s.verb.upper() == "TRUNCATE")
    kept, counts, labels = [], {}, {}
    apart: Counter[str] = Counter()
    loud: set[str] = set()
    noisy: set[str] = set()
    used: Counter[str] = Counter()
    for profile in evidence.profiles:
        noise = sum(count for label, count in profile.labels if policy.is_noise(label))
        count = max(profile.count - noise, 0)
        apart[NOISE_LABEL] += min(noise, profile.count)
        if count and truncates.intersection(profile.statements) and len(ownership.services(profile.writes)) > 1:
            apart[NOISE_TRUNCATE] += count
            count = 0
        if not count:
            noisy.update(profile.statements if profile.count else ())
            continue
        kept.append(profile)
        counts[profile.id] = count
        labels[profile.id] = tuple(item for item in profile.labels if not policy.is_noise(item[0]))
        loud.update(profile.statements)
        for table in {*profile.reads, *profile.boundary}:
            used[table] += count
    stated: Counter[str] = Counter()
    for statement in evidence.statements:
        for table in {access.table for access in statement.accesses}:
            stated[table] += statement.executions
    left_out = tuple((reason, count) for reason, count in sorted(apart.items()) if count)
    return Workload(tuple(kept), counts, labels, frozenset(noisy - loud), left_out, used, stated)


class _Collected:
    """Executions, labels and evidence of one identity, over everything that shows it."""

    def __init__(self) -> None:
        self.executions = 0
        self.labels: Counter[str] = Counter()
        self.evidence: Counter[str] = Counter()
        self.what = ""

    def add(self, executions: int, labels: Iterable[tuple[str, int]], evidence: str, what: str) -> None:
        self.executions += executions
        self.evidence[evidence] += executions
        self.what = min(self.what or what, what)
        for label, count in labels:
            self.labels[label] += count

    def sighting(self, identity: Identity) -> Sighting:
        return Sighting(identity, self.what, self.executions, _ranked(self.labels), _ranked(self.evidence))


def _ranked(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if name)


def observed_couplings(
    evidence: Evidence, work: Workload, ownership: Ownership, names: FullNames, policy: Policy
) -> Iterator[Sighting]:
    """Every coupling of the workload, one sighting per identity."""
    found: defaultdict[Identity, _Collected] = defaultdict(_Collected)
    services = [name for name in ownership.sizes() if name != UNASSIGNED]
    for profile in work.profiles:
        count, labels = work.counts[profile.id], work.labels[profile.id]
        caller = policy.caller((label for label, _ in labels), services) if labels else ""
        for identity, what in _of_profile(profile, caller, ownership, names):
            found[identity].add(count, labels, profile.id, what)
    _joins(evidence, work, ownership, names, found)
    for identity in sorted(found):
        yield found[identity].sighting(identity)


def _of_profile(
    profile: TransactionProfile, caller: str, ownership: Ownership, names: FullNames
) -> Iterator[tuple[Identity, str]]:
    # What triggers and cascades write beside it is the schema's doing and reported as such.
    writes = [table for table in ownership.owned(profile.writes) if assigned(ownership, table)]
    held = [table for table in ownership.owned({*profile.writes, *profile.locks}) if assigned(ownership, table)]
    writers, holders = ownership.services(writes), ownership.services(held)
    if len(writers) > 1:
        yield _transaction(writers, writes, "write", "writes", ownership, names)
    if len(holders) > max(len(writers), 1):
        yield _transaction(holders, held, "lock", "locks or writes", ownership, names)
    for table in writes if caller else ():
        owner = ownership.place(table)
        if owner != caller:
            identity = Identity(Kind.FOREIGN_WRITE, (caller, owner), (names.full(table),), "write")
            yield identity, f"{caller} writes {table} of {owner}"
    shared = [table for table in profile.writes if ownership.place(table) == SHARED]
    for table in shared:
        for writer in writers or ownership.services(t for t in profile.reads if assigned(ownership, t)):
            identity = Identity(Kind.SHARED_WRITER, (writer,), (names.full(table),), "write")
            yield identity, f"{writer} writes shared table {table}"


def _transaction(
    services: tuple[str, ...], tables: list[str], mode: str, verb: str, ownership: Ownership, names: FullNames
) -> tuple[Identity, str]:
    full = tuple(sorted(map(names.full, tables)))
    return Identity(Kind.WRITE, services, full, mode), f"one transaction {verb} {by_service(ownership.grouped(tables))}"


def _joins(
    evidence: Evidence,
    work: Workload,
    ownership: Ownership,
    names: FullNames,
    found: defaultdict[Identity, _Collected],
) -> None:
    crossing: list[tuple[Statement, list[tuple[str, str]]]] = []
    for statement in evidence.statements:
        if not statement.joins or not statement.executions or statement.fingerprint in work.quiet:
            continue
        pairs = {(j.left, j.right) for j in statement.joins if ownership.crosses(j.left, j.right)}
        known = sorted(pair for pair in pairs if assigned(ownership, *pair))
        if known:
            crossing.append((statement, known))
    callers = _labels_of({statement.fingerprint for statement, _ in crossing}, work)
    for statement, known in crossing:
        for left, right in known:
            identity, what = _join(statement, left, right, ownership, names)
            found[identity].add(
                statement.executions, callers[statement.fingerprint].items(), statement.fingerprint, what
            )


def _join(statement: Statement, left: str, right: str, ownership: Ownership, names: FullNames) -> tuple[Identity, str]:
    on = sorted({condition(pair) for pair in statement.joins if (pair.left, pair.right) == (left, right)})
    full = tuple(sorted((names.full(left), names.full(right))))
    places = {names.full(table): ownership.place(table) for table in (left, right)}
    services = tuple(sorted(places.values()))
    return Identity(Kind.JOIN, services, full, "read"), f"{left} is joined with {right} on {listed(on, 2)}"


def _labels_of(fingerprints: set[str], work: Workload) -> defaultdict[str, Counter[str]]:
    """Who runs these statements: the labels of the transactions they are part of."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for profile in work.profiles if fingerprints else ():
        for fingerprint in fingerprints.intersection(profile.statements):
            found[fingerprint].update(dict(work.labels[profile.id]))
    return found
