"""Tables that belong to no service: infrastructure (noise) and reference data (shared by replication).

Being wrong here costs: a table set apart is in no service. So no name decides alone: who refers to a table, to whom it
refers and how it is written must bear it out, and structure counts only where there are transactions enough to show it.
"""

from __future__ import annotations

from decompose.boundaries.apart.known_names import known_tables
from decompose.boundaries.apart.logs import logs
from decompose.boundaries.apart.queues import queues
from decompose.boundaries.apart.reference import reference_tables
from decompose.boundaries.apart.settings_stores import settings_stores
from decompose.boundaries.apart.traces import Traces
from decompose.boundaries.model import Role
from decompose.boundaries.objectives.objective import Partition
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary


def infrastructure(graph: CouplingGraph, vocabulary: Vocabulary) -> tuple[Role, ...]:
    """Framework tables, stores of settings, queues and logs, each with its reason, and the parts of queues and logs."""
    traces = Traces(graph, vocabulary)
    found = dict(known_tables(traces))
    for looking in (settings_stores, queues):
        for table, reason in looking(traces):
            found.setdefault(table, reason)
    found.update(logs(traces, found))
    found = {**_along(traces, found), **found}
    return tuple(Role(graph.tables[table].name, "infrastructure", reason) for table, reason in sorted(found.items()))


def _along(traces: Traces, found: dict[int, str]) -> dict[int, str]:
    """Parts of tables set apart, and tables named after one that no reference leads to or from, with whose they are."""
    spoken = {traces.vocabulary.tables[table]: table for table in sorted(found, reverse=True)}
    along: dict[int, str] = {}
    for table, name in enumerate(traces.vocabulary.tables):
        owner = next((spoken[name[:end]] for end in range(len(name) - 1, 0, -1) if name[:end] in spoken), None)
        if owner is None or table in found or traces.children[table]:
            continue
        if table in traces.parts[owner] or (not traces.parents[table] and len(traces.vocabulary.tables[owner]) > 1):
            along[table] = f"it is part of {traces.graph.tables[owner].name}"
    return along


def reference_data(
    graph: CouplingGraph, vocabulary: Vocabulary, partition: Partition, left_out: frozenset[int]
) -> tuple[Role, ...]:
    """Tables of a draft's services that each of them would rather have a replica of, each with its reason."""
    found = reference_tables(Traces(graph, vocabulary), partition, left_out)
    return tuple(Role(graph.tables[table].name, "shared", reason) for table, reason in sorted(found.items()))
