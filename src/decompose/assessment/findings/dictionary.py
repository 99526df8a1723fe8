"""Findings on the decomposition as a total dictionary of tables: what is missing, unknown, claimed twice or unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from difflib import get_close_matches

from decompose.assessment.model import Finding
from decompose.assessment.ownership import INFRASTRUCTURE, SHARED, UNASSIGNED, Ownership
from decompose.assessment.phrases import key
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence


def _claims(decomposition: Decomposition) -> dict[str, list[str]]:
    """Table to the places that claim it, sorted by table, in the order of the document."""
    claims: defaultdict[str, list[str]] = defaultdict(list)
    places = [(service.name, service.tables) for service in decomposition.services]
    places += [(SHARED, decomposition.shared), (INFRASTRUCTURE, decomposition.infrastructure)]
    for name, tables in places:
        for table in tables:
            claims[table].append(name)
    return {table: claims[table] for table in sorted(claims)}


def unassigned_tables(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`unassigned-table`: a table in no service, neither shared nor infrastructure."""
    for table in Ownership(evidence, decomposition).unassigned:
        yield Finding(
            code="unassigned-table",
            key=key("unassigned-table", table),
            severity="warning",
            message=f"{table} is in no service: it stays in the monolith",
            services=(UNASSIGNED,),
            tables=(table,),
        )


def unknown_tables(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`unknown-table`: a table that the decomposition names and the evidence does not have."""
    known = {table.name for table in evidence.tables}
    for table, places in _claims(decomposition).items():
        if table in known:
            continue
        near = get_close_matches(table, sorted(known), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield Finding(
            code="unknown-table",
            key=key("unknown-table", table),
            severity="warning",
            message=f"{table} ({places[0]}) is neither in the schema nor in the log{hint}",
            services=tuple(sorted(set(places))),
            tables=(table,),
        )


def duplicate_tables(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`duplicate-table`: a table claimed more than once; it is counted for the first claimant."""
    ownership = Ownership(evidence, decomposition)
    for table, places in _claims(decomposition).items():
        if len(places) > 1:
            yield Finding(
                code="duplicate-table",
                key=key("duplicate-table", table),
                severity="error",
                message=f"{table} is claimed by {' and '.join(places)}; counted for {ownership.place(table)}",
                services=tuple(sorted(set(places))),
                tables=(table,),
            )


def unobserved_tables(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`unobserved-table`: in the schema, but no captured statement or transaction touches it."""
    ownership = Ownership(evidence, decomposition)
    seen = {access.table for statement in evidence.statements for access in statement.accesses}
    for profile in evidence.profiles:
        seen.update(profile.reads, profile.boundary)
    for table in evidence.tables:
        if table.declared and table.name not in seen:
            place = ownership.place(table.name)
            yield Finding(
                code="unobserved-table",
                key=key("unobserved-table", table.name),
                severity="info",
                message=f"{table.name} ({place}) is never touched in the capture: only the schema speaks for its place",
                services=(place,),
                tables=(table.name,),
            )
