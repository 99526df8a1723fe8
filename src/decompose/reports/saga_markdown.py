"""Sagas and events as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.assessment.events import CHANGED, COMPLETED, DELETED, DomainEvent
from decompose.assessment.portable_sql import script
from decompose.assessment.sagas.model import Alternative, LocalTransaction, Role, Saga
from decompose.reports.markdown_text import code, codes, fenced, heading, table, text
from decompose.reports.saga_diagram import render_diagram
from decompose.reports.wording import plural, thousands

SAGAS = 30


def saga_sections(sagas: Sequence[Saga]) -> list[list[str]]:
    """One section for all sagas; beyond 30 the rest is counted."""
    if not sagas:
        return [["## Distributed write transactions", "", "None: every transaction writes in one service."]]
    told = f"{plural(len(sagas), 'distinct set')} of tables written in one transaction over several services."
    sections = [["## Distributed write transactions", "", told]]
    first: dict[str, int] = {}
    for number, saga in enumerate(sagas[:SAGAS], 1):
        earlier = first.setdefault(saga.name, number)
        variant = _variant(saga, sagas[earlier - 1], earlier) if earlier < number else ""
        sections.append(saga_lines(number, saga, variant))
    if len(sagas) > SAGAS:
        sections.append([f"{plural(len(sagas) - SAGAS, 'more saga')} in `plan.json`."])
    return sections


def _variant(saga: Saga, other: Saga, number: int) -> str:
    """How a transaction differs from an earlier one of the same name; empty where they share less than half."""
    ours, theirs = ({table for step in each.steps for table in step.tables} for each in (saga, other))
    if 2 * len(ours & theirs) < len(ours | theirs):
        return ""
    told = [
        f"{word} {codes(sorted(tables))}"
        for word, tables in (("without", theirs - ours), ("with", ours - theirs))
        if tables
    ]
    return f"A variant of {number}, {' and '.join(told)}." if told else f"A variant of {number}."


def saga_lines(number: int, saga: Saga, variant: str = "") -> list[str]:
    """One draft: verdict, steps, compensations, locks, anomalies, alternatives, diagram."""
    scores = ", ".join(f"{code(service)} {score:g}" for service, score in saga.scores)
    lines = [heading(3, f"{number}. {saga.name} ({thousands(saga.executions)}×)"), ""]
    lines += [variant, ""] if variant else []
    lines += [f"**{text(saga.verdict.value.capitalize())}:** {text(saga.reason)}.", ""]
    lines += [f"Coordinator {code(saga.coordinator)} (1 per table written, 0.25 per table read: {scores}). ", ""]
    lines += table(("step", "service", "role", "tables", "because", "idempotency key"), map(_step, saga.steps), (0,))
    undo = list(dict.fromkeys(line for step in reversed(saga.steps) for line in _undo(step)))
    if undo:
        lines += ["", "Way back before the pivot, last step first:", "", *fenced("\n".join(script(undo)), "sql")]
    if saga.locks:
        lines += ["", "Semantic locks: these rows show an unfinished saga until it ends.", ""]
        rows = [(code(lock.table), code(lock.service), _uses(lock.readers)) for lock in saga.locks]
        lines += table(("table", "service", "readers"), rows)
    if saga.anomalies:
        rows = [(text(item.kind), code(item.table), _uses(item.through)) for item in saga.anomalies]
        lines += ["", "Anomalies to expect between the steps:", "", *table(("anomaly", "table", "through"), rows)]
    if saga.alternatives:
        head = ("instead", "what", "saga cost", "joins across", "foreign keys to retire")
        lines += ["", "Alternatives, priced over the whole cut:", ""]
        lines += table(head, map(_alternative, saga.alternatives), (2, 3, 4))
    return [*lines, "", *fenced(render_diagram(saga).rstrip("\n"), "mermaid")]


def _step(step: LocalTransaction) -> tuple[str, ...]:
    role = f"**{step.role.value}**" if step.role is Role.PIVOT else step.role.value
    return (
        str(step.number),
        code(step.service),
        f"{role} ({step.purpose})",
        codes(step.tables),
        text(step.reason),
        code(step.idempotency_key),
    )


def _undo(step: LocalTransaction) -> list[str]:
    found = []
    for operation in reversed(step.operations if step.role is Role.COMPENSATABLE else ()):
        if operation.inverse:
            found.append(f"{operation.inverse}; -- {step.service}: {operation.undone_by}")
        elif operation.undone_by == "by hand":
            found.append(f"-- {step.service}: {operation.mode} of {operation.table} has to be undone by hand")
    return found


def _uses(uses: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{code(label)} {thousands(count)}×" for label, count in uses) or "nobody else"


def _alternative(item: Alternative) -> tuple[str, ...]:
    return (
        text(item.kind),
        text(item.what),
        _change(item.before.saga_cost, item.after.saga_cost),
        _change(item.before.cross_joins, item.after.cross_joins),
        _change(item.before.foreign_keys_to_retire, item.after.foreign_keys_to_retire),
    )


def _change(before: int, after: int) -> str:
    if before == after:
        return "same"
    return f"{thousands(before)} → {thousands(after)}"


_CONSUMED = {CHANGED: "keeps ", DELETED: "answers for ", COMPLETED: ""}
"""How a consumer's projection is told, by the kind of event."""


def event_lines(events: Sequence[DomainEvent]) -> list[str]:
    """The catalogue of domain events."""
    if not events:
        return []
    lines = ["## Domain events", "", "Each is written to the publisher's outbox in the commit it follows.", ""]
    for event in events:
        after = ", ".join(f"{code(label)} {thousands(count)}×" for label, count in event.after[:5])
        lines += [
            f"- {code(event.name)}, published by {code(event.publisher)}",
            f"  - after {after or 'no transaction seen'}",
        ]
        lines += [f"  - payload {codes(field.name for field in event.payload)}"]
        for consumer in event.consumers:
            needs = f" ({codes(consumer.columns)})" if consumer.columns else ""
            told = f"{_CONSUMED[event.kind]}{text(consumer.projection)}{needs}: {text(consumer.reason)}"
            lines.append(f"  - {code(consumer.service)} {told}")
    return lines
