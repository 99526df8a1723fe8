"""PostgreSQL's text log as columns; see `postgresql_stderr` for the format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import itemgetter

from decompose.evidence.columns import Record, SessionMark
from decompose.evidence.log_entry import Event, LogEntry
from decompose.sources.logs.blocks import raw_blocks
from decompose.sources.logs.column_rows import STATEMENT, ColumnBlock, RowReader
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.postgresql_echoes import Echoes
from decompose.sources.logs.postgresql_english import (
    BEHIND_MARK,
    RECORD_MARK,
    SECONDARY,
    english_message,
    english_severity,
    in_bytes,
)
from decompose.sources.logs.postgresql_messages import FAILURES, IN_TRANSACTION, known, read_message
from decompose.sources.logs.postgresql_prefix import RECORD_FIELDS, Prefix, compile_prefix
from decompose.sources.logs.postgresql_prefix_detection import detect_prefix
from decompose.sources.logs.postgresql_stderr import FOREIGN, OVERSIZED

_COLUMNS = {"label": "label", "database": "database", "state": "state", "number": "number"}
_SECONDARY = frozenset(SECONDARY)
_MESSAGE = rb"[^\n]*+(?:\n\t[^\n]*+)*+"
_ARRIVES = "connection received: "


def readable(options: ReadOptions) -> bool:
    """Whether the prefix tells sessions apart by one field."""
    letters = _prefix(options).letters
    return "c" in letters or ("p" in letters and "s" not in letters)


def columns(stream: ByteStream, options: ReadOptions) -> Iterator[ColumnBlock]:
    """The log's blocks; what they hold is what `postgresql_stderr.entries` tells."""
    prefix = _prefix(options)
    others = _Others(prefix, Echoes(options.head))
    rows = RowReader(_rows(prefix), others.read, others.awaited)
    for block in raw_blocks(stream, prefix.start(), options, numbered=False):
        if block.dropped:
            yield (OVERSIZED,)
        yield from rows.columns(block.data)
    yield tuple(others.awaited.values())


def starts(options: ReadOptions) -> re.Pattern[bytes]:
    """The beginning of a record's first line; DETAIL and STATEMENT lines belong to the record before."""
    expression = re.sub(r"\(\?P<\w+>", "(?:", _prefix(options).expression)
    return re.compile(in_bytes(f"{expression} *(?:{RECORD_MARK}){BEHIND_MARK}"))


def plain(text: bytes) -> bytes:
    """A statement as the client sent it: each line after the first has a TAB before it in the log."""
    return text.replace(b"\n\t", b"\n")


def _prefix(options: ReadOptions) -> Prefix:
    return compile_prefix((options.prefix if options.prefix is not None else detect_prefix(options.head)) or "")


def _rows(prefix: Prefix) -> re.Pattern[bytes]:
    """Plain statements of clients, or anything else with its continuation lines."""
    key = "session" if "c" in prefix.letters else "pid"
    expression = re.sub(r"(?:\)\?)+\Z", lambda ends: ")" * (len(ends[0]) // 2), prefix.expression)
    names = {**_COLUMNS, key: "session"}

    def group(match: re.Match[str]) -> str:
        name = names.get(match[1])
        return f"(?P<{name}>" if name else "(?:"

    expression = re.sub(r"\(\?P<(\w+)>", group, expression)
    expression = re.sub(r"(\(\?P<session>)\(\?:([^()]+)\)\?", r"\1\2", expression)
    record = in_bytes(expression) + b" *+LOG:  " + STATEMENT + b"(?P<text>" + _MESSAGE + b")"
    return re.compile(b"(?:" + record + b"|(?P<other>" + _MESSAGE + b"))\n")


class _Others:
    """Reads what is no plain statement; `awaited` are the failures whose STATEMENT line may still come."""

    def __init__(self, prefix: Prefix, echoes: Echoes) -> None:
        pattern = prefix.record()
        self.awaited: dict[bytes, LogEntry] = {}
        self._lines = pattern.findall
        self._pick = itemgetter(*(pattern.groupindex[name] - 1 for name in RECORD_FIELDS))
        self._echoes = echoes

    def read(self, raw: bytes) -> Iterable[Record]:
        """The records of one log record; a failure is kept back until its statement or the session's next record."""
        for row in self._lines(raw.decode("utf-8", "replace") + "\n"):
            label, session, database, state, number, _, pid, _, severity, message, junk = self._pick(row)
            key, severity = session or pid, english_severity(severity)
            if not severity:
                if junk.strip():
                    yield FOREIGN
            elif severity in _SECONDARY:
                yield from self._secondary(key, severity, message, bool(number))
            else:
                if failed := self.awaited.pop(key.encode(), None):
                    yield failed
                message = english_message(message.replace("\n\t", "\n"))
                if message.startswith(_ARRIVES) and not session:
                    yield SessionMark(key, ended=True)
                event, sql, done = read_message(severity, message, "")
                if event is Event.OTHER and severity == "LOG":
                    event, sql, done = self._echoes.read(key, message)
                flag = IN_TRANSACTION.get(state) if event is Event.STATEMENT else None
                entry = LogEntry(
                    key, sql, event, known(database), known(label), "", 0, flag, int(number or 0), done=done
                )
                if severity in FAILURES:
                    self.awaited[key.encode()] = entry
                else:
                    yield entry

    def _secondary(self, key: str, severity: str, message: str, numbered: bool) -> Iterator[Record]:
        if numbered:
            yield SessionMark(key, ended=False)
            if failed := self.awaited.get(key.encode()):
                self.awaited[key.encode()] = failed._replace(number=failed.number + 1)
        if severity == "STATEMENT" and (failed := self.awaited.pop(key.encode(), None)):
            yield failed._replace(event=Event.FAILURE, sql=message.replace("\n\t", "\n"))
