"""What a change to a decomposition costs or saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from decompose.assessment.assess import assess
from decompose.assessment.model import Assessment, Finding
from decompose.assessment.ownership import INFRASTRUCTURE, SHARED, UNASSIGNED, Ownership
from decompose.assessment.splitting import halves
from decompose.boundaries.model import Decomposition, Service
from decompose.errors import UsageError
from decompose.evidence.bundle import Evidence

_NEW_SERVICE = "To try a new service, add it to services.yml."


@dataclass(frozen=True, slots=True)
class Change:
    """What to try: tables to move, services to merge (the first gives its name), services to split.

    A split names the tables that leave for `<service>_2`; with none named, the weakest line through the service is cut.
    """

    moves: tuple[tuple[str, str], ...] = ()
    merges: tuple[tuple[str, ...], ...] = ()
    splits: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is to change."""
        return not (self.moves or self.merges or self.splits)


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


def price_change(evidence: Evidence, decomposition: Decomposition, change: Change) -> Price:
    """Assesses before and after merges, splits and moves, in this order; UsageError for an unknown name."""
    after = changed(evidence, decomposition, change)
    return Price(after, assess(evidence, decomposition), assess(evidence, after))


def changed(evidence: Evidence, decomposition: Decomposition, change: Change) -> Decomposition:
    """The decomposition after merges, splits and moves, in this order; UsageError for an unknown name."""
    after = completed(evidence, decomposition)
    for names in change.merges:
        after = merged(after, names)
    for service, tables in change.splits:
        after = split(evidence, after, service, tables)
    return moved(after, dict(change.moves)) if change.moves else after


def merged(decomposition: Decomposition, names: Sequence[str]) -> Decomposition:
    """The decomposition with several services made one, under the first one's name and capability.

    The owner is kept where all agree. UsageError for an unknown service or fewer than two.
    """
    services = {service.name: service for service in decomposition.services}
    chosen = list(dict.fromkeys(matched("service", name, list(services), _NEW_SERVICE) for name in names))
    if len(chosen) < 2:
        raise UsageError("merging takes two services or more", "for example --merge orders,carts")
    owners = {services[name].owner for name in chosen}
    tables = {table for name in chosen for table in services[name].tables}
    one = replace(
        services[chosen[0]],
        tables=tuple(sorted(tables)),
        owner=owners.pop() if len(owners) == 1 else "",
        stability=None,
    )
    kept = [one if name == chosen[0] else service for name, service in services.items() if name not in chosen[1:]]
    return replace(
        decomposition,
        services=tuple(kept),
        unsure=tuple(entry for entry in decomposition.unsure if entry[0] not in tables and entry[1] not in chosen),
    )


def split(evidence: Evidence, decomposition: Decomposition, name: str, tables: Sequence[str] = ()) -> Decomposition:
    """The decomposition with `tables` of a service, or the weakest half of it, in a new service `<name>_2`.

    UsageError for an unknown service or table, and where a side would be empty.
    """
    services = {service.name: service for service in decomposition.services}
    service = services[matched("service", name, list(services), _NEW_SERVICE)]
    if len(service.tables) < 2:
        raise UsageError(
            f"{service.name} has {len(service.tables)} table and cannot be split", "move its table instead"
        )
    hint = f"--split {service.name} alone lets the weakest line be found"
    leaving = {matched("table", table, service.tables, hint) for table in tables} or set(
        halves(evidence, service.tables)[1]
    )
    if len(leaving) == len(service.tables):
        raise UsageError(f"a split cannot take every table of {service.name}", hint)
    number = next(n for n in range(2, len(services) + 3) if f"{service.name}_{n}" not in services)
    rest = replace(service, tables=tuple(t for t in service.tables if t not in leaving), stability=None)
    new = Service(f"{service.name}_{number}", tuple(sorted(leaving)), service.capability, service.owner)
    return replace(
        decomposition,
        services=tuple(
            sorted((new, *(rest if s.name == rest.name else s for s in services.values())), key=lambda s: s.name)
        ),
        unsure=tuple(entry for entry in decomposition.unsure if entry[0] not in service.tables),
    )


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
        matched("table", table, tables, "The report lists every table."): matched(
            "service", service, services, _NEW_SERVICE
        )
        for table, service in moves.items()
    }


def matched(kind: str, name: str, names: Sequence[str], hint: str) -> str:
    """The name as it is known, whatever its case; UsageError with the nearest one, or the hint, where it is not."""
    if name in names:
        return name
    folded = sorted({known for known in names if known.casefold() == name.casefold()})
    if len(folded) == 1:
        return folded[0]
    near = get_close_matches(name, sorted(names), 1)
    raise UsageError(f"there is no {kind} {name!r}", f"did you mean {near[0]!r}?" if near else hint)
