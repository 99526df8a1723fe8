"""Sets what is there against what is accepted: new, known, resolved, stale, and everything in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from decompose.assessment.drift.model import (
    PLACED_BY_TABLES,
    SCHEMA_KINDS,
    SETS,
    WORKLOAD_KINDS,
    Entry,
    Identity,
    Kind,
    Result,
    Sighting,
    Status,
)
from decompose.assessment.drift.policy import Policy, Ratchet

_Scope = tuple[Kind, str]
_Pairs = Mapping[_Scope, Mapping[frozenset[str], Identity]]
_LESSER = {Kind.WRITE: "lock", Kind.ROUTINE: "read"}
"""The mode that is covered along with any other of the kind: who may write two tables may lock or read one of them."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The entries, sorted out against the sightings: `matched` by identity, `carried` under an earlier name."""

    matched: Mapping[Identity, Entry]
    carried: Mapping[Identity, Entry]
    left: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a judgement stands on.

    `base` are the identities that the base revision's schema has, None without one. `same_analyzer` says whether this
    version of the tool wrote the lock. `used` counts executions of transactions per table (full names), `stated` those
    of statements. `partial` is a reason why the capture cannot show that something is gone, `places` maps the full
    names of all tables to their services. `schema` says whether a schema was read at all.
    """

    policy: Policy
    today: str
    places: Mapping[str, str]
    used: Mapping[str, int] = field(default_factory=dict)
    stated: Mapping[str, int] = field(default_factory=dict)
    partial: str = ""
    schema: bool = True
    base: frozenset[Identity] | None = None
    same_analyzer: bool = True


def judge(sightings: Iterable[Sighting], accepted: Accepted, ground: Ground) -> tuple[Result, ...]:
    """A result per sighting and per entry that nothing continues; sorted by status, then by identity."""
    covers = _covers([*accepted.matched.values(), *accepted.carried.values(), *accepted.left], ground.today)
    results: list[Result] = []
    sightings = tuple(sightings)
    in_use = _contained(accepted.left, [sighting.identity for sighting in sightings])
    for sighting in sightings:
        result = _judge_sighting(sighting, accepted, covers, ground)
        if result.status is Status.KNOWN and result.entry is None:
            in_use.update(_covering(sighting.identity, covers))
        results.append(result)
    results.extend(_judge_entry(e, ground) for e in accepted.left if e.identity not in in_use)
    order = {status: number for number, status in enumerate(Status)}
    return tuple(sorted(results, key=lambda result: (not result.fails, order[result.status], result.identity)))


def _judge_sighting(sighting: Sighting, accepted: Accepted, covers: _Pairs, ground: Ground) -> Result:
    identity, policy = sighting.identity, ground.policy
    entry = accepted.matched.get(identity)
    earlier = accepted.carried.get(identity)
    by = earlier.identity if earlier else None
    ratchet = policy.ratchet(identity)
    if identity.kind is Kind.BUDGET:
        return Result(identity, Status.OVER_BUDGET, True, sighting)
    if ratchet is Ratchet.ALLOW:
        return Result(identity, Status.ALLOWED, False, sighting, entry or earlier, by)
    proven = _proven(sighting, ground)
    if ratchet is Ratchet.FORBID:
        return Result(identity, Status.FORBIDDEN if proven else Status.UNPROVEN, proven, sighting, entry or earlier, by)
    held = entry or earlier
    if held is not None:
        if held.until and held.until < ground.today:
            return Result(identity, Status.EXPIRED, True, sighting, held, by)
        return Result(identity, Status.CARRIED if by else Status.KNOWN, False, sighting, held, by)
    covering = _covering(identity, covers)
    if covering:
        return Result(identity, Status.KNOWN, False, sighting, None, covering[0])
    return _unaccepted(sighting, proven, ground)


def _unaccepted(sighting: Sighting, proven: bool, ground: Ground) -> Result:
    identity = sighting.identity
    comparable = ground.base is not None and identity.kind not in WORKLOAD_KINDS
    if ground.base is not None and identity in ground.base:
        status = Status.INHERITED if ground.same_analyzer else Status.SANDBOXED
        return Result(identity, status, False, sighting)
    if not proven:
        return Result(identity, Status.UNPROVEN, False, sighting)
    # A table in no service is a fact of two documents; no version of the analyzer sees it otherwise.
    if not ground.same_analyzer and not comparable and identity.kind is not Kind.UNASSIGNED:
        return Result(identity, Status.SANDBOXED, False, sighting)
    return Result(identity, Status.NEW, True, sighting)


def _proven(sighting: Sighting, ground: Ground) -> bool:
    """Whether a capture shows it often enough to fail a build; what a schema declares needs no repetition."""
    if sighting.identity.kind not in WORKLOAD_KINDS:
        return True
    labelled = not sighting.labels or len(sighting.labels) >= ground.policy.min_labels
    return sighting.executions >= ground.policy.min_transactions and labelled


def _judge_entry(entry: Entry, ground: Ground) -> Result:
    identity = entry.identity
    if not _gone(entry, ground):
        return Result(identity, Status.UNSEEN, False, None, entry)
    was_there = ground.base is None or identity.kind not in SCHEMA_KINDS or identity in ground.base
    return Result(identity, Status.RESOLVED if was_there else Status.STALE, ground.policy.stale_fails, None, entry)


def _gone(entry: Entry, ground: Ground) -> bool:
    """Whether a coupling that is not seen is gone: its table is, the schema says so, or the capture is large enough."""
    identity = entry.identity
    if ground.schema and not ground.places.keys() >= set(identity.tables):
        return True
    if identity.kind in PLACED_BY_TABLES and not {ground.places.get(t) for t in identity.tables}.issuperset(
        identity.services
    ):
        return True
    if identity.kind in SCHEMA_KINDS or identity.kind is Kind.CYCLE:
        return ground.schema
    if ground.partial:
        return False
    used = ground.stated if identity.kind is Kind.JOIN else ground.used
    return all(used.get(table, 0) >= ground.policy.stale_transactions for table in identity.tables)


def _contained(entries: Iterable[Entry], sighted: Iterable[Identity]) -> set[Identity]:
    """Accepted transactions and circles that have only grown: a larger one is sighted and contains them."""
    larger: defaultdict[tuple[Kind, str, str], list[frozenset[str]]] = defaultdict(list)
    for identity in sighted:
        members = identity.services if identity.kind is Kind.CYCLE else identity.tables
        for member in members if identity.kind in (Kind.CYCLE, *SETS) else ():
            larger[identity.kind, identity.mode, member].append(frozenset(members))
    found: set[Identity] = set()
    for entry in entries:
        identity = entry.identity
        members = identity.services if identity.kind is Kind.CYCLE else identity.tables
        if members and any(whole.issuperset(members) for whole in larger[identity.kind, identity.mode, members[0]]):
            found.add(identity)
    return found


def _covers(entries: Iterable[Entry], today: str) -> dict[_Scope, dict[frozenset[str], Identity]]:
    """Per kind and mode, the pairs of tables that accepted entries couple as one; circles by their services."""
    found: defaultdict[_Scope, dict[frozenset[str], Identity]] = defaultdict(dict)
    for entry in sorted(entries, key=lambda e: e.identity):
        if entry.until and entry.until < today:
            continue
        identity = entry.identity
        if identity.kind in SETS:
            for mode in {identity.mode, _LESSER[identity.kind]}:
                for pair in combinations(identity.tables, 2):
                    found[identity.kind, mode].setdefault(frozenset(pair), identity)
        if identity.kind is Kind.CYCLE:
            for pair in combinations(identity.services, 2):
                found[Kind.CYCLE, identity.mode].setdefault(frozenset(pair), identity)
    return found


def _covering(identity: Identity, covers: _Pairs) -> list[Identity]:
    """The accepted couplings that together contain every pair of this one, empty if a pair is in none of them.

    A rare branch of an accepted transaction, or two of them in one, couples nothing that was not coupled before.
    """
    if identity.kind not in (*SETS, Kind.CYCLE):
        return []
    members: Collection[str] = identity.services if identity.kind is Kind.CYCLE else identity.tables
    known = covers.get((identity.kind, identity.mode), {})
    found = {known.get(frozenset(pair)) for pair in combinations(members, 2)}
    return [] if None in found else sorted(each for each in found if each is not None)


def sort_out(entries: Iterable[Entry], sighted: Collection[Identity]) -> tuple[dict[Identity, Entry], list[Entry]]:
    """Entries that are sighted as they are, by identity, and the others."""
    matched: dict[Identity, Entry] = {}
    left: list[Entry] = []
    for entry in entries:
        if entry.identity in sighted:
            matched[entry.identity] = entry
        else:
            left.append(entry)
    return matched, left


def unaccepted(results: Iterable[Result]) -> Iterator[Result]:
    """The results that an acceptance can settle: not budgets, not what is forbidden, not what is only thinly seen."""
    settled = (Status.NEW, Status.EXPIRED, Status.SANDBOXED, Status.INHERITED)
    return (result for result in results if result.status in settled)
