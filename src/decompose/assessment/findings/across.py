"""What else reaches over a boundary: views and triggers that read across, teams on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from decompose.assessment.measure import joins_across
from decompose.assessment.model import Finding
from decompose.assessment.ownership import Ownership
from decompose.assessment.phrases import by_service, key
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import TableNames


@dataclass(frozen=True, slots=True)
class ReadingAcross:
    """A view, or a trigger's body, that reads tables of several services; `kind` is `view` or `trigger`."""

    kind: str
    name: str
    services: tuple[str, ...]
    tables: tuple[str, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class OwnerPair:
    """Two coupled services with their owners: executions that write both, statements executed over both.

    `same_owner` is true where one team owns both sides: the coupling then needs no agreement between teams
    (Conway's law read backwards), and the boundary between them is worth a second look.
    """

    left: str
    right: str
    left_owner: str
    right_owner: str
    written_together: int
    read_together: int

    @property
    def same_owner(self) -> bool:
        """Whether one team owns both sides."""
        return self.left_owner == self.right_owner


def readings_across(evidence: Evidence, ownership: Ownership) -> tuple[ReadingAcross, ...]:
    """Views, then triggers, by name; one body that hangs on several tables as equal triggers is one, its first."""
    names = TableNames(evidence.schema)
    found: list[ReadingAcross] = []
    for view in evidence.schema.views:
        tables = ownership.owned(names.resolve(view.ref))
        if len(ownership.services(tables)) > 1:
            found.append(ReadingAcross("view", view.name, ownership.services(tables), tables, view.line))
    for trigger in evidence.schema.triggers:
        refs = (trigger.table, *trigger.reads)
        tables = ownership.owned(table for ref in refs for table in names.resolve(ref, trigger.table.database))
        if trigger.reads and len(ownership.services(tables)) > 1:
            found.append(ReadingAcross("trigger", trigger.name, ownership.services(tables), tables, trigger.line))
    found.sort(key=lambda item: (item.kind != "view", item.name, item.tables, item.line or 0))
    return tuple({(item.kind, item.name, item.tables): item for item in reversed(found)}.values())[::-1]


def cross_views(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`cross-view`: a view, or a trigger's body, reads tables of several services."""
    ownership = Ownership(evidence, decomposition)
    found = readings_across(evidence, ownership)
    namesakes = Counter((item.kind, item.name) for item in found)
    for item in found:
        told = (item.tables,) if namesakes[item.kind, item.name] > 1 else ()
        yield Finding(
            code="cross-view",
            key=key("cross-view", item.services, item.kind, item.name, *told),
            severity="warning",
            message=f"{item.kind} {item.name} reads {by_service(ownership.grouped(item.tables))}",
            services=item.services,
            tables=item.tables,
            evidence=() if item.line is None else (f"DDL line {item.line}",),
        )


def owner_pairs(evidence: Evidence, decomposition: Decomposition, ownership: Ownership) -> tuple[OwnerPair, ...]:
    """Coupled pairs of services that both name an owner, the most coupled first; none where no owners are given."""
    owners = {service.name: service.owner for service in decomposition.services if service.owner}
    written: Counter[tuple[str, str]] = Counter()
    read: Counter[tuple[str, str]] = Counter()
    if not owners:
        return ()
    for profile in evidence.profiles:
        for pair in combinations(ownership.services(profile.boundary), 2):
            written[pair] += profile.count
    for statement in evidence.statements:
        tables = [access.table for access in statement.accesses]
        if len(tables) > 1 or joins_across(statement, ownership):
            for pair in combinations(ownership.services(tables), 2):
                read[pair] += statement.executions
    found = [
        OwnerPair(left, right, owners[left], owners[right], written[left, right], read[left, right])
        for left, right in sorted({*written, *read})
        if left in owners and right in owners and (written[left, right] or read[left, right])
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.written_together, -pair.read_together, pair.left, pair.right)))
