"""The complete report as Markdown: coverage, services, capabilities, transaction boundaries, findings with SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from decompose.assessment.model import Analysis, Assessment, Finding
from decompose.assessment.ownership import Ownership
from decompose.evidence.bundle import ForeignKeyLink, Statement
from decompose.reports.figures import crossing_links, ownership, relationships, service_writes
from decompose.reports.god_tables_markdown import god_table_columns
from decompose.reports.levels_markdown import capability_map, front, levels
from decompose.reports.markdown_text import code, codes, fenced, heading, table, text
from decompose.reports.wording import added_cost, percent, plural, thousands

FINDINGS_PER_CODE = 50
STATEMENTS_PER_FINDING = 3
HUBS = 10


def render_markdown(analysis: Analysis, before: Assessment | None = None, change: str = "") -> str:
    """Every station's answer in full; findings are cut at 50 per kind, and the cut is said.

    `before` is the price without the change that `change` names; without it, no change is told.
    """
    sections = [
        ["# Service boundaries"],
        _coverage(analysis),
        _verdict(analysis),
        _change(before, analysis.assessment, change) if before else [],
        _services(analysis),
        _set_apart(analysis),
        capability_map(analysis.decomposition, {p.id: p.name for p in analysis.evidence.profiles}),
        levels(analysis.decomposition),
        front(analysis),
        _boundaries(analysis),
        *_findings(analysis),
        _references(analysis),
        _hubs(analysis),
        god_table_columns(analysis),
        _fence(analysis),
        _gaps(analysis),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _coverage(analysis: Analysis) -> list[str]:
    seen = analysis.evidence.coverage
    rows = [
        ("log records", seen.entries, ""),
        ("statements", seen.statements, ""),
        ("statements understood", seen.statements_understood, percent(seen.statements_understood, seen.statements)),
        ("transactions", seen.transactions, ""),
        ("complete", seen.transactions_complete, percent(seen.transactions_complete, seen.transactions)),
        ("explicit", seen.transactions_explicit, ""),
        ("autocommit", seen.transactions_autocommit, ""),
        ("rolled back", seen.rolled_back, ""),
        ("sessions", seen.sessions, ""),
        ("tables", seen.tables, ""),
        ("tables touched by the log", seen.tables_touched, percent(seen.tables_touched, seen.tables)),
    ]
    lines = ["## Coverage", ""]
    if analysis.evidence.sources:
        lines += [f"Read from {codes(analysis.evidence.sources)}.", ""]
    return lines + table(("what", "count", "share"), ((n, thousands(c), s) for n, c, s in rows), numbers=(1, 2))


def _verdict(analysis: Analysis) -> list[str]:
    price, decomposition = analysis.assessment, analysis.decomposition
    rows = [
        ("services", thousands(price.services)),
        ("largest service", percent(price.largest_share, 1)),
        ("write transactions", thousands(price.write_transactions)),
        ("of these distributed", thousands(price.distributed_write_transactions)),
        ("distributed-write share", percent(price.distributed_write_transactions, price.write_transactions)),
        ("saga cost", thousands(price.saga_cost)),
        ("joins across", thousands(price.cross_joins)),
        ("foreign keys to retire", thousands(price.foreign_keys_to_retire)),
    ]
    lines = ["## Price of this cut", ""]
    if decomposition.note:
        lines += [f"**No verdict:** {text(decomposition.note)}", ""]
    if decomposition.unassigned:
        lines += [f"**In no service:** {codes(decomposition.unassigned)}", ""]
    return lines + table(("figure", "value"), rows, numbers=(1,))


def _change(before: Assessment, after: Assessment, change: str) -> list[str]:
    rows = [
        ("distributed writes", before.distributed_write_transactions, after.distributed_write_transactions),
        ("saga cost", before.saga_cost, after.saga_cost),
        ("joins across", before.cross_joins, after.cross_joins),
        ("foreign keys to retire", before.foreign_keys_to_retire, after.foreign_keys_to_retire),
        ("services", before.services, after.services),
    ]
    told = [(name, thousands(old), thousands(new)) for name, old, new in rows]
    told.append(("largest service", percent(before.largest_share, 1), percent(after.largest_share, 1)))
    return [
        f"## Price of {text(change) or 'the change'}",
        "",
        *table(("figure", "before", "after"), told, numbers=(1, 2)),
    ]


def _services(analysis: Analysis) -> list[str]:
    lines = ["## Services", ""]
    rows = service_writes(analysis)
    if not rows:
        return [*lines, "None."]
    lines += table(
        ("service", "capability", "owner", "tables", "writes kept inside", "writes that cross", "stability"),
        (
            (
                code(row.service.name),
                text(row.service.capability),
                text(row.service.owner),
                thousands(len(row.service.tables)),
                percent(row.inside, row.executions),
                _partners(row.partners),
                "–" if row.service.stability is None else f"{round(row.service.stability * 100)} %",
            )
            for row in rows
        ),
        numbers=(3, 4, 6),
    )
    for row in rows:
        lines += ["", heading(3, row.service.name or "(no name)"), "", codes(row.service.tables)]
    return lines


def _partners(partners: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{thousands(count)} with {code(name)}" for name, count in partners) or "–"


def _set_apart(analysis: Analysis) -> list[str]:
    decomposition = analysis.decomposition
    reasons = {role.table: role.reason for role in decomposition.roles}
    rows = [
        (code(name), kind, text(reasons.get(name, "")))
        for kind, tables in (("shared", decomposition.shared), ("infrastructure", decomposition.infrastructure))
        for name in tables
    ]
    return ["## Set apart", "", *table(("table", "as", "reason"), rows)] if rows else []


def _boundaries(analysis: Analysis) -> list[str]:
    owner = ownership(analysis)
    rows = []
    for boundary in sorted(analysis.evidence.boundaries, key=lambda b: (-b.count, b.writes)):
        touched = owner.services(boundary.writes)
        split = "**distributed**" if len(touched) > 1 else ""
        rows.append((code(boundary.name), thousands(boundary.count), codes(boundary.writes), codes(touched), split))
    if not rows:
        return ["## Transaction boundaries", "", "None seen."]
    told = f"{plural(len(rows), 'distinct set', 'distinct sets')} of tables written, locked or cascaded to together."
    head = ("boundary", "committed", "tables", "services", "under this cut")
    return ["## Transaction boundaries", "", told, "", *table(head, rows, numbers=(1,))]


def _findings(analysis: Analysis) -> list[list[str]]:
    if not analysis.assessment.findings:
        return [["## Findings", "", "None."]]
    by_code: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in analysis.assessment.findings:
        by_code[finding.code].append(finding)
    evidence = _Evidence(analysis)
    sections = [["## Findings"]]
    for name, findings in by_code.items():
        lines = [f"{heading(3, name)} ({thousands(len(findings))})"]
        for finding in findings[:FINDINGS_PER_CODE]:
            lines += ["", *_finding(finding, evidence)]
        if len(findings) > FINDINGS_PER_CODE:
            lines += ["", f"{thousands(len(findings) - FINDINGS_PER_CODE)} more of this kind are in `assessment.json`."]
        sections.append(lines)
    return sections


class _Evidence:
    """The statements a finding's evidence leads to, by fingerprint or by transaction profile; writes come first."""

    def __init__(self, analysis: Analysis) -> None:
        self._statements = {statement.fingerprint: statement for statement in analysis.evidence.statements}
        self._profiles = {profile.id: profile.statements for profile in analysis.evidence.profiles}

    def statements(self, finding: Finding) -> list[Statement]:
        fingerprints = [name for item in finding.evidence for name in self._profiles.get(item, (item,))]
        known = [self._statements[name] for name in dict.fromkeys(fingerprints) if name in self._statements]
        return sorted(known, key=lambda statement: not any(access.mode.writes for access in statement.accesses))


