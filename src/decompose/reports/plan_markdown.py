"""The whole plan as Markdown: order, playbooks with their SQL, sagas, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from decompose.assessment.events import MONOLITH
from decompose.assessment.ownership import UNASSIGNED
from decompose.assessment.plan.model import Candidate, Phase, Plan, PlanStep, Replica
from decompose.assessment.plan.move_sql import Purpose, Query
from decompose.assessment.portable_sql import script
from decompose.reports.markdown_text import code, codes, fenced, heading, table, text
from decompose.reports.saga_markdown import event_lines, saga_sections
from decompose.reports.wording import percent, plural, thousands

_Files = Mapping[tuple[str, Purpose], str]
_SHOWN = 2
"""Statements of a script that stands beside the plan."""


def render_plan_markdown(plan: Plan, scripts: str = "") -> str:
    """Everything in reading order; where the `step_scripts` are beside it, in the folder `scripts`, without them."""
    sections = [
        [f"# The way there: {text(plan.strategy)}"],
        _refusal(plan),
        _order(plan),
        _outlines(plan),
        *[section for step in plan.steps for section in _step(step, scripts)],
        *saga_sections(plan.sagas),
        event_lines(plan.events),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _refusal(plan: Plan) -> list[str]:
    if plan.refusal is None:
        return []
    reasons = [f"- {text(reason)}" for reason in plan.refusal.reasons]
    return [
        f"**Refused: {code(plan.refusal.service)} must not leave first.** Start with {code(plan.refusal.instead)}.",
        "",
        *reasons,
    ]


def _order(plan: Plan) -> list[str]:
    rows = [
        (
            str(step.number),
            codes(step.services),
            thousands(len(step.tables)),
            text(step.candidate.reason),
            thousands(step.after.monolith_tables),
            thousands(step.after.price.distributed_write_transactions),
            thousands(step.after.price.saga_cost),
            thousands(step.after.price.cross_joins),
            thousands(step.after.price.foreign_keys_to_retire),
        )
        for step in plan.steps
    ]
    head = (
        "step", "leaves", "tables", "because", "tables left in the monolith",
        "distributed writes", "saga cost", "joins across", "foreign keys retired",
    )  # fmt: skip
    told = "The figures on the right are the price of stopping after the step, without any rewriting."
    return ["## Order", "", told, "", *table(head, rows, (0, 2, 4, 5, 6, 7, 8))]


def _outlines(plan: Plan) -> list[str]:
    rows = [
        (
            text(item.strategy),
            codes(item.first[:3]) + (f" and {len(item.first) - 3} more" if len(item.first) > 3 else ""),
            thousands(item.first_distributed),
            thousands(item.first_crossing),
            thousands(item.first_foreign_keys),
            thousands(item.largest_step),
            thousands(item.way),
        )
        for item in plan.outlines
    ]
    head = (
        "order", "first", "writes made distributed by the first step", "statement executions that cross",
        "foreign keys to retire", "tables in the largest step", "mean saga cost on the way",
    )  # fmt: skip
    return ["## Orders compared", "", *table(head, rows, (2, 3, 4, 5, 6))]


def _step(step: PlanStep, scripts: str) -> list[list[str]]:
    schemas = ", ".join(f"{code(service)} in schema {code(schema)}" for service, schema in step.schemas)
    lines = [heading(2, f"Step {step.number}: {', '.join(step.services)}"), "", f"{text(step.candidate.reason)}."]
    lines += ["", f"{plural(len(step.tables), 'table')}, {schemas}: {codes(step.tables)}", ""]
    apart = step.separation
    if apart.separate:
        lines.append("**Virtually separate:** nothing new crosses with this step.")
    else:
        lines.append(
            f"**Virtually separate when these are zero:** {thousands(apart.distributed)} distributed executions "
            f"({thousands(apart.by_event)} by events alone; {plural(apart.participants, 'participant')} added in all), "
            f"{plural(apart.crossing_statements, 'crossing statement')} ({thousands(apart.crossing_executions)}×), "
            f"{plural(apart.foreign_keys, 'foreign key')} ({thousands(apart.cascades)} with cascades), "
            f"{plural(len(apart.views), 'view')}, {plural(len(apart.triggers), 'trigger')}, "
            f"{plural(len(apart.routines), 'routine')}."
        )
    sections = [lines, _candidates(step.others), _replicas(step.replicas), _routes(step)]
    files = _file_names(step)
    folder = f"{scripts}/{step_folder(step)}" if scripts else ""
    return sections + [_phase(number, phase, files, folder) for number, phase in enumerate(step.phases, 1)]


def _candidates(found: Sequence[Candidate]) -> list[str]:
    if not found:
        return []
    rows = [
        (
            code(item.service),
            f"{item.difficulty:.2f}",
            thousands(item.inbound),
            thousands(max(item.distributed, 0)),
            thousands(max(item.crossing, 0)),
            percent(item.write_share, 1),
        )
        for item in found
    ]
    head = ("instead", "difficulty", "references from outside", "made distributed", "made crossing", "of the writes")
    return ["Harder at this point:", "", *table(head, rows, (1, 2, 3, 4, 5))]


def _replicas(found: Sequence[Replica]) -> list[str]:
    if not found:
        return []
    rows = [
        (
            code(item.table),
            "all columns" if item.columns == ("*",) else codes(item.columns),
            _place(item.owner),
            _place(item.reader),
            text(item.lag),
            ", ".join(f"{code(label)} {thousands(count)}×" for label, count in item.readers) or "–",
        )
        for item in found
    ]
    return ["Copies:", "", *table(("table", "columns", "of", "kept by", "tolerable lag", "readers"), rows)]


def _place(name: str) -> str:
    return MONOLITH if name == UNASSIGNED else code(name)


def _routes(step: PlanStep) -> list[str]:
    if not step.routes:
        return []
    named = [route for route in step.routes if route.labelled]
    rows = [(code(route.label), thousands(route.reads), thousands(route.writes)) for route in named]
    if len(named) < len(step.routes):
        others = [route for route in step.routes if not route.labelled]
        reads, writes = sum(route.reads for route in others), sum(route.writes for route in others)
        rows.append(("*without a label*", thousands(reads), thousands(writes)))
    return ["Routes:", "", *table(("route", "only reads there", "writes there"), rows, (1, 2))]


def _phase(number: int, phase: Phase, files: _Files, folder: str) -> list[str]:
    lines = [heading(3, f"{number}. {phase.title}"), ""]
    lines += [f"- {text(action)}" for action in phase.actions]
    for purpose, queries in _by_purpose(phase).items():
        left = len(queries) - _SHOWN if folder else 0
        shown = queries if left <= 0 else queries[:_SHOWN]
        lines += ["", f"{purpose.value.capitalize()}:", "", *fenced(_script(shown), "sql")]
        if left > 0:
            path = f"{folder}/{files[phase.name, purpose]}"
            lines += ["", f"and {thousands(left)} more in [{path}]({path})"]
    return [*lines, "", f"Check: {text(phase.check)}.", "", f"Way back: {text(phase.back)}."]


def step_folder(step: PlanStep) -> str:
    """The folder of a step's scripts."""
    return f"{step.number:02}-{step.schemas[0][1] if len(step.schemas) == 1 else 'all'}"


