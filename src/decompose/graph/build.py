"""Evidence to coupling graph."""

from __future__ import annotations

from collections import Counter, defaultdict

from decompose.evidence.bundle import Evidence, TransactionProfile
from decompose.evidence.naming import TableNames
from decompose.evidence.statement import Mode
from decompose.graph.model import CouplingGraph, JoinEdge, ReferenceEdge, TableNode, TransactionEdge


def build_graph(evidence: Evidence) -> CouplingGraph:
    """The coupling graph of the evidence: committed profiles only, in canonical order."""
    tables = tuple(sorted(evidence.tables, key=lambda table: table.name))
    index = {table.name: position for position, table in enumerate(tables)}
    spaces = _namespaces(evidence)
    return CouplingGraph(
        tables=tuple(TableNode(t.name, t.columns, t.row_estimate, t.declared, spaces.get(t.name, "")) for t in tables),
        transactions=_transactions(evidence, index),
        joins=_joins(evidence, index),
        references=_references(evidence, index),
    )


def _namespaces(evidence: Evidence) -> dict[str, str]:
    """The database schema of every declared table; nothing where there is only one."""
    names = TableNames(evidence.schema)
    found = {names.display(table): table.schema for table in names.tables}
    return found if len(set(found.values())) > 1 else {}


def _transactions(evidence: Evidence, index: dict[str, int]) -> tuple[TransactionEdge, ...]:
    modes: dict[str, list[tuple[str, Mode]]] = {
        statement.fingerprint: [
            (access.table, access.mode) for access in statement.accesses if access.mode != Mode.READ
        ]
        for statement in evidence.statements
    }
    edges = []
    for profile in evidence.profiles:
        if profile.count == 0:
            continue
        writes = sorted(index[name] for name in profile.boundary)
        reads = sorted(index[name] for name in set(profile.reads).difference(profile.boundary))
        if writes or reads:
            added, changed = _ways(profile, modes, index)
            edge = TransactionEdge(profile.id, profile.name, tuple(writes), tuple(reads), profile.count, added, changed)
            edges.append(edge)
    return tuple(sorted(edges, key=lambda edge: (edge.writes, edge.reads, edge.profile)))


def _ways(
    profile: TransactionProfile, modes: dict[str, list[tuple[str, Mode]]], index: dict[str, int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tables that the profile's statements only insert into, and those they change or lock."""
    used: defaultdict[str, set[Mode]] = defaultdict(set)
    for fingerprint in profile.statements:
        for table, mode in modes.get(fingerprint, ()):
            used[table].add(mode)
    told = {
        index[table]: found for table, found in used.items() if table in profile.boundary and Mode.WRITE not in found
    }
    added = sorted(table for table, found in told.items() if found == {Mode.INSERT})
    changed = sorted(table for table, found in told.items() if found != {Mode.INSERT})
    return tuple(added), tuple(changed)


def _joins(evidence: Evidence, index: dict[str, int]) -> tuple[JoinEdge, ...]:
    executions: Counter[tuple[int, int]] = Counter()
    for statement in evidence.statements:
        pairs = {tuple(sorted((index[join.left], index[join.right]))) for join in statement.joins}
        for left, right in pairs:
            if left != right:
                executions[left, right] += statement.executions
    return tuple(JoinEdge(left, right, n) for (left, right), n in sorted(executions.items()))


def _references(evidence: Evidence, index: dict[str, int]) -> tuple[ReferenceEdge, ...]:
    edges = [
        ReferenceEdge(index[link.child], index[link.parent], link.columns, link.on_delete, link.declared)
        for link in evidence.links
    ]
    return tuple(sorted(edges, key=lambda edge: (edge.child, edge.parent, edge.columns, not edge.declared)))
