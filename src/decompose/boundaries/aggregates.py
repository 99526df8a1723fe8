"""Aggregates: the tables of a service that are always written together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from decompose.boundaries.objectives.objective import Partition
from decompose.graph.model import CouplingGraph
from decompose.graph.spreading import WIDEST
from decompose.graph.vocabulary import Vocabulary, is_part

TOGETHER = 0.9
"""The share of a table's writing executions that must write its root too."""


def aggregates(graph: CouplingGraph, vocabulary: Vocabulary, partition: Partition) -> tuple[int, ...]:
    """The root table of every table's aggregate; a root is its own.

    A table belongs to the table of its service that is written in nine of ten of the executions that write it; of
    several to the one with which it is written most exclusively (Jaccard). One that was never seen written belongs to
    the parent it is a part of: by its name (`order_lines` of `orders`) or because it is deleted with it. Tables that
    belong to each other in a circle have the first of those written most as their root.
    """
    written, together = _runs(graph, partition)
    best: dict[int, tuple[float, int, int]] = {}
    for (table, other), runs in sorted(together.items()):
        if runs >= TOGETHER * written[table]:
            likeness = runs / (written[table] + written[other] - runs)
            best[table] = min(best.get(table, (0.0, 0, 0)), (-likeness, -written[other], other))
    above = {table: found[2] for table, found in best.items()}
    for reference in graph.references:
        child, parent = reference.child, reference.parent
        owned = reference.on_delete == "cascade" or is_part(vocabulary, reference)
        if owned and child != parent and not written[child] and partition[child] == partition[parent]:
            above.setdefault(child, parent)
    return tuple(_root(table, above, written) for table in range(len(graph.tables)))


def main_tables(graph: CouplingGraph, roots: Sequence[int]) -> dict[int, int]:
    """By root, the table of the aggregate that its others refer to most; the root among equals."""
    referred = Counter(
        reference.parent
        for reference in graph.references
        if reference.parent != reference.child and roots[reference.parent] == roots[reference.child]
    )
    found: dict[int, int] = {}
    for table, root in enumerate(roots):
        best = found.setdefault(root, table)
        found[root] = min(best, table, key=lambda each: (-referred[each], each != root, each))
    return found


def _runs(
    graph: CouplingGraph, partition: Partition
) -> tuple[defaultdict[int, int], defaultdict[tuple[int, int], int]]:
    """Executions that write each table, and each ordered pair of tables of one service.

    More than `WIDEST` tables written at once say nothing of who belongs with whom.
    """
    written: defaultdict[int, int] = defaultdict(int)
    together: defaultdict[tuple[int, int], int] = defaultdict(int)
    for edge in graph.transactions:
        places: defaultdict[int, list[int]] = defaultdict(list)
        for table in edge.writes:
            written[table] += edge.executions
            places[partition[table]].append(table)
        for tables in places.values():
            for table in tables if len(tables) <= WIDEST else ():
                for other in tables:
                    if table != other:
                        together[table, other] += edge.executions
    return written, together


def _root(table: int, above: dict[int, int], written: defaultdict[int, int]) -> int:
    path = [table]
    while path[-1] in above:
        upper = above[path[-1]]
        if upper in path:
            circle: Sequence[int] = path[path.index(upper) :]
            return min(circle, key=lambda node: (-written[node], node))
        path.append(upper)
    return path[-1]
