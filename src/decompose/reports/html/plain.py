"""The report as plain HTML tables: what a reader without JavaScript, a printer and a screen reader get in full."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from decompose.assessment.model import Analysis
from decompose.reports.figures import ownership, service_writes
from decompose.reports.html.code_rows import code_across
from decompose.reports.html.god_rows import ranked
from decompose.reports.safe import printable
from decompose.reports.wording import added_cost, percent, plural, thousands

if TYPE_CHECKING:
    from decompose.assessment.plan.model import Plan
    from decompose.reports.html.data import Comparison

ROWS = 300
"""How many rows a plain table shows before it refers to the documents beside the report."""


def shown(text: str) -> str:
    """Any text as HTML text: markup is escaped, what cannot be seen is written out."""
    return escape(printable(text))


def names(tables: Iterable[str]) -> str:
    """Names as comma-separated code."""
    return ", ".join(f"<code>{shown(table)}</code>" for table in tables) or "none"


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], where: str = "") -> str:
    """A table of ready cells; `where` names the document that has the rows beyond `ROWS`."""
    if not rows:
        return f"<h3>{shown(caption)}</h3>\n<p>None.</p>\n"
    lines = [f'<div class="scroll" role="region" tabindex="0" aria-label="{shown(caption)}, plain">']
    lines.append(f"<table{_alignment(rows[:ROWS])}>\n<caption>{shown(caption)}</caption>\n<thead><tr>")
    lines += [f'<th scope="col">{shown(cell)}</th>' for cell in head]
    lines.append("</tr></thead>\n<tbody>")
    for row in rows[:ROWS]:
        cells = "".join(f"<td>{cell}</td>" for cell in row[1:])
        lines.append(f'<tr><th scope="row">{row[0]}</th>{cells}</tr>')
    lines.append("</tbody></table></div>\n")
    left = len(rows) - ROWS
    if left > 0:
        lines.append(f"<p>And {plural(left, 'more row')}, in {shown(where)}.</p>\n")
    return "\n".join(lines)


_NUMBER = re.compile(r"(?:&lt;)?[+-]?\d[\d,.]*(?: %)?|-|not known")


def _alignment(rows: Sequence[Sequence[str]]) -> str:
    """The class that sets columns of nothing but numbers to the right: `n3` for the third; the first is a heading."""
    columns = list(zip(*rows, strict=True))[1:9]
    numbers = [n for n, cells in enumerate(columns, 2) if all(map(_NUMBER.fullmatch, cells))]
    return f' class="{" ".join(f"n{n}" for n in numbers)}"' if numbers else ""


def services(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """Every service: capability, tables, how much of its writing stays inside, how sure we are."""
    rows = [
        (
            shown(row.service.name),
            shown(row.service.capability),
            str(len(row.service.tables)),
            shown(percent(row.inside, row.executions)),
            thousands(row.crossing),
            "not known" if row.service.stability is None else f"{round(row.service.stability * 100)} %",
            names(row.service.tables),
        )
        for row in service_writes(analysis)
    ]
    head = ("Service", "Capability", "Tables", "Writes inside", "Writes crossing", "Stability", "Its tables")
    return table("Services", head, rows, "services.yml")


def set_apart(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """Tables that belong to no service, with the reason."""
    decomposition = analysis.decomposition
    reasons = {role.table: role.reason for role in decomposition.roles}
    rows = [
        (names([name]), kind, shown(reasons.get(name, "")))
        for kind, tables in (
            ("shared", decomposition.shared),
            ("infrastructure", decomposition.infrastructure),
            ("in no service yet", ownership(analysis).unassigned),
        )
        for name in tables
    ]
    return table("Set apart", ("Table", "As", "Reason"), rows, "services.yml")


def fence(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """Tables on the fence and their second choice."""
    owner = ownership(analysis)
    rows = [
        (names([name]), shown(owner.place(name)), shown(second), added_cost(cost))
        for name, second, cost in analysis.decomposition.unsure
    ]
    return table(
        "Tables on the fence", ("Table", "Now in", "Next best", "Cost of moving, of the whole"), rows, "services.yml"
    )


def findings(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """Everything the cut breaks, with the evidence."""
    rows = [
        (shown(each.code), shown(each.severity), shown(each.message), shown(", ".join(each.evidence[:6])))
        for each in analysis.assessment.findings
    ]
    return table("Findings", ("Kind", "Severity", "What", "Evidence"), rows, "assessment.json")


def code(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """Views, triggers and stored routines that touch tables of several services; empty where the schema has none."""
    rows = [
        (
            f"{shown(item.code.kind)} <code>{shown(item.code.name)}</code>",
            thousands(item.code.executions),
            shown(", ".join(item.services)),
            names(item.code.fires_on or item.code.writes),
            names(item.code.writes if item.code.fires_on else item.code.reads),
            shown("; ".join(filter(None, (item.advice, item.code.unread and f"not read in full: {item.code.unread}")))),
        )
        for item in code_across(analysis)
    ]
    if not rows:
        return ""
    head = ("Code", "Calls", "Services", "Writes, or fires on", "Reads, or then writes", "What becomes of it")
    return table("Stored code across services", head, rows, "report.md")


def boundaries(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """The transaction boundaries and the services each would span."""
    owner = ownership(analysis)
    ranked = sorted(analysis.evidence.boundaries, key=lambda each: (-each.count, each.writes))
    rows = [
        (shown(each.name), thousands(each.count), names(each.writes), shown(", ".join(owner.services(each.writes))))
        for each in ranked
    ]
    head = ("Transaction", "Executions", "Written, locked or cascaded to", "Services")
    return table("Transaction boundaries", head, rows, "evidence.json")


def other_cuts(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """The cuts that no other one beats in everything; empty unless there is a choice."""
    found = analysis.decomposition.alternatives
    if len(found) < 2:
        return ""
    rows = [
        (
            f"{each.services}{' (proposed)' if each.chosen else ''}",
            percent(each.distributed_write_share, 1.0),
            percent(each.balance, 1.0),
            percent(each.cohesion, 1.0),
            percent(each.largest_share, 1.0),
            f"{each.cost:.2f}",
        )
        for each in found
    ]
    head = ("Services", "Distributed writes", "Balance", "Cohesion", "Largest service", "Cost, proposal = 1")
    return table("Other cuts", head, rows, "proposal.json")


def many_writers(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """Tables that several services write: the advice, and which columns go where."""
    rows = [
        (
            names([god.table]),
            f"{shown(god.advice)}: {shown(god.reason)}",
            "; ".join(f"{shown(part.name)} ({shown(part.service)}): {names(part.columns)}" for part in god.groups),
            names(god.identity),
        )
        for god in ranked(analysis)
    ]
    return table("God tables", ("Table", "Advice", "Parts", "Stays as the identity"), rows, "report.md")


def capabilities(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """What the business does and the tables each part needs."""
    rows = [
        (shown(capability.name), shown(child.name), str(len(child.transactions)), names(child.tables))
        for capability in analysis.decomposition.capabilities
        for child in capability.children
    ]
    return table("Capabilities", ("Capability", "Part", "Transactions", "Tables"), rows, "capabilities.yml")


def coverage(analysis: Analysis, _: Comparison | None, __: Plan | None) -> str:
    """What was read, and what could not be."""
    seen = analysis.evidence.coverage
    rows = [
        ("Statements understood", f"{thousands(seen.statements_understood)} of {thousands(seen.statements)}"),
        ("Transactions complete", f"{thousands(seen.transactions_complete)} of {thousands(seen.transactions)}"),
        ("Explicit transactions", thousands(seen.transactions_explicit)),
        ("Autocommit statements", thousands(seen.transactions_autocommit)),
        ("Rolled back", thousands(seen.rolled_back)),
        ("Sessions", thousands(seen.sessions)),
        ("Tables touched", f"{thousands(seen.tables_touched)} of {thousands(seen.tables)}"),
        *((f"Not read: {shown(gap.reason)}", thousands(gap.count)) for gap in seen.gaps),
    ]
    return table("Coverage", ("What", "How much"), rows, "evidence.json")


def differences(analysis: Analysis, comparison: Comparison | None, _: Plan | None) -> str:
    """Tables that lie elsewhere in the compared decomposition; empty without one."""
    if comparison is None:
        return ""
    here = ownership(analysis)
    there = ownership(Analysis(analysis.evidence, comparison.decomposition, analysis.assessment))
    every = sorted(each.name for each in analysis.evidence.tables)
    rows = [
        (names([name]), shown(here.place(name)), shown(there.place(name)))
        for name in every
        if here.place(name) != there.place(name)
    ]
    head = ("Table", "Here", f"In {comparison.name}")
    return table(f"Differences to {comparison.name}", head, rows, "the two services files")


def steps(_: Analysis, __: Comparison | None, plan: Plan | None) -> str:
    """The plan's steps and the price of stopping after each; empty without a plan."""
    if plan is None or not plan.steps:
        return ""
    rows = [
        (
            f"{step.number}. {shown(', '.join(step.services))}",
            shown(step.candidate.reason),
            str(len(step.tables)),
            thousands(step.after.price.saga_cost),
            thousands(step.after.price.cross_joins),
            thousands(step.after.price.foreign_keys_to_retire),
        )
        for step in plan.steps
    ]
    head = ("Step", "Why now", "Tables", "Saga cost after it", "Joins across", "Foreign keys to retire")
    return table("The way there", head, rows, "plan.md")


PLAIN: tuple[Callable[[Analysis, Comparison | None, Plan | None], str], ...] = (
    services,
    set_apart,
    fence,
    findings,
    code,
    boundaries,
    other_cuts,
    many_writers,
    capabilities,
    steps,
    differences,
    coverage,
)
"""The tables in reading order; a new one is a function and a row."""
