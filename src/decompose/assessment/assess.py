"""Judges a decomposition: the figures, and everything it breaks as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from decompose.assessment.findings.across import cross_views
from decompose.assessment.findings.cohesion import giant_services, god_tables
from decompose.assessment.findings.coupling import distributed_writes, external_calls, shared_writes
from decompose.assessment.findings.dictionary import (
    duplicate_tables,
    unassigned_tables,
    unknown_tables,
    unobserved_tables,
)
from decompose.assessment.findings.foreign_keys import cascades, foreign_keys, triggers, undeclared_references
from decompose.assessment.findings.god_tables import god_table_columns
from decompose.assessment.findings.joins import cross_joins, cross_reads
from decompose.assessment.findings.routines_across import cross_routines, unread_routines
from decompose.assessment.measure import measure
from decompose.assessment.model import Assessment, Finding
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence

Finder = Callable[[Decomposition, Evidence], Iterable[Finding]]

FINDERS: tuple[Finder, ...] = (
    distributed_writes,
    duplicate_tables,
    god_tables,
    cascades,
    triggers,
    cross_views,
    cross_routines,
    shared_writes,
    external_calls,
    giant_services,
    cross_joins,
    foreign_keys,
    unknown_tables,
    unassigned_tables,
    cross_reads,
    undeclared_references,
    god_table_columns,
    unread_routines,
    unobserved_tables,
)
"""In the order in which a reader wants them; each yields its own most important finding first."""

_SEVERITIES = {"error": 0, "warning": 1, "info": 2}


def assess(evidence: Evidence, decomposition: Decomposition) -> Assessment:
    """The price of a decomposition; findings by severity, then by kind, then by importance."""
    figures = measure(evidence, decomposition)
    found = [finding for find in FINDERS for finding in find(decomposition, evidence)]
    return Assessment(
        services=figures.services,
        largest_share=figures.largest_share,
        write_transactions=figures.write_transactions,
        distributed_write_transactions=figures.distributed_write_transactions,
        distributed_write_share=figures.distributed_write_share,
        saga_cost=figures.saga_cost,
        cross_joins=figures.cross_joins,
        foreign_keys_to_retire=figures.foreign_keys_to_retire,
        findings=tuple(sorted(found, key=lambda finding: _SEVERITIES[finding.severity])),
        explicit_write_transactions=figures.explicit_write_transactions,
        explicit_distributed_write_transactions=figures.explicit_distributed_write_transactions,
        cross_reads=figures.cross_reads,
    )
