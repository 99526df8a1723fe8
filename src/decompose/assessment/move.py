"""What a change to a decomposition costs or saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from decompose.assessment.assess import assess
from decompose.assessment.model import Assessment, Finding
from decompose.assessment.ownership import INFRASTRUCTURE, SHARED, UNASSIGNED, Ownership
from decompose.boundaries.model import Decomposition, Service
from decompose.errors import UsageError
from decompose.evidence.bundle import Evidence


@dataclass(frozen=True, slots=True)
class Price:
    """A change priced: the decomposition after it and both assessments."""

    decomposition: Decomposition
    before: Assessment
    after: Assessment

    @property
    def new_findings(self) -> tuple[Finding, ...]:
        """Findings that the change brings, known by their key."""
        return _missing(self.after, self.before)

    @property
    def gone_findings(self) -> tuple[Finding, ...]:
        """Findings that the change removes, known by their key."""
        return _missing(self.before, self.after)


def _missing(there: Assessment, here: Assessment) -> tuple[Finding, ...]:
    keys = {finding.key for finding in here.findings}
    return tuple(finding for finding in there.findings if finding.key not in keys)


def price(evidence: Evidence, decomposition: Decomposition, moves: Mapping[str, str]) -> Price:
    """Assesses before and after the moves (table to service); UsageError for an unknown table or service."""
    after = moved(completed(evidence, decomposition), moves)
    return Price(after, assess(evidence, decomposition), assess(evidence, after))


def completed(evidence: Evidence, decomposition: Decomposition) -> Decomposition:
    """The same decomposition with every table of the evidence that it leaves out listed as unassigned."""
    return replace(decomposition, unassigned=Ownership(evidence, decomposition).unassigned)


def moved(decomposition: Decomposition, moves: Mapping[str, str]) -> Decomposition:
    """The decomposition after the moves: table to service, `shared`, `infrastructure` or `(unassigned)`.

    What was said of a moved table (role, second choice) and of a changed service (stability) no longer holds and is
    dropped. Names match whatever their case; UsageError for a table or service that is not there.
    """
    places = _resolved(decomposition, moves)

    def members(tables: Iterable[str], place: str) -> tuple[str, ...]:
        kept = {table for table in tables if places.get(table, place) == place}
        return tuple(sorted(kept.union(table for table, to in places.items() if to == place)))

    def changed(service: Service) -> Service:
        tables = members(service.tables, service.name)
        return service if tables == service.tables else replace(service, tables=tables, stability=None)

    return replace(
        decomposition,
        services=tuple(changed(service) for service in decomposition.services),
        shared=members(decomposition.shared, SHARED),
        infrastructure=members(decomposition.infrastructure, INFRASTRUCTURE),
        unassigned=members(decomposition.unassigned, UNASSIGNED),
        roles=tuple(role for role in decomposition.roles if role.table not in places),
        unsure=tuple(entry for entry in decomposition.unsure if entry[0] not in places),
    )


def _resolved(decomposition: Decomposition, moves: Mapping[str, str]) -> dict[str, str]:
    services = [*(service.name for service in decomposition.services), SHARED, INFRASTRUCTURE, UNASSIGNED]
    tables = [table for service in decomposition.services for table in service.tables]
    tables += [*decomposition.shared, *decomposition.infrastructure, *decomposition.unassigned]
    return {
        _match("table", table, tables, "The report lists every table."): _match(
            "service", service, services, "To try a new service, add it to services.yml."
        )
        for table, service in moves.items()
    }


def _match(kind: str, name: str, names: Sequence[str], hint: str) -> str:
    if name in names:
        return name
    folded = sorted({known for known in names if known.casefold() == name.casefold()})
    if len(folded) == 1:
        return folded[0]
    near = get_close_matches(name, sorted(names), 1)
    raise UsageError(f"there is no {kind} {name!r}", f"did you mean {near[0]!r}?" if near else hint)