def _finding(finding: Finding, evidence: _Evidence) -> list[str]:
    lines = [f"- **{text(finding.severity)}** {text(finding.message)}"]
    lines.append(f"  Key {code(finding.key)}.")
    known = evidence.statements(finding)
    for statement in known[:STATEMENTS_PER_FINDING]:
        lines += ["", *(f"  {line}" for line in fenced(statement.template, "sql"))]
    left = len(known) - STATEMENTS_PER_FINDING
    if left > 0:
        lines += ["", f"  and {plural(left, 'more statement', 'more statements')}."]
    return lines


def _references(analysis: Analysis) -> list[str]:
    links = crossing_links(analysis)
    if not links:
        return []
    owner = ownership(analysis)
    head = ("reference", "refers to", "from", "to", "on delete", "declared", "joined", "DDL line")
    rows = [_reference(link, owner) for link in sorted(links, key=lambda link: not link.declared)]
    declared = sum(link.declared for link in links)
    told = f"{thousands(declared)} declared, {thousands(len(links) - declared)} known from joins only."
    return ["## Foreign keys to retire", "", told, "", *table(head, rows, numbers=(6, 7))]


def _reference(link: ForeignKeyLink, owner: Ownership) -> tuple[str, ...]:
    return (
        code(f"{link.child}({', '.join(link.columns)})"),
        code(f"{link.parent}({', '.join(link.parent_columns)})"),
        code(owner.place(link.child)),
        code(owner.place(link.parent)),
        text(link.on_delete) if link.declared else "–",
        "yes" if link.declared else "no",
        thousands(link.joined),
        "" if link.line is None else str(link.line),
    )


def _hubs(analysis: Analysis) -> list[str]:
    rows = relationships(analysis)[:HUBS]
    if not rows:
        return []
    head = ("table", "relationships", "declared", "undeclared", "from other services")
    numbers = ((row.total, row.declared, row.undeclared, row.crossing) for row in rows)
    body = [(code(row.table), *(thousands(n) for n in counts)) for row, counts in zip(rows, numbers, strict=True)]
    return ["## Most referred-to tables", "", *table(head, body, numbers=(1, 2, 3, 4))]


def _fence(analysis: Analysis) -> list[str]:
    rows = [(code(name), code(other), added_cost(added)) for name, other, added in analysis.decomposition.unsure]
    if not rows:
        return []
    head = ("table", "second-best service", "adds to the cost there")
    return ["## Tables on the fence", "", *table(head, rows, numbers=(2,))]


def _gaps(analysis: Analysis) -> list[str]:
    gaps = sorted(analysis.evidence.coverage.gaps, key=lambda gap: (-gap.count, gap.reason))
    if not gaps:
        return ["## Not read", "", "Nothing: every record was read."]
    return ["## Not read", "", *table(("reason", "count"), ((text(g.reason), thousands(g.count)) for g in gaps), (1,))]
