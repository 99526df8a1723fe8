"""One server session as a state machine: statements and control in, finished transactions out.

Until the first control statement of a session whose beginning is not in the log, its statements are held back: a COMMIT
shows that they belonged to a transaction whose head is lost, a BEGIN that each was a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from decompose.evidence.fold.tally import AUTOCOMMIT, EXPLICIT, Tally
from decompose.evidence.statement import Control

HEAD_LOST = "transaction began before the log"
TAIL_LOST = "transaction still open when its session or the log ended"
END_UNSEEN = "transaction whose end is missing from the log"
_CURSORS = 1_000


@dataclass(frozen=True, slots=True)
class TransactionRules:
    """How a family of servers treats transactions.

    `error_aborts`: an error undoes the whole open transaction (PostgreSQL). `begin_commits`: BEGIN commits an open one
    (MySQL). `batch_is_transaction`: several statements sent as one text form one transaction (PostgreSQL).
    `rollback_names_transaction`: rolling back to a name that is no savepoint undoes everything (SQL Server).
    `prepare_holds_statement`: EXECUTE runs what PREPARE says, and no record of its own does (PostgreSQL).
    """

    error_aborts: bool = False
    begin_commits: bool = False
    batch_is_transaction: bool = False
    rollback_names_transaction: bool = False
    prepare_holds_statement: bool = False


class OpenTransaction:
    """An open transaction: executions by statement id per savepoint level, the first level without a name."""

    __slots__ = ("aborted", "label", "levels", "trusted")

    def __init__(self, label: str, trusted: bool = True) -> None:
        self.levels: list[tuple[str, dict[int, int]]] = [("", {})]
        self.label = label
        self.trusted = trusted
        self.aborted = False

    def renumber(self, ids: Sequence[int]) -> None:
        """Replace each statement id by `ids[id]`."""
        self.levels = [(name, _renumbered(counts, ids)) for name, counts in self.levels]

    def counts(self) -> dict[int, int]:
        """Executions by statement id over all levels."""
        if len(self.levels) == 1:
            return self.levels[0][1]
        total: dict[int, int] = {}
        for _, counts in self.levels:
            for number, executed in counts.items():
                total[number] = total.get(number, 0) + executed
        return total


class Session:
    """The state between two entries of one session."""

    __slots__ = (
        "_held",
        "_open",
        "_pending",
        "_pending_label",
        "application",
        "autocommit",
        "cursors",
        "database",
        "last",
        "number",
    )

    def __init__(self, beginning_seen: bool, database: str) -> None:
        self._open: OpenTransaction | None = None
        self._held: dict[tuple[int, str], int] | None = None if beginning_seen else {}
        self._pending: dict[int, int] | None = None
        self._pending_label = ""
        self.application = ""
        """What the server says the client is called: a transaction's label where no statement carries a better one."""
        self.autocommit = True
        self.cursors: dict[str, int] = {}
        self.database = database
        self.last: tuple[int, ...] = ()
        self.number = 0
        """The number of the session's last record, 0 where the log does not number them."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._open is not None

    @property
    def idle(self) -> bool:
        """Whether forgetting this session would lose nothing but its settings."""
        return self._open is None and self.autocommit and not self._held

    @property
    def between(self) -> bool:
        """Whether it is between transactions in autocommit mode, with nothing pending."""
        return self._open is None and self.autocommit and self._pending is None

    @property
    def held(self) -> dict[tuple[int, str], int] | None:
        """The statements held back until a control statement tells, by statement and label; None if none need be."""
        return self._held

    def resume(self, transaction: OpenTransaction | None, held: dict[tuple[int, str], int] | None) -> None:
        """Take up where another fold left off."""
        self._open, self._held = transaction, held

    def renumber(self, ids: Sequence[int]) -> None:
        """Replace each statement id by `ids[id]`, those of another catalogue."""
        if self._open is not None:
            self._open.renumber(ids)
        if self._held is not None:
            self._held = {(ids[number], label): times for (number, label), times in self._held.items()}
        if self._pending is not None:
            self._pending = _renumbered(self._pending, ids)
        self.last = tuple(ids[number] if number >= 0 else ~ids[~number] for number in self.last)
        self.cursors = {name: ids[number] for name, number in self.cursors.items()}

    def recall(self) -> bool:
        """Take back a pending statement, if it is all that stands between this session and the next transaction."""
        if self._pending is None or self._open is not None or not self.autocommit:
            return False
        self._pending = None
        return True

    def run(self, numbers: tuple[int, ...], label: str, tally: Tally) -> None:
        """Statements without control effect, executed as one unit; `~id` for a fetched cursor."""
        current = self._open
        if current is None and not self.autocommit:
            current = self._open = OpenTransaction(label)
        self.last = numbers
        if current is not None:
            counts = current.levels[-1][1]
            for number in numbers:
                counts[number] = counts.get(number, 0) + 1
            if label and not current.label:
                current.label = label
            return
        self.settle(tally)
        self._pending = dict.fromkeys(numbers, 0)
        for number in numbers:
            self._pending[number] += 1
        self._pending_label = label or self.application

    def settle(self, tally: Tally) -> None:
        """The last autocommit statement is known not to have failed: count it."""
        pending = self._pending
        if pending is None:
            return
        self._pending = None
        held = self._held
        if held is not None and len(pending) == 1:
            ((number, executed),) = pending.items()
            held[number, self._pending_label] = held.get((number, self._pending_label), 0) + executed
        else:
            tally.commit(AUTOCOMMIT, pending, self._pending_label)

    def fail(self, known: bool, rules: TransactionRules) -> None:
        """The last statement failed; `known` says that it had been counted as executed before."""
        if self._pending is not None and known:
            self._pending = None
        current = self._open
        if current is None:
            return
        if known:
            for number in self.last:
                _decrement(current, number)
        if rules.error_aborts:
            current.aborted = True

    def control(self, control: Control, name: str, label: str, rules: TransactionRules, tally: Tally) -> None:
        """A statement that begins, ends or divides a transaction."""
        self.settle(tally)
        if control in _CONTINUES:
            if not self._divide(control, name) and control is Control.ROLLBACK_TO and rules.rollback_names_transaction:
                self._end(True, False, tally)
            return
        if control is Control.BEGIN:
            self._begin(label, rules, tally)
        elif control in _COMMITS:
            if control in _COMMITS_IN_PASSING:
                self._release_held(tally)
            self._end(control not in _COMMITS_IN_PASSING or self._open is not None, True, tally)
        elif control in _ROLLS_BACK:
            self._end(True, False, tally)
        if control in (Control.COMMIT_AND_CHAIN, Control.ROLLBACK_AND_CHAIN):
            self._open = OpenTransaction(label)
        elif control is Control.AUTOCOMMIT_OFF:
            self._release_held(tally)
            self.autocommit = False
        elif control in (Control.AUTOCOMMIT_ON, Control.IMPLICIT_OFF):
            self.autocommit = True

    def detach(self, tally: Tally) -> OpenTransaction | None:
        """PREPARE TRANSACTION: the open transaction leaves the session and lives on under a name of its own."""
        self.settle(tally)
        current, self._open = self._open, None
        if current is not None:
            current.label = current.label or self.application
        return current

    def close(self, tally: Tally) -> None:
        """The session or the log ended."""
        self.settle(tally)
        self._release_held(tally)
        if self._open is not None:
            self._open = None
            tally.leave_incomplete(TAIL_LOST)

    def observe(self, in_transaction: bool, tally: Tally) -> None:
        """The server's word on the state before the next statement corrects ours where records were lost."""
        self.settle(tally)
        if in_transaction and self._open is None and self.autocommit:
            self._release_held(tally)
            self._open = OpenTransaction("", trusted=False)
        elif not in_transaction:
            self._release_held(tally)
            if self._open is not None and self.autocommit:
                self._open = None
                tally.leave_incomplete(END_UNSEEN)

    def lose_records(self) -> None:
        """Records of this session are missing: an open transaction can no longer be trusted."""
        if self._open is not None:
            self._open.trusted = False

    def declare(self, name: str, number: int) -> None:
        """A cursor: what FETCH will read is in its DECLARE."""
        if len(self.cursors) < _CURSORS:
            self.cursors[name] = number

    def _begin(self, label: str, rules: TransactionRules, tally: Tally) -> None:
        self._release_held(tally)
        if self._open is None:
            self._open = OpenTransaction(label)
        elif rules.begin_commits or self._open.aborted:  # pgaudit leaves out the ROLLBACK of an aborted transaction
            self._end(True, True, tally)
            self._open = OpenTransaction(label)

    def _divide(self, control: Control, name: str) -> bool:
        """Savepoint levels; False when there is no such savepoint."""
        current = self._open
        if current is None:
            return False
        if control is Control.SAVEPOINT:
            current.levels.append((name, {}))
            return True
        found = [depth for depth, (known, _) in enumerate(current.levels) if depth and known == name]
        if not found:
            return False
        depth = found[-1]
        if control is Control.ROLLBACK_TO:
            del current.levels[depth + 1 :]
            current.levels[depth] = (name, {})
            current.aborted = False
        else:
            below = current.levels[depth - 1][1]
            for _, counts in current.levels[depth:]:
                for number, executed in counts.items():
                    below[number] = below.get(number, 0) + executed
            del current.levels[depth:]
        return True

    def _end(self, counted: bool, commits: bool, tally: Tally) -> None:
        current, self._open = self._open, None
        if current is None:
            if self._held is not None:
                self._held = None
                tally.leave_incomplete(HEAD_LOST)
            elif counted and not self.autocommit:
                finish(OpenTransaction(self.application), commits, tally)
            return
        current.label = current.label or self.application
        finish(current, commits, tally)

    def _release_held(self, tally: Tally) -> None:
        held, self._held = self._held, None
        for (number, label), times in (held or {}).items():
            for _ in range(times):
                tally.commit(AUTOCOMMIT, {number: 1}, label)


