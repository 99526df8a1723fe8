"""Statements outside transactions: counted once it is known that they were, and that they have not failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from decompose.evidence.fold.run import Mode, Run
from decompose.evidence.fold.session import HEAD_LOST, TAIL_LOST
from decompose.evidence.fold.state import FoldState
from decompose.evidence.fold.tally import AUTOCOMMIT


class Loose:
    """Counts the statements of runs that are between transactions, or may be (see `session` on what is held back)."""

    def __init__(self, state: FoldState) -> None:
        self._state = state

    def count(self, run: Run) -> None:
        """They are known not to have failed."""
        if run.tokens:
            self._state.counts.alone(run.name, run.tokens)
            run.tokens.clear()

    def release(self, run: Run) -> None:
        """They turn out to have been outside transactions."""
        if run.mode is Mode.HELD:
            self.hold(run, run.tokens)
            run.tokens.clear()
        self.count(run)
        for (number, label), times in run.held.items():
            self._state.tally.commit(AUTOCOMMIT, {number: 1}, label, times)
        run.held = {}
        run.enter(Mode.OUTSIDE)

    def hold(self, run: Run, tokens: Iterable[int]) -> None:
        """They are counted when it is known what they belonged to."""
        state, held = self._state, run.held
        for token, times in Counter(tokens).items():
            executed = Counter(state.tokens.numbers[token >> 1])
            label = state.tokens.labels[token >> 1] or run.name
            state.counts.seen[token] += times
            if len(executed) == 1:
                ((number, count),) = executed.items()
                held[number, label] = held.get((number, label), 0) + count * times
            else:
                state.tally.commit(AUTOCOMMIT, executed, label, times)

    def drop_held(self, run: Run) -> None:
        """They turn out to have been in a transaction."""
        self.hold(run, run.tokens)
        run.tokens.clear()
        run.held = {}
        self._state.tally.leave_incomplete(HEAD_LOST)

    def shorten(self, run: Run) -> None:
        """All but the last one, which may yet fail, leave the run."""
        last = run.tokens.pop()
        if run.mode is Mode.HELD:
            self.hold(run, run.tokens)
            run.tokens.clear()
        else:
            self.count(run)
        run.tokens.append(last)

    def close(self, run: Run) -> None:
        """The session or the log ended."""
        if run.mode is Mode.INSIDE:
            self._state.counts.seen.update(run.tokens)
            self._state.tally.leave_incomplete(TAIL_LOST)
        elif run.mode < Mode.INSIDE:
            self.release(run)
