"""Reference data: small tables that several services look up and hardly anyone writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from decompose.boundaries.apart.traces import LEAST_KINDS, Traces
from decompose.boundaries.objectives.objective import Partition

_LEAST_SERVICES = 3
_MOST_ROWS = 10_000
_MOST_WRITTEN = 0.02
_MOST_IN_ONE = 0.5
_MANY_SERVICES = 4
_MANY_RUNS = 100


def reference_tables(traces: Traces, partition: Partition, left_out: frozenset[int]) -> Mapping[int, str]:
    """Tables to be replicated, with the reason; none where there are few transactions to tell by.

    Three services or more refer to one, none of them with most of the references, and at most 2 % of the runs that
    touch it write it. It refers to no other, unless four services or more refer to it and a hundred runs or more read
    it and none wrote it: then what it refers to is as seldom written and goes along, with its parts. A table with
    parts of its own (`partner_users` of `partner`) is business.
    """
    if len(traces.graph.transactions) < LEAST_KINDS:
        return {}
    still = _still(traces)
    found: dict[int, str] = {}
    for table in range(len(traces.graph.tables)):
        if table in left_out or table not in still or not traces.touched[table]:
            continue
        around = _users(traces, table, partition, left_out)
        if traces.parts[table] or _large(traces, table):
            continue
        owned = max(around.values(), default=0) > _MOST_IN_ONE * sum(around.values())
        looked_up = len(around) >= _LEAST_SERVICES and not traces.parents[table]
        never_written = not traces.written[table] and traces.touched[table] >= _MANY_RUNS
        if not owned and (looked_up or (never_written and len(around) >= _MANY_SERVICES)):
            runs = f"written in {traces.written[table]:,} of {traces.touched[table]:,} runs"
            found[table] = f"referred to from {len(around)} services, {runs}"
    return _with_kin(traces, found, still, left_out)


def _still(traces: Traces) -> frozenset[int]:
    """Tables hardly ever written that refer to nothing but such tables."""
    found = {
        table
        for table in range(len(traces.graph.tables))
        if traces.written[table] <= _MOST_WRITTEN * traces.touched[table]
    }
    while True:
        moving = {table for table in found if not found.issuperset(traces.parents[table])}
        if not moving:
            return frozenset(found)
        found -= moving


def _large(traces: Traces, table: int) -> bool:
    rows = traces.graph.tables[table].row_estimate
    return rows is not None and rows > _MOST_ROWS


def _users(traces: Traces, table: int, partition: Partition, left_out: frozenset[int]) -> Counter[int]:
    """How many tables of each service refer to it."""
    return Counter(partition[child] for child in traces.children[table] if child not in left_out)


def _with_kin(
    traces: Traces, found: dict[int, str], still: frozenset[int], left_out: frozenset[int]
) -> Mapping[int, str]:
    """The tables with their parts and with what they refer to, as far as that is hardly written and not large."""
    waiting = sorted(found)
    while waiting:
        table = waiting.pop()
        name = traces.graph.tables[table].name
        kin = dict.fromkeys(traces.parts[table], f"{name}, which is reference data, has it as a part")
        kin |= dict.fromkeys(traces.parents[table], f"{name}, which is reference data, refers to it")
        for other, reason in sorted(kin.items()):
            if other in still and other not in found and other not in left_out and not _large(traces, other):
                found[other] = f"{reason}; written in {traces.written[other]:,} of {traces.touched[other]:,} runs"
                waiting.append(other)
    return found
