"""One check: sightings from the evidence, set against the lock by the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from decompose.assessment.drift.budgets import metrics, over_budget
from decompose.assessment.drift.carry import carried
from decompose.assessment.drift.compare import Accepted, Ground, judge, sort_out
from decompose.assessment.drift.cycles import cycles
from decompose.assessment.drift.declared import declared_couplings
from decompose.assessment.drift.model import RULES, Drift, Entry, Identity, Metrics, Sighting
from decompose.assessment.drift.names import FullNames
from decompose.assessment.drift.observed import Workload, observed_couplings, workload
from decompose.assessment.drift.policy import Policy
from decompose.assessment.ownership import Ownership
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence


@dataclass(frozen=True, slots=True)
class Lock:
    """The reviewed document: what is accepted, under which policy, written by which analyzer (empty: by none yet)."""

    entries: tuple[Entry, ...] = ()
    policy: Policy = field(default_factory=Policy)
    analyzer: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a check is told besides its documents.

    `today` is an ISO date, `analyzer` this version of the tool (see `analyzer`), `base` what the base revision's schema
    couples (`declared`), `partial` a reason to call nothing of the workload gone.
    """

    today: str
    analyzer: str
    base: frozenset[Identity] | None = None
    partial: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that crosses a boundary now, with the figures of it."""

    sightings: tuple[Sighting, ...]
    work: Workload
    metrics: Metrics
    names: FullNames
    services: frozenset[str]
    places: Mapping[str, str]


def analyzer(parser: str) -> str:
    """What wrote a lock, as far as it can change results: the rules of drift and the version of the SQL parser."""
    return f"{RULES}/{parser}"


def observe(evidence: Evidence, decomposition: Decomposition, policy: Policy) -> Observation:
    """All couplings of the evidence under a decomposition, sorted by identity; one sighting each."""
    names = FullNames(evidence)
    understood = names.understood(decomposition)
    ownership = Ownership(evidence, understood)
    work = workload(evidence, ownership, policy)
    found = {sighting.identity: sighting for sighting in reversed([*declared_couplings(evidence, ownership, names)])}
    found |= {s.identity: s for s in observed_couplings(evidence, work, ownership, names, policy)}
    found |= {s.identity: s for s in cycles(found.values())}
    figures = metrics(tuple(found.values()), work, ownership, understood)
    found |= {s.identity: s for s in over_budget(policy.budgets, found.values(), figures, understood)}
    services = frozenset(service.name for service in understood.services)
    places = {names.full(table.name): ownership.place(table.name) for table in evidence.tables}
    return Observation(tuple(found[key] for key in sorted(found)), work, figures, names, services, places)


def declared(evidence: Evidence, decomposition: Decomposition) -> frozenset[Identity]:
    """What a schema couples; the base of a comparison between revisions."""
    names = FullNames(evidence)
    ownership = Ownership(evidence, names.understood(decomposition))
    found = list(declared_couplings(evidence, ownership, names))
    return frozenset(sighting.identity for sighting in [*found, *cycles(found)])


def check(evidence: Evidence, decomposition: Decomposition, lock: Lock, told: Circumstances) -> Drift:
    """The drift of the evidence against the lock."""
    seen = observe(evidence, decomposition, lock.policy)
    identities = {sighting.identity for sighting in seen.sightings}
    matched, left = sort_out(lock.entries, identities)
    followed = carried(left, identities - matched.keys(), seen.names.present, seen.services)
    taken = {entry.identity for entry in followed.values()}
    accepted = Accepted(matched, followed, tuple(entry for entry in left if entry.identity not in taken))
    partial = told.partial or _partial(evidence, lock.policy)
    ground = Ground(
        policy=lock.policy,
        today=told.today,
        places=seen.places,
        used={seen.names.full(table): count for table, count in seen.work.used.items()},
        stated={seen.names.full(table): count for table, count in seen.work.stated.items()},
        partial=partial,
        schema=bool(evidence.schema.tables),
        base=told.base,
        same_analyzer=not _is_upgrade(lock.analyzer, told.analyzer),
    )
    return Drift(
        results=judge(seen.sightings, accepted, ground),
        metrics=seen.metrics,
        coverage=evidence.coverage,
        accepted=len(lock.entries),
        oldest_days=max((_age(entry.since, told.today) for entry in lock.entries), default=0),
        today=told.today,
        set_apart=seen.work.set_apart,
        partial=partial,
        workload=_has_workload(evidence),
        unread_ddl=sum(count for _, count in evidence.schema.unread),
        upgrade=(lock.analyzer, told.analyzer) if lock.analyzer not in ("", told.analyzer) else None,
    )


def _has_workload(evidence: Evidence) -> bool:
    return bool(evidence.profiles or evidence.statements)


def _partial(evidence: Evidence, policy: Policy) -> str:
    coverage = evidence.coverage
    if not _has_workload(evidence):
        return "there is no log"
    if coverage.statements and coverage.statements_understood < policy.min_understood * coverage.statements:
        return f"fewer than {100 * policy.min_understood:g} % of the statements were understood"
    return ""


def _is_upgrade(wrote: str, runs: str) -> bool:
    """Whether new results may be the analyzer's; a lock that is older than one release of its rules gets no mercy."""
    if wrote in ("", runs):
        return False
    return abs(_rules(runs) - _rules(wrote)) <= 1


def _rules(version: str) -> int:
    number = version.partition("/")[0]
    return int(number) if number.isascii() and number.isdigit() else 0


def _age(since: str, today: str) -> int:
    return max((date.fromisoformat(today) - date.fromisoformat(since)).days, 0)
