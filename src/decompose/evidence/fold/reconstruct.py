"""The reference fold: log entries to sessions to finished transactions, one entry at a time.

It is written to be read and checked; faster paths are compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.session import OpenTransaction, Session, TransactionRules, finish
from decompose.evidence.fold.tally import AUTOCOMMIT, Tally
from decompose.evidence.log_entry import Event, Gap, LogEntry, RecordedTransaction, StatementCount
from decompose.evidence.statement import Control

RECORDS_MISSING = "log records missing (numbers jump)"
CURSOR_UNKNOWN = "cursor declared before the log"
EXECUTED_UNKNOWN = "EXECUTE of a statement whose PREPARE is not in the log"
LEFT_OUT = "statement of a maintenance database, left out (name it with --database to count it)"
OTHER_DATABASE = "entry of another database than those asked for"
TRIGGER_STEPS = "statement of a trigger's or routine's body; the schema stands for it"
WITHOUT_TRANSACTION = "execution counted by a source that knows no transactions"
PREPARED_UNKNOWN = "prepared transaction from before the log"
MAINTENANCE = frozenset(
    {
        "azure_maintenance",
        "azure_sys",
        "cloudsqladmin",
        "information_schema",
        "mysql",
        "performance_schema",
        "postgres",
        "rdsadmin",
        "sys",
        "template0",
        "template1",
    }
)
"""The servers' own databases: housekeeping, unless nothing else is in the log."""

_SESSIONS = 50_000
_PREPARED = 10_000
_OF_PREPARED = frozenset({"PREPARE", "EXECUTE", "DEALLOCATE"})
_PREPARED_NAME = "prepared "
"""Before the names of prepared statements, which are kept beside those of cursors."""

