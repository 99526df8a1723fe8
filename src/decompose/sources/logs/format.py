"""What a log format is: a name, a sample, how to capture it, what it cannot tell, and a reader.

A new format is a module with one `LogFormat` value and a row in `LOG_FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from decompose.evidence.log_entry import Gap, LogEntry, RecordedTransaction, StatementCount

Item = LogEntry | RecordedTransaction | StatementCount | Gap

BLOCK_BYTES = 1 << 18
MAX_RECORD_BYTES = 64 << 20
HEAD_BYTES = 1 << 16


class ByteStream(Protocol):
    """Whatever gives bytes in order; a short read is not the end, an empty one is."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: a `log_line_prefix` (PostgreSQL's text log; detected from `head` when None) and sizes in bytes.

    `inner` are the formats that a wrapping may hold; PostgreSQL's own when empty. `database` is the one in use where
    a piece of a log begins that tells it only when it changes; None for a whole log.
    """

    prefix: str | None = None
    head: bytes = b""
    block_bytes: int = BLOCK_BYTES
    max_record_bytes: int = MAX_RECORD_BYTES
    inner: tuple[LogFormat, ...] = ()
    database: str | None = None


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What the head of a log promises: the `LogEntry` fields it fills (sorted) and PostgreSQL's line prefix, if any.

    `dialect` is that of the format inside a wrapping, empty for every other log.
    """

    fields: tuple[str, ...]
    prefix: str | None = None
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class LogFormat:
    """One log format.

    `recognises` scores a head (the first 64 KiB) from 0.0, not this format, to 1.0, certainly this one.
    `entries` yields one item per log record, in file order, and a `Gap` for whatever cannot be read; it never raises
    on bad content. `facts` says which fields a head holds.
    """

    name: str
    title: str
    dialect: str
    sample: str
    how_to_capture: str
    cannot_tell: str
    recognises: Callable[[bytes], float]
    entries: Callable[[ByteStream, ReadOptions], Iterator[Item]]
    facts: Callable[[bytes, ReadOptions], HeadFacts]


def head_lines(head: bytes) -> list[str]:
    """The non-empty complete lines of a head, without line ends and byte order mark; a cut one only if it is alone."""
    lines = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    if len(lines) > 1:
        lines.pop()
    return [line for line in lines if line]
