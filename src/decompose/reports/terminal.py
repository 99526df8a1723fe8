"""The one screen that answers `analyze`: at most 45 lines whatever the size of the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from decompose.assessment.model import Analysis, Finding
from decompose.evidence.bundle import Coverage
from decompose.evidence.fold.assemble import UNDECLARED_TABLE
from decompose.reports.figures import Relationships, relationships
from decompose.reports.levels_text import other_cuts
from decompose.reports.screen import PLAIN, Look, Style, cut, name_list, packed, page, wrapped
from decompose.reports.services_table import SERVICES_SHOWN, services_block
from decompose.reports.wording import percent, plural, thousands

LINES = 45
"""How many lines a screen may have; the services table gives way, down to `SERVICES_AT_LEAST`."""
SERVICES_AT_LEAST = 3
FINDINGS_SHOWN = 5
REASONS_SHOWN = 3
MANY_UNKNOWN = 0.1
"""From which share of statements on tables that the schema lacks make one ask whether they belong to this system."""
_WHOSE_TABLES = (
    "tables that the schema lacks take part all the same: give their schema too, or take the statements of one "
    "database only: --database NAME"
)

GOD_TABLE = "god-table"
SAME_KIND_SHOWN = 3

_SEVERITY = {"error": Style.BAD, "warning": Style.WARN}


def render_analysis(analysis: Analysis, look: Look = PLAIN, *, where: str = "") -> str:
    """Coverage, services, what is set apart, what crosses, the verdict's figures and the next command.

    `where` are options that the next command needs, with a space before them.
    """
    above = [coverage_block(analysis.evidence.coverage, look), note_block(analysis, look)]
    apart = _apart_block(analysis, look)
    below = [figures_block(analysis, look, god_table(analysis)), _next_block(analysis, look, where)]
    crossing = findings_block(analysis, look, [*above, apart, *below])
    services = services_block(analysis, look, services_room([*above, apart, crossing, *below]))
    return page([*above, services, apart, crossing, *below])


def services_room(others: Sequence[Sequence[str]]) -> int:
    """How many services fit on the screen beside the other blocks, their empty lines and the table's own three."""
    left = LINES - sum(len(block) + 1 for block in others if block) - 3
    return min(max(left, SERVICES_AT_LEAST), SERVICES_SHOWN)


def coverage_block(seen: Coverage, look: Look) -> list[str]:
    """How much of the input stands behind the answer; always first."""
    lines = [look.paint("Coverage", Style.HEADING)]
    if seen.statements or seen.transactions:
        lines += packed(_coverage_facts(seen), look)
    else:
        lack = "nothing of the log counts" if seen.entries else "no log"
        lines += wrapped(
            f"{lack}: {plural(seen.tables, 'table')} of the schema only, nothing of how they are used", look
        )
    gaps = sorted((gap for gap in seen.gaps if gap.count), key=lambda gap: (-gap.count, gap.reason))
    if gaps:
        told = [f"{thousands(gap.count)} {look.times} {gap.reason}" for gap in gaps[:REASONS_SHOWN]]
        more = f"; {len(gaps) - REASONS_SHOWN} more reasons" if len(gaps) > REASONS_SHOWN else ""
        lines += _coloured(wrapped(f"not read: {'; '.join(told)}{more}", look), Style.WARN, look)
    unknown = sum(gap.count for gap in gaps if gap.reason == UNDECLARED_TABLE)
    if unknown and unknown >= MANY_UNKNOWN * seen.statements:
        lines += _coloured(wrapped(_WHOSE_TABLES, look), Style.WARN, look)
    return lines


def _coverage_facts(seen: Coverage) -> list[str]:
    facts = []
    if seen.statements:
        understood = percent(seen.statements_understood, seen.statements)
        facts.append(f"{understood} of {plural(seen.statements, 'statement')} understood")
    if seen.transactions:
        complete = percent(seen.transactions_complete, seen.transactions)
        facts.append(f"{plural(seen.transactions, 'transaction')}, {complete} complete")
        facts.append(f"{thousands(seen.transactions_explicit)} explicit")
        facts.append(f"{thousands(seen.transactions_autocommit)} autocommit")
    facts.append(f"{thousands(seen.rolled_back)} rolled back")
    return [*facts, f"the log touches {thousands(seen.tables_touched)} of {plural(seen.tables, 'table')}"]


def note_block(analysis: Analysis, look: Look) -> list[str]:
    """Why there is no verdict, and which tables a hand-written decomposition forgot."""
    decomposition = analysis.decomposition
    lines = []
    if decomposition.note:
        lines += _coloured(wrapped(f"No verdict: {decomposition.note}", look, indent="", lines=3), Style.BAD, look)
    if decomposition.unassigned:
        head = f"{plural(len(decomposition.unassigned), 'table')} in no service: "
        names = name_list(decomposition.unassigned, look.width - len(head), look)
        lines.append(look.paint(head + names, Style.BAD))
    return lines


