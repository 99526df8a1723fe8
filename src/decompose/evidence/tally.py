"""What a fold has counted so far: finished transactions by shape, executions by statement, gaps by reason.

A shape is the set of statement ids a transaction ran; `~id` stands for a cursor's query whose rows were fetched: it
brings the tables of its DECLARE but is no execution of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

EXPLICIT = "explicit"
AUTOCOMMIT = "autocommit"
LABELS = 200_000
LABELS_BEYOND = "transaction label beyond the limit"

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
    labelled: int = 0
    """Distinct pairs of shape and label, which are bounded."""

    def commit(self, kind: str, counts: Mapping[int, int], label: str, times: int = 1) -> None:
        """A transaction ended well; `counts` are executions by statement id, `~id` for fetched cursors."""
        outcome = self._outcome(kind, counts)
        outcome.committed += times
        if label:
            self._label(outcome, label, times)
        if kind == EXPLICIT:
            self.explicit += times
        else:
            self.autocommit += times
        executions = self.executions
        for number, executed in counts.items():
            if number >= 0:
                executions[number] += executed * times

    def roll_back(self, kind: str, counts: Mapping[int, int], times: int = 1) -> None:
        """A transaction was undone."""
        self._outcome(kind, counts).rolled_back += times
        self.rolled_back += times

    def leave_incomplete(self, reason: str) -> None:
        """A transaction whose beginning or end is not in the log."""
        self.incomplete += 1
        self.gaps[reason] += 1

    def add(self, other: Tally, ids: Sequence[int]) -> None:
        """Add what another fold counted, whose statement ids become `ids[id]`."""
        for (kind, shape), outcome in other.shapes.items():
            known = frozenset([ids[number] if number >= 0 else ~ids[~number] for number in shape])
            mine = self.shapes.setdefault((kind, known), Outcome())
            mine.committed += outcome.committed
            mine.rolled_back += outcome.rolled_back
            for label, times in outcome.labels.items():
                self._label(mine, label, times)
        for counted, more in ((self.executions, other.executions), (self.attempts, other.attempts)):
            for number, times in more.items():
                counted[ids[number]] += times
        self.recorded.update(other.recorded)
        self.gaps.update(other.gaps)
        for name in ("entries", "sessions", "explicit", "autocommit", "rolled_back", "incomplete"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def _label(self, outcome: Outcome, label: str, times: int) -> None:
        if label in outcome.labels:
            outcome.labels[label] += times
        elif self.labelled < LABELS:
            outcome.labels[label] = times
            self.labelled += 1
        else:
            self.gaps[LABELS_BEYOND] += times

    def _outcome(self, kind: str, counts: Mapping[int, int]) -> Outcome:
        touches = self.touches
        shape = frozenset([number for number in counts if number < 0 or touches[number]])
        key = (kind, shape)
        outcome = self.shapes.get(key)
        if outcome is None:
            outcome = self.shapes[key] = Outcome()
        return outcome
