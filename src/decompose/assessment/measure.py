"""The figures of a decomposition, without the findings: cheap enough to price every possible move."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.assessment.ownership import Ownership
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, Statement


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of an `Assessment`; see there for what each one counts."""

    services: int
    largest_share: float
    write_transactions: int
    distributed_write_transactions: int
    saga_cost: float
    cross_joins: int
    cross_reads: int
    foreign_keys_to_retire: int
    explicit_write_transactions: int
    explicit_distributed_write_transactions: int

    @property
    def distributed_write_share(self) -> float:
        """Distributed write transactions among all that write; 0 where nothing writes."""
        if not self.write_transactions:
            return 0.0
        return self.distributed_write_transactions / self.write_transactions


def measure(evidence: Evidence, decomposition: Decomposition) -> Figures:
    """Counts what a decomposition makes distributed.

    Sources: distributed-write share as in GitLab's cross-database analysis; saga cost is connectivity minus one
    (Schism, VLDB 2010).
    """
    ownership = Ownership(evidence, decomposition)
    writes = distributed = explicit = explicit_distributed = saga = 0
    for profile in evidence.profiles:
        if not profile.count or not profile.boundary:
            continue
        participants = len(ownership.services(profile.boundary))
        writes += profile.count
        distributed += profile.count if participants > 1 else 0
        saga += profile.count * max(participants - 1, 0)
        if profile.kind == "explicit" and profile.writes:
            explicit += profile.count
            explicit_distributed += profile.count if len(ownership.services(profile.writes)) > 1 else 0
    joins, reads = _crossing_statements(evidence, ownership)
    return Figures(
        services=sum(1 for service in decomposition.services if service.tables),
        largest_share=_largest_share(ownership),
        write_transactions=writes,
        distributed_write_transactions=distributed,
        saga_cost=float(saga),
        cross_joins=joins,
        cross_reads=reads,
        foreign_keys_to_retire=sum(
            link.declared and ownership.crosses(link.child, link.parent) for link in evidence.links
        ),
        explicit_write_transactions=explicit,
        explicit_distributed_write_transactions=explicit_distributed,
    )


def joins_across(statement: Statement, ownership: Ownership) -> bool:
    """Whether a statement sets columns of two services equal."""
    return any(ownership.crosses(pair.left, pair.right) for pair in statement.joins)


def _crossing_statements(evidence: Evidence, ownership: Ownership) -> tuple[int, int]:
    joins = reads = 0
    for statement in evidence.statements:
        if joins_across(statement, ownership):
            joins += statement.executions
        elif len(ownership.services(access.table for access in statement.accesses)) > 1:
            reads += statement.executions
    return joins, reads


def _largest_share(ownership: Ownership) -> float:
    sizes = ownership.sizes()
    return max(sizes.values()) / sum(sizes.values()) if sizes else 0.0
