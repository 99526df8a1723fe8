"""What a cut breaks, in full, as Markdown: statements, references, views, routines, owners, journeys, metrics."""

from __future__ import annotations

from decompose.assessment.breakage import Breakage
from decompose.assessment.crossings import Crossing
from decompose.assessment.journeys import Call, Journey
from decompose.assessment.portable_sql import script
from decompose.assessment.retirement import Retirement
from decompose.reports.markdown_text import code, codes, fenced, heading, table, text
from decompose.reports.wording import plural, thousands

STATEMENTS = 100
JOURNEYS = 50


def render_breakage(broken: Breakage) -> str:
    """Sections of second level; empty ones are left out. Long lists are cut, and the cut is said."""
    sections = [
        _crossings(broken.crossings),
        _retirements(broken.retirements),
        _readings(broken),
        _routines(broken),
        _owners(broken),
        _journeys(broken.journeys),
        _metrics(broken),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _crossings(found: tuple[Crossing, ...]) -> list[str]:
    if not found:
        return []
    lines = ["## Statements across services, and what becomes of them", ""]
    counts = {kind: [c for c in found if c.kind == kind] for kind in dict.fromkeys(c.kind for c in found)}
    rows = [(text(kind), thousands(len(of)), thousands(sum(c.executions for c in of))) for kind, of in counts.items()]
    lines += table(("after the split", "statements", "executions"), rows, numbers=(1, 2))
    for crossing in found[:STATEMENTS]:
        lines += ["", f"- **{text(crossing.kind)}** {thousands(crossing.executions)}×, {codes(crossing.services)}"]
        lines += [f"  Run by {code(crossing.home)}: {text(crossing.rule)}.", ""]
        lines += [f"  {line}" for line in fenced(crossing.template, "sql")]
    if len(found) > STATEMENTS:
        lines += ["", f"{thousands(len(found) - STATEMENTS)} more are in `assessment.json`."]
    return lines


def _retirements(found: tuple[Retirement, ...]) -> list[str]:
    if not found:
        return []
    lines = ["## References to retire", ""]
    rows = [
        (
            code(f"{item.child}({', '.join(item.columns)})"),
            code(item.parent),
            text(item.on_delete) if item.declared else "not declared",
            text(item.replacement),
            text(item.reason),
        )
        for item in found
    ]
    lines += table(("reference", "to", "on delete", "replaced by", "because"), rows)
    checks = "\n".join(script([item.orphan_check for item in found]))
    return [*lines, "", "Orphan checks; each must give no row before its reference goes:", "", *fenced(checks, "sql")]


def _readings(broken: Breakage) -> list[str]:
    if not broken.readings:
        return []
    rows = [(text(r.kind), code(r.name), codes(r.services), codes(r.tables)) for r in broken.readings]
    return ["## Views and triggers that read across", "", *table(("what", "name", "services", "tables"), rows)]


def _routines(broken: Breakage) -> list[str]:
    if not broken.routines:
        return []
    rows = [
        (
            f"{text(item.kind)} {code(item.name)}",
            codes(item.services),
            codes(item.writes) or "–",
            codes(item.reads) or "–",
            thousands(item.executions),
            text(f"{item.advice}: {item.reason}" + (f" ({item.unread}: read it yourself)" if item.unread else "")),
        )
        for item in broken.routines
    ]
    head = ("routine", "services", "writes", "reads", "called", "what becomes of it")
    return ["## Stored routines that reach across", "", *table(head, rows, numbers=(4,))]


def _owners(broken: Breakage) -> list[str]:
    if not broken.owners:
        return []
    rows = [
        (
            codes((pair.left, pair.right)),
            code(pair.left_owner) if pair.same_owner else codes((pair.left_owner, pair.right_owner)),
            "one team" if pair.same_owner else "two teams",
            thousands(pair.written_together),
            thousands(pair.read_together),
        )
        for pair in broken.owners
    ]
    head = ("services", "owners", "sides", "written together", "read together")
    return ["## Owners on both sides", "", *table(head, rows, numbers=(3, 4))]


def _journeys(found: tuple[Journey, ...]) -> list[str]:
    if not found:
        return []
    lines = ["## Journeys", "", "Calls to the monolith before, to services after, over the whole capture.", ""]
    rows = [
        (code(j.label), thousands(j.before), thousands(j.after), thousands(j.round_trips_added), _widest(j))
        for j in found[:JOURNEYS]
    ]
    head = ("journey", "before", "after", "round trips added", "widest transaction")
    lines += table(head, rows, numbers=(1, 2, 3))
    if len(found) > JOURNEYS:
        lines += ["", f"{plural(len(found) - JOURNEYS, 'more journey')} in `assessment.json`."]
    return lines


def _widest(journey: Journey) -> str:
    widest = max(journey.passages, key=lambda passage: len(passage.calls) + len(passage.external), default=None)
    if widest is None:
        return "–"
    told = [*map(_call, widest.calls), *(f"{code(name)} is called outside" for name in widest.external)]
    return " → ".join(told) or "–"


def _call(call: Call) -> str:
    how = "writes" if call.writes else "locks" if call.locks else "reads"
    return f"{code(call.service)} {how} {codes((call.writes or call.locks or call.reads)[:3])}"


def _metrics(broken: Breakage) -> list[str]:
    rows = [
        (text(m.name), "–" if m.value is None else f"{m.value:.3f}", text(m.definition), text(m.source))
        for m in broken.metrics
    ]
    told = "For comparison with papers; most of them are best for one giant service, so none is a verdict."
    lines = [heading(2, "Published metrics"), "", told, ""]
    return lines + table(("metric", "value", "definition", "source"), rows, numbers=(1,))
