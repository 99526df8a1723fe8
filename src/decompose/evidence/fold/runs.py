"""The fast fold: the same tally as `reconstruct.Reconstruction`, from columns instead of entries.

Most of a log is plain statements outside transactions, and transactions that begin, run plain statements and end. Those
are lists of tokens per session, counted when they end. Whatever else comes, the session is handed to the reference fold
as it stands, and taken back when it is between transactions again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.columns import Columns, Record, SessionMark, Spelling
from decompose.evidence.fold.hand_over import HandOver, as_entry
from decompose.evidence.fold.heads import Heads
from decompose.evidence.fold.loose import Loose
from decompose.evidence.fold.reconstruct import MAINTENANCE, Selection
from decompose.evidence.fold.run import FLAGS, Mode, Run
from decompose.evidence.fold.run_records import Records
from decompose.evidence.fold.run_steps import Steps
from decompose.evidence.fold.run_table import RunTable, shown
from decompose.evidence.fold.session import TransactionRules
from decompose.evidence.fold.state import FoldState, decoded
from decompose.evidence.fold.tally import Tally
from decompose.evidence.fold.texts import TextKeys, Texts
from decompose.evidence.log_entry import Event, LogEntry

_LONGEST_RUN = 4_096
_SETTLES = 16_384
"""After how many rows it is looked for long runs."""

Row = tuple[bytes, bytes, int | None, bytes, bytes, bytes, bytes, bytes, bytes]
"""Session, text, token if known, other, label, database, state, number, done."""


class RunFold:
    """Folds columns and records in order; `finish` once. `whole` is False for a part that is not a capture's first."""

    def __init__(
        self,
        catalogue: Catalogue,
        rules: TransactionRules,
        keys: TextKeys,
        selection: Selection | None = None,
        *,
        whole: bool = True,
    ) -> None:
        self.state = FoldState(catalogue, rules, selection or Selection(), whole)
        self.loose = Loose(self.state)
        self.apart = HandOver(self.state, self.loose)
        self._heads = Heads(self.state)
        self.steps = Steps(self.state, self.loose, self.apart, self._heads)
        self.table = RunTable(self.state, self.loose, self.apart, self._heads)
        self._records = Records(self.state, self.table, self.apart, self._heads, self.steps)
        self._keys = keys
        self._texts: dict[Spelling, Texts] = {}
        self._aside_names = frozenset(name.encode() for name in MAINTENANCE - self.state.databases)
        self._unsettled = 0

    @property
    def catalogue(self) -> Catalogue:
        """The statements it has met."""
        return self.state.catalogue

    def feed_columns(self, columns: Columns, spelling: Spelling) -> None:  # noqa: C901
        """Fold a block. One loop without calls for what is most of a log: a call costs as much as all else of a row."""
        texts = self._texts.get(spelling)
        if texts is None:
            texts = self._texts[spelling] = Texts(self.state.tokens, self.catalogue, self._keys, spelling)
        runs, steps, find = self.state.runs.get, self.steps, texts.find
        awaited, special = columns.awaited, 0
        for row in _rows(columns, texts.tokens(columns.texts)):
            session, text, token, other, label, database, state, number, done = row
            if other:
                special += 1
                self.feed(columns.read(other))
                continue
            if awaited and session in awaited:
                self._records.entry(awaited.pop(session))
            run = runs(session)
            if run is None or label != run.label or database != run.database:
                run = self._meet(columns, session, label, database, number)
                if run is None:
                    special += 1
                    self._records.entry(self._entry(columns, row, texts.decode(text)))
                    continue
            if number:
                position = int(number)
                if position > run.number + 1:
                    steps.jump(run, position)
                run.number = position
            if state and state != run.state:
                steps.observe(run, state)
            if token is None:
                token = find(text)
            if token >= 0:
                run.add(token + 1 if done else token)
            elif not steps.take(run, token, bool(done)):
                special += 1
                self._hand_over(run, texts.decode(text), bool(done))
        self.state.tally.entries += len(columns.sessions) - special
        self._settle(len(columns.sessions))

    def feed(self, records: Iterable[Record]) -> None:
        """Fold records one by one."""
        for record in records:
            if isinstance(record, LogEntry):
                self._records.entry(record)
            elif isinstance(record, SessionMark):
                self._records.mark(record)
            else:
                self.state.reference.feed((record,))

    def finish(self) -> Tally:
        """Close every session still open, as the end of the log does."""
        state = self.state
        for run in state.runs.values():
            self.loose.close(run)
        state.runs.clear()
        state.counts.pour(state.tally)
        return state.reference.finish()

    def _meet(self, columns: Columns, key: bytes, label: bytes, database: bytes, number: bytes) -> Run | None:
        """The run of a row whose session is new, or says another label or database than before.

        None if the row has to be read as an entry: of a maintenance database, or one that may not be asked for.
        """
        state = self.state
        name = decoded(database) if columns.databases is not None else self._database_of(key)
        if state.databases and name not in state.databases:
            return None
        if database in self._aside_names or (columns.databases is None and key in state.asides):
            return None
        return self.table.of_row(key, label, database, number)

    def _database_of(self, key: bytes) -> str:
        """The database of a session whose rows do not name it, as its records have told; empty if they have not."""
        run = self.state.runs.get(key)
        if run is None:
            return ""
        return run.home if run.session is None else run.session.database

    def _entry(self, columns: Columns, row: Row, sql: str) -> LogEntry:
        """A row as an entry."""
        key, _, _, _, label, database, state, number, done = row
        name = decoded(database) if columns.databases is not None else self.state.asides.get(key, "")
        position, flag = int(number) if number else 0, FLAGS.get(state)
        return LogEntry(decoded(key), sql, Event.STATEMENT, name, shown(label), "", 0, flag, position, done=bool(done))

    def _hand_over(self, run: Run, sql: str, done: bool) -> None:
        """A statement that is not plain."""
        entry = as_entry(run, sql, done)
        if run.mode is Mode.HEAD:
            self._heads.record(run, entry._replace(number=run.number))
        else:
            self.apart.statement(run, entry)

    def _settle(self, rows: int) -> None:
        """At the end of a block, what grows is counted and emptied."""
        self.state.counts.settle(self.state.tally)
        self._unsettled += rows
        if self._unsettled < _SETTLES:
            return
        self._unsettled = 0
        for run in [run for run in self.state.runs.values() if len(run.tokens) > _LONGEST_RUN]:
            if run.mode is Mode.INSIDE:
                self.apart.session(run)
            else:
                self.loose.shorten(run)


def _rows(columns: Columns, tokens: Iterable[int | None]) -> Iterator[Row]:
    """The rows with their tokens, empty where a column is lacking."""
    empty = repeat(b"")
    return zip(
        columns.sessions,
        columns.texts,
        tokens,
        columns.others,
        columns.labels or empty,
        columns.databases or empty,
        columns.states or empty,
        columns.numbers or empty,
        columns.done or empty,
        strict=False,
    )
