"""Units of work: whole logs and byte ranges of logs are the same thing, in the order in which they are joined."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import IO

from decompose.errors import InputError
from decompose.evidence.log_entry import LogEntry
from decompose.sources.logs import reading
from decompose.sources.logs.column_readers import COLUMN_READERS, Carried, ColumnReader
from decompose.sources.logs.format import HEAD_BYTES, LogFormat, ReadOptions
from decompose.sources.logs.opening import LogSource
from decompose.sources.logs.postgresql_stderr import POSTGRESQL_STDERR

LEAST_BYTES = 8 << 20
_MOST_BYTES = 256 << 20
_WINDOW = 1 << 20
_MOST_SEARCHED = 64 << 20
_MOST_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log with its format, None if it is empty. `at` is the time of its first record, empty if it tells none.

    It does not hold the log's head, which is read again with the log: there may be many thousands of logs.
    `in_columns` says whether it can be read column by column.
    """

    source: LogSource
    format: LogFormat | None
    options: ReadOptions
    at: str
    dialect: str = ""
    in_columns: bool = False

    @property
    def reader(self) -> ColumnReader | None:
        """How to read it column by column; None if it has to be read entry by entry."""
        return COLUMN_READERS[self.format.name] if self.format is not None and self.in_columns else None

    def reading(self, head: bytes) -> ReadOptions:
        """How to read it, given its first 64 KiB."""
        return replace(self.options, head=head)


@dataclass(frozen=True, slots=True)
class Unit:
    """A log from byte `start` up to `end`; to its end if that is None."""

    log: KnownLog
    start: int = 0
    end: int | None = None


def known_logs(logs: Iterable[LogSource], format: str | None, prefix: str | None) -> tuple[KnownLog, ...]:
    """The logs with their formats, in the order of their first records; empty ones stay where their names put them.

    Logs that overlap in time are read one after the other: a session that writes to both at once cannot be put right.
    Raises InputError for a log that cannot be opened or is in no known format.
    """
    found = [_known(log, format, prefix) for log in logs]
    return tuple(sorted(found, key=lambda log: (log.at, log.source)))


def _known(source: LogSource, format: str | None, prefix: str | None) -> KnownLog:
    with source.open() as stream:
        head = stream.head(HEAD_BYTES)
        damage = stream.damage
    if not head.strip():
        return KnownLog(source, None, ReadOptions(), "")
    try:
        found, options = reading(head, format, prefix)
    except InputError as error:
        raise InputError(f"{source.name}: {error.message}", error.hint) from error
    facts = found.facts(head, options)
    if found is POSTGRESQL_STDERR:
        # Finding the prefix takes longer than reading a megabyte.
        options = replace(options, prefix=facts.prefix)
    return KnownLog(
        source,
        found,
        replace(options, head=b""),
        "" if damage else _first_time(found, head, options),
        facts.dialect or found.dialect,
        found.name in COLUMN_READERS and COLUMN_READERS[found.name].readable(options),
    )


def _first_time(found: LogFormat, head: bytes, options: ReadOptions) -> str:
    entries = (item for item in found.entries(io.BytesIO(head), options) if isinstance(item, LogEntry))
    return next((entry.at for entry in entries if entry.at), "")


def units(log: KnownLog, jobs: int, least: int = LEAST_BYTES) -> Iterator[Unit]:
    """The log in pieces worth a worker's while; in one piece if it is small, compressed, or cannot be read in part."""
    size = log.source.plain_size() if jobs > 1 and log.reader is not None else 0
    if log.reader is None or size < 2 * least:
        yield Unit(log)
        return
    # As many pieces for each job, and few: each piece learns the log's statements anew.
    rounds = -(-size // (jobs * _MOST_BYTES))
    wanted = max(least, size // (rounds * jobs) + 1)
    with log.source.open_raw() as file:
        cuts = list(_cuts(file, size, wanted, log.reader, log.reading(file.read(HEAD_BYTES))))
        pieces = _as_pieces(file, log, log.reader, cuts)
        found = [Unit(*piece) for piece in zip(pieces, [0, *cuts], [*cuts, size], strict=True)]
    yield from found


def _as_pieces(file: IO[bytes], log: KnownLog, reader: ColumnReader, cuts: list[int]) -> Iterator[KnownLog]:
    """The log as each of its pieces has to be read: with what the bytes before say once for all that follow."""
    yield log
    known = log.options if reader.carried is None else reader.carried(b"", log.options) or log.options
    for start, end in pairwise([0, *cuts]):
        if reader.carried is not None:
            known = _carried(file, start, end, known, reader.carried)
        yield replace(log, options=known)


def _carried(file: IO[bytes], start: int, end: int, known: ReadOptions, carried: Carried) -> ReadOptions:
    """How to read what follows byte `end`, if `known` is right for what follows byte `start`; read backwards."""
    while end > start:
        begin = max(start, end - _WINDOW)
        file.seek(begin)
        said = carried(file.read(end - begin), known)
        if said is not None:
            return said
        end = begin + HEAD_BYTES if begin > start else start
    return known


def _cuts(file: IO[bytes], size: int, wanted: int, reader: ColumnReader, options: ReadOptions) -> Iterator[int]:
    """Where records begin, near each multiple of `wanted`."""
    start, position, tries = reader.starts(options), wanted, 0
    while position < size - wanted // 4:
        cut = _next_start(file, position, start)
        if cut is None or cut >= size or tries >= _MOST_TRIES:
            return
        if reader.awaits(_before(file, cut, start), options):
            position, tries = cut, tries + 1
            continue
        yield cut
        position, tries = cut + wanted, 0


def _before(file: IO[bytes], cut: int, start: re.Pattern[bytes]) -> bytes:
    """The last records before a cut."""
    begin = max(0, cut - HEAD_BYTES)
    file.seek(begin)
    data = file.read(cut - begin)
    newline = data.find(b"\n") if begin else -1
    while begin and newline >= 0 and not start.match(data, newline + 1):
        newline = data.find(b"\n", newline + 1)
    return data[newline + 1 :]


def _next_start(file: IO[bytes], position: int, start: re.Pattern[bytes]) -> int | None:
    """The first byte after `position` where a record begins; None if none does for long."""
    searched = 0
    while searched < _MOST_SEARCHED:
        file.seek(position)
        window = file.read(_WINDOW)
        newline = window.find(b"\n")
        while 0 <= newline < len(window) - (HEAD_BYTES if len(window) == _WINDOW else 0):
            if start.match(window, newline + 1):
                return position + newline + 1
            newline = window.find(b"\n", newline + 1)
        if len(window) < _WINDOW:
            return None
        position += _WINDOW - HEAD_BYTES
        searched += _WINDOW
    return None
