"""The one screen that answers `plan`: the order with its reasons, the price of stopping, and other orders beside it."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.assessment.plan.model import Outline, Plan, Refusal
from decompose.evidence.bundle import Coverage
from decompose.reports.screen import PLAIN, Look, Style, cut, name_list, padded, page, shortened, wrapped
from decompose.reports.terminal import coverage_block
from decompose.reports.wording import plural, thousands

STEPS_SHOWN = 12
_NAME = 16


def render_plan(plan: Plan, coverage: Coverage, look: Look = PLAIN, *, where: str = "", written: str = "") -> str:
    """Plain text of at most some 45 lines; `where` are the options of the next command, `written` is the plan.md."""
    if not plan.steps:
        nothing = ["Nothing leaves: the decomposition has no service with tables"]
        return page([coverage_block(coverage, look), nothing])
    blocks = [
        coverage_block(coverage, look),
        _refusal(plan.refusal, look) if plan.refusal else [],
        _first(plan, look) if not plan.refusal else [],
        _steps(plan, look),
        _outlines(plan.outlines, look),
        _next(plan, look, where, written),
    ]
    return page(blocks)


def _refusal(refusal: Refusal, look: Look) -> list[str]:
    lines = [look.paint(cut(f"REFUSED: {refusal.service} must not leave first", look.width, look), Style.BAD)]
    for reason in refusal.reasons:
        lines += wrapped(reason, look, lines=3)
    return [*lines, look.paint(cut(f"Start with {refusal.instead} instead", look.width, look), Style.GOOD)]


def _first(plan: Plan, look: Look) -> list[str]:
    step = plan.steps[0]
    title = look.paint(cut(f"First: {', '.join(step.services)}", look.width, look), Style.HEADING)
    lines = [title, *wrapped(step.candidate.reason, look, lines=3)]
    if step.separation.by_event:
        told = f"{thousands(step.separation.by_event)} of the {thousands(step.separation.distributed)} need no saga"
        lines += wrapped(f"{told}: there it only follows, by events", look)
    return lines


def _steps(plan: Plan, look: Look) -> list[str]:
    """One line per step: what leaves, what must stop crossing first, and the price of stopping after it."""
    numbers = "  {:>6} {:>6} {:>5}  {:>6} {:>6} {:>5}"
    head = look.paint(f"The way ({plan.strategy})", Style.HEADING)
    above = padded("", 5 + _NAME) + "  STOP CROSSING FIRST     IF YOU STOP HERE"
    titles = numbers.format("WRITES", "STMTS", "KEYS", "SAGAS", "JOINS", "KEYS")
    lines = [head, look.paint(above, Style.DIM), look.paint(padded("  #  SERVICE", 5 + _NAME) + titles, Style.DIM)]
    for step in plan.steps[:STEPS_SHOWN]:
        price, apart = step.after.price, step.separation
        figures = numbers.format(
            thousands(apart.distributed),
            thousands(apart.crossing_statements),
            thousands(apart.foreign_keys),
            thousands(price.saga_cost),
            thousands(price.cross_joins),
            thousands(price.foreign_keys_to_retire),
        )
        name = padded(shortened(", ".join(step.services), _NAME, look), _NAME)
        line = f"{step.number:>3}  {name}{figures}"
        left = look.width - len(line) - 2
        lines.append(line if left < 12 else f"{line}  {name_list(step.tables, left, look)}")
    if len(plan.steps) > STEPS_SHOWN:
        lines.append(f"  and {plural(len(plan.steps) - STEPS_SHOWN, 'more step')}")
    separate = [step for step in plan.steps if step.separation.separate]
    if separate:
        names = ", ".join(name for step in separate for name in step.services)
        lines += wrapped(f"nothing new crosses with: {names}", look)
    return lines


def _outlines(outlines: Sequence[Outline], look: Look) -> list[str]:
    lines = [look.paint("Orders compared", Style.HEADING)]
    row = "  {} {:>18} {:>9} {:>7} {:>8} {:>10}"
    titles = row.format(padded("", 20), "FIRST STEP: WRITES", "CROSSING", "KEYS", "LARGEST", "ON THE WAY")
    lines.append(look.paint(titles, Style.DIM))
    for item in outlines:
        cells = (
            thousands(item.first_distributed),
            thousands(item.first_crossing),
            thousands(item.first_foreign_keys),
            thousands(item.largest_step),
            thousands(item.way),
        )
        lines.append(row.format(padded(shortened(item.strategy, 20, look), 20), *cells))
    told = "writes: transactions made distributed; largest: tables moved in one step; on the way: mean saga cost"
    return lines + [look.paint(line, Style.DIM) for line in wrapped(told, look)]


def _next(plan: Plan, look: Look, where: str, written: str) -> list[str]:
    if plan.refusal or not written:
        command = f"decompose plan{look.clean(where)}" if plan.refusal else f"decompose plan{look.clean(where)} -o plan"
        told = "" if plan.refusal else "  (playbook, SQL, sagas, events)"
        return [f"Next: {look.paint(command, Style.HEADING)}{told}"]
    return [f"Next: read {look.paint(look.clean(written), Style.HEADING)}, then sagas and SQL beside it"]
