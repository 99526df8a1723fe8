"""Journeys: what the application calls by one label, and which services each would have to call."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.assessment.usual_order import LAST, UsualOrder
from decompose.evidence.bundle import Evidence, TransactionProfile


@dataclass(frozen=True, slots=True)
class Call:
    """One service's part in a transaction: the tables it writes (cascades included), locks or only reads there."""

    service: str
    writes: tuple[str, ...]
    locks: tuple[str, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A transaction of a journey: its executions under that label, and its calls, the coordinator's first.

    `external` names the outside systems that it calls before it ends.
    """

    profile: str
    kind: str
    executions: int
    calls: tuple[Call, ...]
    external: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """A label with its transactions, most executed first.

    `before` counts calls to the monolith (one per transaction), `after` calls to services (one per transaction and
    service it touches); their difference are the round trips added. The coordinator's call stands first, the others in
    the order in which the transaction usually first touches the services; where that is not known, writers first.
    """

    label: str
    before: int
    after: int
    passages: tuple[Passage, ...]

    @property
    def round_trips_added(self) -> int:
        """Calls that did not exist before, over the whole capture."""
        return self.after - self.before


def journeys(evidence: Evidence, ownership: Ownership) -> tuple[Journey, ...]:
    """Every label of committed transactions; the one with most round trips added first."""
    passages: defaultdict[str, list[Passage]] = defaultdict(list)
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    usual = UsualOrder(evidence)
    for profile in evidence.profiles:
        calls = service_calls(profile, ownership, usual.tables((profile,)) if profile.labels else {})
        for label, executions in profile.labels:
            if profile.count and label:
                external = tuple(name for name, _ in profile.external)
                passages[label].append(Passage(profile.id, profile.kind, executions, calls, external))
                before[label] += executions
                after[label] += executions * max(len(calls), 1)
    found = [
        Journey(label, before[label], after[label], tuple(sorted(items, key=lambda p: (-p.executions, p.profile))))
        for label, items in passages.items()
    ]
    return tuple(sorted(found, key=lambda journey: (-journey.round_trips_added, journey.label)))


def service_calls(
    profile: TransactionProfile, ownership: Ownership, ranks: Mapping[str, int] | None = None
) -> tuple[Call, ...]:
    """One call per service that owns a table the transaction touches: the coordinator's, then by the tables' ranks,
    writers, lockers and readers among equals.
    """
    places = ranks or {}
    boundary = set(profile.boundary)
    reads = {table for table in profile.reads if table not in boundary}
    grouped = ownership.grouped((*boundary, *reads))
    first = coordinator(profile, ownership)
    written = {*profile.writes, *profile.cascades}
    calls = [
        Call(
            service,
            tuple(table for table in tables if table in written),
            tuple(table for table in tables if table in boundary and table not in written),
            tuple(table for table in tables if table in reads),
        )
        for service, tables in grouped.items()
    ]

    def order(call: Call) -> tuple[bool, int, bool, bool, str]:
        begun = min(places.get(table, LAST) for table in (*call.writes, *call.locks, *call.reads))
        return call.service != first, begun, not call.writes, not call.locks, call.service

    return tuple(sorted(calls, key=order))


def coordinator(profile: TransactionProfile, ownership: Ownership) -> str:
    """The service with most of `1 * written + 0.25 * read` tables (Service Cutter's rule), by name among equals."""
    scores = coordinator_scores(profile, ownership)
    return min(scores, key=lambda service: (-scores[service], service == UNASSIGNED, service), default="")


def coordinator_scores(profile: TransactionProfile, ownership: Ownership) -> dict[str, float]:
    """Service to its score; tables that only cascades reach are not counted."""
    direct = {*profile.writes, *profile.locks}
    scores: dict[str, float] = defaultdict(float)
    for service, tables in ownership.grouped(direct).items():
        scores[service] += len(tables)
    for service, tables in ownership.grouped(set(profile.reads) - direct).items():
        scores[service] += 0.25 * len(tables)
    return dict(sorted(scores.items()))


def label_counts(profiles: Iterable[TransactionProfile]) -> tuple[tuple[str, int], ...]:
    """(label, executions), most first; a transaction without a label counts under its name."""
    counts: Counter[str] = Counter()
    for profile in profiles:
        for label, executions in profile.labels:
            counts[label] += executions
        if not profile.labels and profile.count:
            counts[profile.name] += profile.count
    return tuple(sorted(((n, c) for n, c in counts.items() if c), key=lambda item: (-item[1], item[0])))
