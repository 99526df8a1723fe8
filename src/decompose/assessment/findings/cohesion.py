"""Findings on shape: tables that everything hangs on, and services that hold nearly everything."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.assessment.findings.foreign_keys import relationship_text, relationships
from decompose.assessment.model import Finding
from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.assessment.phrases import key, listed, plural
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence

GOD_TABLE = 10
"""From how many relationships on a table may be called a god table."""
_TIMES_THE_MEAN = 4
GIANT_SHARE = 0.5
_GIANT_TABLES = 10


def god_tables(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`god-table`: at least `GOD_TABLE` relationships and four times the mean over all tables."""
    ownership = Ownership(evidence, decomposition)
    found = relationships(evidence)
    mean = sum(len(d) + len(u) for d, u in found.values()) / max(len(evidence.tables), 1)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1][0]) - len(item[1][1]), item[0]))
    for table, (declared, undeclared) in ranked:
        total = len(declared) + len(undeclared)
        home = ownership.service(table)
        if total < max(GOD_TABLE, _TIMES_THE_MEAN * mean) or home is None:
            continue
        others = tuple(name for name in ownership.services(c for c, _ in declared | undeclared) if name != home)
        told = f"; {plural(len(others), 'other service')} refer to it: {listed(others, 6)}" if others else ""
        yield Finding(
            code="god-table",
            key=key("god-table", table),
            severity="warning",
            message=f"{relationship_text(table, len(declared), len(undeclared))}{told}",
            services=(home, *others),
            tables=(table,),
        )


def giant_services(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`giant-service`: more than half of the tables (and ten at least); low coupling is no merit there."""
    sizes = Ownership(evidence, decomposition).sizes()
    total = sum(sizes.values())
    for name, size in sizes.items():
        if size < _GIANT_TABLES or size <= GIANT_SHARE * total:
            continue
        what = "what stays in no service" if name == UNASSIGNED else f"service {name}"
        yield Finding(
            code="giant-service",
            key=key("giant-service", name),
            severity="warning",
            message=f"{what} holds {size:,} of {plural(total, 'table')}: the cut leaves most of the monolith whole",
            services=(name,),
        )
