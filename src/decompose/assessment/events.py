"""The domain events a split needs: who publishes after which local transaction, and who keeps what of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from decompose.assessment.crossings import DENORMALISE, READ_MODEL, REPLICATE, WAREHOUSE, Crossing, Crossings
from decompose.assessment.journeys import label_counts
from decompose.assessment.ownership import SHARED, UNASSIGNED, Ownership
from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.retirement import BY_ID, Retirement, retirements
from decompose.assessment.sagas.draft import Sagas
from decompose.assessment.sagas.model import Role, Saga
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, TransactionProfile

CHANGED = "changed"
DELETED = "deleted"
COMPLETED = "completed"
MONOLITH = "monolith"
_PROJECTED = {
    DENORMALISE: "copied columns",
    REPLICATE: "replica",
    READ_MODEL: "read model",
    WAREHOUSE: "warehouse",
}


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who listens, what it keeps (its projection) and why; `columns` are those it needs."""

    service: str
    projection: str
    reason: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the event's payload with its type in the database; empty where the schema does not tell."""

    name: str
    type: str
    nullable: bool = True
    key: bool = False


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """An event with its versioned name `<publisher>.<subject>.<kind>.v1`.

    `kind` is `changed` or `deleted` for a table, `completed` for a transaction that others follow. `after` are the
    local transactions that write its outbox row in the same commit: (label, executions).
    """

    name: str
    kind: str
    publisher: str
    subject: str
    after: tuple[tuple[str, int], ...]
    payload: tuple[Field, ...]
    consumers: tuple[Consumer, ...]


def domain_events(evidence: Evidence, decomposition: Decomposition) -> tuple[DomainEvent, ...]:
    """The catalogue of a decomposition, by name."""
    ownership = Ownership(evidence, decomposition)
    return Events(evidence, ownership).catalogue(
        Crossings(evidence, ownership).all(), retirements(evidence, ownership), Sagas(evidence, ownership).all()
    )


