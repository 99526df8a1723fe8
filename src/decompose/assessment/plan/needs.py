"""What one step of a plan needs: what must stop crossing, who needs copies, which routes move, which keys go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from decompose.assessment.crossings import COMPOSE, ROUTINE, WAREHOUSE, Crossing, Crossings
from decompose.assessment.findings.across import readings_across
from decompose.assessment.findings.routines_across import RoutineAcross, RoutineUse, routines_across
from decompose.assessment.ownership import SHARED, Ownership
from decompose.assessment.plan.model import Replica, Route, Separation
from decompose.assessment.pricing import Tally
from decompose.assessment.retirement import Retirement, retirements
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, TransactionProfile
from decompose.evidence.naming import TableNames

NOW, SECONDS, A_DAY = "none", "seconds", "a day"
_ACTING = frozenset({"cascade", "set null", "set default"})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class State:
    """A moment of the way: some services have left, everything else is the monolith."""

    ownership: Ownership
    crossings: tuple[Crossing, ...]
    retired: tuple[Retirement, ...]
    views: tuple[str, ...]
    triggers: tuple[str, ...]
    routines: tuple[RoutineAcross, ...]
    uses: tuple[RoutineUse, ...]


def state(evidence: Evidence, decomposition: Decomposition, gone: Sequence[str], uses: tuple[RoutineUse, ...]) -> State:
    """What crosses once the services in `gone` have left; `uses` are the evidence's stored routines."""
    left = tuple(service for service in decomposition.services if service.name in gone)
    ownership = Ownership(evidence, replace(decomposition, services=left, unassigned=()))
    return State(
        ownership,
        Crossings(evidence, ownership, uses).all(),
        retirements(evidence, ownership),
        tuple(item.name for item in readings_across(evidence, ownership) if item.kind == "view"),
        _triggers(evidence, ownership),
        routines_across(uses, ownership),
        uses,
    )


def _triggers(evidence: Evidence, ownership: Ownership) -> tuple[str, ...]:
    """Triggers that read or write over a boundary."""
    names = TableNames(evidence.schema)
    found = set()
    for trigger in evidence.schema.triggers:
        refs = (trigger.table, *trigger.reads, *trigger.writes)
        tables = {table for ref in refs for table in names.resolve(ref, trigger.table.database)}
        if len(ownership.services(tables)) > 1:
            found.add(trigger.name)
    return tuple(sorted(found))


