"""Drafts of sagas: one for each set of tables that is written in one transaction today and spans services."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log2

from decompose.assessment.findings.routines_across import routine_uses
from decompose.assessment.journeys import coordinator_scores, label_counts
from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.assessment.phrases import key, listed, times
from decompose.assessment.pricing import Pricing, Tally
from decompose.assessment.sagas.inverse import BOTH, RESTORE
from decompose.assessment.sagas.model import (
    Alternative,
    Anomaly,
    LocalTransaction,
    Role,
    Saga,
    SemanticLock,
    Verdict,
)
from decompose.assessment.sagas.steps import Steps, follows_only
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, TransactionProfile
from decompose.evidence.statement import Mode

_SHOWN = 5
"""How many labels a lock or an anomaly names."""
Uses = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Group:
    tables: tuple[str, ...]
    profiles: tuple[TransactionProfile, ...]
    reads: frozenset[str]

    @property
    def executions(self) -> int:
        return sum(profile.count for profile in self.profiles)


def sagas(evidence: Evidence, decomposition: Decomposition) -> tuple[Saga, ...]:
    """One draft per distinct set of owned tables, in the order of the findings `distributed-write`."""
    return Sagas(evidence, Ownership(evidence, decomposition)).all()


class Sagas:
    """What all sagas of one decomposition share: prices, readers and writers of tables, the other sagas."""

    def __init__(self, evidence: Evidence, ownership: Ownership) -> None:
        self._evidence = evidence
        self._ownership = ownership
        self._steps = Steps(evidence, ownership)
        self._pricing = Pricing(evidence, ownership)
        self._readers: defaultdict[str, list[TransactionProfile]] = defaultdict(list)
        self._writers: defaultdict[str, list[TransactionProfile]] = defaultdict(list)
        for profile in evidence.profiles:
            for table in profile.reads if profile.count else ():
                self._readers[table].append(profile)
            for table in profile.boundary if profile.count else ():
                self._writers[table].append(profile)
        self._labelled = dict(label_counts(profile for profile in evidence.profiles if profile.count))
        self._apart: defaultdict[str, list[str]] = defaultdict(list)
        for use in routine_uses(evidence):
            for fingerprint in use.fingerprints if use.commits else ():
                self._apart[fingerprint].append(use.name)
        self._groups = self._grouped()
        self._written = Counter(table for group in self._groups for table in group.tables)
        self._read = Counter(table for group in self._groups for table in group.reads)
        self._owned = ownership.grouped(table.name for table in evidence.tables)
        self._merging: dict[tuple[str, str], Tally] = {}
        self._linked: defaultdict[str, set[str]] = defaultdict(set)
        for link in evidence.links:
            self._linked[link.child].add(link.parent)
            self._linked[link.parent].add(link.child)
        self._joined = {
            statement.fingerprint: tuple((pair.left, pair.right) for pair in statement.joins)
            for statement in evidence.statements
            if statement.joins
        }

    def _grouped(self) -> list[_Group]:
        found: defaultdict[tuple[str, ...], list[TransactionProfile]] = defaultdict(list)
        for profile in self._evidence.profiles:
            if profile.count and len(self._ownership.services(profile.boundary)) > 1:
                found[self._ownership.owned(profile.boundary)].append(profile)
        groups = [
            _Group(tables, tuple(profiles), frozenset(t for p in profiles for t in self._ownership.owned(p.reads)))
            for tables, profiles in found.items()
        ]
        return sorted(groups, key=lambda group: (-self._importance(group), group.tables))

    def _importance(self, group: _Group) -> float:
        """As for the finding `distributed-write`: participants × tables written or locked × log2(1 + executions)."""
        direct = {table for profile in group.profiles for table in (*profile.writes, *profile.locks)}
        participants = len(self._ownership.services(group.tables))
        return participants * len(self._ownership.owned(direct)) * log2(1 + group.executions)

    def all(self) -> tuple[Saga, ...]:
        """Every saga, the most important first."""
        return tuple(self._saga(group) for group in self._groups)

    def _saga(self, group: _Group) -> Saga:
        scores: defaultdict[str, float] = defaultdict(float)
        for profile in group.profiles:
            for service, score in coordinator_scores(profile, self._ownership).items():
                scores[service] = max(scores[service], score)
        parts = self._steps.parts(group.profiles)
        coordinator = min(parts, key=lambda name: (follows_only(parts[name]), -scores[name], name == UNASSIGNED, name))
        labels = label_counts(group.profiles)
        given = {label for profile in group.profiles for label, _ in profile.labels}
        name = min((use for use in labels if use[0] in given or not given), key=self._specific)[0]
        external: Counter[str] = Counter()
        for profile in group.profiles:
            external.update(dict(profile.external))
        steps = self._steps.ordered(parts, coordinator, name, tuple(sorted(external)))
        back = [step for step in steps if step.role is Role.COMPENSATABLE]
        draft = Saga(
            key=key("saga", self._ownership.services(group.tables), group.tables),
            name=name,
            labels=labels,
            profiles=tuple(profile.id for profile in group.profiles),
            executions=group.executions,
            coordinator=coordinator,
            scores=tuple((service, scores[service]) for service in sorted(parts)),
            steps=steps,
            locks=self._locks(group, back),
            anomalies=self._anomalies(group, back, coordinator),
            alternatives=self._alternatives(group, steps, coordinator),
            verdict=Verdict.SAGA,
            reason="",
            functional_cost=self._functional_cost(group, back),
            system_cost=self._system_cost(group, back),
            external=tuple(sorted(external.items())),
        )
        verdict, reason = self._verdict(draft)
        apart = sorted(
            {use for profile in group.profiles for name in profile.statements for use in self._apart.get(name, ())}
        )
        told = f"; {listed(apart, 3)} commits in between, so not all of it is one commit today" if apart else ""
        return replace(draft, verdict=verdict, reason=reason + told)

    def _specific(self, label: tuple[str, int]) -> tuple[float, str]:
        """Names that the transaction has nearly for itself first: an application's own name says little."""
        name, executions = label
        return -executions * executions / self._labelled.get(name, executions), name

    def _others(self, profiles: Iterable[TransactionProfile], group: _Group) -> Uses:
        own = {profile.id for profile in group.profiles}
        return label_counts(profile for profile in profiles if profile.id not in own)[:_SHOWN]

    def _locks(self, group: _Group, back: Sequence[LocalTransaction]) -> tuple[SemanticLock, ...]:
        held = dict.fromkeys((step.service, table) for step in back for table in step.tables)
        return tuple(
            SemanticLock(service, table, tuple(self._others(self._readers[table], group))) for service, table in held
        )

    def _anomalies(self, group: _Group, back: Sequence[LocalTransaction], coordinator: str) -> tuple[Anomaly, ...]:
        written = {o.table for step in back for o in step.operations if o.mode != Mode.LOCK}
        restored = {o.table for step in back for o in step.operations if o.undone_by in (RESTORE, BOTH)}
        away = {table for table in group.reads - set(group.tables) if self._ownership.service(table) != coordinator}
        kinds = (
            ("dirty read", written, self._readers),
            ("lost update", restored, self._writers),
            ("non-repeatable read", away, self._writers),
        )
        found = [
            Anomaly(kind, table, tuple(self._others(users[table], group)))
            for kind, tables, users in kinds
            for table in sorted(tables)
        ]
        return tuple(anomaly for anomaly in found if anomaly.through)

    def _alternatives(
        self, group: _Group, steps: Sequence[LocalTransaction], coordinator: str
    ) -> tuple[Alternative, ...]:
        now = self._pricing.now
        parts = {name: tables for name, tables in self._ownership.grouped(group.tables).items() if name != coordinator}
        found = []
        for service, tables in parts.items():
            after = self._pricing.moving(tables, coordinator)
            found.append(Alternative("move", f"{', '.join(tables)} from {service} to {coordinator}", now, after))
        late = {step.service for step in steps if step.role is Role.RETRIABLE and step.service != coordinator}
        late -= {step.service for step in steps if step.role is not Role.RETRIABLE}
        if late:
            told = f"{', '.join(sorted(late))} follow{'s' if len(late) == 1 else ''} by an event of {coordinator}"
            found.append(Alternative("event", told, now, self._without(group, len(late), len(parts))))
        loose = sorted(
            service for service, tables in parts.items() if service not in late and self._loose(group, tables)
        )
        if loose:
            told = f"{', '.join(loose)} commits alone: nothing refers or joins to the rest of the transaction"
            found.append(Alternative("split", told, now, self._without(group, len(loose), len(parts))))
        found += [
            Alternative("merge", f"{service} into {coordinator}", now, self._merged(service, coordinator))
            for service in parts
        ]
        return tuple(sorted(found, key=lambda item: (item.kind == "merge", item.after.saga_cost, item.what)))

    def _merged(self, service: str, into: str) -> Tally:
        """The figures when a whole service is merged into another; worked out once per pair."""
        if (service, into) not in self._merging:
            self._merging[service, into] = self._pricing.moving(self._owned.get(service, ()), into)
        return self._merging[service, into]

    def _without(self, group: _Group, fewer: int, others: int) -> Tally:
        """The figures when `fewer` of the `others` leave the synchronous part of this transaction."""
        gone = group.executions if fewer == others else 0
        return self._pricing.now - Tally(gone, fewer * group.executions)

    def _loose(self, group: _Group, tables: tuple[str, ...]) -> bool:
        ours, rest = set(tables), set(group.tables) - set(tables)
        if any(not rest.isdisjoint(self._linked.get(table, ())) for table in ours):
            return False
        joined = (pair for p in group.profiles for name in p.statements for pair in self._joined.get(name, ()))
        return not any((a in ours and b in rest) or (a in rest and b in ours) for a, b in joined)

    def _functional_cost(self, group: _Group, back: Sequence[LocalTransaction]) -> int:
        """FRC: compensatable writes, plus for each table read the other distributed transactions that write it."""
        writes = sum(operation.mode != Mode.LOCK for step in back for operation in step.operations)
        return writes + sum(self._written[table] - (table in group.tables) for table in group.reads)

    def _system_cost(self, group: _Group, back: Sequence[LocalTransaction]) -> int:
        """SAC: for each compensatable write the other distributed transactions that read its table."""
        written = {operation.table for step in back for operation in step.operations if operation.mode != Mode.LOCK}
        return sum(self._read[table] - (table in group.reads) for table in written)

    def _verdict(self, saga: Saga) -> tuple[Verdict, str]:
        asked = sorted({s.service for s in saga.steps if s.role is not Role.RETRIABLE} - {saga.coordinator})
        late = sorted({s.service for s in saga.steps} - {saga.coordinator, *asked})
        if not asked:
            told = f"{saga.coordinator} commits alone and {', '.join(late)} cannot refuse"
            return Verdict.EVENTS, f"{told}: an event from the outbox takes the place of the common commit"
        for item in saga.alternatives:
            if item.kind == "move" and _cheaper_all_over(item):
                saved = times(item.before.saga_cost - item.after.saga_cost)
                return Verdict.LOCAL, f"moving {item.what} saves {saved} of saga cost and makes nothing else dearer"
        pivot = "it commits" if saga.pivot.service == saga.coordinator else f"{saga.pivot.service} goes ahead"
        told = f"{listed(asked)} can refuse, so {saga.coordinator} must ask before {pivot}"
        return Verdict.SAGA, f"{told}; each move that would avoid it makes something else dearer"


def _cheaper_all_over(item: Alternative) -> bool:
    before, after = item.before, item.after
    return (
        after.saga_cost < before.saga_cost
        and after.cross_joins + after.cross_reads <= before.cross_joins + before.cross_reads
        and after.foreign_keys_to_retire <= before.foreign_keys_to_retire
    )
