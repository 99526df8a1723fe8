"""Wrappings: what collectors, containers and cloud services put around a database's log.

A wrapping turns a stream into the stream that the server wrote, before anything is detected in it; the format inside is
found by content. A format of this kind is a module with a function of type `Unwrap`, which `wrapped_format` makes a
`LogFormat`.
"""

from __future__ import annotations

import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import NamedTuple

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.blocks import raw_blocks
from decompose.sources.logs.format import HEAD_BYTES, ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.json_lines import LINE_START
from decompose.sources.logs.postgresql_csv import POSTGRESQL_CSV
from decompose.sources.logs.postgresql_json import POSTGRESQL_JSON
from decompose.sources.logs.postgresql_stderr import POSTGRESQL_STDERR

_POSTGRESQL = (POSTGRESQL_CSV, POSTGRESQL_JSON, POSTGRESQL_STDERR)
_ENOUGH = 0.3
_CERTAIN, _POSSIBLE = 0.99, 0.4

FOREIGN = "line of another program than the database"
DAMAGED = "line without the wrapping of the others"
OVERSIZED = "record longer than the limit"
UNKNOWN_INSIDE = Gap("what the wrapping holds is in no format that is known here")

Piece = tuple[bytes, int]
"""Inner lines, each with its line end, and the number of the outer line that they came from."""


@dataclass(slots=True)
class Unwrapping:
    """One reading of a wrapped log: what was asked for, and what became of lines that hold nothing.

    `prefix` is the `log_line_prefix` of the inner text where the wrapping knows it; None leaves it to detection.
    """

    options: ReadOptions
    gaps: Counter[str] = field(default_factory=Counter)
    prefix: str | None = None

    def counted(self) -> Iterator[Gap]:
        """The gaps, by reason."""
        return (Gap(reason, self.gaps[reason]) for reason in sorted(self.gaps))


Unwrap = Callable[[ByteStream, Unwrapping], Iterator[Piece]]


class InnerStream:
    """The bytes inside a wrapping, as a stream that knows which outer line an inner line came from."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._ahead = bytearray()
        self._line = 1
        self._shift = 0
        self._shifts: deque[tuple[int, int]] = deque()
        self._current = 0

    def head(self, size: int) -> bytes:
        """The first bytes, which stay to be read."""
        self._fill(size)
        return bytes(self._ahead[:size])

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end."""
        self._fill(size)
        data = bytes(self._ahead[:size])
        del self._ahead[:size]
        return data

    def outer_line(self, line: int) -> int:
        """The outer number of an inner line; lines are asked for in rising order."""
        while self._shifts and self._shifts[0][0] <= line:
            self._current = self._shifts.popleft()[1]
        return line + self._current

    def _fill(self, size: int) -> None:
        ahead = self._ahead
        while len(ahead) < size:
            piece = next(self._pieces, None)
            if piece is None:
                return
            data, outer = piece
            if outer - self._line != self._shift:
                self._shift = outer - self._line
                self._shifts.append((self._line, self._shift))
            self._line += data.count(b"\n")
            ahead += data


class Inside(NamedTuple):
    """What a wrapping holds: the log's bytes, how they are unwrapped, the format (None if unknown), how to read it."""

    stream: InnerStream
    work: Unwrapping
    format: LogFormat | None
    options: ReadOptions


def look_inside(unwrap: Unwrap, stream: ByteStream, options: ReadOptions) -> Inside:
    """The log inside a wrapped stream."""
    work = Unwrapping(options)
    inner = InnerStream(unwrap(stream, work))
    head = inner.head(HEAD_BYTES)
    found = _inner_format(head, options.inner or _POSTGRESQL, options.prefix)
    prefix = options.prefix if work.prefix is None else work.prefix
    rest = tuple(each for each in options.inner if each is not found)
    return Inside(inner, work, found, replace(options, prefix=prefix, head=head, inner=rest))


def wrapped_format(
    unwrap: Unwrap,
    share: Callable[[bytes], float],
    *,
    name: str,
    title: str,
    sample: str,
    how_to_capture: str,
    cannot_tell: str,
) -> LogFormat:
    """The format of a wrapping; `share` says which part of a head, from 0 to 1, is wrapped like this."""
    return LogFormat(
        name=name,
        title=title,
        dialect="postgresql",
        sample=sample,
        how_to_capture=how_to_capture,
        cannot_tell=cannot_tell,
        recognises=partial(_score, unwrap, share),
        entries=partial(wrapped_entries, unwrap),
        facts=partial(wrapped_facts, unwrap),
    )


def wrapped_entries(unwrap: Unwrap, stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """The items of the log inside, with outer line numbers; gaps of the wrapping come last, counted by reason."""
    return entries_inside(look_inside(unwrap, stream, options))


def entries_inside(inside: Inside) -> Iterator[Item]:
    """The same of what was looked into."""
    inner, found, options = inside.stream, inside.format, inside.options
    if found is None:
        if options.head.strip():
            yield UNKNOWN_INSIDE
        while inner.read(options.block_bytes):
            pass
    else:
        for item in found.entries(inner, options):
            yield _relocated(item, inner)
    yield from inside.work.counted()


def _relocated(item: Item, inner: InnerStream) -> Item:
    return item if isinstance(item, Gap) else item._replace(line=inner.outer_line(item.line))


def _inner_format(head: bytes, formats: tuple[LogFormat, ...], prefix: str | None) -> LogFormat | None:
    scores = [each.recognises(head) for each in formats]
    best = max(range(len(scores)), key=lambda index: (scores[index], -index))
    if scores[best] >= _ENOUGH:
        return formats[best]
    return POSTGRESQL_STDERR if prefix is not None and head.strip() else None


def _score(unwrap: Unwrap, share: Callable[[bytes], float], head: bytes) -> float:
    """How sure it is that a head is wrapped like this, around PostgreSQL or anything."""
    if share(head) < 0.5:
        return 0.0
    inner = inside(unwrap, head)
    if max(each.recognises(inner) for each in _POSTGRESQL) >= _ENOUGH:
        return _CERTAIN
    return _POSSIBLE if inner.strip() else 0.0


def wrapped_facts(unwrap: Unwrap, head: bytes, options: ReadOptions) -> HeadFacts:
    """The facts of the log inside."""
    found = look_inside(unwrap, io.BytesIO(head), replace(options, head=head))
    if found.format is None:
        return HeadFacts(())
    facts = found.format.facts(found.options.head, found.options)
    return facts if facts.dialect else replace(facts, dialect=found.format.dialect)


def inside(unwrap: Unwrap, head: bytes) -> bytes:
    """What a head holds inside this wrapping."""
    return InnerStream(unwrap(io.BytesIO(head), Unwrapping(ReadOptions(head=head)))).head(HEAD_BYTES)


def outer_lines(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """Each line of the wrapped log without its line end, and its number."""
    for data, line, dropped in raw_blocks(stream, LINE_START, work.options):
        if dropped:
            work.gaps[OVERSIZED] += 1
        if data:
            yield from zip(data[:-1].split(b"\n"), count(line))


def share_of(pattern: re.Pattern[bytes], head: bytes, most: int = 400) -> float:
    """Which share of a head's non-empty lines matches from its beginning; the last, perhaps cut, line is left out."""
    rows = [row for row in head.removeprefix(b"\xef\xbb\xbf").split(b"\n") if row.strip()]
    rows = (rows[:-1] if len(rows) > 1 and not head.endswith(b"\n") else rows)[:most]
    return sum(1 for row in rows if pattern.match(row)) / len(rows) if rows else 0.0
