"""What the reports count for themselves: writes per service, relationships per table, the references that cross."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from decompose.assessment.findings import foreign_keys
from decompose.assessment.model import Analysis
from decompose.assessment.ownership import Ownership
from decompose.boundaries.model import Service
from decompose.evidence.bundle import ForeignKeyLink


@dataclass(frozen=True, slots=True)
class ServiceWrites:
    """Committed transactions that write in a service, `inside` of them in no other; `partners` most frequent first."""

    service: Service
    executions: int
    inside: int
    partners: tuple[tuple[str, int], ...]

    @property
    def crossing(self) -> int:
        """Executions that write in another service too."""
        return self.executions - self.inside


@dataclass(frozen=True, slots=True)
class Relationships:
    """The references of other tables' columns to `table`; `crossing` of them come from another service."""

    table: str
    declared: int
    undeclared: int
    crossing: int

    @property
    def total(self) -> int:
        """Declared and undeclared ones together."""
        return self.declared + self.undeclared


def ownership(analysis: Analysis) -> Ownership:
    """Who owns which table, by the assessment's own rules."""
    return Ownership(analysis.evidence, analysis.decomposition)


def service_writes(analysis: Analysis) -> tuple[ServiceWrites, ...]:
    """One row per service, largest (by tables) first."""
    owner = ownership(analysis)
    executions: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    partners: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for profile in analysis.evidence.profiles:
        touched = owner.services(profile.boundary)
        for name in touched:
            executions[name] += profile.count
            partners[name].update({other: profile.count for other in touched if other != name})
        if len(touched) == 1:
            inside[touched[0]] += profile.count
    rows = [
        ServiceWrites(service, executions[service.name], inside[service.name], _ranked(partners[service.name]))
        for service in analysis.decomposition.services
    ]
    return tuple(sorted(rows, key=lambda row: (-len(row.service.tables), row.service.name)))


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((n, c) for n, c in counts.items() if c), key=lambda item: (-item[1], item[0])))


def relationships(analysis: Analysis) -> tuple[Relationships, ...]:
    """Every table that others refer to, the most referred to first; a column that refers twice counts once."""
    owner = ownership(analysis)
    rows = []
    for table, (declared, undeclared) in foreign_keys.relationships(analysis.evidence).items():
        away = sum(owner.crosses(child, table) for child, _ in declared | undeclared)
        rows.append(Relationships(table, len(declared), len(undeclared), away))
    return tuple(sorted(rows, key=lambda row: (-row.total, row.table)))


def table_order(analysis: Analysis) -> dict[str, tuple[int, int, str]]:
    """A sort key per table that puts those first that say most of a service: written most, then referred to most."""
    written: Counter[str] = Counter()
    for profile in analysis.evidence.profiles:
        written.update(dict.fromkeys({*profile.writes, *profile.cascades}, profile.count))
    referred = {row.table: row.total for row in relationships(analysis)}
    names = (table.name for table in analysis.evidence.tables)
    return {name: (-written[name], -referred.get(name, 0), name) for name in names}


def crossing_links(analysis: Analysis) -> tuple[ForeignKeyLink, ...]:
    """The references between tables of two services, in the order of the evidence."""
    owner = ownership(analysis)
    return tuple(link for link in analysis.evidence.links if owner.crosses(link.child, link.parent))
