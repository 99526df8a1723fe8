"""What a fold has counted so far: finished transactions by shape, executions by statement, gaps by reason.

A shape is the set of statement ids a transaction ran; `~id` stands for a cursor's query whose rows were fetched: it
brings the tables of its DECLARE but is no execution of it. A log with very many shapes is counted by what they access
instead: statements that access the same tables in the same ways are taken for one. Whether that is so depends on the
number of shapes in the whole log only, not on their order or on where the log is cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

EXPLICIT = "explicit"
AUTOCOMMIT = "autocommit"
LABELS = 200_000
SHAPES = 20_000
"""How many shapes are counted one by one."""
ACCESS_SHAPES = 100_000
"""How many shapes are counted by what they access; which ones are left out then depends on their order."""
LABELS_BEYOND = "transaction label beyond the limit"

Shape = frozenset[int]


@dataclass(slots=True)
class Outcome:
    """How often a shape ended which way, and under which labels it was committed."""

    committed: int = 0
    rolled_back: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    statements: set[int] = field(default_factory=set)
    """What ran in transactions counted by what they access."""
    positions: dict[int, int] = field(default_factory=dict)
    """Statement to the sum of its positions in explicit committed transactions, the first statement of each at 0; a
    position is that of its first execution. Empty where transactions are counted by what they access."""

    def follow(self, numbers: Iterable[int], times: int) -> None:
        """Statements ran in this order."""
        positions = self.positions
        for position, number in enumerate(dict.fromkeys(numbers)):
            if number >= 0:
                positions[number] = positions.get(number, 0) + position * times


@dataclass(slots=True)
class Tally:
    """The mutable counts of one fold.

    `touches[id]` says whether a statement has anything to tell a profile, `alike[id]` is the first statement that
    accesses the same as it does.
    """

    touches: list[bool]
    alike: list[int]
    most_shapes: int = SHAPES
    most_accesses: int = ACCESS_SHAPES
    by_accesses: bool = False
    """Whether `shapes` has become the sets of what transactions access."""
    beyond: Outcome = field(default_factory=Outcome)
    """Transactions whose shape is not kept."""
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
        self.end(kind, counts, label, times, commits=True)
        executions = self.executions
        for number, executed in counts.items():
            if number >= 0:
                executions[number] += executed * times

    def roll_back(self, kind: str, counts: Mapping[int, int], times: int = 1) -> None:
        """A transaction was undone."""
        self.end(kind, counts, "", times, commits=False)

    def end(self, kind: str, numbers: Collection[int], label: str, times: int, *, commits: bool) -> None:
        """A transaction of these statements, in the order they ran, ended; executions are counted elsewhere."""
        outcome = self._outcome(kind, numbers)
        if not commits:
            outcome.rolled_back += times
            self.rolled_back += times
            return
        outcome.committed += times
        if label and outcome is not self.beyond:
            self._label(outcome, label, times)
        if kind == EXPLICIT:
            self.explicit += times
            if not self.by_accesses:
                outcome.follow(numbers, times)
        else:
            self.autocommit += times

    def leave_incomplete(self, reason: str) -> None:
        """A transaction whose beginning or end is not in the log."""
        self.incomplete += 1
        self.gaps[reason] += 1

    def add(self, other: Tally, ids: Sequence[int]) -> None:
        """Add what another fold counted, whose statement ids become `ids[id]`."""
        if other.by_accesses and not self.by_accesses:
            self._count_by_accesses()
        self.beyond.committed += other.beyond.committed
        self.beyond.rolled_back += other.beyond.rolled_back
        for (kind, shape), outcome in other.shapes.items():
            numbers = [*outcome.statements, *(n for n in shape if n < 0)] if other.by_accesses else shape
            mine = self._outcome(kind, [ids[number] if number >= 0 else ~ids[~number] for number in numbers])
            mine.committed += outcome.committed
            mine.rolled_back += outcome.rolled_back
            for label, times in outcome.labels.items():
                self._label(mine, label, times)
            for number, total in () if self.by_accesses else outcome.positions.items():
                mine.positions[ids[number]] = mine.positions.get(ids[number], 0) + total
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

    def _outcome(self, kind: str, numbers: Iterable[int]) -> Outcome:
        touches = self.touches
        touching = [number for number in numbers if number < 0 or touches[number]]
        if self.by_accesses:
            return self._outcome_of_accesses(kind, touching)
        shape = frozenset(touching)
        outcome = self.shapes.get((kind, shape))
        if outcome is None:
            if len(self.shapes) >= self.most_shapes:
                self._count_by_accesses()
                return self._outcome_of_accesses(kind, shape)
            outcome = self.shapes[kind, shape] = Outcome()
        return outcome

    def _outcome_of_accesses(self, kind: str, numbers: Collection[int]) -> Outcome:
        alike = self.alike
        key = kind, frozenset([alike[number] if number >= 0 else ~alike[~number] for number in numbers])
        outcome = self.shapes.get(key)
        if outcome is None:
            if len(self.shapes) >= self.most_accesses:
                return self.beyond
            outcome = self.shapes[key] = Outcome()
        outcome.statements.update([number for number in numbers if number >= 0])
        return outcome

    def _count_by_accesses(self) -> None:
        """From now on."""
        shapes, self.shapes = self.shapes, {}
        self.by_accesses = True
        self.labelled = 0
        for (kind, shape), outcome in shapes.items():
            mine = self._outcome_of_accesses(kind, shape)
            mine.committed += outcome.committed
            mine.rolled_back += outcome.rolled_back
            for label, times in outcome.labels.items():
                self._label(mine, label, times)
