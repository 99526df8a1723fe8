"""What a fold has counted so far: finished transactions by shape, executions by statement, gaps by reason.

A shape is the set of statement ids a transaction ran; `~id` stands for a cursor's query whose rows were fetched: it
brings the tables of its DECLARE but is no execution of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

EXPLICIT = "explicit"
AUTOCOMMIT = "autocommit"
_LABELS_PER_SHAPE = 50

Shape = frozenset[int]


@dataclass(slots=True)
class Outcome:
    """How often a shape ended which way, and under which labels it was committed."""

    committed: int = 0
    rolled_back: int = 0
    labels: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """The mutable counts of one fold; `touches[id]` says whether a statement has anything to tell a profile."""

    touches: list[bool]
    shapes: dict[tuple[str, Shape], Outcome] = field(default_factory=dict)
    executions: Counter[int] = field(default_factory=Counter)
    attempts: Counter[int] = field(default_factory=Counter)
    recorded: Counter[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    sessions: int = 0
    explicit: int = 0
    autocommit: int = 0
    rolled_back: int = 0
    incomplete: int = 0

    def commit(self, kind: str, counts: Mapping[int, int], label: str) -> None:
        """A transaction ended well; `counts` are executions by statement id, `~id` for fetched cursors."""
        outcome = self._outcome(kind, counts)
        outcome.committed += 1
        if label and (label in outcome.labels or len(outcome.labels) < _LABELS_PER_SHAPE):
            outcome.labels[label] += 1
        if kind is EXPLICIT:
            self.explicit += 1
        else:
            self.autocommit += 1
        executions = self.executions
        for number, executed in counts.items():
            if number >= 0:
                executions[number] += executed

    def roll_back(self, kind: str, counts: Mapping[int, int]) -> None:
        """A transaction was undone."""
        self._outcome(kind, counts).rolled_back += 1
        self.rolled_back += 1

    def leave_incomplete(self, reason: str) -> None:
        """A transaction whose beginning or end is not in the log."""
        self.incomplete += 1
        self.gaps[reason] += 1

    def _outcome(self, kind: str, counts: Mapping[int, int]) -> Outcome:
        touches = self.touches
        shape = frozenset([number for number in counts if number < 0 or touches[number]])
        key = (kind, shape)
        outcome = self.shapes.get(key)
        if outcome is None:
            outcome = self.shapes[key] = Outcome()
        return outcome