def finish(transaction: OpenTransaction, commits: bool, tally: Tally) -> None:
    """A transaction ended: count it as committed, rolled back, or without a trustworthy beginning."""
    if not transaction.trusted:
        tally.leave_incomplete(HEAD_LOST)
    elif commits and not transaction.aborted:
        tally.commit(EXPLICIT, transaction.counts(), transaction.label)
    else:
        tally.roll_back(EXPLICIT, transaction.counts())


def _renumbered(counts: Mapping[int, int], ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for number, executed in counts.items():
        known = ids[number] if number >= 0 else ~ids[~number]
        found[known] = found.get(known, 0) + executed
    return found


def _decrement(transaction: OpenTransaction, number: int) -> None:
    for _, counts in reversed(transaction.levels):
        if number in counts:
            counts[number] -= 1
            if counts[number] == 0:
                del counts[number]
            return


_CONTINUES = frozenset({Control.SAVEPOINT, Control.RELEASE, Control.ROLLBACK_TO})
_COMMITS = frozenset({Control.COMMIT, Control.COMMIT_AND_CHAIN, Control.AUTOCOMMIT_ON, Control.IMPLICIT_COMMIT})
_COMMITS_IN_PASSING = frozenset({Control.AUTOCOMMIT_ON, Control.IMPLICIT_COMMIT})
_ROLLS_BACK = frozenset({Control.ROLLBACK, Control.ROLLBACK_AND_CHAIN})
