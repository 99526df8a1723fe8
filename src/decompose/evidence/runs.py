"""The fast fold: the same tally as `reconstruct.Reconstruction`, from columns instead of entries.

Most of a log is plain statements outside transactions, and transactions that begin, run plain statements and end. Those
are lists of tokens per session, counted when they end. Whatever else comes, the session is handed to the reference fold
as it stands, and taken back when it is between transactions again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import repeat

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.columns import Columns, Record, SessionMark, Spelling
from decompose.evidence.head import Head, State, Step
from decompose.evidence.log_entry import Event, LogEntry
from decompose.evidence.reconstruct import MAINTENANCE, RECORDS_MISSING, Reconstruction, Selection
from decompose.evidence.run import FLAGS, IDLE, Mode, Run
from decompose.evidence.run_counts import RunCounts
from decompose.evidence.session import HEAD_LOST, TAIL_LOST, OpenTransaction, Session, TransactionRules
from decompose.evidence.statement import Control
from decompose.evidence.tally import AUTOCOMMIT, Tally
from decompose.evidence.tokens import SPECIAL, TextKeys, Texts, Tokens

FORGOTTEN = "session forgotten before its end: too many at a time"

_RUNS = 50_000
_LONGEST_RUN = 4_096
_HEAD_ASSUMES = 200
"""Where a BEGIN commits, how many statements a head has before autocommit is taken for granted."""
_UNNAMED = b"[unknown]"

TWO_PHASE = frozenset({Control.PREPARE, Control.COMMIT_PREPARED, Control.ROLLBACK_PREPARED})
"""Steps of a transaction that may be taken by other sessions than the one that began it."""


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
        self.catalogue = catalogue
        self.rules = rules
        self.reference = Reconstruction(catalogue, rules, selection)
        self.tokens = Tokens(catalogue, rules)
        self.counts = RunCounts(self.tokens)
        self.runs: dict[bytes, Run] = {}
        self.heads: dict[bytes, Head] = {}
        self.later: list[LogEntry] = []
        """Entries of maintenance databases, which a part does not fold itself."""
        self.asides: dict[bytes, str] = {}
        """Sessions in a maintenance database, where rows do not name theirs."""
        self._keys = keys
        self._whole = whole
        self._texts: dict[Spelling, Texts] = {}
        self._databases = (selection or Selection()).databases
        self._aside_names = frozenset(name.encode() for name in MAINTENANCE - self._databases)

    @property
    def tally(self) -> Tally:
        """What is counted so far, but for what `counts` still holds."""
        return self.reference.tally

    def feed_columns(self, columns: Columns, spelling: Spelling) -> None:  # noqa: C901
        """Fold a block. One loop without calls for what is most of a log: a call costs as much as all else of a row."""
        texts = self._texts.get(spelling)
        if texts is None:
            texts = self._texts[spelling] = Texts(self.tokens, self.catalogue, self._keys, spelling)
        known, find, runs = texts.known.get, texts.find, self.runs.get
        awaited, special = columns.awaited, 0
        for session, text, other, label, database, state, number, done in _rows(columns):
            if other:
                special += 1
                self.feed(columns.read(other))
                continue
            if awaited and session in awaited:
                self._record(awaited.pop(session))
            run = runs(session)
            if run is None or label != run.label or database != run.database:
                run = self._meet(columns, session, label, database, number)
                if run is None:
                    special += 1
                    self._entry(columns, texts, session, text, label, database, state, number, done)
                    continue
            if number:
                position = int(number)
                if position > run.number + 1:
                    self._jump(run, position)
                run.number = position
            if state and state != run.state:
                self._observe(run, state)
            token = known(text)
            if token is None:
                token = find(text)
            if token >= 0:
                run.add(token + 1 if done else token)
            elif not self.step(run, token, bool(done)):
                special += 1
                self._hand_over(run, texts.decode(text), bool(done))
        self.tally.entries += len(columns.sessions) - special
        self._settle()

    def feed(self, records: Iterable[Record]) -> None:
        """Fold records one by one."""
        for record in records:
            if isinstance(record, LogEntry):
                self._record(record)
            elif isinstance(record, SessionMark):
                self._mark(record)
            else:
                self.reference.feed((record,))

    def finish(self) -> Tally:
        """Close every session still open, as the end of the log does."""
        for run in self.runs.values():
            self._close(run)
        self.runs.clear()
        self.counts.pour(self.tally)
        return self.reference.finish()

    # Rows whose session is new or has changed

    def _meet(self, columns: Columns, key: bytes, label: bytes, database: bytes, number: bytes) -> Run | None:
        """The run of a session that is new, or says another label or database than before.

        None if the row has to be read as an entry: of a maintenance database, or one that may not be asked for.
        """
        if self._databases and (columns.databases is None or _text(database) not in self._databases):
            return None
        if database in self._aside_names or (columns.databases is None and key in self.asides):
            return None
        run = self.runs.get(key)
        if run is None:
            run = self._open(key, _shown(label), _text(database), number == b"1")
        self.rename(run, _shown(label))
        run.label, run.database = label, database
        return run

    def meet(self, key: bytes, name: str, number: int) -> Run:
        """The run of a session that says this label, opened if it is new."""
        run = self.runs.get(key)
        if run is None:
            run = self._open(key, name, "", number == 1)
        self.rename(run, name)
        return run

    def rename(self, run: Run, name: str) -> None:
        """The session's application calls itself so from now on; an empty name says nothing."""
        if not name or name == run.name:
            return
        if run.mode < Mode.INSIDE and run.tokens:
            self._apart(run)
        run.name = name
        if run.session is not None:
            run.session.application = name

    def _open(self, key: bytes, name: str, home: str, beginning_seen: bool) -> Run:
        if len(self.runs) >= _RUNS:
            self._forget()
        run = self.runs[key] = Run(key, name, home)
        if not self._whole and key not in self.heads:
            self.heads[key] = Head()
            run.enter(Mode.HEAD)
            run.inherits = True
            run.add = partial(self._add_to_head, run)
            return run
        self.tally.sessions += 1
        run.enter(Mode.OUTSIDE if beginning_seen else Mode.HELD)
        return run

    def _entry(
        self,
        columns: Columns,
        texts: Texts,
        key: bytes,
        text: bytes,
        label: bytes,
        database: bytes,
        state: bytes,
        number: bytes,
        done: bytes,
    ) -> None:
        """A row as an entry."""
        name = _text(database) if columns.databases is not None else self.asides.get(key, "")
        position = int(number) if number else 0
        flag, sql = FLAGS.get(state), texts.decode(text)
        self._record(
            LogEntry(_text(key), sql, Event.STATEMENT, name, _shown(label), "", 0, flag, position, done=bool(done))
        )

    def _forget(self) -> None:
        """Make room: sessions between transactions first, the longest known first."""
        between = [key for key, run in self.runs.items() if run.mode < Mode.INSIDE][: _RUNS // 2]
        for key in between or list(self.runs)[: _RUNS // 2]:
            self._lose(self.runs.pop(key))
            self.tally.gaps[FORGOTTEN] += 1

    def drop(self, key: bytes) -> None:
        """Forget a session that is between transactions and has ended since."""
        run = self.runs.pop(key, None)
        if run is not None:
            self._lose(run)

    def _lose(self, run: Run) -> None:
        """Nothing more will come of this session."""
        self._close(run)
        if run.session is not None:
            run.session.close(self.tally)
            self.reference.release(_text(run.key))

    # What a row says beside its statement

    def _jump(self, run: Run, position: int) -> None:
        """Records of the session are missing before this one."""
        if run.mode is Mode.HEAD:
            self.heads[run.key].cut()
        elif run.number:
            self.tally.gaps[RECORDS_MISSING] += position - run.number - 1
            if run.mode >= Mode.INSIDE:
                self._apart(run).lose_records()

    def place(self, run: Run, number: int) -> None:
        """The session's record has this number, 0 if unknown."""
        if number:
            if number > run.number + 1:
                self._jump(run, number)
            run.number = number

    def _observe(self, run: Run, state: bytes) -> None:
        """The server's word on the state differs from ours, or ours is not known."""
        flag = FLAGS.get(state)
        if flag is None or (flag and run.mode is Mode.INSIDE):
            return
        if run.mode is Mode.HEAD:
            self._observe_head(run, state)
        elif run.mode is Mode.HELD and not flag:
            self._release(run)
        else:
            self._apart(run).observe(flag, self.tally)
            self._take_back(run)

    def observe(self, run: Run, state: bytes) -> None:
        """The server's word on the state."""
        if state != run.state:
            self._observe(run, state)

    # BEGIN, COMMIT, ROLLBACK

    def step(self, run: Run, token: int, done: bool) -> bool:
        """BEGIN, COMMIT or ROLLBACK; False if the reference fold must look at the text itself."""
        control, number = self.tokens.steps[~token]
        mode = run.mode
        if token == SPECIAL or (mode is Mode.INSIDE and control is Control.BEGIN):
            return False
        if mode is Mode.HEAD:
            self._step_in_head(run, token, control, done)
            return True
        self.counts.steps[token] += 1
        if mode is Mode.APART:
            self._step_apart(run, control, number, done)
            return True
        if mode is Mode.INSIDE:
            tokens = tuple(run.tokens)
            run.tokens.clear()
            self.counts.ended(self._label_of(tokens) or run.name, control is Control.COMMIT, tokens)
        elif mode is Mode.OUTSIDE:
            self.loosen(run)
        elif control is Control.BEGIN:
            self._release(run)
        else:
            self._drop_held(run)
        run.control = () if done else (number,)
        run.enter(Mode.INSIDE if control is Control.BEGIN else Mode.OUTSIDE)
        return True

    def refer_step(self, run: Run, token: int, done: bool) -> None:
        """A BEGIN within a transaction."""
        self._apart(run)
        self.tally.entries += 1
        self.step(run, token, done)

    def _label_of(self, tokens: Iterable[int]) -> str:
        """The first label that a comment gives a transaction."""
        if not self.tokens.labelled:
            return ""
        labels = self.tokens.labels
        return next((labels[token >> 1] for token in tokens if labels[token >> 1]), "")

    def loosen(self, run: Run) -> None:
        """Statements outside transactions are known not to have failed."""
        if run.tokens:
            self.counts.alone(run.name, run.tokens)
            run.tokens.clear()

    # Sessions whose beginning was not seen

    def _release(self, run: Run) -> None:
        """They turn out to have been outside transactions."""
        self.loosen(run)
        for (number, label), times in run.held.items():
            self.tally.commit(AUTOCOMMIT, {number: 1}, label, times)
        run.held = {}
        run.enter(Mode.OUTSIDE)

    def _hold(self, run: Run, tokens: Iterable[int]) -> None:
        """Counted when it is known what they belonged to."""
        held, labels = run.held, self.tokens.labels
        for token, times in Counter(tokens).items():
            numbers = self.tokens.numbers[token >> 1]
            label = labels[token >> 1] or run.name
            self.counts.seen[token] += times
            if len(numbers) == 1:
                held[numbers[0], label] = held.get((numbers[0], label), 0) + times
            else:
                self.tally.commit(AUTOCOMMIT, Counter(numbers), label, times)

    def _drop_held(self, run: Run) -> None:
        """They turn out to have been in a transaction."""
        self._hold(run, run.tokens)
        run.tokens.clear()
        run.held = {}
        self.tally.leave_incomplete(HEAD_LOST)

    def _close(self, run: Run) -> None:
        """The session or the log ended."""
        if run.mode is Mode.INSIDE:
            self.counts.seen.update(run.tokens)
            self.tally.leave_incomplete(TAIL_LOST)
        elif run.mode < Mode.INSIDE:
            self._release(run)

    # Sessions that the reference fold has

    def _apart(self, run: Run) -> Session:
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
                session.last = () if last & 1 else self.tokens.numbers[last >> 1]
        elif run.mode is Mode.HELD:
            self._hold(run, run.tokens[:-1])
            session.resume(None, run.held)
        else:
            self.counts.alone(run.name, run.tokens[:-1])
        if run.mode is not Mode.INSIDE:
            for token in run.tokens[-1:]:
                self._run_apart(session, token)
        self.reference.adopt(_text(run.key), session)
        self.set_apart(run, session)
        return session

    def set_apart(self, run: Run, session: Session) -> None:
        """The reference fold has this session."""
        run.session = session
        run.tokens, run.held, run.add = [], {}, partial(self._add_apart, run)
        run.enter(Mode.APART)

    def _transaction(self, run: Run) -> OpenTransaction:
        transaction = OpenTransaction(self._label_of(run.tokens))
        counts = transaction.levels[0][1]
        for token in run.tokens:
            for number in self.tokens.numbers[token >> 1]:
                counts[number] = counts.get(number, 0) + 1
        self.counts.seen.update(run.tokens)
        return transaction

    def _run_apart(self, session: Session, token: int) -> None:
        session.run(self.tokens.numbers[token >> 1], self.tokens.labels[token >> 1], self.tally)
        if token & 1:
            session.settle(self.tally)
            session.last = ()
        self.counts.seen[token] += 1

    def _add_apart(self, run: Run, token: int) -> None:
        """A plain statement of a session that the reference fold has."""
        session = self._apart(run)
        self._run_apart(session, token)
        if session.recall():
            self.counts.seen[token] -= 1
            self._take_back(run)
            run.tokens.append(token)
        else:
            self._take_back(run)

    def _step_apart(self, run: Run, control: Control, number: int, done: bool) -> None:
        session = self._apart(run)
        session.last = (number,)
        session.control(control, "", "", self.rules, self.tally)
        if done:
            session.settle(self.tally)
            session.last = ()
        self._take_back(run)

    def _take_back(self, run: Run) -> None:
        """The session from the reference fold, if it is between transactions and nothing of it is pending."""
        if run.session is not None and run.session.between:
            run.take(run.session)
            self.reference.release(_text(run.key))

    def _hand_over(self, run: Run, sql: str, done: bool) -> None:
        """A statement that the reference fold must see whole; its number and state are accounted for."""
        database = _text(run.database) or run.home
        entry = LogEntry(_text(run.key), sql, Event.STATEMENT, database, run.name, done=done)
        if run.mode is Mode.HEAD:
            self._record_in_head(run, entry._replace(number=run.number))
            return
        self._apart(run)
        self.reference.feed((entry,))
        self._take_back(run)

    # Records one by one

    def _record(self, entry: LogEntry) -> None:
        key = entry.session.encode("utf-8", "replace")
        run = self.runs.get(key)
        if not entry.database and key in self.asides and entry.event not in (Event.CONNECT, Event.USE):
            entry = entry._replace(database=self.asides[key])
        if entry.database in MAINTENANCE and entry.database not in self._databases:
            self.asides[key] = entry.database
            if entry.event is Event.END:
                del self.asides[key]
            if run is not None:
                run.label = None
            if self._whole:
                self.reference.feed((entry,))
            else:
                self.later.append(entry)
            return
        self.asides.pop(key, None)
        if not self._whole and (run.mode is Mode.HEAD if run else key not in self.heads):
            self._record_in_head(run or self._open(key, "", "", False), entry)
        elif entry.event is not Event.OTHER or (self._databases and run is not None):
            self._refer(run, key, entry)
        elif run is not None:
            self.tally.entries += 1
            self.place(run, entry.number)

    def _refer(self, run: Run | None, key: bytes, entry: LogEntry) -> None:
        if run is not None:
            self._apart(run).number = run.number
        self.reference.feed((entry,))
        session = self.reference.session(entry.session)
        if session is None:
            self.runs.pop(key, None)
            return
        if run is None or session is not run.session:
            run = self.runs[key] = Run(key, "", session.database)
            self.set_apart(run, session)
        run.number, run.name, run.label = session.number, session.application, None
        self._take_back(run)

    def _mark(self, mark: SessionMark) -> None:
        key = mark.session.encode("utf-8", "replace")
        run = self.runs.get(key)
        if not self._whole and (run.mode is Mode.HEAD if run else key not in self.heads):
            run = run or self._open(key, "", "", False)
            self.heads[key].add(mark)
            if mark.ended:
                self.heads[key].end(assumes=False)
                del self.runs[key]
        elif run is not None and mark.ended:
            self._lose(self.runs.pop(key))
        elif run is not None and run.number:
            run.number += 1

    # Heads of parts

    def _add_to_head(self, run: Run, token: int) -> None:
        self.tally.entries -= 1
        self.heads[run.key].plain(token, run.name, run.number)

    def _step_in_head(self, run: Run, token: int, control: Control, done: bool) -> None:
        self.tally.entries -= 1
        head = self.heads[run.key]
        head.add(Step(token, run.name, run.number, done))
        sure = not self.rules.begin_commits or len(head.steps) > _HEAD_ASSUMES
        if control is not Control.BEGIN and not head.without_autocommit and sure:
            number = self.tokens.steps[~token][1]
            self._end_head(run, () if done else (number,), assumes=True)

    def _observe_head(self, run: Run, state: bytes) -> None:
        head = self.heads[run.key]
        head.add(State(state, run.name, run.number))
        if state == IDLE and not head.without_autocommit:
            self._end_head(run, (), assumes=True)

    def _record_in_head(self, run: Run, entry: LogEntry) -> None:
        head = self.heads[run.key]
        head.add(entry)
        run.label = None
        run.number = entry.number or run.number
        if entry.event is Event.STATEMENT:
            run.name = entry.label or run.name
        # Which databases count is known when the head is folded: until then its statements are not looked up.
        read = entry.event is Event.STATEMENT and not self._databases
        numbers = self.catalogue.lookup(entry.sql) if read else ()
        controls = {self.catalogue.controls[number] for number in numbers}
        if not TWO_PHASE.isdisjoint(controls) or (self._databases and _may_be_two_phase(entry.sql)):
            head.two_phase = True
        control = self.catalogue.controls[numbers[-1]] if numbers else Control.NONE
        if entry.event is Event.END:
            head.end(assumes=False)
            del self.runs[run.key]
        elif entry.event is Event.CONNECT:
            run.home, run.name = entry.database, ""
            self._end_head(run, (), assumes=False)
            head.nameless = run.inherits = False
        elif control is Control.AUTOCOMMIT_ON:
            run.home = entry.database or run.home
            self._end_head(run, numbers[-1:], assumes=False)
        elif control is Control.AUTOCOMMIT_OFF:
            head.without_autocommit = True

    def _end_head(self, run: Run, last: tuple[int, ...], assumes: bool) -> None:
        nameless = not run.name
        self.heads[run.key].end(assumes, nameless)
        run.control = last
        run.tokens = []
        run.add = run.tokens.append
        run.enter(Mode.OUTSIDE)

    # At the end of a block

    def _settle(self) -> None:
        """What grows is counted and emptied."""
        self.counts.settle(self.tally)
        for run in [run for run in self.runs.values() if len(run.tokens) > _LONGEST_RUN]:
            if run.mode is Mode.INSIDE:
                self._apart(run)
                continue
            last = run.tokens.pop()
            if run.mode is Mode.HELD:
                self._hold(run, run.tokens)
                run.tokens.clear()
            else:
                self.loosen(run)
            run.tokens.append(last)


def _rows(columns: Columns) -> Iterator[tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]]:
    """The rows, empty where a column is lacking."""
    empty = repeat(b"")
    return zip(
        columns.sessions,
        columns.texts,
        columns.others,
        columns.labels or empty,
        columns.databases or empty,
        columns.states or empty,
        columns.numbers or empty,
        columns.done or empty,
        strict=False,
    )


def _may_be_two_phase(sql: str) -> bool:
    upper = sql.upper()
    return "PREPARE" in upper or "XA" in upper


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _shown(label: bytes) -> str:
    return "" if label == _UNNAMED else _text(label)
