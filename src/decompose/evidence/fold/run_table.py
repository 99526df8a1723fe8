"""The sessions that a fast fold knows: opened, named, forgotten."""

from __future__ import annotations

from decompose.evidence.fold.hand_over import HandOver
from decompose.evidence.fold.heads import Heads
from decompose.evidence.fold.loose import Loose
from decompose.evidence.fold.run import Mode, Run
from decompose.evidence.fold.state import FoldState, decoded

FORGOTTEN = "session forgotten before its end: too many at a time"
_RUNS = 50_000
_UNNAMED = b"[unknown]"


class RunTable:
    """Opens runs and lets go of them."""

    def __init__(self, state: FoldState, loose: Loose, apart: HandOver, heads: Heads) -> None:
        self.most = _RUNS
        """How many sessions are known at a time."""
        self._state = state
        self._loose = loose
        self._apart = apart
        self._heads = heads

    def open(self, key: bytes, name: str, home: str, beginning_seen: bool) -> Run:
        """A session that is new."""
        state = self._state
        if len(state.runs) >= self.most:
            self._forget()
        run = state.runs[key] = Run(key, name, home)
        if not state.whole and key not in state.heads:
            self._heads.begin(run)
            return run
        state.tally.sessions += 1
        run.enter(Mode.OUTSIDE if beginning_seen else Mode.HELD)
        return run

    def of_row(self, key: bytes, label: bytes, database: bytes, number: bytes) -> Run:
        """The run of a row whose session is new, or says another label or database than before."""
        run = self._state.runs.get(key)
        if run is None:
            run = self.open(key, shown(label), decoded(database), number == b"1")
        self.rename(run, shown(label))
        run.label, run.database = label, database
        return run

    def meet(self, key: bytes, name: str, number: int) -> Run:
        """The run of a session that says this label, opened if it is new."""
        run = self._state.runs.get(key)
        if run is None:
            run = self.open(key, name, "", number == 1)
        self.rename(run, name)
        return run

    def rename(self, run: Run, name: str) -> None:
        """The session's application calls itself so from now on; an empty name says nothing."""
        if not name or name == run.name:
            return
        if run.mode < Mode.INSIDE and run.tokens:
            self._apart.session(run)
        run.name = name
        if run.session is not None:
            run.session.application = name

    def drop(self, key: bytes) -> None:
        """Nothing more will come of this session."""
        run = self._state.runs.pop(key, None)
        if run is None:
            return
        self._loose.close(run)
        if run.session is not None:
            run.session.close(self._state.tally)
            self._state.reference.release(decoded(run.key))

    def _forget(self) -> None:
        """Make room: sessions between transactions first, the longest known first."""
        runs = self._state.runs
        between = [key for key, run in runs.items() if run.mode < Mode.INSIDE][: self.most // 2]
        for key in between or list(runs)[: self.most // 2]:
            self.drop(key)
            self._state.tally.gaps[FORGOTTEN] += 1


def shown(label: bytes) -> str:
    """An application's name; empty if the server had none."""
    return "" if label == _UNNAMED else decoded(label)
