"""Findings on statements that read over a boundary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from decompose.assessment.measure import joins_across
from decompose.assessment.model import Finding
from decompose.assessment.ownership import Ownership
from decompose.assessment.phrases import by_service, key, listed, plural, times
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import ColumnPair, Evidence, Statement


def cross_joins(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`cross-join`: one per pair of tables of two services that statements set equal, most executions first."""
    ownership = Ownership(evidence, decomposition)
    statements: defaultdict[tuple[str, str], dict[str, Statement]] = defaultdict(dict)
    columns: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for statement in evidence.statements:
        for pair in statement.joins:
            if statement.executions and ownership.crosses(pair.left, pair.right):
                statements[pair.left, pair.right][statement.fingerprint] = statement
                columns[pair.left, pair.right].add(condition(pair))
    ranked = sorted(statements.items(), key=lambda item: (-_executions(item[1].values()), item[0]))
    for tables, found in ranked:
        yield _cross_join(tables, sorted(columns[tables]), list(found.values()), ownership)


def condition(pair: ColumnPair) -> str:
    """`orders.user_id = users.id`."""
    return f"{pair.left}.{pair.left_column} = {pair.right}.{pair.right_column}"


def _executions(statements: Iterable[Statement]) -> int:
    return sum(statement.executions for statement in statements)


def _ranked(statements: Iterable[Statement]) -> tuple[str, ...]:
    ordered = sorted(statements, key=lambda statement: (-statement.executions, statement.fingerprint))
    return tuple(statement.fingerprint for statement in ordered)


def _cross_join(
    tables: tuple[str, str], conditions: list[str], statements: list[Statement], ownership: Ownership
) -> Finding:
    left, right = tables
    executions = _executions(statements)
    return Finding(
        code="cross-join",
        key=key("cross-join", ownership.services(tables), tables),
        severity="warning",
        message=f"{left} ({ownership.place(left)}) is joined with {right} ({ownership.place(right)}) on "
        f"{listed(conditions, 2)}: {plural(len(statements), 'statement')}, {times(executions)}",
        services=ownership.services(tables),
        tables=tables,
        executions=executions,
        evidence=_ranked(statements),
    )


def cross_reads(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`cross-read`: statements that touch tables of two services without setting their columns equal."""
    ownership = Ownership(evidence, decomposition)
    groups: defaultdict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for statement in evidence.statements:
        tables = ownership.owned(access.table for access in statement.accesses)
        crossing = len(ownership.services(tables)) > 1 and not joins_across(statement, ownership)
        if crossing and statement.executions:
            groups[tables].append(statement)
    for tables, found in sorted(groups.items(), key=lambda item: (-_executions(item[1]), item[0])):
        services = ownership.services(tables)
        yield Finding(
            code="cross-read",
            key=key("cross-read", services, tables),
            severity="info",
            message=f"{plural(len(found), 'statement')} ({times(_executions(found))}) "
            f"{'touches' if len(found) == 1 else 'touch'} {by_service(ownership.grouped(tables))} at once, "
            "without an equality join",
            services=services,
            tables=tables,
            executions=_executions(found),
            evidence=_ranked(found),
        )
