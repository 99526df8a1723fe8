"""Records one by one: whatever a log says beside rows of plain statements."""

from __future__ import annotations

from decompose.evidence.columns import SessionMark
from decompose.evidence.fold.hand_over import HandOver
from decompose.evidence.fold.heads import Heads
from decompose.evidence.fold.reconstruct import MAINTENANCE
from decompose.evidence.fold.run_steps import Steps
from decompose.evidence.fold.run_table import RunTable
from decompose.evidence.fold.state import FoldState
from decompose.evidence.log_entry import Event, LogEntry


class Records:
    """Folds entries and marks."""

    def __init__(self, state: FoldState, table: RunTable, apart: HandOver, heads: Heads, steps: Steps) -> None:
        self._state = state
        self._table = table
        self._apart = apart
        self._heads = heads
        self._steps = steps

    def entry(self, entry: LogEntry) -> None:
        """One record of a session."""
        state = self._state
        key = entry.session.encode("utf-8", "replace")
        run = state.runs.get(key)
        if not entry.database and key in state.asides and entry.event not in (Event.CONNECT, Event.USE):
            entry = entry._replace(database=state.asides[key])
        if entry.database in MAINTENANCE and entry.database not in state.databases:
            self._set_aside(key, entry)
            return
        state.asides.pop(key, None)
        if self._heads.wanted(run, key):
            self._heads.record(run or self._table.open(key, "", "", False), entry)
        elif entry.event is not Event.OTHER or (state.databases and run is not None):
            self._apart.entry(run, key, entry)
        elif run is not None:
            state.tally.entries += 1
            self._steps.place(run, entry.number)

    def mark(self, mark: SessionMark) -> None:
        """What a line without a record of its own says of a session."""
        key = mark.session.encode("utf-8", "replace")
        run = self._state.runs.get(key)
        if self._heads.wanted(run, key):
            run = run or self._table.open(key, "", "", False)
            self._state.heads[key].add(mark)
            if mark.ended:
                self._heads.close(run)
        elif mark.ended:
            self._table.drop(key)
        elif run is not None and run.number:
            run.number += 1

    def _set_aside(self, key: bytes, entry: LogEntry) -> None:
        """Of a maintenance database: it counts only if nothing else does."""
        state = self._state
        run = state.runs.get(key)
        state.asides[key] = entry.database
        if entry.event is Event.END:
            del state.asides[key]
        if run is not None:
            run.label = None
        if state.whole:
            state.reference.feed((entry,))
        else:
            state.later.append(entry)
