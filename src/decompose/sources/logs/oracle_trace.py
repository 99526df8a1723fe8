"""Oracle's extended SQL trace (event 10046), one file per server process, or several merged by trcsess.

    *** SESSION ID:(108.51515) 2026-03-02T08:00:00.201003+00:00
    PARSING IN CURSOR #139876 len=34 dep=0 uid=108 oct=6 lid=108 tim=81 hv=42 ad='7f' sqlid='4ztz048yfq32s'
    UPDATE stock SET on_hand = :B1
    END OF STMT
    EXEC #139876:c=0,e=12,p=0,cr=1,cu=3,mis=0,r=1,dep=0,og=1,plh=0,tim=93
    XCTEND rlbk=0, rd_only=0, tim=99

Oracle begins a transaction with its first write or lock; XCTEND ends it, whatever the client sent. `dep` above 0 is
what PL/SQL and triggers run, of user 0 what the server does for itself. Bind values are passed over. Built from the
documentation (My Oracle Support note 39817.1), not from a server's own output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.json_lines import LINE_START
from decompose.sources.logs.timestamps import iso_time

OVERSIZED = Gap("record longer than the limit")
UNPARSED = Gap("cursor parsed before the trace began")
CUT_OFF = Gap("statement text cut off by the end of the trace")

_PARSING = re.compile(r"PARSING IN CURSOR #(\d{1,20}) len=\d+ dep=(\d{1,4}) uid=(\d{1,10}) oct=(\d{1,4}) ")
_CALL = re.compile(r"(EXEC|ERROR|XCTEND) (?:#(\d{1,20}):|rlbk=(\d))")
_STARS = re.compile(
    r"\*\*\* (?:(SESSION ID|MODULE NAME):\(([^)\n]{0,200})\)|(\d{4}-\d\d-\d\d[ T][\d:.]{8,26}(?:[+-]\d\d:\d\d)?))"
)
_CURSORS = 10_000
_STATEMENT_BYTES = 1 << 24
_SELECT, _ROLLBACK, _SAVEPOINT = 3, 45, 46
_BEGINS = frozenset({2, 6, 7, 26, 189})
_TOLD_OTHERWISE = frozenset({44, 47})
"""COMMIT is told by XCTEND, a PL/SQL block by the statements inside."""
_LOCKS = re.compile(r"(?i)\bFOR\s+UPDATE\b")
_TO_SAVEPOINT = re.compile(r"(?i)ROLLBACK\s+(?:WORK\s+)?TO\b")


class _Cursor(NamedTuple):
    sql: str
    command: int
    depth: int
    user: int


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per execution, error and end of a transaction, in file order."""
    reader = _Reader()
    for block in blocks(stream, LINE_START, options):
        if block.dropped:
            yield OVERSIZED
            reader.lose_line()
        for number, line in enumerate(block.text.removesuffix("\n").split("\n"), block.line):
            yield from reader.line(line, number)
    if reader.inside:
        yield CUT_OFF


