"""Cuts a stream of bytes into blocks that begin where a record begins, so that a reader may work block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from decompose.sources.logs.format import HEAD_BYTES, ByteStream, ReadOptions

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Block(NamedTuple):
    """Whole records with line ends as `\\n`; `line` is the number of the first line.

    `dropped` says that a record longer than the limit was left out before this block.
    """

    text: str
    line: int
    dropped: bool = False


def blocks(stream: ByteStream, start: re.Pattern[bytes], options: ReadOptions) -> Iterator[Block]:
    """Blocks of some `options.block_bytes`; a record that outgrows `options.max_record_bytes` is left out.

    `start` must match at a record's first byte and need no more than its first line. Bytes that are not UTF-8 become
    U+FFFD. Only the first block may begin with something else than a record.
    """
    for block in raw_blocks(stream, start, options):
        yield Block(block.data.decode("utf-8", "replace"), block.line, block.dropped)


class RawBlock(NamedTuple):
    """A `Block` before its bytes are decoded."""

    data: bytes
    line: int
    dropped: bool = False


def raw_blocks(
    stream: ByteStream, start: re.Pattern[bytes], options: ReadOptions, *, numbered: bool = True
) -> Iterator[RawBlock]:
    """The same blocks as bytes; `line` stays 1 if they are not `numbered`, which saves a look at every byte."""
    line, dropped = 1, False
    for data, oversized in _cut(stream, start, options):
        if oversized:
            dropped = True
        else:
            yield RawBlock(_lines(data), line, dropped)
            dropped = False
        if numbered:
            line += data.count(b"\n")
    if dropped:
        yield RawBlock(b"", line, True)


def _lines(data: bytes) -> bytes:
    """Bytes that end in a newline; carriage returns before newlines are dropped."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    return data if data.endswith(b"\n") else data + b"\n"


def _cut(stream: ByteStream, start: re.Pattern[bytes], options: ReadOptions) -> Iterator[tuple[bytes, bool]]:
    """Pieces in order, each with whether it belongs to a record beyond the limit."""
    buffer, goal, skipping = _first_bytes(stream), options.block_bytes, False
    while True:
        buffer, ended = _fill(stream, buffer, goal)
        if skipping:
            at, skipping = _end_of_skipped(buffer, start, ended)
            yield buffer[:at], True
        else:
            at = len(buffer) if ended else _last_start(buffer, start)
            if at > 0:
                yield buffer[:at], False
            skipping = not at and len(buffer) > options.max_record_bytes
        if ended and at == len(buffer):
            return
        goal = options.block_bytes if at else min(2 * len(buffer), options.max_record_bytes + 1)
        buffer = buffer[at:]
        goal = max(goal, len(buffer) + 1)


def _first_bytes(stream: ByteStream) -> bytes:
    """The first bytes without a byte order mark."""
    data = b""
    while len(data) < len(BYTE_ORDER_MARK) and (more := stream.read(len(BYTE_ORDER_MARK) - len(data))):
        data += more
    return data.removeprefix(BYTE_ORDER_MARK)


def _fill(stream: ByteStream, buffer: bytes, goal: int) -> tuple[bytes, bool]:
    """The buffer grown to `goal` bytes, and whether the stream has ended."""
    pieces, size = [buffer], len(buffer)
    while size < goal:
        piece = stream.read(goal - size)
        if not piece:
            return b"".join(pieces), True
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces), False


def _last_start(buffer: bytes, start: re.Pattern[bytes]) -> int:
    """Where the last record of the buffer begins; 0 if none begins after its first byte."""
    end = len(buffer)
    while (newline := buffer.rfind(b"\n", 0, end)) >= 0:
        if start.match(buffer, newline + 1):
            return newline + 1
        end = newline
    return 0


def _end_of_skipped(buffer: bytes, start: re.Pattern[bytes], ended: bool) -> tuple[int, bool]:
    """How many bytes to drop, and whether the dropped record goes on behind them."""
    newline = buffer.find(b"\n")
    while newline >= 0:
        if start.match(buffer, newline + 1):
            return newline + 1, False
        newline = buffer.find(b"\n", newline + 1)
    last = buffer.rfind(b"\n")
    if ended or last < 0 or len(buffer) - last > HEAD_BYTES:
        return len(buffer), True
    return last, True
