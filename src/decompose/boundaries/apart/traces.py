"""How each table is used: who refers to it, whom it refers to, beside which tables it is written and how."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from decompose.graph.lookups import runs_of
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary, is_part, words

LEAST_KINDS = 12
"""Kinds of multi-table writes (or of transactions) below which a capture is too short to tell what a table is for."""


class Traces:
    """The traces of every table (index into `CouplingGraph.tables`); self-references are left out.

    `parts` are the tables that refer to it and are named after it, `kinds` the distinct sets of several tables that
    are written together.
    """

    def __init__(self, graph: CouplingGraph, vocabulary: Vocabulary) -> None:
        self.graph = graph
        self.vocabulary = vocabulary
        self.children: defaultdict[int, set[int]] = defaultdict(set)
        self.parents: defaultdict[int, set[int]] = defaultdict(set)
        self.parts: defaultdict[int, set[int]] = defaultdict(set)
        self.keys: defaultdict[int, set[str]] = defaultdict(set)
        for reference in graph.references:
            self.keys[reference.child].update(column.lower() for column in reference.columns)
            if reference.child != reference.parent:
                self.children[reference.parent].add(reference.child)
                self.parents[reference.child].add(reference.parent)
                if is_part(vocabulary, reference):
                    self.parts[reference.parent].add(reference.child)
        self.written, self.touched = runs_of(graph)
        self.kinds = sorted({edge.writes for edge in graph.transactions if len(edge.writes) > 1})
        self._of = defaultdict[int, list[tuple[int, ...]]](list)
        for kind in self.kinds:
            for table in kind:
                self._of[table].append(kind)
        self._alone: Counter[int] = Counter()
        self._added: set[int] = set()
        self._changed: set[int] = set()
        self._changed_beside: set[int] = set()
        self._read_ways()

    def _read_ways(self) -> None:
        for edge in self.graph.transactions:
            used = edge.writes + edge.reads
            for table in used:
                parts = self.parts.get(table, ())
                if len(used) <= len(parts) + 1 and all(other == table or other in parts for other in used):
                    self._alone[table] += edge.executions
            self._added.update(edge.added)
            self._changed.update(edge.changed)
            if len(edge.writes) > 1:
                self._changed_beside.update(edge.changed)

    def name(self, table: int) -> str:
        """The table's name without its schema, lower case."""
        return self.graph.tables[table].name.rsplit(".", 1)[-1].lower()

    def columns(self, table: int) -> tuple[frozenset[str], ...]:
        """The words of each column that is in no foreign key."""
        own = (column for column in self.graph.tables[table].columns if column.lower() not in self.keys[table])
        return tuple(frozenset(words(column)) for column in own)

    def written_beside(self, table: int) -> list[tuple[int, ...]]:
        """The kinds of multi-table writes that write it."""
        return self._of[table]

    def only_added_to(self, table: int) -> bool:
        """Whether no transaction that writes other tables, too, is known to change or lock a row of it."""
        return table not in self._changed_beside

    def seen_only_added_to(self, table: int) -> bool:
        """Whether transactions are known to add rows to it, and none to change or lock one, alone either."""
        return table in self._added and table not in self._changed

    def alone(self, table: int) -> float:
        """The share of the runs that touch it which touch nothing else but its parts."""
        return self._alone[table] / self.touched[table] if self.touched[table] else 0.0

    def areas(self, table: int, left_out: Iterable[int] = ()) -> int:
        """Into how many groups the tables written beside it fall, where only what is written together holds a group."""
        away = {table, *left_out}
        leader: dict[int, int] = {}
        for kind in self._of[table]:
            leaders = [_led(leader, other) for other in kind if other not in away]
            leader.update(dict.fromkeys(leaders, min(leaders, default=-1)))
        return sum(other == leading for other, leading in leader.items())


def _led(leader: dict[int, int], table: int) -> int:
    """The table that leads its group; a new one leads its own. Ways to the leader are halved as they are gone."""
    found = leader.setdefault(table, table)
    while found != leader[found]:
        leader[table] = found = leader[found]
    return found
