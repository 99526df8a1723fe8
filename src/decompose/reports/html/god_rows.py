"""Tables that many services write, for the explorer: the advice, which columns go where, who uses which column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decompose.assessment.findings.god_table_model import LEAVE, GodTable
from decompose.assessment.findings.god_tables import god_tables
from decompose.assessment.model import Analysis

TABLES = 60
"""How many of them the page tells in full, those to act on and those written most first."""
COLUMNS = 60


def ranked(analysis: Analysis) -> list[GodTable]:
    """Those with an advice to act on first, then by how often they are written, then by name."""
    found = god_tables(analysis.evidence, analysis.decomposition)
    return sorted(found, key=lambda god: (god.advice == LEAVE, -sum(use.writing for use in god.services), god.table))


def god_rows(analysis: Analysis, index: Mapping[str, int], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """`groups` are rows of name, columns, service, share, updates, statements; `services` of name, reads, writes and
    their executions; `columns` of name, executions that read, that write, and the statements' rows."""
    return [
        {
            "table": index[god.table],
            "advice": god.advice,
            "reason": god.reason,
            "identity": list(god.identity[:COLUMNS]),
            "contested": list(god.contested[:COLUMNS]),
            "groups": [
                [group.name, list(group.columns[:COLUMNS]), group.service, round(group.share, 3), group.writing,
                 [numbers[name] for name in group.statements if name in numbers][:12]]
                for group in god.groups
            ],
            "services": [
                [use.service, list(use.reads[:COLUMNS]), list(use.writes[:COLUMNS]), use.reading, use.writing]
                for use in god.services
            ],
            "columns": _columns(analysis, god.table, numbers),
        }
        for god in ranked(analysis)[:TABLES]
    ]  # fmt: skip


def _columns(analysis: Analysis, table: str, numbers: Mapping[str, int]) -> list[list[Any]]:
    used: dict[str, list[Any]] = {}
    for statement in analysis.evidence.statements:
        for access in statement.accesses:
            for column in access.columns if access.table == table else ():
                row = used.setdefault(column, [0, 0, []])
                row[int(access.mode.writes)] += statement.executions
                if statement.fingerprint in numbers and numbers[statement.fingerprint] not in row[2]:
                    row[2].append(numbers[statement.fingerprint])
    most = sorted(used.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))
    return [[column, reads, writes, rows[:24]] for column, (reads, writes, rows) in most[:COLUMNS]]
