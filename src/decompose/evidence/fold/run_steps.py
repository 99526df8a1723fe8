"""BEGIN, COMMIT and ROLLBACK, and the server's own word on where a session stands."""

from __future__ import annotations

from decompose.evidence.fold.hand_over import HandOver
from decompose.evidence.fold.heads import Heads
from decompose.evidence.fold.loose import Loose
from decompose.evidence.fold.reconstruct import RECORDS_MISSING
from decompose.evidence.fold.run import FLAGS, IDLE, IN_TRANSACTION, Mode, Run
from decompose.evidence.fold.state import FoldState
from decompose.evidence.fold.tokens import SPECIAL
from decompose.evidence.statement import Control

# Looked up for each transaction: a module's names are found faster than those of an enumeration.
_HELD, _OUTSIDE, _INSIDE, _APART, _HEAD = Mode
_BEGIN, _COMMIT, _ROLLBACK = Control.BEGIN, Control.COMMIT, Control.ROLLBACK


class Steps:
    """Moves runs in and out of transactions."""

    def __init__(self, state: FoldState, loose: Loose, apart: HandOver, heads: Heads) -> None:
        self._state = state
        self._counts = state.counts
        self._tokens = state.tokens
        self._loose = loose
        self._apart = apart
        self._heads = heads

    def take(self, run: Run, token: int, done: bool) -> bool:
        """BEGIN, COMMIT or ROLLBACK; False if the reference fold must look at the text itself."""
        control, last = self._tokens.steps[~token]
        mode = run.mode
        if mode is _INSIDE and (control is _COMMIT or control is _ROLLBACK):
            tokens = tuple(run.tokens)
            run.tokens.clear()
            label = self._state.label_of(tokens) if self._tokens.labelled else ""
            self._counts.ended(label or run.name, control is _COMMIT, tokens)
            run.mode, run.state = _OUTSIDE, IDLE
        elif mode is _OUTSIDE and control is _BEGIN:
            if run.tokens:
                self._loose.count(run)
            run.mode, run.state = _INSIDE, IN_TRANSACTION
        else:
            return self._take_rare(run, token, done)
        self._counts.steps[token] += 1
        run.control = () if done else last
        return True

    def _take_rare(self, run: Run, token: int, done: bool) -> bool:
        control, last = self._tokens.steps[~token]
        mode = run.mode
        if token == SPECIAL or (mode is _INSIDE and control is _BEGIN):
            return False
        if mode is _HEAD:
            self._heads.step(run, token, done)
            return True
        self._counts.steps[token] += 1
        if mode is _APART:
            self._apart.step(run, control, last[0], done)
            return True
        if mode is _OUTSIDE:
            self._loose.count(run)
        elif control is _BEGIN:
            self._loose.release(run)
        else:
            self._loose.drop_held(run)
        run.control = () if done else last
        run.enter(_INSIDE if control is _BEGIN else _OUTSIDE)
        return True

    def begin_again(self, run: Run, token: int, done: bool) -> None:
        """A BEGIN within a transaction."""
        self._apart.session(run)
        self._state.tally.entries += 1
        self.take(run, token, done)

    def observe(self, run: Run, word: bytes) -> None:
        """The server's word on the state, before a statement; heeded if it differs from ours, or ours is not known."""
        if word == run.state:
            return
        flag = FLAGS.get(word)
        if flag is None or (flag and run.mode is _INSIDE):
            return
        if run.mode is _HEAD:
            self._heads.observe(run, word)
        elif run.mode is _HELD and not flag:
            self._loose.release(run)
        else:
            self._apart.session(run).observe(flag, self._state.tally)
            self._apart.take_back(run)

    def place(self, run: Run, number: int) -> None:
        """The session's record has this number, 0 if unknown."""
        if number:
            if number > run.number + 1:
                self.jump(run, number)
            run.number = number

    def jump(self, run: Run, number: int) -> None:
        """Records of the session are missing before the one with this number."""
        if run.mode is _HEAD:
            self._heads.cut(run)
        elif run.number:
            self._state.tally.gaps[RECORDS_MISSING] += number - run.number - 1
            if run.mode >= _INSIDE:
                self._apart.session(run).lose_records()
