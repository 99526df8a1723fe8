"""Queues, outboxes and schedulers: rows that wait to be worked off, by their columns and by how they are taken."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.boundaries.apart.traces import LEAST_KINDS, Traces

_SIGNS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = tuple(
    (sign, tuple(frozenset(found.split("+")) for found in columns.split()))
    for sign, columns in (
        ("attempts", "attempt retry try failed+count failure+count error+count error+counter"),
        ("a claim", "locked lock inflight in+flight reserved claimed leased worker"),
        ("a due time", "run+at next+run not+before retry+after available+at last+run last+executed next+attempt"),
        ("what to do", "payload job handler task queue callback"),
        ("an outcome", "error result progress exception backtrace traceback"),
    )
)
_NAMES = frozenset(
    {
        *("queue", "job", "task", "outbox", "inbox", "outgoing", "schedule", "scheduled", "scheduler", "spool"),
        *("mail", "email", "message", "notification", "event", "command"),
    }
)
_LEAST_SIGNS = 3
_MOSTLY = 0.5
_SEVERAL = 3


def queues(traces: Traces) -> Iterator[tuple[int, str]]:
    """Tables with a queue's name and at least three of its signs among their columns, whose rows are taken alone.

    Nothing but their own parts refers to them; they refer to nothing, or to three tables or more, for whom they work.
    One that no transaction of a capture wrote refers to nothing.
    """
    captured = len(traces.graph.transactions) >= LEAST_KINDS
    for table in range(len(traces.graph.tables)):
        if _NAMES.isdisjoint(traces.vocabulary.tables[table]):
            continue
        signs = _signs(traces, table)
        served = len(traces.parents[table])
        if len(signs) < _LEAST_SIGNS or traces.children[table].difference(traces.parts[table]):
            continue
        taken = f"its rows hold {', '.join(signs[:-1])} and {signs[-1]}"
        if traces.written[table]:
            share = traces.alone(table)
            if share >= _MOSTLY and (not served or served >= _SEVERAL):
                yield table, f"it is a queue: {taken}; {share:.0%} of the runs that touch it touch nothing else"
        elif captured and not served:
            yield table, f"it is a queue: {taken}; it refers to nothing, and no transaction writes it"


def _signs(traces: Traces, table: int) -> list[str]:
    columns = traces.columns(table)
    return [sign for sign, found in _SIGNS if any(wanted <= column for wanted in found for column in columns)]
