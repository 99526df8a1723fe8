"""Records of a log column by column, for folds that work on many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from decompose.evidence.log_entry import Gap, LogEntry, RecordedTransaction, StatementCount


class SessionMark(NamedTuple):
    """What a line without a record of its own says of a session: it is over (uncounted), or used up one more number."""

    session: str
    ended: bool


Record = LogEntry | RecordedTransaction | StatementCount | Gap | SessionMark


class Spelling(NamedTuple):
    """How a log spells texts: `plain` undoes it. `late` says that plain texts differ in names where spelt ones do."""

    plain: Callable[[bytes], bytes]
    late: bool = True


class Columns(NamedTuple):
    """One block's records in file order; a column is None where the format or the log lacks it.

    A row is a plain statement if `others` is empty, with its text as the log spells it. Any other row is raw bytes that
    `read` turns into records. `done` is not empty where the row was written once the statement had succeeded.
    """

    sessions: Sequence[bytes]
    texts: Sequence[bytes]
    others: Sequence[bytes]
    read: Callable[[bytes], Iterable[Record]]
    labels: Sequence[bytes] | None = None
    databases: Sequence[bytes] | None = None
    states: Sequence[bytes] | None = None
    numbers: Sequence[bytes] | None = None
    done: Sequence[bytes] | None = None
    awaited: dict[bytes, LogEntry] | None = None
    """Failures by session whose text may still come: to be folded before the session's next row."""
