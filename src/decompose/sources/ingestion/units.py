"""Units of work: whole logs and byte ranges of logs are the same thing, in the order in which they are joined."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from decompose.errors import InputError
from decompose.evidence.log_entry import LogEntry
from decompose.sources.logs import reading
from decompose.sources.logs.column_readers import COLUMN_READERS, ColumnReader
from decompose.sources.logs.format import HEAD_BYTES, LogFormat, ReadOptions
from decompose.sources.logs.opening import LogSource

LEAST_BYTES = 8 << 20
_MOST_BYTES = 256 << 20
_WINDOW = 1 << 20
_MOST_SEARCHED = 64 << 20
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log with its format, None if it is empty. `at` is the time of its first record, empty if it tells none."""

    source: LogSource
    format: LogFormat | None
    options: ReadOptions
    at: str
    dialect: str = ""

    @property
    def reader(self) -> ColumnReader | None:
        """How to read it column by column; None if it has to be read entry by entry."""
        reader = COLUMN_READERS.get(self.format.name) if self.format is not None else None
        return reader if reader is not None and reader.readable(self.options) else None


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
    found, options = reading(head, format, prefix)
    at = "" if damage else _first_time(found, head, options)
    return KnownLog(source, found, options, at, found.facts(head, options).dialect or found.dialect)


def _first_time(found: LogFormat, head: bytes, options: ReadOptions) -> str:
    entries = (item for item in found.entries(io.BytesIO(head), options) if isinstance(item, LogEntry))
    return next((entry.at for entry in entries if entry.at), "")


def units(log: KnownLog, jobs: int, least: int = LEAST_BYTES) -> Iterator[Unit]:
    """The log in pieces worth a worker's while; in one piece if it is compressed, far away or small."""
    size = _plain_size(log)
    if jobs < 2 or log.reader is None or size < 2 * least:
        yield Unit(log)
        return
    wanted = min(max(least, size // (4 * jobs) + 1), _MOST_BYTES)
    with open(log.source.name, "rb") as file:
        cuts = list(_cuts(file, size, wanted, log.reader.starts(log.options)))
    for start, end in zip([0, *cuts], [*cuts, size], strict=True):
        yield Unit(log, start, end)


def _plain_size(log: KnownLog) -> int:
    """Bytes of a local, uncompressed file; else 0."""
    if log.source.is_url:
        return 0
    try:
        with open(log.source.name, "rb") as file:
            first = file.read(6)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise InputError(f"Cannot read {log.source.name}: {error.strerror}.", "Check its permissions.") from error
    return 0 if first.startswith(_COMPRESSED) else size


def _cuts(file: BinaryIO, size: int, wanted: int, start: re.Pattern[bytes]) -> Iterator[int]:
    """Where records begin, near each multiple of `wanted`."""
    position = wanted
    while position < size - wanted // 4:
        cut = _next_start(file, position, start)
        if cut is None or cut >= size:
            return
        yield cut
        position = cut + wanted


def _next_start(file: BinaryIO, position: int, start: re.Pattern[bytes]) -> int | None:
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