def _apart_block(analysis: Analysis, look: Look) -> list[str]:
    decomposition = analysis.decomposition
    reasons = {role.table: role.reason for role in decomposition.roles}
    lines = [look.paint("Set apart", Style.HEADING)]
    for kind, tables in (("shared", decomposition.shared), ("infrastructure", decomposition.infrastructure)):
        if not tables:
            continue
        head = f"  {kind} ({len(tables)}): "
        lines.append(head + name_list(tables, look.width - len(head), look))
        told = Counter(reasons[table] for table in tables if reasons.get(table))
        reason, count = min(told.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if 2 * count >= len(tables):
            who = "" if count == len(tables) else f"{count} of them: "
            lines.append(look.paint("    " + cut(who + reason, look.width - 4, look), Style.DIM))
    return lines if len(lines) > 1 else []


def findings_block(
    analysis: Analysis, look: Look, others: Sequence[Sequence[str]], told: Finding | None = None
) -> list[str]:
    """The first findings that are more than information, in the assessment's own order, and how many are left.

    Each takes up to three lines where the `others` on the screen leave room for that beside the services, else two.
    `told` is a finding that the screen has shown already.
    """
    roomy = _findings(analysis, look, told, 3)
    wanted = min(len(analysis.decomposition.services), SERVICES_SHOWN)
    return roomy if services_room([*others, roomy]) >= wanted else _findings(analysis, look, told, 2)


def _findings(analysis: Analysis, look: Look, told: Finding | None, most: int) -> list[str]:
    grave = [f for f in analysis.assessment.findings if f.severity != "info" and f != told and f.code != GOD_TABLE]
    if told is not None and not grave:
        return []
    if not grave:
        return [look.paint("What crosses", Style.HEADING), look.paint("  nothing that was seen", Style.GOOD)]
    lines = [look.paint("What crosses", Style.HEADING)]
    shown = _foremost(grave)
    for finding in shown:
        lines += _coloured(
            wrapped(finding.message, look, lines=most), _SEVERITY.get(finding.severity, Style.PLAIN), look
        )
    if len(grave) > len(shown):
        lines += wrapped(f"and {_by_code([f for f in grave if f not in shown])}", look)
    return lines


def _foremost(findings: Sequence[Finding]) -> list[Finding]:
    """The first findings, of one kind no more than `SAME_KIND_SHOWN` while there are others, in their order."""
    seen: Counter[str] = Counter()
    first: list[int] = []
    later: list[int] = []
    for place, finding in enumerate(findings):
        seen[finding.code] += 1
        (first if seen[finding.code] <= SAME_KIND_SHOWN else later).append(place)
    chosen = sorted([*first, *later][:FINDINGS_SHOWN])
    return [findings[place] for place in chosen]


def _by_code(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.code for finding in findings)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return f"{thousands(len(findings))} more: " + ", ".join(f"{thousands(n)} {code}" for code, n in ranked)


def figures_block(analysis: Analysis, look: Look, god: Relationships | None) -> list[str]:
    """The verdict in figures, and the table that everything hangs on where there is one to tell."""
    price = analysis.assessment
    share = percent(price.distributed_write_transactions, price.write_transactions)
    facts = [
        f"distributed writes {share} ({thousands(price.distributed_write_transactions)} of "
        f"{thousands(price.write_transactions)})",
        f"saga cost {thousands(price.saga_cost)}",
        f"joins across {thousands(price.cross_joins)}",
        f"foreign keys to retire {thousands(price.foreign_keys_to_retire)}",
        f"largest service {percent(price.largest_share, 1)}",
    ]
    lines = [look.paint("Verdict", Style.HEADING)]
    lines += packed(facts, look)
    if god:
        lines += wrapped(relationship_text(god), look)
    return lines


def god_table(analysis: Analysis) -> Relationships | None:
    """The first table of which the assessment says that too much hangs on it."""
    named = next((f.tables[0] for f in analysis.assessment.findings if f.code == GOD_TABLE and f.tables), None)
    return next((row for row in relationships(analysis) if row.table == named), None)


def relationship_text(row: Relationships) -> str:
    """`users: 47 relationships, 35 declared + 12 undeclared`."""
    parts = f"{thousands(row.declared)} declared + {thousands(row.undeclared)} undeclared"
    return f"{row.table}: {plural(row.total, 'relationship')}, {parts}"


def next_line(command: str, look: Look, where: str) -> str:
    """`Next:` and a command; its name is cut to the width, the options `where` are whole, as they are to be copied."""
    return f"Next: {look.paint(cut(command, look.width - 6, look) + look.clean(where), Style.HEADING)}"


def _next_block(analysis: Analysis, look: Look, where: str) -> list[str]:
    grave = [finding for finding in analysis.assessment.findings if finding.severity != "info" and finding.tables]
    god = god_table(analysis)
    others = other_cuts(analysis.decomposition, look, where)
    if god:
        target = god.table
    elif grave:
        target = grave[0].tables[0]
    else:
        return [*others, next_line("decompose export --format dot", look, where)]
    return [*others, next_line(f"decompose explain {quoted(target)}", look, where)]


def quoted(word: str) -> str:
    """A word as a POSIX shell takes it; single quotes where it is more than a plain name."""
    if word and all(character.isalnum() or character in "_.-" for character in word) and word.isascii():
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _coloured(lines: list[str], style: Style, look: Look) -> list[str]:
    return [look.paint(line, style) for line in lines]
