"""The one screen that answers `assess`: a refusal where the cut is bad, the price, and before and after a change."""

from __future__ import annotations

from enum import Enum

from decompose.assessment.findings.cohesion import GOD_TABLE
from decompose.assessment.model import Analysis, Assessment, Finding
from decompose.reports.figures import Relationships, relationships
from decompose.reports.screen import PLAIN, Look, Style, cut, padded, page, wrapped
from decompose.reports.services_table import services_block
from decompose.reports.terminal import (
    coverage_block,
    figures_block,
    findings_block,
    god_table,
    next_line,
    note_block,
    quoted,
    relationship_text,
    services_room,
)
from decompose.reports.wording import thousands

DISTRIBUTED_WRITE = "distributed-write"
BAD_SHARE = 0.2
"""From which share of distributed write transactions a cut is called bad: one in five has to become a saga."""


class Verdict(Enum):
    """What a reader is told first of a cut."""

    NONE = "no verdict"
    BAD = "don't cut here"
    COSTLY = "possible, at a price"
    CLEAN = "clean as far as was seen"


def verdict(analysis: Analysis) -> Verdict:
    """Bad from `BAD_SHARE` distributed writes on; clean where nothing that was seen crosses."""
    price = analysis.assessment
    if analysis.decomposition.note:
        return Verdict.NONE
    if price.distributed_write_share >= BAD_SHARE:
        return Verdict.BAD
    crosses = price.distributed_write_transactions or price.cross_joins or price.foreign_keys_to_retire
    return Verdict.COSTLY if crosses else Verdict.CLEAN


def worst_table(analysis: Analysis) -> Relationships | None:
    """The table with most relationships from other services, where there are many."""
    rows = [row for row in relationships(analysis) if row.crossing >= GOD_TABLE]
    return min(rows, key=lambda row: (-row.crossing, -row.total, row.table), default=None)


def render_assessment(
    analysis: Analysis, look: Look = PLAIN, *, before: Analysis | None = None, change: str = "", where: str = ""
) -> str:
    """The price of a decomposition; with `before`, what `change` (e.g. `moving users to identity`) does to it.

    `where` are options that the next command needs, with a space before them.
    """
    bad = verdict(analysis) is Verdict.BAD
    if before is None:
        price = figures_block(analysis, look, god=None if bad and worst_table(analysis) else god_table(analysis))
    else:
        price = _change_block(before.assessment, analysis.assessment, change, look)
    above = [
        coverage_block(analysis.evidence.coverage, look),
        note_block(analysis, look),
        _verdict_block(analysis, look),
        price,
    ]
    below = _next_block(analysis, look, where)
    crossing = findings_block(analysis, look, [*above, below], first_distributed(analysis) if bad else None)
    return page([*above, crossing, services_block(analysis, look, services_room([*above, crossing, below])), below])


def first_distributed(analysis: Analysis) -> Finding | None:
    """The first distributed transaction in the assessment's own order."""
    return next((finding for finding in analysis.assessment.findings if finding.code == DISTRIBUTED_WRITE), None)


def _verdict_block(analysis: Analysis, look: Look) -> list[str]:
    told = verdict(analysis)
    if told is Verdict.NONE:
        return []
    if told is not Verdict.BAD:
        style = Style.GOOD if told is Verdict.CLEAN else Style.WARN
        return [look.paint(f"This cut: {told.value}", style)]
    lines = [look.paint("DON'T CUT HERE", Style.BAD)]
    worst = worst_table(analysis)
    if worst is not None:
        crossing = f"{thousands(worst.crossing)} of them from other services"
        lines += wrapped(f"{relationship_text(worst)}; {crossing}", look)
    first = first_distributed(analysis)
    if first is not None:
        lines += wrapped(f"first to break: {first.message}", look, lines=3)
    return lines


def _change_block(before: Assessment, after: Assessment, change: str, look: Look) -> list[str]:
    rows: list[tuple[str, float, float]] = [
        ("distributed writes", before.distributed_write_transactions, after.distributed_write_transactions),
        ("saga cost", before.saga_cost, after.saga_cost),
        ("joins across", before.cross_joins, after.cross_joins),
        ("foreign keys to retire", before.foreign_keys_to_retire, after.foreign_keys_to_retire),
        ("services", before.services, after.services),
        ("largest service, %", round(before.largest_share * 100, 1), round(after.largest_share * 100, 1)),
    ]
    head = f"  {padded('', 22)}  {'BEFORE':>12}  {'AFTER':>12}  {'CHANGE':>12}"
    title = cut(f"Price of {change or 'the change'}", look.width, look)
    lines = [look.paint(title, Style.HEADING), look.paint(head, Style.DIM)]
    return lines + [_change_line(name, old, new, look) for name, old, new in rows]


def _change_line(name: str, old: float, new: float, look: Look) -> str:
    difference = round(new - old, 1)
    told = "same" if not difference else f"{'+' if difference > 0 else '-'}{thousands(abs(difference))}"
    line = f"  {padded(name, 22)}  {thousands(old):>12}  {thousands(new):>12}  {told:>12}"
    if not difference or name == "services":
        return line
    return look.paint(line, Style.BAD if difference > 0 else Style.GOOD)


def _next_block(analysis: Analysis, look: Look, where: str) -> list[str]:
    first, worst = first_distributed(analysis), worst_table(analysis)
    if verdict(analysis) is Verdict.BAD and worst is not None:
        return [next_line(f"decompose explain {quoted(worst.table)}", look, where)]
    if first is None or not first.tables:
        return [next_line("decompose export --format dot", look, where)]
    return [next_line(f"decompose explain {quoted(first.tables[0])}", look, where)]