def step_scripts(step: PlanStep) -> Mapping[str, str]:
    """File name to the SQL of one purpose: nobody runs a back-fill, its reconciliation and the removal in one go."""
    names = _file_names(step)
    files: dict[str, str] = {}
    for phase in step.phases:
        for purpose, queries in _by_purpose(phase).items():
            head = f"-- Step {step.number}, {', '.join(step.services)}: {purpose.value}. {phase.title}."
            files[names[phase.name, purpose]] = f"{_comment(head)}\n{_script(queries)}\n"
    return files


def _file_names(step: PlanStep) -> _Files:
    found: dict[tuple[str, Purpose], str] = {}
    for phase in step.phases:
        for purpose in _by_purpose(phase):
            found[phase.name, purpose] = f"{len(found) + 1}-{purpose.value.replace(' ', '-')}.sql"
    return found


def _by_purpose(phase: Phase) -> dict[Purpose, list[Query]]:
    found: dict[Purpose, list[Query]] = {}
    for query in phase.queries:
        found.setdefault(query.purpose, []).append(query)
    return found


def _script(queries: Sequence[Query]) -> str:
    unchecked = any(query.unchecked for query in queries)
    return "\n".join(script([_line(query) for query in queries], unchecked))


def _line(query: Query) -> str:
    """The statement with its goal as a comment behind it."""
    return f"{query.sql} -- {query.goal}" if query.goal else query.sql


def _comment(value: str) -> str:
    return " ".join(value.split())
