"""Counts of a log while it is folded: how many transactions are whole, and the signs that statements are missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from decompose.evidence.capture.model import LogCounts
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.reconstruct import (
    RECORDS_MISSING,
    WITHOUT_TRANSACTION,
    Reconstruction,
    Record,
)
from decompose.evidence.fold.session import END_UNSEEN, HEAD_LOST, TAIL_LOST, TransactionRules
from decompose.evidence.fold.tally import Tally
from decompose.evidence.log_entry import Event, LogEntry
from decompose.evidence.statement import Control

_MAY_CONTROL = re.compile(r"\s*(?:/\*|--|BEGIN|START|COMMIT|END|ROLLBACK|ABORT)", re.IGNORECASE)
_READS = re.compile(r"\s*(?:/\*.*?\*/\s*)?(?:SELECT|WITH)\b", re.IGNORECASE | re.DOTALL)
_ENDS = frozenset({Control.COMMIT, Control.ROLLBACK, Control.COMMIT_AND_CHAIN, Control.ROLLBACK_AND_CHAIN})
_TOLD_APART = frozenset({RECORDS_MISSING, WITHOUT_TRANSACTION, HEAD_LOST, TAIL_LOST, END_UNSEEN})


class Symptoms:
    """Watches records on their way into the fold and counts what a complete log would not show."""

    def __init__(self, fold: Reconstruction, catalogue: Catalogue, rules: TransactionRules) -> None:
        self.ends_without_begin = 0
        self.begins_without_end = 0
        self.reads_seen = False
        self._fold = fold
        self._catalogue = catalogue
        self._begin_commits = rules.begin_commits

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records; each is looked at before the fold takes it."""
        for record in records:
            if isinstance(record, LogEntry) and record.event is Event.STATEMENT:
                if _MAY_CONTROL.match(record.sql):
                    self._look(record)
                if not self.reads_seen and _READS.match(record.sql):
                    self.reads_seen = True
            yield record

    def _look(self, entry: LogEntry) -> None:
        session = self._fold.session(entry.session)
        numbers = self._catalogue.lookup(entry.sql)
        if session is None or len(numbers) != 1:
            return
        control = self._catalogue.controls[numbers[0]]
        if control in _ENDS:
            known = session.held is None and session.autocommit
            self.ends_without_begin += known and not session.in_transaction
        elif control is Control.BEGIN and not self._begin_commits:
            self.begins_without_end += session.in_transaction


def counts(tally: Tally, symptoms: Symptoms, *, bytes_read: int, whole: bool) -> LogCounts:
    """The figures of a finished fold."""
    gaps = tally.gaps
    unread = sorted(
        ((reason, count) for reason, count in gaps.items() if count and reason not in _TOLD_APART),
        key=lambda item: (-item[1], item[0]),
    )
    return LogCounts(
        bytes_read=bytes_read,
        whole=whole,
        entries=tally.entries,
        sessions=tally.sessions,
        explicit=tally.explicit,
        autocommit=tally.autocommit,
        rolled_back=tally.rolled_back,
        recorded=sum(tally.recorded.values()),
        incomplete=tally.incomplete,
        heads_lost=gaps[HEAD_LOST],
        tails_lost=gaps[TAIL_LOST] + gaps[END_UNSEEN],
        records_missing=gaps[RECORDS_MISSING],
        ends_without_begin=symptoms.ends_without_begin,
        begins_without_end=symptoms.begins_without_end,
        reads_seen=symptoms.reads_seen,
        counted_statements=gaps[WITHOUT_TRANSACTION],
        unread=tuple(unread),
    )
