"""Which service leaves next: the candidates, and the state of the system after each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.assessment.phrases import percent, plural
from decompose.assessment.plan.model import Candidate, Standing
from decompose.assessment.pricing import Pricing, Tally
from decompose.assessment.sagas.departures import an_event_will_do
from decompose.assessment.sagas.model import Saga
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence

SAGA_WEIGHT, INBOUND_WEIGHT, CROSSING_WEIGHT, UNSURE_WEIGHT, WORK_WEIGHT = 3.0, 2.0, 1.0, 0.5, 0.5
"""What a transaction to split, a reference from outside, a crossing statement, an unsure boundary, the work weigh."""
EVENT_WEIGHT = 0.5
"""What a transaction that an event settles weighs, of one that takes a saga."""
_UNKNOWN_STABILITY = 0.5


@dataclass(frozen=True, slots=True)
class Departure:
    """One or several services that leave together."""

    services: tuple[str, ...]


class Order:
    """Prices every order in which the services of one decomposition can leave the monolith.

    `sagas` are the drafts for the final cut: they say where an event will do.
    """

    def __init__(self, evidence: Evidence, decomposition: Decomposition, sagas: Sequence[Saga] = ()) -> None:
        self._evidence = evidence
        self._stability = {service.name: service.stability for service in decomposition.services}
        final = Ownership(evidence, decomposition)
        grouped = final.grouped(table.name for table in evidence.tables)
        self.tables: Mapping[str, tuple[str, ...]] = {name: grouped[name] for name in grouped if name != UNASSIGNED}
        self._owned = sum(map(len, grouped.values()))
        whole = replace(decomposition, services=(), unassigned=())
        self._monolith = Ownership(evidence, whole)
        self._pricing = Pricing(evidence, self._monolith)
        self._inbound, self._outbound = self._references()
        self._writes = self._write_executions()
        self._statements = self._statement_executions()
        self._following = {name: _following(sagas, name) for name in self.tables}
        self._apart = self._price(self.tables)

    def _references(self) -> tuple[dict[str, int], dict[str, int]]:
        place = {table: name for name, tables in self.tables.items() for table in tables}
        inbound, outbound = dict.fromkeys(self.tables, 0), dict.fromkeys(self.tables, 0)
        for child, columns, parent in sorted({(k.child, k.columns, k.parent) for k in self._evidence.links}):
            if self._monolith.service(child) is None or self._monolith.service(parent) is None or not columns:
                continue
            ours, theirs = place.get(child), place.get(parent)
            if ours != theirs:
                if theirs is not None:
                    inbound[theirs] += 1
                if ours is not None:
                    outbound[ours] += 1
        return inbound, outbound

    def _write_executions(self) -> dict[str, int]:
        found = dict.fromkeys(self.tables, 0)
        for profile in self._evidence.profiles:
            for name, tables in self.tables.items():
                if profile.count and not set(tables).isdisjoint(profile.boundary):
                    found[name] += profile.count
        return found

    def _statement_executions(self) -> dict[str, int]:
        found = dict.fromkeys(self.tables, 0)
        for statement in self._evidence.statements:
            touched = {access.table for access in statement.accesses}
            for name, tables in self.tables.items():
                if not touched.isdisjoint(tables):
                    found[name] += statement.executions
        return found

    def standing(self, gone: Sequence[str]) -> Standing:
        """The system after these services have left."""
        left = self._owned - sum(len(self.tables[name]) for name in gone)
        return Standing(tuple(gone), left, self._price(gone))

    def _price(self, gone: Iterable[str]) -> Tally:
        return self._pricing.placing({table: name for name in gone for table in self.tables[name]})

    def candidates(self, gone: Sequence[str]) -> tuple[Candidate, ...]:
        """Everything that can leave next, easiest first."""
        now = self._price(gone)
        found = [self._candidate(name, gone, now) for name in self.tables if name not in gone]
        return tuple(sorted(found, key=lambda candidate: (candidate.difficulty, candidate.service)))

    def _candidate(self, name: str, gone: Sequence[str], now: Tally) -> Candidate:
        added = self._price((*gone, name)) - now
        crossing = added.cross_joins + added.cross_reads
        distributed = added.distributed_write_transactions
        followed = min(self._following[name], max(added.saga_cost, 0))
        writes, stability = self._writes[name], self._stability.get(name)
        everything = sum(profile.count for profile in self._evidence.profiles if profile.boundary)
        share = writes / everything if everything else 0.0
        apart = self._apart
        shares = (
            _burden(added.saga_cost - (1 - EVENT_WEIGHT) * followed, writes, apart.saga_cost),
            self._inbound[name] / max(1, sum(self._inbound.values())),
            _burden(crossing, self._statements[name], apart.cross_joins + apart.cross_reads),
            1 - (_UNKNOWN_STABILITY if stability is None else stability) if writes else 1.0,
            -share,
        )
        weights = (SAGA_WEIGHT, INBOUND_WEIGHT, CROSSING_WEIGHT, UNSURE_WEIGHT, WORK_WEIGHT)
        difficulty = sum(weight * part for weight, part in zip(weights, shares, strict=True))
        return Candidate(
            service=name,
            tables=len(self.tables[name]),
            distributed=distributed,
            crossing=crossing,
            inbound=self._inbound[name],
            outbound=self._outbound[name],
            writes=writes,
            write_share=share,
            stability=stability,
            difficulty=round(difficulty, 6),
            reason=_reason(self._inbound[name], distributed, followed, writes, crossing, stability, share),
        )

    def departures(self, first: str = "") -> list[Departure]:
        """One service at a time, always the easiest; `first` may be forced."""
        gone: list[str] = [first] if first else []
        while len(gone) < len(self.tables):
            gone.append(self.candidates(gone)[0].service)
        return [Departure((name,)) for name in gone]

    def big_bang(self) -> list[Departure]:
        """Everything at once."""
        return [Departure(tuple(self.tables))] if self.tables else []


def _burden(added: float, own: float, everybodys: float) -> float:
    """What leaving adds, from 0 to 1: the geometric mean of its share of the service's own work and of all that crosses
    in the end. The first alone holds a few odd transactions against a small service more than hundreds against a core.
    """
    return sqrt(min(added / own, 1.0) * min(added / everybodys, 1.0)) if min(added, own, everybodys) > 0 else 0.0


def _following(sagas: Iterable[Saga], service: str) -> int:
    """Executions of the transactions with others in which the service can follow by an event."""
    return sum(saga.executions for saga in sagas if service in saga.services and an_event_will_do(saga, (service,)))


def _reason(
    inbound: int, distributed: int, followed: int, writes: int, crossing: int, stability: float | None, share: float
) -> str:
    split = "none of its write transactions becomes distributed"
    if distributed > 0:
        split = f"{distributed:,} of its {writes:,} write transactions become distributed"
        followed = min(followed, distributed)
        split += f" ({followed:,} of them need but an event)" if followed else ""
    told = [
        f"{plural(inbound, 'reference')} from outside",
        split,
        f"{max(crossing, 0):,} statement executions cross",
    ]
    if stability is not None:
        told.append(f"boundary {round(100 * stability)} % stable")
    return ", ".join([*told, f"carries {percent(share, 1)} of the writes"])