Record = LogEntry | RecordedTransaction | StatementCount | Gap


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries take part: databases by name, all when empty; the others are counted as a gap."""

    databases: frozenset[str] = frozenset()


class Reconstruction:
    """Folds the entries of one capture. Call `feed` for each part in order, then `finish` once."""

    def __init__(self, catalogue: Catalogue, rules: TransactionRules, selection: Selection | None = None) -> None:
        self._catalogue = catalogue
        self._rules = rules
        self._databases = (selection or Selection()).databases
        self._sessions: dict[str, Session] = {}
        self._prepared: dict[str, OpenTransaction | None] = {}
        self._labels: dict[tuple[tuple[str, str], ...], str] = {}
        self._aside: Reconstruction | None = None
        self.tally = Tally(catalogue.touches, catalogue.alike)

    def feed(self, records: Iterable[Record]) -> None:
        """Fold a run of records."""
        tally = self.tally
        for record in records:
            if type(record) is LogEntry:
                if record.database in MAINTENANCE and record.database not in self._databases:
                    self._set_aside(record)
                else:
                    self._entry(record)
            elif type(record) is RecordedTransaction:
                tally.entries += 1
                tally.recorded[record.name, record.accesses] += record.executions
            elif type(record) is StatementCount:
                self._count(record)
            elif type(record) is Gap:
                tally.gaps[record.reason] += record.count

    def finish(self) -> Tally:
        """Close every session still open, as the end of the log does; what was set aside counts if all was."""
        for session in self._sessions.values():
            session.close(self.tally)
        self._sessions.clear()
        for transaction in self._prepared.values():
            if transaction:
                self.tally.leave_incomplete("prepared transaction without an end")
        self._prepared.clear()
        return self._with_aside(self._aside.finish()) if self._aside else self.tally

    @property
    def prepared(self) -> dict[str, OpenTransaction | None]:
        """Transactions prepared and not yet ended, by name."""
        return self._prepared

    def session(self, key: str) -> Session | None:
        """A session that is open here."""
        return self._sessions.get(key)

    def adopt(self, key: str, session: Session) -> None:
        """Go on with a session that another fold began."""
        self._sessions[key] = session

    def release(self, key: str) -> None:
        """Leave a session to another fold."""
        del self._sessions[key]

    def _count(self, record: StatementCount) -> None:
        tally, database = self.tally, record.database
        tally.entries += 1
        if database and (database not in self._databases if self._databases else database in MAINTENANCE):
            tally.gaps[OTHER_DATABASE if self._databases else LEFT_OUT] += 1
            return
        for number in self._catalogue.lookup(record.sql):
            tally.attempts[number] += record.executions
            if self._catalogue.controls[number] is Control.NONE:
                tally.executions[number] += record.executions
                tally.gaps[WITHOUT_TRANSACTION] += record.executions

    def _set_aside(self, entry: LogEntry) -> None:
        if self._aside is None:
            self._aside = Reconstruction(self._catalogue, self._rules, Selection(MAINTENANCE))
        self._aside.feed((entry,))

    def _with_aside(self, aside: Tally) -> Tally:
        if self.tally.attempts:
            self.tally.gaps[LEFT_OUT] += sum(aside.attempts.values())
            return self.tally
        aside.entries += self.tally.entries
        aside.gaps.update(self.tally.gaps)
        return aside

    def _entry(self, entry: LogEntry) -> None:
        event = entry.event
        if event is Event.OTHER and entry.session not in self._sessions:
            return  # a background process of the server: no part of the workload
        self.tally.entries += 1
        if event is Event.CONNECT or event is Event.END:
            self._close(entry)
            return
        session = self._sessions.get(entry.session) or self._open(entry, beginning_seen=entry.number == 1)
        if entry.number:
            self._count_missing(session, entry.number)
        if event is Event.USE:
            session.database = entry.database
        elif self._databases and (entry.database or session.database) not in self._databases:
            self.tally.gaps[OTHER_DATABASE] += 1
        elif event is Event.STATEMENT:
            self._statement(session, entry)
        elif event is Event.FAILURE:
            self._failure(session, entry)

    def _close(self, entry: LogEntry) -> None:
        known = self._sessions.pop(entry.session, None)
        if known is not None:
            known.close(self.tally)
        if entry.event is Event.CONNECT:
            self._open(entry, beginning_seen=True).number = entry.number

    def _open(self, entry: LogEntry, beginning_seen: bool) -> Session:
        if len(self._sessions) >= _SESSIONS:
            self._forget_idle()
        session = self._sessions[entry.session] = Session(beginning_seen, entry.database)
        self.tally.sessions += 1
        return session

    def _forget_idle(self) -> None:
        for key in [key for key, session in self._sessions.items() if session.idle][: _SESSIONS // 2]:
            self._sessions.pop(key).close(self.tally)
        while len(self._sessions) >= _SESSIONS:
            self._sessions.pop(next(iter(self._sessions))).close(self.tally)

    def _count_missing(self, session: Session, number: int) -> None:
        if session.number and number > session.number + 1:
            self.tally.gaps[RECORDS_MISSING] += number - session.number - 1
            session.lose_records()
        session.number = number

    def _statement(self, session: Session, entry: LogEntry) -> None:
        catalogue, tally = self._catalogue, self.tally
        if entry.in_transaction is not None:
            session.observe(entry.in_transaction, tally)
        if entry.label:
            session.application = entry.label
        label = self._label(entry) if entry.tags or "/*" in entry.sql else ""
        numbers = catalogue.lookup(entry.sql)
        controls = catalogue.controls
        if len(numbers) == 1 and controls[numbers[0]] is Control.TRIGGER_STEP:
            tally.gaps[TRIGGER_STEPS] += 1
            return
        tally.attempts.update(numbers)
        if len(numbers) > 1:
            self._batch(session, numbers, entry.sql, label)
        elif not numbers:
            return
        elif controls[numbers[0]] is not Control.NONE:
            self._control(session, numbers[0], entry.sql, label)
        else:
            if catalogue.named[numbers[0]]:
                numbers = self._named(session, numbers[0], entry.sql)
            session.run(numbers, label, tally)
        if entry.done:
            session.settle(tally)
            session.last = ()

    def _batch(self, session: Session, numbers: tuple[int, ...], sql: str, label: str) -> None:
        controls = self._catalogue.controls
        if self._rules.batch_is_transaction and all(controls[number] is Control.NONE for number in numbers):
            session.run(numbers, label, self.tally)
            return
        for number in numbers:
            if controls[number] is Control.NONE:
                session.run((number,), label, self.tally)
            else:
                self._control(session, number, sql, label)

    def _control(self, session: Session, number: int, sql: str, label: str) -> None:
        control, tally = self._catalogue.controls[number], self.tally
        session.last = (number,)
        name = self._catalogue.name_of(number, sql)
        if control is Control.PREPARE:
            if len(self._prepared) < _PREPARED:
                self._prepared[name] = session.detach(tally)
        elif control in (Control.COMMIT_PREPARED, Control.ROLLBACK_PREPARED):
            self._finish_prepared(session, control is Control.COMMIT_PREPARED, name)
        else:
            session.control(control, name, label, self._rules, tally)
            if control is Control.IMPLICIT_COMMIT and self._catalogue.touches[number]:
                tally.commit(AUTOCOMMIT, {number: 1}, label or session.application)

    def _finish_prepared(self, session: Session, commits: bool, name: str) -> None:
        transaction = self._prepared.pop(name, None)
        if transaction is not None:
            finish(transaction, commits, self.tally)
        elif session.in_transaction:  # XA COMMIT ... ONE PHASE, XA ROLLBACK before XA PREPARE
            session.control(Control.COMMIT if commits else Control.ROLLBACK, "", "", self._rules, self.tally)
        else:
            self.tally.leave_incomplete(PREPARED_UNKNOWN)

    def _named(self, session: Session, number: int, sql: str) -> tuple[int, ...]:
        """What a statement runs that speaks of a cursor or a prepared statement."""
        verb = self._catalogue.statements[number].verb
        if verb in _OF_PREPARED:
            return self._prepared_statement(session, number, sql) if self._rules.prepare_holds_statement else (number,)
        name = self._catalogue.name_of(number, sql)
        if verb == "DECLARE":
            session.declare(name, number)
        elif verb == "CLOSE":
            session.cursors.pop(name, None)
        elif name in session.cursors:
            return (number, ~session.cursors[name])
        else:
            self.tally.gaps[CURSOR_UNKNOWN] += 1
        return (number,)

    def _prepared_statement(self, session: Session, number: int, sql: str) -> tuple[int, ...]:
        """PREPARE runs nothing yet; EXECUTE runs itself, which touches nothing, and what was prepared."""
        verb = self._catalogue.statements[number].verb
        name = _PREPARED_NAME + self._catalogue.name_of(number, sql)
        if verb == "PREPARE":
            session.declare(name, number)
            return ()
        if verb == "DEALLOCATE":
            session.cursors.pop(name, None)
        elif name in session.cursors:
            return (number, session.cursors[name])
        else:
            self.tally.gaps[EXECUTED_UNKNOWN] += 1
        return (number,)

    def _failure(self, session: Session, entry: LogEntry) -> None:
        numbers = self._catalogue.lookup(entry.sql) if entry.sql else session.last
        known = bool(numbers) and numbers == session.last[: len(numbers)]
        if not known:
            self.tally.attempts.update(numbers)
        session.fail(known, self._rules)

    def _label(self, entry: LogEntry) -> str:
        tags = entry.tags or self._catalogue.tags(entry.sql)
        if not tags:
            return ""
        key = tuple(sorted(tags.items()))
        label = self._labels.get(key)
        if label is None:
            if len(self._labels) >= 10_000:
                self._labels.clear()
            label = self._labels[key] = self._catalogue.label(tags)
        return label
