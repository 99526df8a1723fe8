"""The Markdown section on tables that several services write: the advice, the column groups, who uses which column."""

from __future__ import annotations

from decompose.assessment.findings.god_table_model import GodTable, ServiceColumns
from decompose.assessment.findings.god_tables import god_tables
from decompose.assessment.model import Analysis
from decompose.reports.markdown_text import code, codes, heading, table, text
from decompose.reports.wording import percent, plural, thousands

TABLES = 20


def god_table_columns(analysis: Analysis) -> list[str]:
    """Tables with an advice to act on first; empty if no table has several writers or too many relationships."""
    found = god_tables(analysis.evidence, analysis.decomposition)
    if not found:
        return []
    ranked = sorted(
        found, key=lambda god: (god.advice == "leave", -sum(use.writing for use in god.services), god.table)
    )
    lines = ["## Tables with many writers"]
    for god in ranked[:TABLES]:
        lines += ["", heading(3, god.table), "", f"**{god.advice}:** {text(god.reason)}."]
        lines += [*_groups(god), *_services(god)]
    if len(ranked) > TABLES:
        lines += ["", f"{plural(len(ranked) - TABLES, 'more table')} of this kind: `decompose explain TABLE`."]
    return lines


def _groups(god: GodTable) -> list[str]:
    if not god.groups:
        return []
    rows = [
        (text(group.name), codes(group.columns), code(group.service), percent(group.share, 1), thousands(group.writing))
        for group in god.groups
    ]
    rows.append(("shared identity", codes(god.identity), "–", "–", "–"))
    lines = ["", *table(("part", "columns", "mostly written by", "share", "updates"), rows, numbers=(3, 4))]
    if god.contested:
        lines += ["", f"Updated with several parts: {codes(god.contested)}."]
    return lines


def _services(god: GodTable) -> list[str]:
    rows = [_service(use) for use in god.services]
    head = ("service", "writes", "times written", "reads", "times read")
    return ["", *table(head, rows, numbers=(2, 4))] if rows else []


def _service(use: ServiceColumns) -> tuple[str, ...]:
    return (
        code(use.service),
        codes(use.writes) if use.writes else "–",
        thousands(use.writing),
        codes(use.reads) if use.reads else "–",
        thousands(use.reading),
    )
