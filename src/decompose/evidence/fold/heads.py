"""What parts of a log do with sessions whose state they do not know yet: see `head`."""

from __future__ import annotations

from functools import partial

from decompose.evidence.fold.head import Head, State, Step
from decompose.evidence.fold.run import IDLE, Mode, Run
from decompose.evidence.fold.state import FoldState
from decompose.evidence.log_entry import Event, LogEntry
from decompose.evidence.statement import Control

_ASSUMES = 200
"""Where a BEGIN commits, how many statements a head has before autocommit is taken for granted."""

TWO_PHASE = frozenset({Control.PREPARE, Control.COMMIT_PREPARED, Control.ROLLBACK_PREPARED})
"""Steps of a transaction that may be taken by other sessions than the one that began it."""


class Heads:
    """Keeps the steps of heads, and ends a head when its session's state is known."""

    def __init__(self, state: FoldState) -> None:
        self._state = state

    def begin(self, run: Run) -> None:
        """A session that the part meets for the first time."""
        self._state.heads[run.key] = Head()
        run.enter(Mode.HEAD)
        run.inherits = True
        run.add = partial(self._add, run)

    def wanted(self, run: Run | None, key: bytes) -> bool:
        """Whether a record of this session belongs to its head."""
        if self._state.whole:
            return False
        return run.mode is Mode.HEAD if run is not None else key not in self._state.heads

    def cut(self, run: Run) -> None:
        """Record numbers jump."""
        self._state.heads[run.key].cut()

    def step(self, run: Run, token: int, done: bool) -> None:
        """BEGIN, COMMIT or ROLLBACK."""
        state = self._state
        state.tally.entries -= 1
        head = state.heads[run.key]
        head.add(Step(token, run.name, run.number, done))
        control, last = state.tokens.steps[~token]
        sure = not state.rules.begin_commits or len(head.steps) > _ASSUMES
        if control is not Control.BEGIN and not head.without_autocommit and sure:
            self._end(run, () if done else last, assumes=True)

    def observe(self, run: Run, word: bytes) -> None:
        """The server's word on the session."""
        head = self._state.heads[run.key]
        head.add(State(word, run.name, run.number))
        if word == IDLE and not head.without_autocommit:
            self._end(run, (), assumes=True)

    def record(self, run: Run, entry: LogEntry) -> None:
        """A record that the fold of the part before has to see whole."""
        state = self._state
        head = state.heads[run.key]
        head.add(entry)
        run.label = None
        run.number = entry.number or run.number
        if entry.event is Event.STATEMENT:
            run.name = entry.label or run.name
        numbers = self._statements(head, entry)
        control = state.catalogue.controls[numbers[-1]] if numbers else Control.NONE
        if entry.event is Event.END:
            self.close(run)
        elif entry.event is Event.CONNECT:
            run.home, run.name = entry.database, ""
            self._end(run, (), assumes=False)
            head.nameless = run.inherits = False
        elif control is Control.AUTOCOMMIT_ON:
            run.home = entry.database or run.home
            self._end(run, numbers[-1:], assumes=False)
        elif control is Control.AUTOCOMMIT_OFF:
            head.without_autocommit = True

    def close(self, run: Run) -> None:
        """The session is over."""
        self._state.heads[run.key].end(assumes=False)
        del self._state.runs[run.key]

    def _statements(self, head: Head, entry: LogEntry) -> tuple[int, ...]:
        """The statements of a record; none as long as it is not known whether its database counts."""
        state = self._state
        read = entry.event is Event.STATEMENT and not state.databases
        numbers = state.catalogue.lookup(entry.sql) if read else ()
        controls = {state.catalogue.controls[number] for number in numbers}
        if not TWO_PHASE.isdisjoint(controls) or (state.databases and _may_be_two_phase(entry.sql)):
            head.two_phase = True
        return numbers

    def _add(self, run: Run, token: int) -> None:
        self._state.tally.entries -= 1
        self._state.heads[run.key].plain(token, run.name, run.number)

    def _end(self, run: Run, last: tuple[int, ...], assumes: bool) -> None:
        self._state.heads[run.key].end(assumes, nameless=not run.name)
        run.control = last
        run.tokens = []
        run.add = run.tokens.append
        run.enter(Mode.OUTSIDE)


def _may_be_two_phase(sql: str) -> bool:
    upper = sql.upper()
    return "PREPARE" in upper or "XA" in upper