class Needs:
    """The difference between two states."""

    def __init__(self, evidence: Evidence, before: State, after: State, leaving: Sequence[str]) -> None:
        self._evidence = evidence
        self._before = before
        self._after = after
        self._leaving = frozenset(leaving)
        self._statements = {statement.fingerprint: statement for statement in evidence.statements}
        self._using: defaultdict[str, list[TransactionProfile]] = defaultdict(list)
        for profile in evidence.profiles:
            for fingerprint in profile.statements if profile.count else ():
                self._using[fingerprint].append(profile)

    def crossings(self) -> tuple[Crossing, ...]:
        """Statements that begin to cross with this step."""
        known = {crossing.fingerprint for crossing in self._before.crossings}
        return tuple(crossing for crossing in self._after.crossings if crossing.fingerprint not in known)

    def retired(self) -> tuple[Retirement, ...]:
        """References that begin to cross with this step, those that nothing follows first: the order to retire them."""
        known = {(item.child, item.columns, item.parent) for item in self._before.retired}
        found = [item for item in self._after.retired if (item.child, item.columns, item.parent) not in known]
        return tuple(sorted(found, key=lambda item: (not item.declared, item.on_delete in _ACTING)))

    def followed(self) -> tuple[Retirement, ...]:
        """References of or to the leaving services whose ON DELETE has to be done later from now on."""
        return tuple(
            item
            for item in self._after.retired
            if item.declared
            and item.on_delete in _ACTING
            and not self._leaving.isdisjoint((item.child_service, item.parent_service))
        )

    def separation(self, added: Tally, by_event: int) -> Separation:
        """What has to fall to zero; `added` is the price of the step, `by_event` the executions that events settle."""
        distributed = max(added.distributed_write_transactions, 0)
        crossings, retired = self.crossings(), self.retired()
        return Separation(
            distributed=distributed,
            by_event=min(by_event, distributed),
            participants=max(added.saga_cost, 0),
            crossing_statements=len(crossings),
            crossing_executions=sum(crossing.executions for crossing in crossings),
            foreign_keys=sum(item.declared for item in retired),
            cascades=sum(
                item.declared and (item.on_delete in _ACTING or item.on_update in _ACTING) for item in retired
            ),
            views=tuple(name for name in self._after.views if name not in self._before.views),
            triggers=tuple(name for name in self._after.triggers if name not in self._before.triggers),
            routines=self._routines(),
        )

    def _routines(self) -> tuple[RoutineAcross, ...]:
        """Routines that begin to reach across with this step, or reach into one more service."""
        known = {(item.kind, item.name): len(item.services) for item in self._before.routines}
        return tuple(item for item in self._after.routines if len(item.services) > known.get((item.kind, item.name), 0))

    def taken_along(self) -> tuple[str, ...]:
        """Routines that touch tables of one leaving service only, by name."""
        found = ((use.name, self._after.ownership.services(use.tables)) for use in self._after.uses)
        return tuple(name for name, services in found if len(services) == 1 and services[0] in self._leaving)

    def replicas(self) -> tuple[Replica, ...]:
        """Copies to keep, by table and reader, with the oldest they may be."""
        columns: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        readers: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        for crossing in self.crossings():
            if crossing.kind in (COMPOSE, ROUTINE):
                continue
            lag = self._lag(crossing)
            # A report that a transaction decides on, with what it writes, cannot wait for a warehouse.
            elsewhere = crossing.kind == WAREHOUSE and lag != NOW
            home = "warehouse" if elsewhere else crossing.home
            for table in self._all_tables(crossing) if elsewhere else crossing.tables:
                needed = {column for name, column in crossing.columns if name == table}
                columns[table, home, lag] |= needed or {"*"}
                readers[table, home, lag].update(self._labels(crossing.fingerprint))
        found = [self._replica(*place, columns[place], readers[place]) for place in sorted(columns)]
        return (*found, *self._reference_tables())

    def _all_tables(self, crossing: Crossing) -> tuple[str, ...]:
        statement = self._statements[crossing.fingerprint]
        return self._after.ownership.owned(access.table for access in statement.accesses)

    def _replica(self, table: str, reader: str, lag: str, columns: set[str], uses: Counter[str]) -> Replica:
        known = ("*",) if "*" in columns else tuple(sorted(columns))
        return Replica(table, known, self._after.ownership.place(table), reader, lag, _most(uses))

    def _labels(self, fingerprint: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for profile in self._using[fingerprint]:
            found.update(dict(profile.labels) or {profile.name: profile.count})
        return found

    def _lag(self, crossing: Crossing) -> str:
        """A reader that writes in the same transaction decides on what it reads; a report can wait for the night."""
        if any(profile.boundary for profile in self._using[crossing.fingerprint]):
            return NOW
        return A_DAY if crossing.kind == WAREHOUSE else SECONDS

    def _reference_tables(self) -> list[Replica]:
        """Shared tables that the leaving services read beside their own."""
        written = {table for profile in self._evidence.profiles if profile.count for table in profile.boundary}
        uses: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for statement in self._evidence.statements:
            tables = [access.table for access in statement.accesses]
            here = self._leaving.intersection(self._after.ownership.services(tables))
            for table in tables if statement.executions else ():
                if self._after.ownership.place(table) == SHARED:
                    for service in sorted(here):
                        uses[table, service].update(self._labels(statement.fingerprint))
        return [
            Replica(table, ("*",), SHARED, service, SECONDS if table in written else A_DAY, _most(uses[table, service]))
            for table, service in sorted(uses)
        ]

    def routes(self, tables: Iterable[str]) -> tuple[Route, ...]:
        """Labels that touch the tables, those that only read them first, the least used of them first."""
        ours = frozenset(tables)
        reads: Counter[str] = Counter()
        writes: Counter[str] = Counter()
        for profile in self._evidence.profiles:
            if not profile.count or ours.isdisjoint((*profile.reads, *profile.boundary)):
                continue
            target = reads if ours.isdisjoint(profile.boundary) else writes
            target.update(dict(profile.labels) or {profile.name: profile.count})
        known = {label for profile in self._evidence.profiles for label, _ in profile.labels}
        found = [Route(label, reads[label], writes[label], label in known) for label in {*reads, *writes}]
        return tuple(sorted(found, key=lambda route: (bool(route.writes), route.reads + route.writes, route.label)))


def _most(uses: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(uses.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN])