class _Reader:
    """The state between two lines."""

    def __init__(self) -> None:
        self._session = "trace"
        self._label = ""
        self._at = ""
        self._open: set[str] = set()
        self._cursors: dict[tuple[str, str], _Cursor] = {}
        self._text: list[str] = []
        self._size = 0
        self._parsing: tuple[str, _Cursor] | None = None

    @property
    def inside(self) -> bool:
        """Whether a statement's text has not ended yet."""
        return self._parsing is not None

    def lose_line(self) -> None:
        """A line was left out: if it belonged to a statement, so are the executions of that."""
        self._size = _STATEMENT_BYTES

    def line(self, line: str, number: int) -> list[Item]:
        """What one line completes."""
        if self._parsing is not None:
            self._statement_line(line)
        elif parsing := _PARSING.match(line):
            cursor = _Cursor("", int(parsing[4]), int(parsing[2]), int(parsing[3]))
            self._parsing, self._text, self._size = (parsing[1], cursor), [], 0
        elif call := _CALL.match(line):
            if call[1] == "EXEC" and call[2]:
                return self._executed(call[2], number)
            if call[1] == "ERROR":
                return [self._entry("", number, Event.FAILURE)]
            return self._ended(call[3] == "0", number) if call[3] else []
        elif stars := _STARS.match(line):
            self._stars(stars)
        return []

    def _statement_line(self, line: str) -> None:
        if line != "END OF STMT":
            self._size += len(line) + 1
            if self._size <= _STATEMENT_BYTES:
                self._text.append(line)
            return
        if self._parsing is not None:
            name, cursor = self._parsing
            key = (self._session, name)
            if key not in self._cursors and len(self._cursors) >= _CURSORS:
                del self._cursors[next(iter(self._cursors))]
            whole = self._size <= _STATEMENT_BYTES
            self._cursors[key] = cursor._replace(sql="\n".join(self._text) if whole else "")
        self._parsing = None

    def _stars(self, stars: re.Match[str]) -> None:
        if stars[1] == "SESSION ID":
            self._session, self._label = stars[2] or "trace", ""
        elif stars[1]:
            self._label = stars[2]
        else:
            self._at = iso_time(stars[3])

    def _executed(self, name: str, number: int) -> list[Item]:
        cursor = self._cursors.get((self._session, name))
        if cursor is None:
            return [UNPARSED]
        if not cursor.sql:
            return []
        is_text_only = cursor.command in _TOLD_OTHERWISE or (
            cursor.command == _ROLLBACK and not _TO_SAVEPOINT.match(cursor.sql)
        )
        if (cursor.depth and not cursor.user) or is_text_only:
            return [self._entry("", number, Event.OTHER)]
        items: list[Item] = []
        locks = cursor.command == _SELECT and _LOCKS.search(cursor.sql[-400:])
        if (cursor.command in _BEGINS or locks) and self._session not in self._open:
            self._open.add(self._session)
            items.append(self._entry("START TRANSACTION", number))
        items.append(self._entry(cursor.sql, number))
        return items

    def _ended(self, commits: bool, number: int) -> list[Item]:
        if self._session not in self._open:
            return []
        self._open.discard(self._session)
        return [self._entry("COMMIT" if commits else "ROLLBACK", number)]

    def _entry(self, sql: str, number: int, event: Event = Event.STATEMENT) -> LogEntry:
        return LogEntry(self._session, sql, event, "", self._label, self._at, number)


def recognises(head: bytes) -> float:
    """Whether a cursor is parsed or executed in Oracle's words."""
    if re.search(rb"(?:\A|\n)PARSING IN CURSOR #\d+ len=\d+ dep=\d+ uid=\d+ oct=\d+ ", head):
        return 0.98
    return 0.6 if re.search(rb"\n\*\*\* SESSION ID:\(\d+\.\d+\)", head) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """Sessions, errors and ends of transactions are always told; the module where the client set it."""
    label = ("label",) if re.search(rb"\*\*\* MODULE NAME:\([^)]", head) else ()
    return HeadFacts(tuple(sorted(("at", "failure", "session", *label))))


ORACLE_TRACE = LogFormat(
    name="oracle-trace",
    title="Oracle SQL trace (event 10046)",
    dialect="oracle",
    sample=(
        "PARSING IN CURSOR #139876 len=30 dep=0 uid=108 oct=3 lid=108 tim=81 hv=42 ad='7f' sqlid='4ztz048yfq32s'\n"
        "SELECT 1 FROM dual\nEND OF STMT\nEXEC #139876:c=0,e=12,p=0,cr=1,cu=3,mis=0,r=1,dep=0,og=1,plh=0,tim=93"
    ),
    how_to_capture=(
        "EXEC DBMS_MONITOR.DATABASE_TRACE_ENABLE(waits => FALSE, binds => FALSE); the .trc files are in the folder "
        "that V$DIAG_INFO names; back: EXEC DBMS_MONITOR.DATABASE_TRACE_DISABLE"
    ),
    cannot_tell=(
        "Reads before a transaction's first write: Oracle begins it there, so they stand alone; whether PL/SQL or a "
        "trigger sent an inner statement; autonomous transactions."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
