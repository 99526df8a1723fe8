"""Feeds one unit of work to a fold: column by column where the format allows it, else entry by entry."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from decompose.evidence.catalogue import Catalogue, SqlReader
from decompose.evidence.columns import Columns
from decompose.evidence.fold.reconstruct import Selection
from decompose.evidence.fold.runs import RunFold
from decompose.evidence.log_entry import Gap, LogEntry
from decompose.evidence.routines import RoutineReader
from decompose.evidence.schema import Routine
from decompose.sources.ingestion.units import KnownLog, Unit
from decompose.sources.logs import EMPTY
from decompose.sources.logs.format import HEAD_BYTES, ByteStream, Item, ReadOptions
from decompose.sql.reader import DialectReader, transaction_rules
from decompose.sql.skeleton import Skeletons
from decompose.sql.template_cache import CachedReader, TemplateCache

OUTSIDE_WINDOW = Gap("record outside the time window")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take part: the SQL dialect, databases (all if empty) and a time window, `since` included, `until` not.

    Times are sortable ISO 8601 texts; empty means open. `cached` says whether templates are kept on disk between runs.
    """

    dialect: str
    databases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    cached: bool = True
    routines: tuple[Routine, ...] = ()
    """The schema's stored routines, which statements may call."""

    @property
    def has_window(self) -> bool:
        """Whether some times are left out."""
        return bool(self.since or self.until)


def new_fold(wanted: Wanted, *, whole: bool, cache: TemplateCache | None) -> RunFold:
    """A fold for these records; `cache` spares it parsing templates known from earlier runs."""
    reader: SqlReader = CachedReader(wanted.dialect, cache) if cache is not None else DialectReader(wanted.dialect)
    if wanted.routines:
        reader = RoutineReader(reader, wanted.routines)
    selection = Selection(frozenset(wanted.databases))
    keys = Skeletons(wanted.dialect)
    return RunFold(Catalogue(reader), transaction_rules(wanted.dialect), keys, selection, whole=whole)


def read_unit(fold: RunFold, unit: Unit, wanted: Wanted) -> None:
    """Fold what the unit holds."""
    log = unit.log
    if log.format is None:
        fold.feed((EMPTY,))
        return
    if unit.end is not None:
        with log.source.open_raw() as file:
            options = log.reading(file.read(HEAD_BYTES))
            file.seek(unit.start)
            _read(fold, log, options, wanted, _Limited(file, unit.end - unit.start))
        return
    with log.source.open() as stream:
        _read(fold, log, log.reading(stream.head(HEAD_BYTES)), wanted, stream)
        if stream.damage:
            fold.feed((Gap(stream.damage),))


def _read(fold: RunFold, log: KnownLog, options: ReadOptions, wanted: Wanted, stream: ByteStream) -> None:
    reader = log.reader
    if reader is None or wanted.has_window:
        if log.format is not None:
            fold.feed(_within(log.format.entries(stream, options), wanted))
        return
    for block in reader.columns(stream, options):
        if isinstance(block, Columns):
            fold.feed_columns(block, reader.spelling)
        else:
            fold.feed(block)


def _within(items: Iterator[Item], wanted: Wanted) -> Iterator[Item]:
    """The items of the time window; records that tell no time are within."""
    since, until = wanted.since, wanted.until
    for item in items:
        if isinstance(item, LogEntry) and item.at and (item.at < since or (until and item.at >= until)):
            yield OUTSIDE_WINDOW
        else:
            yield item


class _Limited(io.RawIOBase):
    """The next bytes of a file, no more than a given number."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        super().__init__()
        self._file = file
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data
