"""Couplings that the schema declares: unassigned tables; keys, cascades, triggers and routines over a boundary."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.assessment.drift.model import Identity, Kind, Sighting
from decompose.assessment.drift.names import FullNames
from decompose.assessment.findings.foreign_keys import reference
from decompose.assessment.findings.routines_across import RoutineUse, routine_uses
from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.assessment.phrases import by_service
from decompose.evidence.bundle import Evidence, ForeignKeyLink
from decompose.evidence.naming import TableNames

_ACTING = frozenset({"cascade", "set null", "set default"})


def declared_couplings(evidence: Evidence, ownership: Ownership, names: FullNames) -> Iterator[Sighting]:
    """Every coupling of the schema; those of unassigned tables wait until the tables have a service."""
    yield from _unassigned(evidence, ownership, names)
    for link in evidence.links:
        if (
            link.declared
            and assigned(ownership, link.child, link.parent)
            and ownership.crosses(link.child, link.parent)
        ):
            yield from _link(link, ownership, names)
    yield from _triggers(evidence, ownership, names)
    yield from _routines(evidence, ownership, names)


def assigned(ownership: Ownership, *tables: str) -> bool:
    """Whether none of the tables is in no service; shared and infrastructure tables have their place."""
    return all(ownership.place(table) != UNASSIGNED for table in tables)


def _unassigned(evidence: Evidence, ownership: Ownership, names: FullNames) -> Iterator[Sighting]:
    declared = {table.name for table in evidence.tables if table.declared}
    for table in ownership.unassigned:
        # What only a log names (temporary tables, other databases) is no table of this schema, if there is one.
        if table in declared or not declared:
            yield Sighting(
                Identity(Kind.UNASSIGNED, (), (names.full(table),), ""),
                f"table {table} is in no service",
                database=names.database(table),
                line=names.lines.get(table),
            )


def _link(link: ForeignKeyLink, ownership: Ownership, names: FullNames) -> Iterator[Sighting]:
    child, parent = ownership.place(link.child), ownership.place(link.parent)
    full = names.full(link.child), names.full(link.parent)
    database = names.database(link.child)
    yield Sighting(
        Identity(Kind.FOREIGN_KEY, (child, parent), full, "reference"),
        f"foreign key {reference(link)}",
        database=database,
        line=link.line,
    )
    for event, action in (("delete", link.on_delete), ("update", link.on_update)):
        if action in _ACTING:
            yield Sighting(
                Identity(Kind.CASCADE, (parent, child), (full[1], full[0]), event),
                f"{event} of {link.parent} reaches {link.child} (on {event} {action})",
                database=database,
                line=link.line,
            )


def _triggers(evidence: Evidence, ownership: Ownership, names: FullNames) -> Iterator[Sighting]:
    tables = TableNames(evidence.schema)
    for trigger in evidence.schema.triggers:
        written = {name for ref in trigger.writes for name in tables.resolve(ref, trigger.table.database)}
        for table in tables.resolve(trigger.table):
            for other in sorted(written):
                if assigned(ownership, table, other) and ownership.crosses(table, other):
                    services = ownership.place(table), ownership.place(other)
                    yield Sighting(
                        Identity(Kind.TRIGGER, services, (names.full(table), names.full(other)), "write"),
                        f"trigger {trigger.name} on {table} writes {other}",
                        database=trigger.table.database,
                        line=trigger.line,
                    )


def _routines(evidence: Evidence, ownership: Ownership, names: FullNames) -> Iterator[Sighting]:
    """What triggers and cascades write beside a routine is theirs, and reported as such."""
    for use in routine_uses(evidence):
        written = [table for table in ownership.owned(use.writes) if assigned(ownership, table)]
        touched = [table for table in ownership.owned((*use.reads, *use.writes)) if assigned(ownership, table)]
        writers, users = ownership.services(written), ownership.services(touched)
        if len(writers) > 1:
            yield _routine(use, writers, written, "write", ownership, names)
        if len(users) > max(len(writers), 1):
            yield _routine(use, users, touched, "read", ownership, names)


def _routine(
    use: RoutineUse, services: tuple[str, ...], tables: list[str], mode: str, ownership: Ownership, names: FullNames
) -> Sighting:
    verb = "writes" if mode == "write" else "writes or reads" if use.writes else "reads"
    return Sighting(
        Identity(Kind.ROUTINE, services, tuple(sorted(map(names.full, tables))), mode),
        f"{use.kind} {use.name} {verb} {by_service(ownership.grouped(tables))}",
        database=names.database(tables[0]),
        line=use.line,
    )