class Events:
    """Collects the catalogue of one decomposition."""

    def __init__(self, evidence: Evidence, ownership: Ownership) -> None:
        self._evidence = evidence
        self._ownership = ownership
        self._sql = PortableSql(evidence)
        self._writers: defaultdict[str, list[TransactionProfile]] = defaultdict(list)
        for profile in evidence.profiles:
            for table in profile.boundary if profile.count else ():
                self._writers[table].append(profile)
        self._consumers: defaultdict[tuple[str, str, str], list[Consumer]] = defaultdict(list)

    def catalogue(
        self, crossings: Iterable[Crossing], retired: Iterable[Retirement], drafts: Iterable[Saga]
    ) -> tuple[DomainEvent, ...]:
        """Every event, by name; consumers of one event are merged per service and projection."""
        self._from_crossings(crossings)
        self._from_references(retired)
        found = [self._table_event(*place, consumers) for place, consumers in self._consumers.items()]
        found += self._completions(drafts)
        return tuple(sorted(found, key=lambda event: event.name))

    def _from_crossings(self, crossings: Iterable[Crossing]) -> None:
        for crossing in crossings:
            projection = _PROJECTED.get(crossing.kind)
            if projection is None:
                continue
            home = "warehouse" if crossing.kind == WAREHOUSE else crossing.home
            needed: defaultdict[str, set[str]] = defaultdict(set)
            for table, column in crossing.columns:
                needed[table].add(column)
            tables = crossing.tables if crossing.kind != WAREHOUSE else self._all_tables(crossing)
            for table in tables:
                columns = self._columns(table, needed.get(table, set()), crossing.kind == REPLICATE)
                told = f"{projection} of {table}"
                consumer = Consumer(home, told, crossing.rule, columns)
                self._consumers[self._ownership.place(table), table, CHANGED].append(consumer)

    def _all_tables(self, crossing: Crossing) -> tuple[str, ...]:
        statement = next(s for s in self._evidence.statements if s.fingerprint == crossing.fingerprint)
        return self._ownership.owned(access.table for access in statement.accesses)

    def _columns(self, table: str, needed: set[str], whole: bool) -> tuple[str, ...]:
        known = self._sql.columns(table)
        return known if whole or not needed or "*" in needed else tuple(c for c in known if c in needed)

    def _from_references(self, retired: Iterable[Retirement]) -> None:
        for item in retired:
            if item.replacement == BY_ID:
                continue
            told = f"{item.child}({', '.join(item.columns)})"
            reason = f"{item.replacement}, on delete {item.on_delete}"
            consumer = Consumer(item.child_service, told, reason, item.parent_columns)
            self._consumers[item.parent_service, item.parent, DELETED].append(consumer)

    def _table_event(self, publisher: str, table: str, kind: str, consumers: Sequence[Consumer]) -> DomainEvent:
        merged = _merged(consumers)
        wanted = {column for consumer in merged for column in consumer.columns}
        return DomainEvent(
            name=event_name(publisher, table, kind),
            kind=kind,
            publisher=publisher,
            subject=table,
            after=label_counts(self._writers[table]),
            payload=self._payload(table, wanted),
            consumers=merged,
        )

    def _payload(self, table: str, wanted: set[str], prefix: str = "") -> tuple[Field, ...]:
        key, types = self._sql.key(table), self._sql.types(table)
        names = [column for column in self._sql.columns(table) if column in wanted or column in key]
        return tuple(
            Field(prefix + name, types[name][0], types[name][1], name in key)
            if name in types
            else Field(prefix + name, "")
            for name in names or sorted(wanted)
        )

    def _completions(self, drafts: Iterable[Saga]) -> list[DomainEvent]:
        """One event per transaction name whose retriable steps in other services follow it."""
        grouped: defaultdict[tuple[str, str], list[Saga]] = defaultdict(list)
        for saga in drafts:
            if any(step.role is Role.RETRIABLE and step.service != saga.pivot.service for step in saga.steps):
                grouped[saga.pivot.service, saga.name].append(saga)
        return [self._completion(publisher, name, group) for (publisher, name), group in grouped.items()]

    def _completion(self, publisher: str, name: str, group: Sequence[Saga]) -> DomainEvent:
        payload: dict[str, Field] = {}
        consumers = []
        for saga in group:
            for step in saga.steps:
                for operation in step.operations if step.service == publisher else ():
                    wanted = {*self._sql.key(operation.table), *self._pointing(operation.table, saga)}
                    fields = self._payload(operation.table, wanted, f"{operation.table}.") if wanted else ()
                    payload |= {field.name: field for field in fields}
                if step.role is Role.RETRIABLE and step.service != publisher:
                    told = f"does its part in {', '.join(step.tables)}"
                    consumers.append(Consumer(step.service, told, step.reason, ()))
        return DomainEvent(
            name=event_name(publisher, name, COMPLETED),
            kind=COMPLETED,
            publisher=publisher,
            subject=name,
            after=((name, sum(saga.executions for saga in group)),),
            payload=tuple(payload[key] for key in sorted(payload)),
            consumers=_merged(consumers),
        )

    def _pointing(self, table: str, saga: Saga) -> set[str]:
        """The columns by which a table refers to what the other participants write."""
        theirs = {name for step in saga.steps if step.role is Role.RETRIABLE for name in step.tables}
        return {
            column
            for link in self._evidence.links
            if link.child == table and link.parent in theirs
            for column in link.columns
        }


def _merged(consumers: Iterable[Consumer]) -> tuple[Consumer, ...]:
    groups: defaultdict[tuple[str, str], list[Consumer]] = defaultdict(list)
    for consumer in consumers:
        groups[consumer.service, consumer.projection].append(consumer)
    return tuple(
        Consumer(service, projection, found[0].reason, tuple(sorted({c for item in found for c in item.columns})))
        for (service, projection), found in sorted(groups.items())
    )


def event_name(publisher: str, subject: str, kind: str, version: int = 1) -> str:
    """`ordering.orders.changed.v1`; what is no letter, digit, `_` or `-` becomes `_`."""
    place = {UNASSIGNED: MONOLITH, SHARED: "reference"}.get(publisher, publisher)
    parts = [re.sub(r"[^\w-]+", "_", part).strip("_") or "x" for part in (place, subject)]
    return ".".join([*parts, kind, f"v{version}"])
