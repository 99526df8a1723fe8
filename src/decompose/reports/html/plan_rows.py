"""The plan for the explorer: its steps, what each must bring to zero, its phases, and the price of stopping there."""

from __future__ import annotations

from typing import Any

from decompose.assessment.plan.model import Phase, Plan, PlanStep

ACTIONS = 40
"""How many actions of a phase the page lists; the SQL stays with `decompose plan -o`."""


def plan_rows(plan: Plan) -> dict[str, Any]:
    """`steps` in order, `orders` compared, and why the asked-for order is refused, if it is."""
    return {
        "strategy": plan.strategy,
        "steps": [_step(step) for step in plan.steps],
        "orders": [
            [each.strategy, each.first_distributed, each.first_crossing, each.first_foreign_keys, each.largest_step,
             each.way]
            for each in plan.outlines
        ],
        "refusal": list(plan.refusal.reasons) if plan.refusal else [],
    }  # fmt: skip


def _step(step: PlanStep) -> dict[str, Any]:
    separation, price = step.separation, step.after.price
    return {
        "services": list(step.services),
        "tables": len(step.tables),
        "reason": step.candidate.reason,
        "zero": [
            separation.distributed, separation.crossing_statements, separation.crossing_executions,
            separation.foreign_keys, separation.cascades,
        ],
        "after": [
            price.distributed_write_transactions, price.saga_cost, price.cross_joins, price.foreign_keys_to_retire,
        ],
        "phases": [_phase(phase) for phase in step.phases],
    }  # fmt: skip


def _phase(phase: Phase) -> list[Any]:
    return [phase.title, list(phase.actions[:ACTIONS]), len(phase.actions), len(phase.queries), phase.check, phase.back]
