"""Sessions that the reference fold has: whatever is no plain statement within plain transactions is left to it.

A session is handed over as it stands and taken back when it is between transactions again.
"""

from __future__ import annotations

from functools import partial

from decompose.evidence.fold.loose import Loose
from decompose.evidence.fold.run import Mode, Run
from decompose.evidence.fold.session import OpenTransaction, Session
from decompose.evidence.fold.state import FoldState, decoded
from decompose.evidence.log_entry import Event, LogEntry
from decompose.evidence.statement import Control


class HandOver:
    """Gives sessions to the reference fold and takes them back."""

    def __init__(self, state: FoldState, loose: Loose) -> None:
        self._state = state
        self._loose = loose

    def session(self, run: Run) -> Session:
        """The session as the reference fold knows it, which has it from now on."""
        if run.session is not None:
            return run.session
        session = Session(beginning_seen=run.mode is not Mode.HELD, database=run.home)
        session.cursors, session.last, session.number = run.cursors, run.control, run.number
        session.application = run.name
        if run.mode is Mode.INSIDE:
            session.resume(self._transaction(run), None)
            if run.tokens:
                last = run.tokens[-1]
                session.last = () if last & 1 else self._state.tokens.numbers[last >> 1]
        elif run.mode is Mode.HELD:
            self._loose.hold(run, run.tokens[:-1])
            session.resume(None, run.held)
        else:
            self._state.counts.alone(run.name, run.tokens[:-1])
        if run.mode is not Mode.INSIDE:
            for token in run.tokens[-1:]:
                self._run(session, token)
        self._state.reference.adopt(decoded(run.key), session)
        self.bind(run, session)
        return session

    def bind(self, run: Run, session: Session) -> None:
        """The reference fold has this session."""
        run.session = session
        run.tokens, run.held, run.add = [], {}, partial(self._add, run)
        run.enter(Mode.APART)

    def take_back(self, run: Run) -> None:
        """The session from the reference fold, if it is between transactions and nothing of it is pending."""
        if run.session is not None and run.session.between:
            run.take(run.session)
            self._state.reference.release(decoded(run.key))

    def step(self, run: Run, control: Control, number: int, done: bool) -> None:
        """BEGIN, COMMIT or ROLLBACK of a session that the reference fold has."""
        session, tally = self.session(run), self._state.tally
        session.last = (number,)
        session.control(control, "", "", self._state.rules, tally)
        if done:
            session.settle(tally)
            session.last = ()
        self.take_back(run)

    def statement(self, run: Run, entry: LogEntry) -> None:
        """A statement that the reference fold must see whole; its number and state are accounted for."""
        self.session(run)
        self._state.reference.feed((entry,))
        self.take_back(run)

    def entry(self, run: Run | None, key: bytes, entry: LogEntry) -> None:
        """A record that the reference fold folds, with all it says of its session."""
        state = self._state
        if run is not None:
            self.session(run).number = run.number
        state.reference.feed((entry,))
        session = state.reference.session(entry.session)
        if session is None:
            state.runs.pop(key, None)
            return
        if run is None or session is not run.session:
            run = state.runs[key] = Run(key, "", session.database)
            self.bind(run, session)
        run.number, run.name, run.label = session.number, session.application, None
        self.take_back(run)

    def _transaction(self, run: Run) -> OpenTransaction:
        state = self._state
        transaction = OpenTransaction(state.label_of(run.tokens))
        counts = transaction.levels[0][1]
        for token in run.tokens:
            for number in state.tokens.numbers[token >> 1]:
                counts[number] = counts.get(number, 0) + 1
        state.counts.seen.update(run.tokens)
        return transaction

    def _run(self, session: Session, token: int) -> None:
        state = self._state
        session.run(state.tokens.numbers[token >> 1], state.tokens.labels[token >> 1], state.tally)
        if token & 1:
            session.settle(state.tally)
            session.last = ()
        state.counts.seen[token] += 1

    def _add(self, run: Run, token: int) -> None:
        """A plain statement of a session that the reference fold has."""
        session = self.session(run)
        self._run(session, token)
        if session.recall():
            self._state.counts.seen[token] -= 1
            self.take_back(run)
            run.tokens.append(token)
        else:
            self.take_back(run)


def as_entry(run: Run, sql: str, done: bool) -> LogEntry:
    """A statement of a run without its number and state."""
    database = decoded(run.database) or run.home
    return LogEntry(decoded(run.key), sql, Event.STATEMENT, database, run.name, done=done)
